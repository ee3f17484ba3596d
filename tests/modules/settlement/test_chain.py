"""Sales by deals, to the fen: the platform's own examples, refunded before and after."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.modules.settlement.chain import BOTH, LONGEST, Chain, open_chain
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.modules.settlement import api as settlement
from tongshang.modules.settlement.actions.returning import give_back
from tongshang.modules.settlement.api import (
    BalanceTooLow,
    NoMoneyYet,
    ReceiverSuspended,
    Subject,
)
from tongshang.modules.settlement.domain.values import Returned
from tongshang.modules.settlement.refusals import (
    CommissionOrderNotFound,
    HeldTooShortly,
    NotGone,
    NothingHeld,
)


@pytest.fixture
async def chain(opened: Opened) -> AsyncIterator[Chain]:
    offset = opened.house.clock.offset
    yield await open_chain(opened)
    opened.house.clock.offset = offset


async def test_the_longest_chain_is_paid_as_the_platform_says(chain: Chain) -> None:
    await chain.settle(LONGEST, (0, 1))
    assert await chain.has() == [400, 200, 200, 100, 100]
    assert await chain.books.balances() == {
        "channel": -10_000, "platform_fee": 500, "agency": 700, "promoter": 200, "sharer": 100,
        "shop_available": 8_500,
    }  # fmt: skip


async def test_one_of_three_refunded_before_the_settlement_was_never_divided(chain: Chain) -> None:
    order_id = await chain.buy(LONGEST, (1, 3))  # 3 x 33.33 yuan
    await chain.books.market.send(order_id, [(1, 3)])
    await chain.books.refund(order_id, 1, 1)
    await chain.books.market.as_buyer("confirm", order_id=order_id)
    await chain.books.wait_a_week()
    # Of 66.66: 666, 399, 266, 133 and 66 come to each.
    assert await chain.has() == [267, 133, 133, 67, 66]
    flow = await _order_flow(chain, order_id)
    assert flow["mch_settle_amount"] == 9_999 - 3_333 - 333 - 666
    assert (flow["supplier_commission_amount"], flow["promoter_commission_amount"]) == (666, 0)


async def test_one_of_three_refunded_after_the_settlement_comes_back_from_everybody(
    chain: Chain,
) -> None:
    order_id = await chain.settle(LONGEST, (1, 3))
    # Of 99.99: 999, 599, 399, 199 and 99 come to each, and stay: 400, 200, 200, 100, 99.
    assert await chain.has() == [400, 200, 200, 100, 99]
    await chain.books.refund(order_id, 1, 1)
    # A third of what stayed comes back: 133.3, 66.7, 66.7, 33.3, 33.
    assert await chain.has() == [267, 133, 133, 67, 66]
    balances = await chain.books.balances()
    assert (balances["channel"], balances["platform_fee"]) == (-6_666, 333)
    assert balances["shop_available"] == 6_666 - 333 - 666
    await chain.books.refund(order_id, 1, 2)
    assert await chain.has() == [0, 0, 0, 0, 0]
    assert await chain.books.balances() == {}


async def test_commission_and_service_fee_are_two_streams(chain: Chain) -> None:
    order_id = await chain.settle(BOTH, (1, 3))
    # Of 99.99: 999 for the promoter, 1,999 for the agency, 799 of them for the sharer.
    assert await chain.has() == [1_200, 0, 999, 0, 799]
    flow = await _order_flow(chain, order_id)
    assert (flow["mch_received_amount"], flow["expense_amount"]) == (9_999, 499 + 999 + 1_999)
    assert flow["mch_settle_amount"] == flow["mch_received_amount"] - flow["expense_amount"]
    assert flow["expense_amount"] == (
        flow["platform_commission_amount"] + flow["promoter_commission_amount"]
        + flow["supplier_commission_amount"] + flow["refund_before_settlement"]
    )  # fmt: skip
    assert flow["supplier_commission_settle_state"] == 60
    rows = await chain.opened.house.pool.fetch(
        "select funds_type, flow_type, amount_fen from funds_flows order by flow_id"
    )
    assert [tuple(row) for row in rows] == [
        (1, 1, 9_999),
        (11, 2, 499),
        (10, 2, 999),
        (12, 2, 1_999),
    ]
    assert await _shown(chain, order_id) == [(0, "阿珍", 2, 999), (1, "大团", 2, 1_999)]
    await chain.books.refund(order_id, 1, 1)
    # 333 of the promoter's, 400 of the agency's, 266.3 of the sharer's.
    assert await chain.has() == [800, 0, 666, 0, 533]
    flow = await _order_flow(chain, order_id)
    assert flow["post_settlement_expense"]["buyer_refund_amount"] == 3_333
    assert flow["post_settlement_expense"]["promoter_refund_amount"] == 333 + 400 + 266


async def test_an_order_names_whom_its_shop_pays_and_nobody_behind_them(chain: Chain) -> None:
    assert await _shown(chain, await chain.buy(LONGEST, (1, 3))) == [(1, "大团", 1, 999)]
    waiting = await chain.buy(BOTH, (1, 3))
    assert await _shown(chain, waiting) == [(0, "阿珍", 1, 999), (1, "大团", 1, 1_999)]


async def _shown(chain: Chain, order_id: str) -> list[tuple[int, str, int, int]]:
    order = await chain.books.market.order(order_id)
    infos = order["order_detail"]["commission_infos"]
    return [(one["type"], one["nickname"], one["status"], one["amount"]) for one in infos]


async def test_what_one_owes_is_taken_off_by_the_next_settlement(chain: Chain) -> None:
    order_id = await chain.settle(BOTH, (0, 1))
    async with calling(chain.opened) as call:
        taken = await settlement.take_out(call, chain.id_of(1), 28_001, 1_200)
        assert [(one.shop_id, one.amount_fen) for one in taken] == [
            (chain.books.market.shop_id, 1_200)
        ]
        await settlement.paid_out(call, 28_001)
    await chain.books.refund(order_id, 1, 1)
    assert await chain.has() == [-1_200, 0, 0, 0, 0]
    async with calling(chain.opened) as call:
        owing = await settlement.balance_of(call, chain.id_of(1))
        assert (owing.available_fen, owing.debt_fen, owing.pending_fen) == (0, 1_200, 0)
        page = await settlement.flows_of(
            call, chain.id_of(1), call.at - settlement.WINDOW * 9, call.at
        )
        assert [(one.type.value, one.amount_fen) for one in page.flows] == [
            (12, 1_200), (4, -1_200), (12, -1_200),
        ]  # fmt: skip
        assert await settlement.balance_at(call, chain.id_of(1), call.at) == -1_200
    await chain.settle(BOTH, (0, 2))
    assert await chain.has() == [1_200, 0, 2_000, 0, 1_600]


async def test_a_withdrawal_goes_out_once_and_comes_back_exactly(chain: Chain) -> None:
    await chain.settle(LONGEST, (0, 1))
    mine = chain.id_of(3)

    async def take(withdrawal_id: int) -> Any:
        async with calling(chain.opened) as call:
            return await settlement.take_out(call, mine, withdrawal_id, 150)

    told = await asyncio.gather(take(28_001), take(28_002), return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["BalanceTooLow", "list"]
    done = 28_001 if isinstance(told[0], list) else 28_002
    assert await take(done) == next(one for one in told if isinstance(one, list))
    async with calling(chain.opened) as call:
        has = await settlement.balance_of(call, mine)
        assert (has.available_fen, has.frozen_fen) == (50, 150)
        await settlement.paid_out(call, done)
        await settlement.paid_out(call, done)
        assert (await settlement.balance_of(call, mine)).frozen_fen == 0
        await settlement.give_back(call, done, "账户已注销")
        await settlement.give_back(call, done, "账户已注销")
        facts = await settlement.explain(call, mine, Subject.WITHDRAWAL, done)
        assert [one.name_zh for one in facts] == ["提现", "银行已到账", "提现退回"]
    assert (await chain.has())[2] == 200
    with pytest.raises(BalanceTooLow):
        async with calling(chain.opened) as call:
            await settlement.take_out(call, mine, 28_003, 201)


async def test_a_shops_withdrawal_is_a_flow_of_its_own(chain: Chain) -> None:
    await chain.settle(LONGEST, (0, 1))
    shop_id = chain.books.market.shop_id
    async with calling(chain.opened) as call:
        await settlement.take_out(call, shop_id, 28_001, 8_000)
        assert (await settlement.balance_of(call, shop_id)).available_fen == 500
        assert await settlement.balance_at(call, shop_id, call.at + settlement.WINDOW) == 500
        await settlement.give_back(call, 28_001, "")
        page = await settlement.flows_of(
            call, shop_id, call.at, call.at + settlement.WINDOW, None, 1
        )
        assert page.after is not None
        (last,) = (
            await settlement.flows_of(
                call, shop_id, call.at, call.at + settlement.WINDOW, page.after
            )
        ).flows
    assert (last.type.value, last.amount_fen, last.balance_after_fen) == (5, 8_000, 8_500)
    assert last.withdrawal_id == 28_001


async def test_each_link_sees_what_came_to_it_and_what_it_passed_on(chain: Chain) -> None:
    order_id = await chain.buy(LONGEST, (1, 3))
    sku_id = str(chain.books.market.skus[1])
    path = "/channels/ec/league/headsupplier/order/get"
    first = (await chain.ask(1, path, order_id=order_id, sku_id=sku_id)).commssion_order
    assert (first.status, first.order_detail.product_info.actual_payment) == (20, 9_999)
    told = first.order_detail.commission_info
    assert (told.service_ratio, told.service_amount) == (40_000, 400)
    assert (told.sub_agency_info.nickname, told.sub_agency_info.amount) == ("帮卖团", 599)
    assert (told.talent_info, told.sharer_info, told.promoter_agency_info) == (None, None, None)
    second = (await chain.ask(2, path, order_id=order_id, sku_id=sku_id)).commssion_order
    told = second.order_detail.commission_info
    assert (told.service_amount, told.finder_info.amount, told.sub_agency_info) == (200, 399, None)
    assert told.talent_info.ratio == 40_000

    found = await chain.ask(
        3, "/channels/ec/talent/get_order_detail", order_id=order_id, sku_id=sku_id
    )
    assert (found.commission_info.state, found.commission_info.expect_settlement) == (20, "2.00")
    assert (found.base_info.settle_payment, found.commission_info.ratio) == ("9999", "40000")
    listed = (await chain.ask(3, "/v1/promoter/order/list")).orders[0]
    assert (listed.received_fen, listed.passed_fen, listed.commission_fen) == (399, 199, 200)
    assert listed.expected_at == 0

    await chain.books.ship_and_receive(order_id, (1, 3))
    listed = (await chain.ask(4, "/v1/agency/commission/list")).orders[0]
    assert (listed.received_fen, listed.commission_fen, listed.hand) == (199, 100, 4)
    assert listed.expected_at > listed.paid_at
    await chain.books.wait_a_week()
    listed = (await chain.ask(4, "/v1/agency/commission/list", status=100)).orders[0]
    assert listed.settled_at == listed.expected_at
    summary = await chain.ask(4, "/v1/agency/money/summary")
    assert (summary.available_fen, summary.settled_fen, summary.unsettled_fen) == (100, 100, 0)


async def test_a_line_that_went_back_whole_before_brings_nobody_anything(chain: Chain) -> None:
    order_id = await chain.buy(LONGEST, (0, 1))
    await chain.books.apply(order_id, 1, 1)  # not shipped yet: refunded at once
    await finish_work(chain.opened)
    for number, path in ((1, "/v1/agency/commission/list"), (3, "/v1/promoter/order/list")):
        (one,) = (await chain.ask(number, path)).orders
        assert (one.status, one.received_fen, one.commission_fen) == (200, 0, 0)


async def test_lists_of_commission_orders_are_filtered_and_paged(chain: Chain) -> None:
    first = await chain.buy(LONGEST, (0, 1))
    chain.books.market.later(minutes=5)
    second = await chain.buy(LONGEST, (0, 1), (1, 1))
    path = "/channels/ec/league/headsupplier/order/list/get"
    page = await chain.ask(1, path, page_size=2)
    rest = await chain.ask(1, path, page_size=2, next_key=page.next_key)
    assert [one.order_id for one in page.list] == [first, second]
    assert ([one.order_id for one in rest.list], rest.has_more) == ([second], False)
    for fields, count in (
        ({"order_id": second}, 2),
        ({"sharer_appid": chain.parties[4].appid}, 3),
        ({"sharer_appid": chain.parties[0].appid}, 0),
        ({"finder_id": str(chain.id_of(3))}, 3),
        ({"appid": "wx0000"}, 0),
        ({"update_time_range": {"start_time": 0, "end_time": 1}}, 0),
    ):
        assert len((await chain.ask(1, path, **fields)).list) == count, fields
    talent = await chain.ask(3, "/channels/ec/talent/get_order_list", order_id=second, special_id=2)
    assert [(one.order_id, one.special_id) for one in talent.order_list] == [(second, "2")]
    clues = await chain.ask(4, "/channels/ec/league/headsupplier/clue/list/get")
    assert len(clues.list) == 3
    clue = (
        await chain.ask(
            4, "/channels/ec/league/headsupplier/clue/get",
            order_id=first, sku_id=str(chain.books.market.skus[0]),
        )
    ).commssion_clue  # fmt: skip
    assert clue.clue_detail.sharer_info.nickname == "小林"


async def test_a_commission_order_of_others_is_not_there(chain: Chain) -> None:
    order_id = await chain.settle(BOTH, (0, 1))
    sku_id = str(chain.books.market.skus[0])
    path = "/channels/ec/league/headsupplier/order/get"
    with pytest.raises(CommissionOrderNotFound):
        await chain.ask(2, path, order_id=order_id, sku_id=sku_id)
    async with calling(chain.opened) as call:
        with pytest.raises(NoMoneyYet):
            await settlement.explain(call, chain.id_of(2), Subject.ORDER, int(order_id))
        facts = await settlement.explain(call, chain.id_of(1), Subject.ORDER, int(order_id))
    assert [(one.kind, one.amount_fen) for one in facts] == [
        ("received", 2_000), ("passed", -800), ("posting", 1_200),
    ]  # fmt: skip
    assert not [one for one in facts if chain.id_of(3) == one.other_id]


async def test_the_shop_is_told_of_all_receivers(chain: Chain) -> None:
    order_id = await chain.settle(LONGEST, (0, 1))
    story = await chain.books.ask_shop("/v1/shop/money/explain", order_id=order_id)
    (line,) = story.shares
    assert [(one.hand, one.received_fen, one.kept_fen) for one in line.receivers] == [
        (1 + place, *money)
        for place, money in zip(
            (1, 2, 0, 3, 4), ((1_000, 400), (600, 200), (400, 200), (200, 100), (100, 100)),
            strict=True,
        )
    ]  # fmt: skip
    assert sum(one.amount_fen for one in story.sums) == 0


async def _operator(chain: Chain, what: str, **fields: Any) -> Any:
    path = f"/v1/platform/suspense/{what}"
    return await ask(chain.opened, chain.books.operator, path, **fields)


async def test_what_a_frozen_party_earns_is_held_and_freed(chain: Chain) -> None:
    party_id = str(chain.id_of(2))
    await _operator(chain, "set", party_id=party_id, standing="frozen", reason="刷单核查")
    order_id = await chain.settle(LONGEST, (0, 2))
    assert await chain.has() == [800, 0, 400, 200, 200]
    async with calling(chain.opened) as call:
        assert (await settlement.balance_of(call, chain.id_of(2))).held_fen == 400
    with pytest.raises(ReceiverSuspended):
        async with calling(chain.opened) as call:
            await settlement.take_out(call, chain.id_of(2), 28_001, 1)
    await chain.books.refund(order_id, 1, 1)
    listed = await _operator(chain, "list")
    assert (listed.held_fen, listed.parties[0].name, listed.parties[0].held_fen) == (
        200, "帮卖团", 200,
    )  # fmt: skip
    (line,) = (await _operator(chain, "get", party_id=party_id)).lines
    assert (line.order_id, line.held_fen) == (order_id, 200)
    with pytest.raises(NotGone):
        await _operator(chain, "forfeit", party_id=party_id)
    assert (await _operator(chain, "release", party_id=party_id)).moved_fen == 200
    assert await chain.has() == [400, 200, 200, 100, 100]
    async with calling(chain.opened) as call:
        (flow,) = (
            await settlement.flows_of(
                call, chain.id_of(2), call.at - settlement.WINDOW, call.at + settlement.WINDOW
            )
        ).flows
        facts = await settlement.explain(call, chain.id_of(2), Subject.FLOW, flow.flow_id)
    told = [(one.name_zh, one.amount_fen) for one in facts]
    assert ("暂存款解除", 200) in told
    assert ("按商品实付款收到", 1_200) in told
    with pytest.raises(NothingHeld):
        await _operator(chain, "release", party_id=party_id)
    await chain.books.refund(order_id, 1, 1)
    assert await chain.books.balances() == {}


async def test_what_is_held_for_who_left_goes_back_to_the_shop_after_half_a_year(
    chain: Chain,
) -> None:
    promoter = str(chain.id_of(3))
    await chain.settle(BOTH, (0, 1))
    async with calling(chain.opened) as call:
        await settlement.take_out(call, chain.id_of(3), 28_001, 1_000)
    (first,) = (await chain.ask(3, "/v1/promoter/order/list")).orders
    await chain.books.refund(first.order_id, 1, 1)
    assert (await chain.has())[2] == -1_000
    # Gone with a debt: the reserve pays it, and what is still sold by the links is held.
    await _operator(chain, "set", party_id=promoter, standing="left", reason="注销")
    assert (await chain.has())[2] == 0
    order_id = await chain.settle(BOTH, (0, 1))
    assert await _kind(chain, "reserve") == -1_000
    assert await _kind(chain, "suspense") == 1_000
    with pytest.raises(HeldTooShortly):
        await _operator(chain, "forfeit", party_id=promoter)
    chain.books.market.later(days=180)
    assert (await _operator(chain, "forfeit", party_id=promoter)).moved_fen == 1_000
    assert await _kind(chain, "suspense") == 0
    (last, *_) = (await chain.ask(3, "/v1/promoter/order/list")).orders
    assert (last.order_id, last.commission_fen, last.returned_fen) == (order_id, 1_000, 1_000)
    async with calling(chain.opened) as call:
        await settlement.paid_out(call, 28_001)
        shop_id, number = chain.books.market.shop_id, int(order_id)
        back = Returned(shop_id, 22_001, 1, number, 10_000, call.at, aftersale_id=1, line=1)
        await give_back(call, [back])
    assert await chain.has() == [0, 0, 0, 0, 0]
    assert await chain.books.balances() == {"channel": 1_000, "reserve": -1_000}
    await finish_work(chain.opened)


async def _kind(chain: Chain, kind: str) -> int:
    total: int = await chain.opened.house.pool.fetchval(
        "select coalesce(sum(balance_fen), 0)::bigint from accounts where kind = $1", kind
    )
    return total


async def _order_flow(chain: Chain, order_id: str) -> dict[str, Any]:
    reply = await chain.books.ask_shop(
        "/channels/ec/funds/listorderflow", order_settle_state=0, order_id=order_id
    )
    (flow,) = msgspec.json.decode(msgspec.json.encode(reply))["order_flow_list"]
    found: dict[str, Any] = flow
    return found


async def test_many_lines_of_many_deals_take_no_more_statements_than_one(chain: Chain) -> None:
    counts = []
    for orders in (1, 3):
        for place in range(orders):
            hops = (LONGEST, BOTH, LONGEST[:3])[place]
            order_id = await chain.buy(hops, (0, 1), (1, 1))
            await chain.books.ship_and_receive(order_id, (0, 1), (1, 1))
        chain.books.market.later(days=7)
        with sent_statements(chain.opened) as sent:
            async with calling(chain.opened) as call:
                assert await settlement.settle_due(call) == orders
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 26
