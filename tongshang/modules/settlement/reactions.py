"""What settlement does, in the same transaction, on what payment and ordering tell."""

from collections.abc import Sequence

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.aftersale.api import Aftersale
from tongshang.modules.gifting import api as gifting
from tongshang.modules.gifting.events import PortionDonated
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import OrderState
from tongshang.modules.ordering.events import (
    GiftAccepted,
    OrderClosed,
    OrderPaid,
    OrderReceived,
    OrderShipped,
)
from tongshang.modules.payment.events import PaymentTaken, RefundDone
from tongshang.modules.settlement.actions import donating, returning
from tongshang.modules.settlement.domain.values import (
    WINDOW,
    Donated,
    OrderNote,
    PaidIn,
    Returned,
    Settlement,
)
from tongshang.modules.settlement.store import settlements as store
from tongshang.runtime.call import Call


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Book what came in for orders, at the time of the books."""
    taken = [
        PaidIn(
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
    await returning.take_in(call, taken + await _presents(call, facts))


async def _presents(call: Call, facts: Sequence[PaymentTaken]) -> list[PaidIn]:
    """What came in for presents, with the part of each of their orders."""
    mine = [one for one in facts if one.subject_kind == ordering.PRESENT]
    parts = await gifting.parts_of(call.tx, [(one.shop_id, one.subject_id) for one in mine])
    return [
        PaidIn(
            one.shop_id,
            one.payment_id,
            0,
            one.amount_fen,
            one.transaction_id,
            call.at,
            one.subject_id,
            parts[one.shop_id, one.subject_id],
        )
        for one in mine
    ]


async def open_settlements(call: Call, facts: Sequence[OrderPaid]) -> None:
    """Keep the money of orders from now on."""
    await store.add_settlements(
        call.tx,
        [
            Settlement(
                one.shop_id,
                one.order_id,
                OrderState.GIFT_WAITING if one.is_gift else OrderState.TO_SHIP,
                one.placed_at,
                one.paid_at,
                one.pay_fen,
            )
            for one in facts
            if one.pay_fen  # what a shop gives itself has no money to divide
        ],
    )


async def note_accepted(call: Call, facts: Sequence[GiftAccepted]) -> None:
    """Gifts that were taken are to be shipped like other orders."""
    notes = [OrderNote((one.shop_id, one.order_id), OrderState.TO_SHIP) for one in facts]
    await store.note_orders(call.tx, notes)


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
            OrderNote(
                (one.shop_id, one.order_id),
                OrderState.REFUNDED,
                due_at=None if one.owes_refund else one.at + WINDOW,
            )
            for one in facts
        ],
    )


async def donate(call: Call, facts: Sequence[PortionDonated]) -> None:
    """Book gifts that their receivers gave to a charity."""
    gifts = [
        Donated(
            one.shop_id, one.order_id, one.present_id, one.party_id, one.amount_fen, call.at
        )
        for one in facts
    ]  # fmt: skip
    await donating.donate(call, gifts)


async def give_back(call: Call, facts: Sequence[RefundDone]) -> None:
    """Book what went back, by the line that its aftersale case is about."""
    mine = [one for one in facts if one.subject_kind in {ordering.SUBJECT, ordering.PRESENT}]
    keys = [(one.shop_id, one.cause_id) for one in mine if one.cause_kind == aftersale.CAUSE]
    cases = await aftersale.get_aftersales(call.tx, keys) if keys else {}
    refunds = []
    for one in mine:
        case = cases[one.shop_id, one.cause_id] if one.cause_kind == aftersale.CAUSE else None
        refunds.append(_returned(call, one, case))
    await returning.give_back(call, refunds)


def _returned(call: Call, fact: RefundDone, case: Aftersale | None) -> Returned:
    """What went back, of which order: a present's money of the gift that it is about."""
    is_present = fact.subject_kind == ordering.PRESENT
    is_untaken = is_present and fact.cause_kind == gifting.CAUSE
    order_id = 0 if is_present else fact.subject_id
    if case is not None:
        order_id = case.order_id
    elif is_untaken:
        order_id = fact.cause_id
    return Returned(
        shop_id=fact.shop_id,
        refund_id=fact.refund_id,
        payment_id=fact.payment_id,
        order_id=order_id,
        amount_fen=fact.amount_fen,
        at=call.at,
        aftersale_id=case.aftersale_id if case else 0,
        line=case.line if case else 0,
        present_id=fact.subject_id if is_present else 0,
        ends_order=is_untaken,
    )
