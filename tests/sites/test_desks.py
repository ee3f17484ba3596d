"""The desks over HTTP: what shops, promoters and the platform's staff see and do there."""

import re

import httpx

from tests.market import Market, png
from tests.platform import finish_work
from tests.sites.test_storefront import fields, sign_in


async def test_a_shop_ships_from_its_list_and_keeps_what_was_typed(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea)
    await market.pay(order_id)
    sign_in(client, market, market.shop)
    place = "/desk/shop/orders?status=20"
    form = fields((await client.get(place)).text, place) | {"delivery_id": "SF"}
    refused = await client.post(place, data=form | {"waybill_id": "不是单号"})
    assert refused.status_code == 400
    assert 'value="不是单号"' in refused.text
    sent = await client.post(place, data=form | {"waybill_id": "SF1234567890123"})
    assert sent.headers["location"].endswith(f"sent={order_id}")
    page = (await client.get(f"/desk/shop/orders/{order_id}")).text
    assert "SF1234567890123" in page
    assert "¥136.00" in page


async def test_every_figure_of_an_order_leads_to_its_story(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea, card=await market.card(market.tea))
    await market.pay(order_id)
    sign_in(client, market, market.shop)
    orders = (await client.get("/desk/shop/orders")).text
    link = f"/desk/shop/money/explain/{order_id}"
    assert link in orders
    story = (await client.get(link)).text
    for figure in ("+¥136.00", "−¥6.80", "−¥12.80", "¥116.40", "一分不多，一分不少。"):
        assert figure in story
    money = (await client.get("/desk/shop/money")).text
    assert "¥136.00" in money, "taken today"


async def test_anothers_order_is_not_on_this_desk(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.tea)
    sign_in(client, market, market.promoter)
    asked = await client.get(f"/desk/shop/orders/{order_id}")
    assert asked.headers["location"].startswith("/personas?role=shop")
    sign_in(client, market, market.shop)
    assert (await client.get("/desk/shop/orders/3700000000000000001")).status_code == 404


async def test_a_refund_is_asked_answered_and_seen_by_both(
    client: httpx.AsyncClient, market: Market
) -> None:
    order_id = await market.place(market.cup, count=2)
    await market.pay(order_id)
    await market.ship(order_id)
    sign_in(client, market, market.buyer)
    place = f"/order/{order_id}/refund"
    form = fields((await client.get(f"{place}?line=1")).text, place)
    asked = await client.post(
        place, data=form | {"count": "1", "reason": "QUALITY_ISSUE", "reason_text": "有划痕"}
    )
    assert asked.headers["location"] == f"/order/{order_id}?done=refund"
    sign_in(client, market, market.shop)
    page = (await client.get("/desk/shop/refunds")).text
    assert "有划痕" in page
    assert "¥48.50" in page
    form = fields(page, "/desk/shop/refunds/accept")
    await client.post("/desk/shop/refunds/accept", data=form)
    await finish_work(market.opened)
    assert "已退款" in (await client.get("/desk/shop/refunds")).text
    sign_in(client, market, market.buyer)
    assert "已退 1 件" in (await client.get(f"/order/{order_id}")).text


async def test_a_new_product_goes_on_sale_with_its_pictures(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    place = "/desk/shop/products/0"
    page = (await client.get(place)).text
    template = re.search(r'<select id="template_id".*?value="(\d+)"', page, re.DOTALL)
    assert template
    form = fields(page, place) | {
        "title": "手作竹茶则 一叶", "short_title": "竹茶则", "cat_id": "9003",
        "template_id": template[1], "desc": "一刀一刀削出来的。", "attr_key": "款式", "do": "list",
        "sku_id": "", "attr_value": "细款", "price": "38.5", "market_price": "", "stock": "7",
        "sku_code": "Z1",
    }  # fmt: skip
    files = [("pictures", (f"{n}.png", png(n * 40, 90, 60), "image/png")) for n in range(3)]
    wrong = await client.post(place, data=form | {"price": "很贵"}, files=files)
    assert wrong.status_code == 400
    saved = await client.post(place, data=form, files=files)
    assert saved.status_code == 303, saved.text
    await finish_work(market.opened)
    listed = (await client.get("/desk/shop/products?status=5")).text
    assert "手作竹茶则 一叶" in listed
    assert "¥38.50" in listed


async def test_a_promoter_makes_a_card_with_link_and_code(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.promoter)
    goods = (await client.get("/desk/promoter/goods")).text
    assert "¥12.80" in goods, "what a sale earns"
    card = await client.post("/desk/promoter/card", data=fields(goods, "/desk/promoter/card"))
    link = re.search(r'value="(http[^"]+/c/[^"]+)"', card.text)
    assert link
    assert "data:image/svg+xml" in card.text
    assert (await client.get("/" + link[1].split("/", 3)[3])).status_code == 303


async def test_the_platforms_books_are_zero(client: httpx.AsyncClient, market: Market) -> None:
    await market.pay(await market.place(market.tea))
    sign_in(client, market, market.operator)
    page = (await client.get("/desk/platform")).text
    assert "+¥136.00" in page
    assert "−¥136.00" in page


async def test_every_desk_speaks_english(client: httpx.AsyncClient, market: Market) -> None:
    await market.pay(await market.place(market.tea))
    for caller, places in (
        (market.shop, ("", "/orders", "/refunds", "/products", "/products/0", "/money", "/pushes")),
        (market.promoter, ("", "/goods", "/orders")),
        (market.operator, ("",)),
    ):
        sign_in(client, market, caller, lang="en")
        desk = {market.shop: "shop", market.promoter: "promoter"}.get(caller, "platform")
        for place in places:
            page = await client.get(f"/desk/{desk}{place}")
            assert page.status_code == 200, place
            said = re.findall(
                r"<(h[12]|th|label|button|nav)\b[^>]*>(.*?)</\1>", page.text, re.DOTALL
            )
            words = " ".join(re.sub("<[^>]+>", " ", text) for _, text in said)
            assert not re.findall("[一-鿿]{2,}", words.replace("规格", "")), place
