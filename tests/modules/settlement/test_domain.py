"""How an order's money is divided and given back: figures by hand, and for any sequence."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.money import Fen, taken_back
from tongshang.modules.ledger.api import AccountKind, Cause
from tongshang.modules.ledger.domain import net
from tongshang.modules.ordering.api import SoldLine
from tongshang.modules.settlement.domain.dividing import (
    divide,
    divide_order,
    refunded,
    settled,
    take_back,
)
from tongshang.modules.settlement.domain.flows import bookable_until, booked, flows_of_refund
from tongshang.modules.settlement.domain.postings import (
    divided,
    returned_after,
    returned_before,
    taken,
)
from tongshang.modules.settlement.domain.values import (
    BEIJING,
    Flow,
    FlowType,
    FundsType,
    PaidIn,
    Returned,
    Settlement,
    Share,
)
from tongshang.modules.settlement.machine import SETTLEMENT, SettleMove, SettleState

AT: Final = datetime(2026, 11, 11, tzinfo=UTC)
SHOP, ORDER, PROMOTER = 1, 37, 9


def _sale(paid: int, fee: int, rate: int = 0, freight: int = 0, back: int = 0) -> SoldLine:
    return SoldLine(1, paid, freight, back, fee, PROMOTER if rate else 0, rate)


def _paid(fen: int) -> Settlement:
    return Settlement(SHOP, ORDER, 20, AT, AT, fen)


def test_the_fee_is_of_goods_and_freight_and_the_commission_of_what_was_paid_for_goods() -> None:
    # 0.6 % of 109.99 yuan = 65.994 fen; 10 % of 99.99 = 999.9 fen, not of what the fee left.
    got = divide(_sale(9_999, 6_000, 100_000, freight=1_000))
    assert (got.fee_fen, got.commission_fen, got.shop_fen) == (65, 999, 9_935)


def test_what_went_back_before_is_divided_among_nobody_and_takes_the_goods_first() -> None:
    got = divide(_sale(9_999, 50_000, 100_000, freight=1_000, back=3_333))
    assert (got.base_fen, got.goods_fen) == (7_666, 6_666)
    assert (got.fee_fen, got.commission_fen, got.shop_fen) == (383, 666, 6_617)
    only_freight = divide(_sale(100, 50_000, 100_000, freight=40, back=120))
    assert (only_freight.base_fen, only_freight.goods_fen) == (20, 0)
    assert (only_freight.fee_fen, only_freight.commission_fen) == (1, 0)


def test_fee_and_commission_never_exceed_what_was_paid() -> None:
    got = divide(_sale(100, 600_000, 900_000))
    assert (got.fee_fen, got.commission_fen, got.shop_fen) == (60, 40, 0)


def test_an_order_that_does_not_add_up_is_not_divided() -> None:
    with pytest.raises(AssertionError):
        divide_order(_paid(101), [_sale(100, 0)])


def test_an_entry_of_each_fact_moves_all_of_it() -> None:
    payment = PaidIn(SHOP, 21, ORDER, 200, "T", AT)
    back = Returned(SHOP, 22, 21, ORDER, 30, AT, 20, 1)
    shares = divide_order(_paid(200), [_sale(200, 50_000, 100_000)])
    after = take_back(shares[0], 30)
    assert _net(taken(payment)) == {"channel": -200, "shop_pending": 200}
    assert _net(returned_before(back)) == {"shop_pending": -30, "channel": 30}
    assert _net(divided((SHOP, ORDER), shares, AT)) == {
        "shop_pending": -200, "platform_fee": 10, "promoter": 20, "shop_available": 170,
    }  # fmt: skip
    # Of 10 and 20 fen 15 % go back: 1.5 rounds towards the refund, 3.
    assert _net(returned_after(back, shares[0], after)) == {
        "channel": 30, "platform_fee": -2, "promoter": -3, "shop_available": -25,
    }  # fmt: skip


def _net(entry: object) -> dict[str, int]:
    return {account.kind.value: fen for account, fen in net(entry.postings).items()}  # type: ignore[attr-defined]


_SALES: Final = st.builds(
    lambda paid, freight, back, fee, rate: SoldLine(
        1, paid, freight, back * (paid + freight) // 1_000_000, fee, PROMOTER, rate
    ),
    paid=st.integers(1, 10**9),
    freight=st.integers(0, 10**5),
    back=st.integers(0, 999_999),
    fee=st.integers(0, 1_000_000),
    rate=st.integers(0, 1_000_000),
)


@given(_SALES, st.lists(st.integers(1, 10**6), max_size=12), st.integers(0, 1))
def test_any_refunds_end_where_one_refund_of_as_much_does(
    sale: SoldLine, weights: list[int], whole: int
) -> None:
    sold = share = divide(sale)
    held = dict.fromkeys(AccountKind, 0)
    held[AccountKind.SHOP_PENDING] = sold.base_fen
    if sold.base_fen == 0:
        return
    _move(held, divided((SHOP, ORDER), [sold], AT))
    for number, weight in enumerate([*weights, *([10**6] if whole else [])]):
        amount = (sold.base_fen - share.refunded_fen) * weight // 10**6
        if not amount:
            continue
        before, share = share, take_back(share, amount)
        back = Returned(SHOP, number, 21, ORDER, amount, AT, number, 1)
        _move(held, returned_after(back, before, share))
        _holds(held, sold, share)
        flows = flows_of_refund(back, "T", before, share)
        change = sum(flow.change_fen for flow in flows)
        assert change == before_shop(sold, share) - before_shop(sold, before)
    if whole:
        assert share.refunded_fen == sold.base_fen
        rest = {kind: fen for kind, fen in held.items() if kind is not AccountKind.CHANNEL}
        assert not any(rest.values())
        assert held[AccountKind.CHANNEL] == sold.base_fen


def before_shop(sold: Share, share: Share) -> int:
    """What the shop has of a line after its refunds."""
    return sold.shop_fen - share.refunded_fen + share.fee_back_fen + share.commission_back_fen


def _move(held: dict[AccountKind, int], entry: object) -> None:
    for account, fen in net(entry.postings).items():  # type: ignore[attr-defined]
        held[account.kind] += fen


def _holds(held: dict[AccountKind, int], sold: Share, share: Share) -> None:
    """Each receiver keeps what the arithmetic of the kernel says; nothing is lost."""
    refunded_fen, goods = share.refunded_fen, min(share.refunded_fen, sold.goods_fen)
    fee_back = taken_back(Fen(sold.fee_fen), Fen(refunded_fen), Fen(sold.base_fen))
    back = taken_back(Fen(sold.commission_fen), Fen(goods), Fen(sold.goods_fen))
    assert held[AccountKind.PLATFORM_FEE] == sold.fee_fen - fee_back
    assert held[AccountKind.PROMOTER] == sold.commission_fen - back
    assert held[AccountKind.CHANNEL] == refunded_fen
    assert held[AccountKind.SHOP_AVAILABLE] == before_shop(sold, share) >= 0
    assert sum(held.values()) == sold.base_fen


def test_an_order_that_went_back_whole_has_nothing_to_settle() -> None:
    half = refunded(_paid(100), 40)
    assert half.state is SettleState.WAITING
    assert refunded(half, 60).state is SettleState.NOTHING
    done = settled(_paid(100), [divide(_sale(100, 50_000))], AT)
    assert refunded(done, 100).state is SettleState.SETTLED
    assert (done.fee_fen, done.shop_fen) == (5, 95)


def test_flows_carry_the_running_balance_of_their_shop() -> None:
    cause = Cause("payment", 1)
    flows = [
        Flow(1, FundsType.ORDER_PAYMENT, FlowType.IN, 100, AT, 37, cause),
        Flow(2, FundsType.ORDER_PAYMENT, FlowType.IN, 7, AT, 38, cause),
        Flow(1, FundsType.ORDER_REFUND, FlowType.OUT, 30, AT, 37, cause),
    ]
    done = booked(flows, [11, 12, 13], {1: 570, 2: 7})
    assert [(flow.flow_id, flow.balance_fen) for flow in done] == [(11, 600), (12, 7), (13, 570)]


def test_a_days_flows_can_be_read_from_four_in_the_afternoon_of_the_next() -> None:
    noon = datetime(2026, 11, 12, 12, tzinfo=BEIJING)
    assert bookable_until(noon) == datetime(2026, 11, 11, tzinfo=BEIJING)
    assert bookable_until(noon + timedelta(hours=4)) == datetime(2026, 11, 12, tzinfo=BEIJING)


def test_money_is_divided_once() -> None:
    for state in SettleState:
        for move in SettleMove:
            if state is SettleState.WAITING:
                assert SETTLEMENT.step(state, move) in SETTLEMENT.ends
            else:
                with pytest.raises(IllegalMove):
                    SETTLEMENT.step(state, move)
