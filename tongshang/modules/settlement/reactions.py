"""What settlement does, in the same transaction, on what payment and ordering tell."""

from collections.abc import Sequence

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import OrderState
from tongshang.modules.ordering.events import OrderClosed, OrderPaid, OrderReceived, OrderShipped
from tongshang.modules.payment.events import PaymentTaken, RefundDone
from tongshang.modules.settlement import actions, store
from tongshang.modules.settlement.domain import WINDOW, OrderNote, Returned, Settlement, Taken
from tongshang.runtime.call import Call


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Book what came in for orders, at the time of the books."""
    taken = [
        Taken(
            one.shop_id,
            one.payment_id,
            one.subject_id,
            one.amount_fen,
            one.transaction_id,
            call.at,
        )
        for one in facts
        if one.subject_kind == ordering.SUBJECT
    ]
    await actions.take_in(call, taken)


async def open_settlements(call: Call, facts: Sequence[OrderPaid]) -> None:
    """Keep the money of orders from now on."""
    await store.add_settlements(
        call.tx,
        [
            Settlement(
                one.shop_id,
                one.order_id,
                OrderState.TO_SHIP,
                one.placed_at,
                one.paid_at,
                one.pay_fen,
            )
            for one in facts
        ],
    )


async def note_shipped(call: Call, facts: Sequence[OrderShipped]) -> None:
    """Know how far orders are."""
    states = [
        OrderNote(
            (one.shop_id, one.order_id),
            OrderState.SHIPPED if one.finished else OrderState.PARTLY_SHIPPED,
        )
        for one in facts
    ]
    await store.note_orders(call.tx, states)


async def open_windows(call: Call, facts: Sequence[OrderReceived]) -> None:
    """From the receipt on the window of the settlement runs."""
    await store.note_orders(
        call.tx,
        [
            OrderNote((one.shop_id, one.order_id), OrderState.FINISHED, one.at, one.at + WINDOW)
            for one in facts
        ],
    )


async def note_closed(call: Call, facts: Sequence[OrderClosed]) -> None:
    """Money that an order keeps when all its goods went back, its freight, is settled as well."""
    await store.note_orders(
        call.tx,
        [
            OrderNote((one.shop_id, one.order_id), OrderState.REFUNDED, due_at=one.at + WINDOW)
            for one in facts
        ],
    )


async def give_back(call: Call, facts: Sequence[RefundDone]) -> None:
    """Book what went back, by the line that its aftersale case is about."""
    mine = [one for one in facts if one.subject_kind == ordering.SUBJECT]
    keys = [(one.shop_id, one.cause_id) for one in mine if one.cause_kind == aftersale.CAUSE]
    cases = await aftersale.get_aftersales(call.tx, keys) if keys else {}
    refunds = []
    for one in mine:
        case = cases[one.shop_id, one.cause_id] if one.cause_kind == aftersale.CAUSE else None
        refunds.append(
            Returned(
                shop_id=one.shop_id,
                refund_id=one.refund_id,
                payment_id=one.payment_id,
                order_id=one.subject_id,
                amount_fen=one.amount_fen,
                at=call.at,
                aftersale_id=case.aftersale_id if case else 0,
                line=case.line if case else 0,
            )
        )
    await actions.give_back(call, refunds)
