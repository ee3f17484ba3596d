"""A shop's limited offers and its home, over HTTP with forms as a browser sends them."""

import httpx

from tests.market import Market, png
from tests.platform import ask, finish_work
from tests.sites.test_storefront import fields, sign_in

OFFERS, HOME = "/desk/shop/discounts", "/desk/shop/home"


async def flash_of(market: Market) -> object:
    path = "/v1/buyer/flash/get"
    return (await ask(market.opened, market.buyer, path, product_id=market.tea.product_id)).flash


async def test_a_shop_opens_an_offer_and_stops_it(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    assert market.tea.title in (await client.get(OFFERS)).text
    place = f"{OFFERS}/new?product={market.tea.product_id}"
    form = fields((await client.get(place)).text, f"{OFFERS}/new")
    now = market.opened.house.clock.now().isoformat()
    draft = form | {
        "sku_id": [market.tea.sku_ids[0], market.tea.sku_ids[1]], "price": ["88", ""],
        "pieces": ["3", ""], "host": "", "limit": "1", "ends_at": "2099-01-01T00:00",
    }  # fmt: skip
    refused = await client.post(f"{OFFERS}/new", data=draft)
    assert refused.status_code == 400, "a year ahead at most"
    assert await flash_of(market) is None
    later = f"{now[:10]}T23:59"
    made = await client.post(f"{OFFERS}/new", data=draft | {"ends_at": later})
    assert made.headers["location"] == f"{OFFERS}?done=made", made.text
    shown = (await client.get(f"{OFFERS}?status=1")).text
    assert "¥88.00" in shown
    assert "3 / 3" in shown
    assert "¥88.00" in (await client.get(f"/p/{market.tea.product_id}")).text
    await client.post(OFFERS, data=fields(shown, OFFERS) | {"do": "stop"})
    assert "已结束" in (await client.get(OFFERS)).text
    assert await flash_of(market) is None
    over = (await client.get(f"{OFFERS}?status=2")).text
    await client.post(OFFERS, data=fields(over, OFFERS) | {"do": "delete"})
    assert "还没有这样的抢购" in (await client.get(OFFERS)).text


async def test_a_price_is_given_to_a_host_and_taken_back(
    client: httpx.AsyncClient, market: Market
) -> None:
    path = "/v1/promoter/live/schedule"
    await ask(market.opened, market.promoter, path, title="茶山夜话")
    sign_in(client, market, market.shop)
    page = (await client.get(f"{OFFERS}/new?product={market.tea.product_id}")).text
    assert "茶山夜话" in page
    draft = fields(page, f"{OFFERS}/new") | {
        "sku_id": market.tea.sku_ids[0], "price": "88.5", "pieces": "2",
        "host": str(market.promoter.party_id), "minutes": "20", "valid_hours": "5",
    }  # fmt: skip
    given = await client.post(f"{OFFERS}/new", data=draft)
    assert given.headers["location"] == f"{OFFERS}?done=granted", given.text
    path = "/v1/promoter/live/flash/list"
    (grant,) = (await ask(market.opened, market.promoter, path)).grants
    assert (grant.skus[0].price_fen, grant.minutes) == (8_850, 20)
    shown = (await client.get(OFFERS)).text
    assert "阿宁" in shown
    await client.post(OFFERS, data=fields(shown, OFFERS) | {"do": "revoke"})
    assert (await ask(market.opened, market.promoter, path)).grants == []


async def test_a_home_is_arranged_on_the_desk_and_shown_in_the_shop(
    client: httpx.AsyncClient, market: Market
) -> None:
    await finish_work(market.opened)
    sign_in(client, market, market.shop)
    tea, cup = market.tea.product_id, market.cup.product_id
    banner = {"banner": ("b.png", png(200, 30, 40), "image/png")}
    draft = fields((await client.get(HOME)).text, HOME) | {
        "good": [cup, tea], "place": ["", "1"], "class_name": ["喝的", "", "用的"],
        "banner_product": tea,
    }  # fmt: skip
    saved = await client.post(HOME, data=draft, files=banner)
    assert saved.status_code == 303, saved.text
    page = (await client.get(HOME)).text
    draft = fields(page, HOME) | {
        "good": [tea, cup], "place": ["1", ""], "class_name": ["喝的", "用的"],
        "in1": tea, "in2": cup, "banner_product": tea, "no_banner": "", "hidden": "",
    }  # fmt: skip
    assert (await client.post(HOME, data=draft)).status_code == 303
    shop = (await client.get(f"/s/{market.shop_id}")).text
    assert "home-banner" in shop
    assert shop.index(market.tea.title, shop.index("喝的")) < shop.rindex(market.cup.title)
    only = (await client.get(f"/s/{market.shop_id}?class=2")).text
    goods = only[only.index('class="grid"') :].split("</section>")[0]
    assert market.cup.title in goods
    hidden = await client.post(HOME, data=draft | {"hidden": cup})
    assert hidden.status_code == 303
    assert market.cup.title not in (await client.get(f"/s/{market.shop_id}")).text
