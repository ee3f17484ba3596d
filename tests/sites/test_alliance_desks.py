"""The alliance on the desks over HTTP: who offers what, who takes it, who earns, and why."""

import re
from typing import Any

import httpx
import msgspec
import pytest

from tests.modules.partners.world import World, open_world
from tests.platform import finish_work, sent_statements
from tests.sites.test_storefront import fields
from tongshang.app import Opened
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime import crypto
from tongshang.runtime.call import Caller
from tongshang.sites.visit import COOKIE, Session

AGENCY = "/desk/agency"
SQUARE_STATEMENTS_MAX = 16  # with one offer
HOME_STATEMENTS_MAX = 60  # with one offer that waits


@pytest.fixture
async def world(opened: Opened) -> World:
    return await open_world(opened)


def become(client: httpx.AsyncClient, world: World, role: str, caller: Caller) -> None:
    """Let the client be one of the world's people."""
    client.cookies.clear()
    session = Session(role, caller.buyer_id or caller.party_id, "某人", "zh", "nonce")
    body = msgspec.msgpack.encode(session)
    client.cookies.set(COOKIE, crypto.sign(world.opened.house.secret, "session", body))


async def see(client: httpx.AsyncClient, place: str) -> str:
    page = await client.get(place)
    assert page.status_code == 200, f"{place}: {page.status_code} {page.text[-600:]}"
    return page.text


async def send(client: httpx.AsyncClient, place: str, page: str, **typed: Any) -> httpx.Response:
    """The form that posts to `place`, as it is on the page, with what is typed."""
    posts = page.rsplit('method="get"', maxsplit=1)[-1]  # a search has no token
    return await client.post(place, data=fields(posts, place) | typed)


async def sold(world: World, card: str = "") -> str:
    """An order of the tea, paid, by a card."""
    market = world.market
    order_id = await market.place(market.tea, card=card)
    await market.pay(order_id)
    await finish_work(market.opened)
    return order_id


async def test_a_person_becomes_a_promoter_in_three_steps(
    client: httpx.AsyncClient, world: World
) -> None:
    become(client, world, "buyer", world.person)
    first = await see(client, "/join")
    second = await send(client, "/join", first, name="阿雯写字", intro="一周一篇")
    assert "真实姓名" in second.text
    third = await send(
        client, "/join", second.text, real_name="张雯", number="6225880000001234",
        account_bank="招商银行", address_code="330100",
    )  # fmt: skip
    assert "尾号 1234" in third.text
    unsure = await send(client, "/join", third.text, agree="")
    assert unsure.status_code == 400
    assert "勾选同意规则后才能开始" in unsure.text
    begun = await send(client, "/join", unsure.text, agree="1")
    assert begun.headers["location"] == "/desk/promoter"
    client.cookies.update(begun.cookies)
    assert "阿雯写字" in await see(client, "/desk/promoter")
    become(client, world, "buyer", world.person)
    assert "你已经是带货者：阿雯写字" in await see(client, "/join")


async def test_a_shop_offers_goods_to_everybody_to_some_and_to_agencies(
    client: httpx.AsyncClient, world: World
) -> None:
    market, place = world.market, "/desk/shop/alliance"
    become(client, world, "shop", market.shop)
    assert market.tea.title in await see(client, f"{place}?kind=1")
    people = f"{place}/people"
    finder = str(market.promoter.party_id)
    await send(client, people, await see(client, people), finder_id=finder, do="invite")
    become(client, world, "promoter", market.promoter)
    asked = await see(client, "/desk/promoter/invitations")
    assert "等你答复" in asked
    await send(client, "/desk/promoter/invitations", asked, do="accept")
    become(client, world, "shop", market.shop)
    new = f"{place}/new?kind=2"
    made = await send(
        client, new, await see(client, new), product=market.tea.product_id, percent="25",
        finder=finder,
    )  # fmt: skip
    assert made.headers["location"] == f"{place}?kind=2&done=added&count=1"
    listed = await see(client, f"{place}?kind=2")
    assert "25%" in listed
    opened = re.search(r"kind=2&amp;open=(\d+)", listed)
    assert opened
    assert f'href="/u/{finder}"' in await see(client, f"{place}?kind=2&open={opened[1]}")
    again = await send(
        client, new, await see(client, new), product=market.tea.product_id, percent="25",
        finder=finder,
    )  # fmt: skip
    assert again.status_code == 400
    alone = f"{place}/new?kind=3"
    refused = await send(
        client, alone, await see(client, alone), product=market.tea.product_id, percent="30",
        finder=finder,
    )  # fmt: skip
    assert "互斥" in refused.text, "beside the product, in words"
    become(client, world, "promoter", market.promoter)
    assert "单独给你" in await see(client, "/desk/promoter/goods")
    assert "25%" in await see(client, "/desk/promoter/goods/named")


async def split_and_supply(client: httpx.AsyncClient, world: World) -> str:
    """12 of the 20 % are passed on, 15 to a second agency; the link that promoters are sent."""
    goods = f"{AGENCY}/goods"
    listed = await see(client, goods)
    assert "还没定分成" in listed
    item = re.search(r"open=(\d+)", listed)
    assert item
    drawer = await see(client, f"{goods}?open={item[1]}")
    form = {"item_id": item[1], "form_token": fields(drawer, goods)["form_token"]}
    too_much = await client.post(goods, data=form | {"do": "split", "percent": "21"})
    assert too_much.status_code == 400
    split = await client.post(goods, data=form | {"do": "split", "percent": "12", "form_key": "a"})
    assert split.status_code == 303, split.text[-500:]
    drawer = await see(client, f"{goods}?open={item[1]}")
    for amount in ("¥25.60", "¥15.36", "¥10.24"):
        assert amount in drawer, "received, passed on, kept"
    offer = re.search(r'value="[^"]*(/desk/promoter/offer[^"]+)"', drawer)
    assert offer
    resold = await client.post(
        goods,
        data=form
        | {
            "do": "resell", "percent": "15", "form_key": "b",
            "appid": world.appids[world.other_agency.party_id],
        },
    )  # fmt: skip
    assert resold.status_code == 303, resold.text[-500:]
    return offer[1].replace("&amp;", "&")


async def test_an_agency_takes_goods_in_splits_and_supplies_them(
    client: httpx.AsyncClient, world: World
) -> None:
    market = world.market
    await world.plan(market.tea.product_id)
    become(client, world, "agency", world.agency)
    with sent_statements(world.opened) as sent:
        home = await see(client, AGENCY)
    assert f"{AGENCY}/square?kind=1" in home
    assert market.tea.title in home, "offered by name, and waiting"
    assert len(sent) <= HOME_STATEMENTS_MAX
    square = f"{AGENCY}/square"
    with sent_statements(world.opened) as sent:
        page = await see(client, f"{square}?kind=1")
    assert len(sent) <= SQUARE_STATEMENTS_MAX
    assert market.tea.title in page
    assert "¥25.60" in page, "20 % of 128"
    link = re.search(r'name="link" value="([^"]+)"', page)
    assert link
    assert "由你定" in page
    taken = await send(client, square, page, link=link[1])
    assert taken.status_code == 303, re.findall("role=.alert.*?</div>", taken.text)
    assert taken.headers["location"].startswith(f"{AGENCY}/goods?done=taken")
    offer = await split_and_supply(client, world)
    become(client, world, "promoter", market.promoter)
    place = "/desk/promoter/offer"
    for_him = await see(client, offer)
    made = await send(client, place, for_him, do="card")
    assert "卡片做好了" in made.text
    await send(client, place, made.text, do="window")
    window = await see(client, "/desk/promoter/window")
    assert "众选机构" in window
    assert "¥15.36" in window, "what the agency passes on of one"
    wrong = await send(
        client, place, await see(client, offer),
        link="weixinstorehs/1", do="card",
    )  # fmt: skip
    assert wrong.status_code == 400
    become(client, world, "agency", world.other_agency)
    offered = await see(client, f"{square}?kind=3")
    assert "众选机构 转供" in offered
    assert "¥19.20" in offered, "15 % of 128"


async def test_who_earned_sees_why_and_only_his_own_part(
    client: httpx.AsyncClient, world: World
) -> None:
    market = world.market
    order_id = await sold(world, await market.card(market.tea))
    become(client, world, "promoter", market.promoter)
    listed = await see(client, "/desk/promoter/orders")
    assert f"open={order_id}-1" in listed
    assert "¥12.80" in await see(client, f"/desk/promoter/orders?open={order_id}-1")
    why = await see(client, f"/desk/promoter/why/{order_id}/1")
    for told in (
        "买家从 阿宁 的卡片来",
        "三坑两涧，一泡大红袍",
        "店铺对所有人的推广计划",
        "¥12.80",
    ):
        assert told in why
    table = await client.get("/desk/promoter/orders.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "12.80" in table.text
    become(client, world, "shop", market.shop)
    assert "商家付出 10%" in await see(client, f"/desk/shop/why/{order_id}/1")
    become(client, world, "agency", world.agency)
    assert (await client.get(f"{AGENCY}/why/{order_id}/1")).status_code == 404


async def test_a_promoters_window_is_filled_by_him_and_by_whom_he_allows(
    client: httpx.AsyncClient, world: World
) -> None:
    market = world.market
    finder = str(market.promoter.party_id)
    become(client, world, "promoter", market.promoter)
    goods = await see(client, "/desk/promoter/goods")
    put = "/desk/promoter/goods/window"
    await send(client, put, goods, pick=market.cup.product_id)
    window = await see(client, "/desk/promoter/window")
    assert market.cup.title in window
    become(client, world, "agency", world.agency)
    place = f"{AGENCY}/promoters"
    await send(client, place, await see(client, place), finder_id=finder, do="ask")
    become(client, world, "promoter", market.promoter)
    asked = await see(client, "/desk/promoter/window")
    assert "众选机构 想往你的橱窗放货" in asked
    await send(client, "/desk/promoter/window/agency", asked, do="allow")
    become(client, world, "agency", world.agency)
    assert "已授权" in await see(client, f"{place}?open={finder}")
    shelf = await see(client, f"/u/{finder}?kind=goods")
    assert market.cup.title in shelf
    assert market.tea.title not in shelf, "written about, but not in the window"
    token = re.search(r'class="tile" href="[^"]*" data-card="([^"]+)"', shelf)
    assert token
    order_id = await market.place(market.cup, card=token[1])
    line, _ = await world.deal_of(order_id)
    assert line.promoter_id == market.promoter.party_id
    assert line.surface == Surface.WINDOW


@pytest.mark.parametrize(
    "place", ["", "/square", "/goods", "/shops", "/promoters", "/sharers", "/orders"]
)
async def test_an_empty_agency_desk_says_what_to_do_in_both_languages(
    client: httpx.AsyncClient, world: World, place: str
) -> None:
    become(client, world, "agency", world.third_agency)
    assert "某人" in await see(client, AGENCY + place)
    session = Session("agency", world.third_agency.party_id, "Somebody", "en", "nonce")
    body = msgspec.msgpack.encode(session)
    client.cookies.set(COOKIE, crypto.sign(world.opened.house.secret, "session", body))
    said = re.findall(
        r"<(h[12]|th|label|button|nav)\b[^>]*>(.*?)</\1>",
        await see(client, AGENCY + place),
        re.DOTALL,
    )
    words = " ".join(re.sub("<[^>]+>", " ", text) for _, text in said)
    assert not re.findall("[一-鿿]{2,}", words.replace("中文", "")), place


async def test_results_are_taken_away_as_tables(client: httpx.AsyncClient, world: World) -> None:
    market = world.market
    await world.plan(market.tea.product_id)
    finder = str(market.promoter.party_id)
    await market.ask(market.shop, "/channels/ec/league/promoter/add", finder_id=finder)
    become(client, world, "shop", market.shop)
    table = await client.get("/desk/shop/alliance/people.csv")
    assert table.text.splitlines()[1].startswith("阿宁,等对方答复,")
    become(client, world, "agency", world.agency)
    table = await client.get(f"{AGENCY}/shops.csv")
    assert "山里茶铺,合作中,0.00,0.00,0.00,0" in table.text


async def test_a_name_that_a_spreadsheet_would_compute_stays_a_name(
    client: httpx.AsyncClient, world: World
) -> None:
    become(client, world, "buyer", world.person)
    await world.ask(world.person, "/v1/buyer/promoter/open", name="=1+1", intro="", rules=1)
    entry = await world.ask(world.person, "/v1/buyer/promoter/get")
    path = "/channels/ec/league/promoter/add"
    await world.ask(world.market.shop, path, finder_id=entry.promoter_id)
    become(client, world, "shop", world.market.shop)
    table = await client.get("/desk/shop/alliance/people.csv")
    assert "'=1+1," in table.text


async def test_a_promoter_lets_sharers_share_and_an_agency_pays_one_more_for_one_product(
    client: httpx.AsyncClient, world: World
) -> None:
    market, place = world.market, "/desk/promoter/invitations/agency"
    await world.plan(market.tea.product_id)
    sharer = await world.sharer()
    become(client, world, "promoter", market.promoter)
    page = await see(client, "/desk/promoter/invitations")
    appid = world.appids[world.agency.party_id]
    await send(client, place, page, appid=appid, percent="40", do="bind")
    assert "分出佣金的 40%" in await see(client, "/desk/promoter/invitations")
    become(client, world, "agency", world.agency)
    assert "阿宁" in await see(client, f"{AGENCY}/promoters")
    drawer = await see(client, f"{AGENCY}/sharers?open={sharer}")
    form = {"sharer_appid": sharer, "form_token": fields(drawer, f"{AGENCY}/sharers")["form_token"]}
    set_for_one = form | {"do": "product", "product_id": market.tea.product_id}
    wrong = await client.post(f"{AGENCY}/sharers", data=set_for_one | {"product_percent": "95"})
    assert wrong.status_code == 400
    done = await client.post(f"{AGENCY}/sharers", data=set_for_one | {"product_percent": "70"})
    assert done.status_code == 303
    path = "/channels/ec/promoter/get_sharer_product_commission_info"
    told = await world.ask(
        world.agency, path, sharer_appid=sharer, product_id=int(market.tea.product_id)
    )
    assert told.commission_ratio == 700_000
