"""What may be refunded, and where a case may go."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.modules.aftersale import refusals
from tongshang.modules.aftersale.domain import (
    RUNNING,
    WINDOW,
    Aftersale,
    Reason,
    RefundReason,
    accept,
    check_order,
    lapse_move,
    refundable_fen,
    step,
)
from tongshang.modules.aftersale.machine import AFTERSALE, NUMBERS, AftersaleMove, AftersaleState
from tongshang.modules.delivery.api import Address
from tongshang.modules.ordering.api import Order, OrderLine, OrderState

AT: Final = datetime(2026, 11, 11, tzinfo=UTC)
S, M = AftersaleState, AftersaleMove


def _line(
    count: int, paid: int, freight: int = 0, shipped: int = 0, back: int = 0, fen: int = 0
) -> OrderLine:
    return OrderLine(
        line=1, product_id=2, sku_id=3, count=count, sale_price_fen=paid, market_price_fen=paid,
        paid_fen=paid, freight_fen=freight, fee_ppm=0, title="杯", thumb_url="",
        shipped_count=shipped, refunded_count=back, refunded_fen=fen,
    )  # fmt: skip


def _case(state: AftersaleState = S.MERCHANT_PROCESSING) -> Aftersale:
    deadline = None if state in {*AFTERSALE.ends, S.PLATFORM_REFUNDING} else AT
    return Aftersale(
        1, 20, 37, 1, 5, 2, 3, "", 1, 100, state, Reason.OTHERS, "", False, AT, AT,
        deadline=deadline,
    )  # fmt: skip


def test_pieces_bear_equal_parts_and_the_last_one_the_rest() -> None:
    assert refundable_fen(_line(3, 100, shipped=3), 1) == 33
    assert refundable_fen(_line(3, 100, shipped=3, back=1, fen=33), 1) == 34
    assert refundable_fen(_line(3, 100, shipped=3, back=2, fen=67), 1) == 33


def test_what_an_earlier_case_left_of_its_pieces_can_be_asked_for_again() -> None:
    assert refundable_fen(_line(3, 100, shipped=3, back=2, fen=1), 1) == 99


def test_freight_goes_back_only_with_the_last_piece_of_a_line_not_shipped() -> None:
    assert refundable_fen(_line(2, 100, freight=10), 2) == 110
    assert refundable_fen(_line(2, 100, freight=10), 1) == 50
    assert refundable_fen(_line(2, 100, freight=10, back=1, fen=50), 1) == 60
    assert refundable_fen(_line(2, 100, freight=10, shipped=1), 2) == 100


@given(
    st.integers(0, 10**9), st.integers(0, 10**4), st.lists(st.integers(1, 9), min_size=1), st.data()
)
def test_refunds_in_any_parts_end_at_what_was_paid(
    paid: int, freight: int, parts: list[int], data: st.DataObject
) -> None:
    count, back, fen = sum(parts), 0, 0
    for pieces in parts:
        limit = refundable_fen(_line(count, paid, freight, back=back, fen=fen), pieces)
        last = back + pieces == count
        fen += limit if last else data.draw(st.integers(0, limit))
        back += pieces
    assert fen == paid + freight


def test_every_move_in_every_state() -> None:
    for state in AftersaleState:
        for move in AftersaleMove:
            if AFTERSALE.allows(state, move):
                moved = step(_case(state), move, AT)
                assert moved.after.state is AFTERSALE.moves[move].target
                assert (moved.after.state in AFTERSALE.ends) == bool(moved.after.completed_at)
            else:
                with pytest.raises(refusals.WrongState):
                    step(_case(state), move, AT)
    assert set(NUMBERS) == set(AftersaleState)
    assert S.MERCHANT_REJECT_REFUND in RUNNING


def test_time_agrees_for_the_silent_and_closes_what_was_refused_or_failed() -> None:
    moves = {state: lapse_move(_case(state), AT) for state in AftersaleState}
    assert {state: move for state, move in moves.items() if move} == {
        S.MERCHANT_PROCESSING: M.ACCEPT,
        S.MERCHANT_REJECT_REFUND: M.CLOSE,
        S.PLATFORM_REFUND_FAIL: M.GIVE_UP,
    }
    assert lapse_move(_case(), AT - timedelta(seconds=1)) is None


def test_a_refund_tried_anew_keeps_its_reason() -> None:
    first = accept(_case(), RefundReason.NOT_ANSWERED, AT).after
    failed = step(first, M.FAIL_REFUND, AT).after
    again = accept(failed, RefundReason.BY_API, AT).after
    assert (again.state, again.refund_reason) == (S.PLATFORM_REFUNDING, 9)


def _order(state: OrderState, received_at: datetime | None = None) -> Order:
    home = Address("张", "1", "广东省", "广州市", "海珠区", "1", "1")
    return Order(
        shop_id=1, order_id=37, buyer_id=5, state=state, goods_fen=100, freight_fen=0,
        change_down_fen=0, order_fen=100, address=home, notes="", scene=1, receipt_days=7,
        placed_at=AT, expires_at=AT, updated_at=AT, lines=(_line(1, 100),),
        received_at=received_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    "state", [OrderState.UNPAID, OrderState.CANCELLED, OrderState.REFUNDED], ids=str
)
def test_of_an_order_without_money_nothing_is_refunded(state: OrderState) -> None:
    with pytest.raises(refusals.NotRefundable):
        check_order(_order(state), AT, WINDOW)


def test_the_window_of_aftersale_runs_from_the_receipt() -> None:
    order = _order(OrderState.FINISHED, AT)
    check_order(order, AT + WINDOW, WINDOW)
    check_order(order, AT + 2 * WINDOW, 2 * WINDOW)
    with pytest.raises(refusals.TooLate):
        check_order(order, AT + WINDOW + timedelta(seconds=1), WINDOW)
