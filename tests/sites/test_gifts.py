"""Gifts on a shop's desk, and the pages that need no browser's script."""

import html
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.market import Market
from tests.modules.gifting.company import Company, create_present, gather_company
from tests.sites.test_storefront import fields, sign_in

DESK = "/desk/shop/gifts"


@pytest.fixture
async def company(market: Market) -> Company:
    return await gather_company(market, 6)


async def test_a_shop_begins_an_activity_and_a_customer_takes_its_gift(
    client: httpx.AsyncClient, company: Company
) -> None:
    market, friend = company.market, company.friends[0]
    sign_in(client, market, market.shop)
    place = f"{DESK}/activities"
    form = fields((await client.get(place)).text, place)
    ends = market.opened.house.clock.now() + timedelta(days=3)
    asked = {
        "name": "开业送茶", "sku": f"{market.tea.product_id}:{market.tea.sku_ids[0]}",
        "pieces": "2", "is_free": "1", "budget_yuan": "300",
    }  # fmt: skip
    refused = await client.post(place, data=form | asked)
    assert refused.status_code == 400
    assert "开业送茶" in refused.text
    form = fields(refused.text, place)
    made = await client.post(place, data=form | asked | {"ends_at": f"{ends:%Y-%m-%dT%H:%M}"})
    assert made.headers["location"] == f"{place}?done=made"
    (activity,) = (await market.ask(market.shop, "/v1/shop/gifts/activity/list")).activities
    await create_present(company, activity.activity_id, friend.buyer_id)
    sign_in(client, market, friend)
    listed = (await client.get("/gifts")).text
    link = listed[listed.index("/g/") :].split('"')[0]
    card = (await client.get(f"{link}?open=1")).text
    assert "山里茶铺 送你一份礼物" in card
    form = fields(card, link) | {"do": "claim", "address_id": company.homes[friend.buyer_id]}
    taken = await client.post(link, data=form)
    assert taken.headers["location"] == f"{link}?done=claimed"
    sign_in(client, market, market.shop)
    desk = (await client.get(DESK)).text
    assert "商家赠送" in desk
    assert "1 / 1" in desk
    listed = (await client.get(place)).text
    assert "1 / 2" in listed


async def test_how_gifts_travel_is_shown_where_five_people_took_part(
    client: httpx.AsyncClient, company: Company
) -> None:
    market, friends = company.market, company.friends
    goods = {"shop_id": market.shop_id, "sku_id": market.cup.sku_ids[0]}
    first = [await company.ask(one, "make", surface=8, **goods) for one in friends]
    await _pay(company, first)
    for present, friend in zip(first, [*friends[1:], friends[0]], strict=True):
        await company.claim(friend, present.token)
    second = [
        await company.ask(friend, "make", parent_id=present.present_id, surface=12, **goods)
        for present, friend in zip(first, [*friends[1:], friends[0]], strict=True)
    ]
    await _pay(company, second, friends[1:] + friends[:1])
    sign_in(client, market, market.shop)
    found = await market.ask(market.shop, "/v1/shop/gifts/chain")
    nodes = [(one.generation, one.surface, one.presents) for one in found.nodes]
    assert nodes == [(0, 8, 6), (1, 12, 6)]
    (flow,) = found.flows
    assert (flow.surface, flow.to_generation, flow.to_surface, flow.presents) == (8, 1, 12, 6)
    assert (found.k_factor_ppm, found.givers_who_received) == (1_000_000, 5), "in steps of five"
    assert not found.is_partial
    page = (await client.get(f"{DESK}/chain")).text
    assert "第 2 代" in page
    await company.give(surface=17)
    page = (await client.get(f"{DESK}/chain")).text
    assert "人数按 5 的倍数取整" in page, "somebody gave alone"
    assert "第 2 代" in page
    assert "口令" not in page[page.index("从哪里开始送") :].split("</table>")[0]


async def _pay(company: Company, made: list[Any], givers: list[Any] | None = None) -> None:
    for present, giver in zip(made, givers or company.friends, strict=True):
        await company.ask(giver, "pay", present_id=present.present_id, confirm=True)
    await company.wait(minutes=1)


async def test_a_poster_and_cards_for_parcels_lead_to_the_same_goods(
    client: httpx.AsyncClient, company: Company
) -> None:
    market = company.market
    sign_in(client, market, market.shop)
    place = f"{DESK}/codes"
    form = fields((await client.get(place)).text, place)
    page = (await client.post(place, data=form | {"product_id": market.tea.product_id})).text
    insert = page[page.index("/insert/") :].split('"')[0]
    sheet = await client.get(insert)
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF")
    code = insert.removeprefix("/insert/").split(".")[0]
    opened = await client.get(f"/s/{code}")
    assert opened.headers["location"].startswith(f"/p/{market.tea.product_id}/gift?card=")
    poster = page[page.index("/poster/") :].split(".")[0].removeprefix("/poster/")
    given = await client.get(f"/s/{poster}")
    assert given.headers["location"].startswith(f"/p/{market.tea.product_id}/gift?card=")
    sign_in(client, market, market.buyer)
    assert "/gifts/new?" in (await client.get(f"/s/{market.shop_id}/gifts")).text


async def test_wishes_are_seen_by_friends_and_taken_back(
    client: httpx.AsyncClient, company: Company
) -> None:
    market = company.market
    sign_in(client, market, market.buyer)
    place = f"/p/{market.tea.product_id}"
    form = fields((await client.get(place)).text, "/gifts/wishes")
    assert (await client.post("/gifts/wishes", data=form)).status_code == 303
    page = (await client.get("/gifts/wishes")).text
    assert market.tea.title in page
    form = fields(page, "/gifts/wishes") | {"do": "remove"}
    await client.post("/gifts/wishes", data=form)
    assert market.tea.title not in (await client.get("/gifts/wishes")).text
    sign_in(client, market, company.friends[0])
    stranger = await client.get(f"/gifts/wishes?of={market.buyer.buyer_id}")
    assert stranger.status_code == 404


async def test_a_giver_reminds_and_a_receiver_gives_to_the_charity_on_their_pages(
    client: httpx.AsyncClient, company: Company
) -> None:
    market, friend = company.market, company.friends[0]
    rule = {"name": "donation_party_id", "reason": "ours: a test"}
    path = "/v1/platform/gifts/rule/set"
    await market.ask(market.operator, path, value=market.promoter.party_id, **rule)
    try:
        made = await company.give(kind=4, named_ids=[str(friend.buyer_id)])
        place, card = f"/gifts/{made.present_id}", f"/g/{made.token}"
        sign_in(client, market, market.buyer)
        page = (await client.get(place)).text
        assert "提醒 TA 收下" in page
        assert "礼物口令" in page
        done = await client.post(place, data=fields(page, place) | {"do": "remind"})
        assert done.headers["location"] == f"{place}?done=remind"
        assert "提醒 TA 收下" not in (await client.get(place)).text
        sign_in(client, market, friend)
        assert "提醒你收下礼物" in (await client.get("/gifts?show=news")).text
        page = (await client.get(f"{card}?open=1")).text
        assert "想把它捐出去？" in page
        done = await client.post(card, data=fields(page, card) | {"do": "donate"})
        assert done.headers["location"] == f"{card}?done=donated"
        assert "你把这份礼物捐出去了" in (await client.get(f"{card}?open=1")).text
        assert "已捐赠" in (await client.get("/gifts")).text
    finally:
        await market.ask(market.operator, path, value=0, **rule)


async def test_both_people_of_a_gift_are_named_where_its_order_is_shown(
    client: httpx.AsyncClient, company: Company
) -> None:
    market, friend = company.market, company.friends[0]
    made = await company.give(message="平安")
    taken = await company.claim(friend, made.token)
    draw = await company.give(kind=3)
    await company.ask(friend, "join", token=draw.token)
    sign_in(client, market, market.shop)
    listed = (await client.get("/desk/shop/orders?status=20")).text
    assert "小** → 朋**" in listed
    page = (await client.get(f"/desk/shop/orders/{taken.order_id}")).text
    assert "送礼人" in page
    assert "朋友0" not in page
    sign_in(client, market, friend)
    page = (await client.get(f"/order/{taken.order_id}")).text
    assert "小满 送你的礼物" in page
    assert "平安" in page
    received = (await client.get("/gifts")).text
    assert received.count("等你拆开") == 0
    assert "等开奖" in received


async def test_a_card_for_giving_in_an_article_begins_a_gift_that_knows_where(
    client: httpx.AsyncClient, company: Company
) -> None:
    market = company.market
    block = {"kind": "card", "shop_id": market.shop_id, "product_id": market.tea.product_id}
    added = await market.ask(
        market.promoter, "/v1/promoter/content/add",
        title="送什么", blocks=[block | {"look": "gift"}],
    )  # fmt: skip
    sign_in(client, market, market.buyer)
    page = (await client.get(f"/a/{added.content_id}")).text
    start = page.index(f"/p/{market.tea.product_id}/gift?")
    place = html.unescape(page[start:].split('"')[0])
    form_place = (await client.get(place)).headers["location"]
    form = fields((await client.get(form_place)).text, "/gifts/new")
    made = await client.post("/gifts/new", data=form | {"way": "link"})
    assert made.headers["location"].startswith("/cashier/")
    kept = await market.opened.house.pool.fetchrow("select surface, content_id from presents")
    assert kept is not None
    assert tuple(kept) == (1, int(added.content_id)), "begun in the article"
