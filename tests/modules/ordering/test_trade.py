"""The way of an order, through the endpoints of buyers and shops."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.modules.ordering.market import Market, open_market
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened, open_house
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering import api, refusals
from tongshang.modules.ordering.api import AftersaleMark, RefundedLine, SettledLine
from tongshang.modules.ordering.reactions import take_payments
from tongshang.modules.payment.events import PaymentTaken
from tongshang.modules.surfaces.api import CardRef, TouchDraft, record_touches
from tongshang.runtime.db import transaction


@pytest.fixture
async def market(opened: Opened) -> AsyncIterator[Market]:
    offset = opened.house.clock.offset
    yield await open_market(opened)
    opened.house.clock.offset = offset


async def moves(market: Market, order_id: str) -> list[tuple[str, int, int]]:
    rows = await market.opened.house.pool.fetch(
        "select move, source, target from order_moves where order_id = $1 order by number",
        int(order_id),
    )
    return [tuple(row) for row in rows]


async def test_an_order_goes_from_the_cart_to_the_receipt(market: Market) -> None:
    buyer, opened = market.buyers[0], market.opened
    cup = {"shop_id": str(market.shop_id), "sku_id": str(market.skus[0])}
    await ask(opened, buyer, "/v1/buyer/cart/add", **cup, count=2)
    placed = await market.place((0, 2), (1, 4), notes="发顺丰", from_cart=True, expected_fen=3000)
    assert placed.order_fen == 3000
    assert (await ask(opened, buyer, "/v1/buyer/cart/list")).shops == []
    assert (await market.stock(0), await market.stock(1)) == (98, 96)
    order = await market.order(placed.order_id)
    assert (order["status"], order["order_detail"]["ext_info"]["customer_notes"]) == (10, "发顺丰")

    charge = await market.pay(placed.order_id)
    assert (await market.pay(placed.order_id)).payment_id == charge.payment_id
    await finish_work(opened)
    order = await market.order(placed.order_id)
    pay_info = order["order_detail"]["pay_info"]
    assert (order["status"], pay_info["prepay_id"]) == (20, charge.prepay_id)
    assert pay_info["transaction_id"]
    assert pay_info["payment_method"] == 1

    await market.send(placed.order_id, [(0, 1)], [(0, 1), (1, 1)])
    assert (await market.order(placed.order_id))["status"] == 21
    await market.send(placed.order_id, [(1, 3)])
    order = await market.order(placed.order_id)
    sent = order["order_detail"]["delivery_info"]
    assert (order["status"], len(sent["delivery_product_info"])) == (30, 3)
    assert sent["ship_done_time"]
    assert sent["delivery_product_info"][0]["delivery_name"]

    await market.as_buyer("confirm", order_id=placed.order_id)
    own = (await market.as_buyer("get", order_id=placed.order_id)).order
    assert (own.status, own.open_moves, own.may_refund) == (100, [], True)
    assert [move for move, _, _ in await moves(market, placed.order_id)] == [
        "pay", "ship_part", "ship_rest", "receive",
    ]  # fmt: skip


async def test_the_wire_shows_an_order_in_the_shape_of_the_sample(market: Market) -> None:
    order_id = await market.buy((0, 1))
    await market.send(order_id, [(0, 1)])
    order = await market.order(order_id)
    samples = Path(__file__).parents[4] / "shared" / "contract" / "samples"
    path = samples / "channels.ec.order.get.response.json"
    if path.exists():
        _same_types(json.loads(path.read_text(encoding="utf-8"))["order"], order)
    address = order["order_detail"]["delivery_info"]["address_info"]
    assert (address["user_name"], address["tel_number"]) == ("张**", "138****1234")
    assert address["detail_info"] == "******"
    own = await market.as_buyer("get", order_id=order_id)
    assert own.address.tel_number == "13800001234"
    price = order["order_detail"]["price_info"]
    assert price["merchant_receieve_price"] == price["order_price"] == 1000


def _same_types(sample: Any, ours: Any, place: str = "order") -> None:
    """Where both have a field it has one type."""
    if isinstance(sample, dict) and isinstance(ours, dict):
        for name in sample.keys() & ours.keys():
            _same_types(sample[name], ours[name], f"{place}.{name}")
    elif isinstance(sample, list) and isinstance(ours, list):
        for one, other in zip(sample[:1], ours[:1], strict=False):
            _same_types(one, other, f"{place}[]")
    else:
        assert type(sample) is type(ours), place


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"lines": [{"sku_id": "5", "count": 1}]}, refusals.SkuNotFound),
        ({"address_id": "5"}, refusals.AddressNotFound),
        ({"expected_fen": 999}, refusals.PriceChanged),
        ({"shop_id": "5"}, refusals.SkuNotFound),
    ],
)
async def test_a_refused_order_leaves_nothing(
    market: Market, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = await market.written()
    with pytest.raises(refusal):
        await market.place((0, 1), **fields)
    with pytest.raises(refusals.TooFewInStock):
        await market.place((0, 1), (1, 101))
    assert await market.written() == before


async def test_nobody_orders_to_an_address_that_a_neighbour_in_the_batch_has(
    market: Market,
) -> None:
    foreign = str(market.homes[market.buyers[0].buyer_id])
    given = await asyncio.gather(
        market.place((0, 1)),
        *(market.place((0, 1), buyer=1, address_id=foreign) for _ in range(3)),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in given] == ["PlacedView"] + ["AddressNotFound"] * 3


async def test_fifty_of_two_hundred_at_once_get_the_last_fifty(opened: Opened) -> None:
    market = await open_market(opened, buyers=20, stock=50)
    given = await asyncio.gather(
        *(market.place((0, 1), buyer=n % 20) for n in range(200)), return_exceptions=True
    )
    sold = [one for one in given if not isinstance(one, BaseException)]
    assert len(sold) == 50
    assert all(isinstance(one, refusals.TooFewInStock) for one in given if one not in sold)
    assert await market.stock() == 0
    flows = await opened.house.pool.fetch(
        "select beginning, ending, order_id from stock_flows where op = 4 order by beginning desc"
    )
    assert [(row["beginning"], row["ending"]) for row in flows] == [
        (left, left - 1) for left in range(50, 0, -1)
    ]
    assert {str(row["order_id"]) for row in flows} == {one.order_id for one in sold}


async def test_two_processes_never_sell_a_piece_twice(
    opened: Opened, dsn: str, tmp_path: Path
) -> None:
    here = await open_market(opened, buyers=10, stock=30)
    async with open_house(dsn, tmp_path) as other:
        there = replace(here, opened=other)
        given = await asyncio.gather(
            *(one.place((0, 1), (1, 1), buyer=n % 10) for n in range(40) for one in (here, there)),
            return_exceptions=True,
        )
    assert sum(not isinstance(one, BaseException) for one in given) == 30
    assert {getattr(one, "code", 0) for one in given} - {0} == {refusals.TooFewInStock.code}
    assert (await here.stock(0), await here.stock(1)) == (0, 0)


async def test_the_same_key_places_one_order(market: Market) -> None:
    given = await asyncio.gather(*(market.place((0, 1), key="k") for _ in range(5)))
    again = await market.place((0, 1), key="k")
    assert {one.order_id for one in (*given, again)} == {again.order_id}
    assert await market.stock() == 99


async def test_of_cancelling_and_paying_at_once_one_wins_and_the_money_is_right(
    market: Market,
) -> None:
    for _ in range(8):
        order_id = (await market.place((0, 1))).order_id
        await market.pay(order_id)
        given = await asyncio.gather(
            finish_work(market.opened),
            market.as_buyer("cancel", order_id=order_id),
            market.as_buyer("cancel", order_id=order_id),
            return_exceptions=True,
        )
        await finish_work(market.opened)
        cancelled = [one for one in given[1:] if not isinstance(one, BaseException)]
        assert len(cancelled) <= 1, "of two who cancel one is told that it is done"
        order = await market.order(order_id)
        refunds = await market.opened.house.pool.fetch(
            "select amount_fen from refunds where subject_id = $1", int(order_id)
        )
        assert order["status"] == (250 if cancelled else 20)
        paid = order["order_detail"]["pay_info"].get("transaction_id")
        assert bool(paid) != bool(cancelled)
        assert len(refunds) <= len(cancelled)


async def test_of_two_who_move_an_order_at_once_one_is_refused(market: Market) -> None:
    order_id = await market.buy((0, 2))
    given = await asyncio.gather(
        *(market.send(order_id, [(0, 2)]) for _ in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in given) == 1
    assert {getattr(one, "code", 0) for one in given if isinstance(one, BaseException)} == {101100}
    pool = market.opened.house.pool
    assert await pool.fetchval("select count(*) from parcels") == 1


async def test_money_for_a_closed_order_goes_back_once(market: Market) -> None:
    order_id = (await market.place((0, 1))).order_id
    await market.pay(order_id)
    market.later(minutes=31)
    async with calling(market.opened) as call:  # the notice comes after the end of the time
        await api.cancel(call, [(market.shop_id, int(order_id))], api.CancelType.UNPAID_IN_TIME)
    await finish_work(market.opened)
    assert (await market.order(order_id))["status"] == 250
    assert await market.stock() == 100
    pool = market.opened.house.pool
    for _ in range(2):
        refunds = await pool.fetch("select cause_kind, amount_fen from refunds")
        assert [tuple(row) for row in refunds] == [("order.late_payment", 1000)]
        await pool.execute("update payments set looked_at = looked_at - interval '1 hour'")
        await finish_work(market.opened)


async def test_a_payment_told_twice_changes_nothing(market: Market) -> None:
    order_id = await market.buy((0, 1))
    pool = market.opened.house.pool
    row = await pool.fetchrow("select * from payments where subject_id = $1", int(order_id))
    assert row is not None
    fact = PaymentTaken(
        **{name: row[name] for name in PaymentTaken.__dataclass_fields__ if name != "at"},
        at=row["paid_at"],
    )
    before = await market.written()
    for facts in ([fact], [fact, fact]):
        async with calling(market.opened) as call:
            await take_payments(call, facts)
    assert await market.written() == before


async def test_unpaid_orders_expire_and_shipped_ones_are_received_in_time(market: Market) -> None:
    unpaid, paid = (await market.place((0, 3))).order_id, await market.buy((1, 1))
    await market.send(paid, [(1, 1)])
    await finish_work(market.opened)
    assert (await market.order(unpaid))["status"] == 10
    market.later(minutes=30, seconds=1)
    await finish_work(market.opened)
    assert (await market.order(unpaid))["status"] == 250
    assert await market.stock() == 100
    assert await moves(market, unpaid) == [("expire", 10, 250)]
    with pytest.raises(refusals.NotUnpaid):
        await market.pay(unpaid)
    market.later(days=7)
    await finish_work(market.opened)
    assert (await market.order(paid))["status"] == 100
    assert (await moves(market, paid))[-1][0] == "receive_in_time"


async def test_orders_of_others_do_not_exist(market: Market, opened: Opened) -> None:
    order_id = await market.buy((0, 1))
    other = await open_market(opened, buyers=1)
    before = await market.written()
    for what in ("pay", "cancel", "confirm", "get"):
        with pytest.raises(refusals.OrderNotFound):
            await market.as_buyer(what, buyer=1, order_id=order_id)
    with pytest.raises(refusals.OrderNotFound):
        await other.as_shop("get", order_id=order_id)
    with pytest.raises(refusals.OrderNotFound):
        await other.send(order_id, [(0, 1)])
    with pytest.raises(refusals.OrderNotFound):
        await other.as_shop("merchantnotes/update", order_id=order_id, merchant_notes="x")
    assert await market.written() == before


async def test_a_paid_order_is_not_cancelled_and_an_unpaid_one_not_shipped(market: Market) -> None:
    paid, unpaid = await market.buy((0, 1)), (await market.place((0, 1))).order_id
    before = await market.written()
    with pytest.raises(IllegalMove):
        await market.as_buyer("cancel", order_id=paid)
    with pytest.raises(IllegalMove):
        await market.as_buyer("confirm", order_id=paid)
    with pytest.raises(refusals.MayNotShip):
        await market.send(unpaid, [(0, 1)])
    with pytest.raises(refusals.NotInOrder):
        await market.send(paid, [(0, 1)], [(0, 1)])
    with pytest.raises(Refusal, match="express company"):
        await market.as_shop(
            "delivery/send",
            order_id=paid,
            delivery_list=[
                {
                    "delivery_id": "NOBODY",
                    "waybill_id": "1",
                    "deliver_type": 1,
                    "product_infos": [
                        {
                            "product_id": market.product_of(0),
                            "sku_id": market.skus[0],
                            "product_cnt": 1,
                        }
                    ],
                }
            ],
        )
    assert await market.written() == before


async def test_a_lowered_price_is_what_is_paid_and_an_earlier_charge_is_void(
    market: Market,
) -> None:
    order_id = (await market.place((0, 2), (1, 1))).order_id
    first = await market.pay(order_id, confirm=False)
    change = {"product_id": market.product_of(0), "sku_id": str(market.skus[0])}
    await market.as_shop(
        "price/update",
        order_id=order_id,
        change_express=False,
        change_order_infos=[{**change, "change_price": "1500"}],
    )
    price = (await market.order(order_id))["order_detail"]["price_info"]
    assert (price["order_price"], price["change_down_price"]) == (1750, 500)
    second = await market.pay(order_id)
    assert second.payment_id != first.payment_id
    await finish_work(market.opened)
    assert (await market.order(order_id))["status"] == 20
    with pytest.raises(refusals.NotUnpaid):
        await market.as_shop("price/update", order_id=order_id, change_express=True)


@pytest.mark.parametrize("size", [1, 32])
async def test_the_statements_of_a_batch_do_not_grow_with_it(opened: Opened, size: int) -> None:
    market = await open_market(opened, buyers=size)
    card = CardRef(market.shop_id, market.product_of(0), market.promoter_id, 15, 6)
    async with calling(opened) as call:
        touches = [TouchDraft(one.buyer_id, card, call.at) for one in market.buyers]
        await record_touches(call, touches)
    await market.place((0, 1))  # what a connection learns once, it has learned

    async def count(asked: list[Coroutine[Any, Any, Any]]) -> tuple[int, list[Any]]:
        with sent_statements(opened) as sent:
            answers = await asyncio.gather(*asked)
        return len(sent), answers

    place, placed = await count([market.place((0, 1), (1, 1), buyer=n) for n in range(size)])
    keyed, _ = await count([market.place((0, 1), buyer=n, key=f"k{n}") for n in range(size)])
    pay, _ = await count([market.pay(one.order_id, n) for n, one in enumerate(placed)])
    listed, _ = await count([market.as_buyer("list")])
    # Of them three say who brought the buyers; where nobody did, one.
    assert (place, keyed, pay, listed) == (15, 18, 8, 4)


async def test_aftersales_refunds_and_settlements_are_noted_on_lines(market: Market) -> None:
    order_id = await market.buy((0, 2), (1, 1))
    key = (market.shop_id, int(order_id))
    async with calling(market.opened) as call:
        mark = AftersaleMark(*key, line=1, aftersale_id=20, change=2, status=4)
        await api.open_aftersales(call, [mark])
    order = await market.order(order_id)
    assert order["order_detail"]["product_infos"][0]["on_aftersale_sku_cnt"] == 2
    assert order["aftersale_detail"] == {
        "aftersale_order_list": [{"aftersale_order_id": "20", "status": 4}],
        "on_aftersale_order_cnt": 1,
    }
    found = await market.as_shop(
        "search", search_condition={"title": "陶杯"}, on_aftersale_order_exist=1
    )
    assert found.orders == [order_id]
    async with calling(market.opened) as call:
        await api.note_refunds(call, [RefundedLine(*key, line=1, count=2, amount_fen=2000)])
    assert await market.stock() == 100
    async with calling(market.opened) as call:
        await api.note_settled(call, [SettledLine(*key, line=2, fee_fen=12, commission_fen=0)])
    order = await market.order(order_id)
    assert order["order_detail"]["settle_info"]["commission_fee"] == 12
    async with calling(market.opened) as call:
        await api.note_refunds(call, [RefundedLine(*key, 2, 1, 250, marked=False)])
    assert (await market.order(order_id))["status"] == 200
    assert (await moves(market, order_id))[-1] == ("refund_all", 20, 200)


async def test_two_refunds_of_one_piece_at_once_give_it_back_once(market: Market) -> None:
    order_id = await market.buy((0, 1))
    refunded = RefundedLine(market.shop_id, int(order_id), 1, 1, 600, marked=False)

    async def refund() -> None:
        async with calling(market.opened) as call:
            await api.note_refunds(call, [refunded])

    given = await asyncio.gather(refund(), refund(), return_exceptions=True)
    assert sum(one is None for one in given) == 1
    assert await market.stock() == 100


async def test_a_move_decided_on_an_old_state_moves_nothing(market: Market) -> None:
    from tongshang.modules.ordering.actions.moving import step
    from tongshang.modules.ordering.store import orders

    order_id = (await market.place((0, 1))).order_id
    key = (market.shop_id, int(order_id))
    pool, at = market.opened.house.pool, market.opened.house.clock.now() + timedelta(seconds=1)
    async with transaction(pool) as tx:
        stale = (await orders.find_orders(tx, [key]))[key]
    await market.as_buyer("cancel", order_id=order_id)
    before = await market.written()
    with pytest.raises(refusals.MovedMeanwhile):
        async with transaction(pool) as tx:
            await orders.move_orders(tx, [step(stale, api.OrderMove.PAY)], at)
    assert await market.written() == before


async def test_a_shop_reads_its_order_over_http(market: Market, client: httpx.AsyncClient) -> None:
    order_id = (await market.place((0, 1))).order_id
    async with calling(market.opened) as call:
        app = await identity.add_app(call, market.shop_id)
    asked = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    token = (await client.get("/cgi-bin/token", params=asked)).json()["access_token"]
    path = f"/channels/ec/order/get?access_token={token}"
    for number in (order_id, int(order_id)):
        answer = (await client.post(path, json={"order_id": number})).json()
        assert (answer["errcode"], answer["order"]["order_id"]) == (0, order_id)
    answer = (await client.post(path, json={"order_id": "1"})).json()
    assert (answer["errcode"], answer["errmsg"][:9]) == (100002, "Not exist")
    answer = (await client.post(path, json={"order_id": "x"})).json()
    assert (answer["errcode"], "order_id" in answer["errmsg"]) == (40097, True)
