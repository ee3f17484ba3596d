"""Finding orders again, carts, and what is asked for wrongly."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.modules.ordering.market import Market, open_market
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.delivery.api import DestinationNotServed, FreightRule
from tongshang.modules.delivery.domain import (
    Area,
    Charge,
    FreightTemplate,
    SendTime,
    Shipping,
)
from tongshang.modules.delivery.store import add_template
from tongshang.modules.identity import api as identity
from tongshang.modules.league.api import PlanDraft, set_plans
from tongshang.modules.ordering import refusals
from tongshang.modules.surfaces.api import CardRef, card_token


@pytest.fixture
async def market(opened: Opened) -> AsyncIterator[Market]:
    offset = opened.house.clock.offset
    yield await open_market(opened)
    opened.house.clock.offset = offset


def _span(market: Market, back: int = 60, on: int = 60) -> dict[str, int]:
    now = int(market.opened.house.clock.now().timestamp())
    return {"start_time": now - back, "end_time": now + on}


async def _all_pages(market: Market, what: str, **fields: Any) -> list[str]:
    """All ids, page by page, each page but the last full."""
    ids: list[str] = []
    next_key = ""
    while True:
        page = await market.as_shop(what, next_key=next_key, page_size=2, **fields)
        found = page.orders if what == "search" else page.order_id_list
        ids += found
        assert page.has_more == bool(page.next_key)
        if not page.has_more:
            return ids
        assert len(found) == 2
        next_key = page.next_key


async def test_a_shop_lists_its_orders_page_by_page_in_both_orders_of_time(market: Market) -> None:
    placed = [(await market.place((0, 1))).order_id for _ in range(5)]
    span = _span(market)
    assert await _all_pages(market, "list/get", create_time_range=span) == placed
    await market.as_shop("merchantnotes/update", order_id=placed[0], merchant_notes="加急")
    changed = [*placed[1:], placed[0]]
    assert await _all_pages(market, "list/get", update_time_range=span) == changed
    both = {"update_time_range": span, "create_time_range": _span(market, 600, -500)}
    assert await _all_pages(market, "list/get", **both) == []
    assert await _all_pages(market, "search", search_condition={}) == placed[::-1]


async def test_filters_mean_what_the_platform_means_by_them(market: Market) -> None:
    unpaid = (await market.place((0, 1))).order_id
    to_ship, partly, shipped = [await market.buy((0, 2), buyer=1) for _ in range(3)]
    await market.send(partly, [(0, 1)])
    await market.send(shipped, [(0, 2)])
    cancelled = (await market.place((0, 1))).order_id
    await market.as_buyer("cancel", order_id=cancelled)

    async def listed(**fields: Any) -> set[str]:
        asked = {"create_time_range": _span(market), **fields}
        return set((await market.as_shop("list/get", **asked)).order_id_list)

    assert await listed(status=10) == {unpaid}
    assert await listed(status=20) == {to_ship, partly}
    assert await listed(status=21) == {partly}
    assert await listed(status=30) == {shipped}
    assert await listed(status=250) == {cancelled}
    async with calling(market.opened) as call:
        (buyer,) = (await identity.find_buyers(call.tx, [market.buyers[1].buyer_id])).values()
    assert await listed(openid=buyer.openid) == {to_ship, partly, shipped}
    assert await listed(openid="nobody") == set()
    assert (await market.as_buyer("list", status=20)).orders == []
    own = await market.as_buyer("list", buyer=1, status=20)
    assert [one.order_id for one in own.orders] == [partly, to_ship]
    assert own.orders[0].shop_name == "杯子铺"


async def test_a_range_is_needed_and_a_cursor_belongs_to_its_question(market: Market) -> None:
    for _ in range(3):
        await market.place((0, 1))
    week = 7 * 86_400
    for fields in (
        {},
        {"create_time_range": _span(market, week, 1)},
        {"update_time_range": {"start_time": 9, "end_time": 8}},
    ):
        with pytest.raises(refusals.RangeTooWide):
            await market.as_shop("list/get", **fields)
    page = await market.as_shop("list/get", create_time_range=_span(market), page_size=1)
    with pytest.raises(CursorMismatch):
        await market.as_shop(
            "list/get", create_time_range=_span(market, 61), next_key=page.next_key
        )
    own = await market.as_buyer("list", page_size=2)
    rest = await market.as_buyer("list", page_size=2, next_key=own.next_key)
    assert (len(rest.orders), rest.has_more) == (1, False)
    with pytest.raises(CursorMismatch):
        await market.as_buyer("list", buyer=1, next_key=own.next_key)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"title": "陶杯 1"}, True),
        ({"title": "陶%"}, False),
        ({"sku_code": "c-1"}, True),
        ({"sku_code": "c-0"}, False),
        ({"user_name": "张三丰"}, True),
        ({"user_name": "张"}, False),
        ({"tel_number_last4": "1234"}, True),
        ({"tel_number_last4": "4321"}, False),
        ({"customer_notes": "顺丰"}, True),
        ({"merchant_notes": "加急"}, True),
        ({"merchant_notes": "加急", "sku_code": "c-0"}, False),
        ({"address_under_review": True}, False),
    ],
)
async def test_a_search_finds_what_fits_every_condition(
    market: Market, condition: dict[str, Any], found: bool
) -> None:
    order_id = (await market.place((1, 1), notes="请发顺丰")).order_id
    await market.as_shop("merchantnotes/update", order_id=order_id, merchant_notes="加急!")
    page = await market.as_shop("search", search_condition=condition)
    assert page.orders == ([order_id] if found else [])
    by_id = await market.as_shop("search", search_condition={**condition, "order_id": order_id})
    assert by_id.orders == page.orders


async def test_a_cart_holds_goods_by_shop_at_the_prices_of_today(market: Market) -> None:
    opened, buyer = market.opened, market.buyers[0]
    other = await open_market(opened, buyers=1, stock=1)
    for shop, sku, count in ((market, 0, 2), (market, 1, 1), (other, 0, 2), (market, 0, 1)):
        await ask(
            opened, buyer, "/v1/buyer/cart/add",
            shop_id=str(shop.shop_id), sku_id=str(shop.skus[sku]), count=count,
        )  # fmt: skip
    await opened.house.pool.execute(
        "update skus set price_fen = 900, status = case when sku_id = $1 then 11 else 5 end",
        market.skus[1],
    )
    first, second = (await ask(opened, buyer, "/v1/buyer/cart/list")).shops
    assert (first.shop_id, first.goods_fen) == (str(market.shop_id), 3 * 900)
    assert [(item.count, item.obstacle) for item in first.items] == [(3, ""), (1, "not_on_sale")]
    assert [item.obstacle for item in second.items] == ["too_few_in_stock"]
    await ask(opened, buyer, "/v1/buyer/cart/update", sku_id=market.skus[0], count=7)
    await ask(opened, buyer, "/v1/buyer/cart/remove", sku_ids=[market.skus[1], other.skus[0]])
    (only,) = (await ask(opened, buyer, "/v1/buyer/cart/list")).shops
    assert [item.count for item in only.items] == [7]
    with pytest.raises(refusals.NotInCart):
        await ask(opened, buyer, "/v1/buyer/cart/update", sku_id=market.skus[1], count=7)
    with pytest.raises(refusals.SkuNotFound):
        await ask(opened, buyer, "/v1/buyer/cart/add", shop_id="5", sku_id=market.skus[0])
    with pytest.raises(refusals.NotOnSale):
        await ask(
            opened, buyer, "/v1/buyer/cart/add", shop_id=market.shop_id, sku_id=market.skus[1]
        )


async def test_a_quote_says_what_placing_would_and_writes_nothing(market: Market) -> None:
    buyer = market.buyers[0]
    wanted: dict[str, Any] = {
        "shop_id": market.shop_id,
        "address_id": market.homes[buyer.buyer_id],
        "lines": [{"sku_id": market.skus[0], "count": 3}],
    }
    before = await market.written()
    quote = await market.as_buyer("price", **wanted)
    with pytest.raises(refusals.TooFewInStock):
        await market.as_buyer(
            "price", **{**wanted, "lines": [{"sku_id": market.skus[0], "count": 101}]}
        )
    assert await market.written() == before
    assert quote.order_fen == (await market.place((0, 3))).order_fen == 3000


async def test_a_promoters_card_is_kept_on_the_line_with_its_rate(market: Market) -> None:
    opened = market.opened
    card = CardRef(market.shop_id, market.product_of(0), market.promoter_id, 15, 6)
    async with calling(opened) as call:
        plan: dict[str, Any] = {"shop_id": market.shop_id, "product_id": market.product_of(0)}
        await set_plans(call, [PlanDraft(**plan, ratio_ppm=100_000)])
    line = {
        "sku_id": str(market.skus[0]),
        "count": 1,
        "card": card_token(opened.house, card),
    }
    placed = await market.place(lines=[line])
    detail = (await market.order(placed.order_id))["order_detail"]
    assert detail["ext_info"]["order_scene"] == 6
    assert detail["commission_infos"] == [
        {
            "sku_id": str(market.skus[0]), "nickname": "阿珍", "type": 0, "status": 1,
            "amount": 100, "finder_id": str(market.promoter_id),
            "talent_id": str(market.promoter_id),
        }
    ]  # fmt: skip
    (source,) = detail["source_infos"]
    assert (source["sale_channel"], source["account_type"]) == (100, 2)
    assert (source["account_id"], source["content_id"]) == (str(market.promoter_id), "15")
    assert detail["settle_info"] == {"predict_commission_fee": 50}


async def test_freight_is_of_the_place_and_a_place_not_served_is_refused(market: Market) -> None:
    opened = market.opened
    rule = FreightRule(Shipping.NO_FREE, charges=(Charge((), True, 1, 800, 1, 200),))
    far = replace(rule, not_sent=(Area("广东省"),))
    async with calling(opened) as call:
        for template_id, one in ((8, rule), (9, far)):
            template = FreightTemplate(f"t{template_id}", SendTime.FOUTYEIGHT_HOUR, False, one)
            await add_template(call.tx, market.shop_id, template_id, template, call.at)
        await call.tx.execute(
            "update products set freight_template_id = case product_id when $1 then 8 else 9 end",
            market.product_of(0),
        )
    placed = await market.place((0, 3))
    assert placed.order_fen == 3000 + 800 + 2 * 200
    price = (await market.order(placed.order_id))["order_detail"]["price_info"]
    assert (price["freight"], price["product_price"]) == (1200, 3000)
    with pytest.raises(DestinationNotServed):
        await market.place((1, 1))


async def _post(
    client: httpx.AsyncClient, token: str, path: str, body: bytes
) -> tuple[int, dict[str, Any]]:
    answer = await client.post(path, content=body, headers={"authorization": f"Bearer {token}"})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("place", b"{}", 400, 40097),
        ("place", b'{"shop_id":"1","address_id":"1","lines":[]}', 400, 40097),
        ("place", b'{"shop_id":"1","address_id":"1","lines":[{"sku_id":"1","count":0}]}', 400, 40097),
        ("place", b'{"shop_id":"x","address_id":"1","lines":[{"sku_id":"1"}]}', 400, 40097),
        ("place", b'{"shop_id":1,"address_id":1,"lines":[{"sku_id":1}],"notes":"\\u0000"}', 400, 40097),
        ("place", b'{"shop_id":1,"address_id":1,"lines":[{"sku_id":1}],"odd":1}', 400, 40097),
        ("place", b'{"shop_id":"9999999999999999999","address_id":1,"lines":[{"sku_id":1}]}', 404, 9010004),
        ("pay", b'{"order_id":"9999999999999999999"}', 404, 100002),
        ("cancel", b'{"order_id":1}', 404, 100002),
        ("confirm", b"{", 400, 47001),
    ],
)  # fmt: skip
async def test_bad_input_is_named_and_changes_nothing(
    market: Market, client: httpx.AsyncClient, path: str, body: bytes, status: int, code: int
) -> None:
    async with calling(market.opened) as call:
        token = await identity.open_session(call, market.buyers[0].buyer_id)
    before = await market.written()
    got, answer = await _post(client, token, f"/v1/buyer/order/{path}", body)
    assert (got, answer["code"]) == (status, code), answer
    assert await market.written() == before
