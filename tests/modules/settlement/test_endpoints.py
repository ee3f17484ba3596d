"""What shops, promoters and the operator read of money."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.identity import api as identity
from tongshang.modules.settlement.refusals import FlowNotFound, NoMoneyYet
from tongshang.runtime.call import Caller, WrongCaller

FUNDS = "/channels/ec/funds/"
SAMPLES = Path(__file__).parents[4] / "shared" / "contract" / "samples"


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    yield await open_books(opened)
    opened.house.clock.offset = offset


async def _settled(books: Books) -> str:
    """An order, one piece refunded before its settlement and one after: see test_journey."""
    order_id = await books.buy((0, 3), (1, 2))
    await books.market.send(order_id, [(0, 3), (1, 2)])
    await books.refund(order_id, 1, 1)
    await books.market.as_buyer("confirm", order_id=order_id)
    await books.wait_a_week()
    await books.refund(order_id, 1, 1)
    return order_id


async def _stranger(books: Books) -> Caller:
    async with calling(books.opened) as call:
        drafts = [identity.PartyDraft(identity.PartyKind.SHOP, "别家")]
        (shop_id,) = await identity.add_parties(call, drafts)
        return identity.shop_caller(await identity.get_party(call.tx, shop_id))


async def _flows(books: Books, **fields: Any) -> list[dict[str, Any]]:
    now = int(books.opened.house.clock.now().timestamp())
    span = {"start_time": now - 7 * 86_400, "end_time": now, "page_size": 100}
    page = await books.ask_shop(FUNDS + "getfundsflowlist", **{**span, **fields})
    return [await _flow(books, flow_id) for flow_id in page.flow_ids]


async def _flow(books: Books, flow_id: str) -> dict[str, Any]:
    reply = await books.ask_shop(FUNDS + "getfundsflowdetail", flow_id=flow_id)
    flow: dict[str, Any] = json.loads(msgspec.json.encode(reply))["funds_flow"]
    return flow


async def test_a_shop_sees_its_latest_flows_first_and_at_once(books: Books) -> None:
    await _settled(books)
    told: list[tuple[int, int, int]] = []
    page = await books.ask_shop("/v1/shop/money/flows", page_size=3)
    while True:
        told += [(one.funds_type, one.change_fen, one.balance_fen) for one in page.flows]
        if not page.has_more:
            break
        path, key = "/v1/shop/money/flows", page.next_key
        page = await books.ask_shop(path, page_size=3, next_key=key)
    assert told == [
        (10, 333, 3_331), (11, 167, 2_998), (3, -3_333, 2_831), (10, -666, 6_164),
        (11, -336, 6_830), (3, -3_333, 7_166), (1, 10_499, 10_499),
    ]  # fmt: skip
    stranger = await _stranger(books)
    assert (await ask(books.opened, stranger, "/v1/shop/money/flows")).flows == []
    with pytest.raises(CursorMismatch):
        await ask(books.opened, stranger, "/v1/shop/money/flows", next_key=key)


async def test_flows_tell_every_fen_that_came_and_went(books: Books) -> None:
    order_id = await _settled(books)
    books.market.later(days=2)
    now = int(books.opened.house.clock.now().timestamp())
    transaction = await books.opened.house.pool.fetchval("select transaction_id from payments")
    first = await _flows(books, transaction_id=transaction, start_time=0)
    assert [(one["funds_type"], one["amount"]) for one in first] == [
        (1, 10_499), (3, 3_333), (3, 3_333), (11, 167), (10, 333),
    ]  # fmt: skip
    flows = [*first[:2], *(await _flows(books, end_time=now))]
    told = [(f["funds_type"], f["flow_type"], f["amount"], f["balance"]) for f in flows]
    assert told == [
        (1, 1, 10_499, 10_499), (3, 2, 3_333, 7_166),
        (11, 2, 336, 6_830), (10, 2, 666, 6_164),
        (3, 2, 3_333, 2_831), (11, 1, 167, 2_998), (10, 1, 333, 3_331),
    ]  # fmt: skip
    refund = flows[1]
    assert [one["related_type"] for one in refund["related_info_list"]] == [2, 1]
    assert refund["related_info_list"][1] == {
        "related_type": 1, "order_id": order_id, "transaction_id": transaction,
    }  # fmt: skip
    sample = SAMPLES / "channels.ec.funds.getfundsflowdetail.response.json"
    if sample.exists():
        shape = json.loads(sample.read_text(encoding="utf-8"))["funds_flow"]
        assert {name: type(value) for name, value in shape.items()}.items() <= {
            name: type(value) for name, value in refund.items()
        }.items()


async def test_flows_are_read_a_day_later_page_by_page(books: Books) -> None:
    await books.buy((1, 1))
    await books.buy((1, 1), buyer=1)
    assert await _flows(books) == []
    books.market.later(days=2)
    assert len(await _flows(books)) == 2
    assert await _flows(books, flow_type=2) == []

    path, now = FUNDS + "getfundsflowlist", int(books.opened.house.clock.now().timestamp())
    asked: dict[str, Any] = {"start_time": now - 3 * 86_400, "end_time": now, "page_size": 1}
    first = await books.ask_shop(path, **asked)
    second = await books.ask_shop(path, **asked, next_key=first.next_key)
    assert (first.has_more, second.has_more) == (True, False)
    assert (
        first.flow_ids != second.flow_ids == (await books.ask_shop(path, **asked, page=2)).flow_ids
    )
    with pytest.raises(CursorMismatch):
        await books.ask_shop(path, **{**asked, "end_time": now - 1}, next_key=first.next_key)
    for wrong in (
        {"start_time": now + 1},
        {"start_time": now - 8 * 86_400},
        {"page": 100, "page_size": 100},
    ):
        with pytest.raises(InvalidField):
            await books.ask_shop(path, **{**asked, **wrong})
    other = await _stranger(books)
    assert (await ask(books.opened, other, path, **asked)).flow_ids == []
    with pytest.raises(FlowNotFound):
        await ask(books.opened, other, FUNDS + "getfundsflowdetail", flow_id=first.flow_ids[0])
    with pytest.raises(WrongCaller):
        await ask(books.opened, books.market.buyers[0], path, **asked)


async def test_the_settlement_of_an_order_is_received_less_expenses(books: Books) -> None:
    order_id = await books.buy((0, 3), (1, 2))
    await books.market.send(order_id, [(0, 3), (1, 2)])
    await books.refund(order_id, 1, 1)
    path = FUNDS + "listorderflow"
    (flow,) = (await books.ask_shop(path, order_settle_state=1, order_id=order_id)).order_flow_list
    assert (flow.mch_received_amount, flow.expense_amount, flow.mch_settle_amount) == (
        10_499, 3_333 + 336 + 666, 6_164,
    )  # fmt: skip
    assert flow.mch_settle_time == 0
    await books.market.as_buyer("confirm", order_id=order_id)
    await books.wait_a_week()
    await books.refund(order_id, 1, 1)
    (flow,) = (await books.ask_shop(path, order_settle_state=60, order_id=order_id)).order_flow_list
    assert flow.order_settle_state == flow.promoter_commission_settle_state == 60
    assert flow.mch_settle_amount == flow.mch_received_amount - flow.expense_amount == 6_164
    assert flow.expense_amount == (
        flow.platform_commission_amount
        + flow.promoter_commission_amount
        + flow.refund_before_settlement
    )
    assert flow.buyer_refund_amount == 6_666
    after = flow.post_settlement_expense
    assert (after.buyer_refund_amount, after.promoter_refund_amount) == (3_333, 333)
    assert [one.product_name for one in flow.product_list] == ["陶杯 0", "陶杯 1"]


async def test_order_flows_are_listed_by_state_and_time(books: Books) -> None:
    settled = await _settled(books)
    waiting, shipped = await books.buy((1, 1)), await books.buy((1, 1), buyer=1)
    await books.market.send(shipped, [(1, 1)])
    now = int(books.opened.house.clock.now().timestamp())

    async def listed(state: int, begin: int = now - 86_400, **more: Any) -> list[str]:
        reply = await books.ask_shop(
            FUNDS + "listorderflow",
            order_settle_state=state,
            create_time_range={"begin": begin, "end": now + 60},
            **more,
        )
        return [flow.order_id for flow in reply.order_flow_list]

    assert await listed(0) == [waiting, shipped]
    assert await listed(1, order_state=30) == [shipped]
    assert await listed(0, order_state=20) == [waiting]
    assert await listed(100) == await listed(2) == await listed(0, order_pay_method=2) == []
    assert await listed(0, pagination_info={"limit": 1, "offset": 1}) == [shipped]
    first = await books.ask_shop(
        FUNDS + "listorderflow",
        order_settle_state=0,
        create_time_range={"begin": now - 86_400, "end": now + 60},
        pagination_info={"limit": 1, "use_page_ctx": True},
    )
    assert first.has_more
    paged = {"limit": 1, "use_page_ctx": True, "page_ctx": first.page_ctx}
    assert await listed(0, pagination_info=paged) == [shipped]
    week_ago = now - 8 * 86_400
    for wrong in (
        {"order_settle_state": 0},
        {"order_settle_state": 7, "order_id": settled},
        {"order_settle_state": 0, "order_state": 21, "order_id": settled},
        {"order_settle_state": 0, "create_time_range": {"begin": week_ago, "end": now}},
    ):
        with pytest.raises(InvalidField):
            await books.ask_shop(FUNDS + "listorderflow", **wrong)


async def test_every_fen_of_an_order_is_explained(books: Books) -> None:
    order_id = await _settled(books)
    told = await books.ask_shop("/v1/shop/money/explain", order_id=order_id)
    assert [(entry.cause, len(entry.postings)) for entry in told.entries] == [
        ("payment", 1), ("refund", 1), ("settlement", 3), ("refund", 3),
    ]  # fmt: skip
    assert told.entries[2].postings[1].target.party_name == "阿珍"
    assert [(s.base_fen, s.fee_fen, s.commission_fen, s.shop_fen) for s in told.shares] == [
        (6_666, 333, 666, 5_667), (500, 3, 0, 497),
    ]  # fmt: skip
    sums = {one.account.kind: one.amount_fen for one in told.sums}
    assert sum(sums.values()) == 0
    assert {kind: fen for kind, fen in sums.items() if fen} == await books.balances()
    with pytest.raises(NoMoneyYet):
        await ask(books.opened, await _stranger(books), "/v1/shop/money/explain", order_id=order_id)


async def test_sums_by_day_for_the_shop(books: Books) -> None:
    await _settled(books)
    told = await books.ask_shop("/v1/shop/money/summary")
    assert (told.pending_fen, told.available_fen, told.debt_fen) == (0, 3_331, 0)
    days = [day for day in told.days if any(msgspec.structs.astuple(day)[1:])]
    assert len(told.days) == 30
    assert sum(day.paid_fen for day in days) == 10_499
    assert sum(day.refunded_fen for day in days) == 6_666
    assert sum(day.fees_fen for day in days) == 169
    assert sum(day.commissions_fen for day in days) == 333
    assert sum(day.settled_fen for day in days) == 6_164
    assert days[-1].day == f"{books.opened.house.clock.now() + timedelta(hours=8):%Y-%m-%d}"


async def test_a_promoter_sees_what_was_sold_and_what_is_earned(books: Books) -> None:
    async def orders(status: int = 0) -> list[tuple[str, int, int, int]]:
        page = await ask(
            books.opened, books.promoter, "/v1/promoter/order/list", status=status
        )  # fmt: skip
        return [
            (one.order_id, one.status, one.commission_fen, one.returned_fen) for one in page.orders
        ]

    async def summary() -> tuple[int, int, int]:
        got = await ask(books.opened, books.promoter, "/v1/promoter/money/summary")
        return got.available_fen, got.unsettled_fen, got.settled_fen

    order_id = await books.buy((0, 3), (1, 2))
    assert await orders() == [(order_id, 20, 999, 0)]
    assert await summary() == (0, 999, 0)
    await books.ship_and_receive(order_id, (0, 3), (1, 2))
    await books.wait_a_week()
    await books.refund(order_id, 1, 1)
    assert await orders(100) == [(order_id, 100, 999, 333)]
    assert await summary() == (666, 0, 999)
    assert await orders(20) == []


async def test_all_accounts_together_are_zero(books: Books) -> None:
    await _settled(books)
    told = await ask(books.opened, books.operator, "/v1/platform/money/summary")
    totals = {one.kind: one.total_fen for one in told.accounts}
    assert (told.sum_fen, totals["platform_fee"], totals["channel"]) == (0, 169, -3_833)
    with pytest.raises(WrongCaller):
        await books.ask_shop("/v1/platform/money/summary")
