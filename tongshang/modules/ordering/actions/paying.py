"""From an unpaid order to a paid one, and what happens to money that comes too late."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.refusal import Refusal
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Moved, OrderHead
from tongshang.modules.ordering.domain.paying import PayDraft, Verdict, judge
from tongshang.modules.ordering.events import OrderPaid
from tongshang.modules.ordering.machine import ORDER, OrderMove, OrderState
from tongshang.modules.ordering.store import lists, orders
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import Charge, ChargeDraft, RefundDraft
from tongshang.modules.payment.events import PaymentTaken
from tongshang.runtime.call import Call

SUBJECT: Final = "order"
PRESENT: Final = "present"
LATE: Final = "order.late_payment"


async def pay(call: Call, drafts: Sequence[PayDraft]) -> list[Charge | Refusal]:
    """A charge for each buyer's own unpaid order; again for the same order: the same charge."""
    shops = await lists.find_shops(call.tx, [(one.buyer_id, one.order_id) for one in drafts])
    held = await orders.hold_heads(
        call.tx, [(shop_id, order_id) for (_, order_id), shop_id in shops.items()]
    )
    wanted: list[OrderHead | Refusal] = []
    for draft in drafts:
        shop_id = shops.get((draft.buyer_id, draft.order_id), 0)
        wanted.append(_payable(held.get((shop_id, draft.order_id)), draft))
    payable = {
        one.key: _charge(one, draft)
        for one, draft in zip(wanted, drafts, strict=True)
        if isinstance(one, OrderHead)
    }
    charges = await _charges(call, payable)
    return [charges[one.key] if isinstance(one, OrderHead) else one for one in wanted]


def _payable(order: OrderHead | None, draft: PayDraft) -> OrderHead | Refusal:
    if order is None:
        return refusals.OrderNotFound(order_id=str(draft.order_id))
    if order.state is not OrderState.UNPAID:
        return refusals.NotUnpaid(state=order.state.name.lower())
    return order


def _charge(order: OrderHead, draft: PayDraft) -> ChargeDraft:
    return ChargeDraft(
        shop_id=order.shop_id,
        subject_kind=SUBJECT,
        subject_id=order.order_id,
        buyer_id=order.buyer_id,
        amount_fen=order.order_fen,
        confirm=draft.confirm,
    )


async def _charges(
    call: Call, payable: dict[tuple[int, int], ChargeDraft]
) -> dict[tuple[int, int], Charge]:
    if not payable:
        return {}
    made = await payment.charge(call, list(payable.values()))
    charges = dict(zip(payable, made, strict=True))
    prepaid = [(key, charge.prepay_id) for key, charge in charges.items()]
    await orders.save_prepaid(call.tx, prepaid, call.at)
    return charges


async def take_payments(call: Call, facts: Sequence[PaymentTaken]) -> None:
    """Orders that were paid are paid; what was paid for a closed or repriced order goes back.

    The fact is told once for a payment; told again it finds the order paid by it and does nothing.
    """
    mine = [fact for fact in facts if fact.subject_kind == SUBJECT]
    held = await orders.hold_heads(call.tx, [(one.shop_id, one.subject_id) for one in mine])
    moved: dict[tuple[int, int], Moved] = {}
    back: list[RefundDraft] = []
    for fact in mine:
        order = held.get((fact.shop_id, fact.subject_id))
        paid = moved.get((fact.shop_id, fact.subject_id))
        verdict = judge(order, fact, paid)
        if verdict is Verdict.PAY and order is not None:
            moved[order.key] = _paid(order, fact)
        elif verdict is Verdict.GIVE_BACK:
            back.append(_refund(fact))
    await orders.move_orders(call.tx, list(moved.values()), call.at)
    await call.tell(*(_told(one.order, call) for one in moved.values()))
    if back:
        await payment.refund(call, back)


def _paid(order: OrderHead, fact: PaymentTaken) -> Moved:
    return Moved(
        order,
        OrderMove.PAY,
        order.state,
        ORDER.step(order.state, OrderMove.PAY),
        payment_id=fact.payment_id,
        transaction_id=fact.transaction_id,
    )


def _told(order: OrderHead, call: Call) -> OrderPaid:
    return OrderPaid(
        shop_id=order.shop_id,
        order_id=order.order_id,
        buyer_id=order.buyer_id,
        pay_fen=order.order_fen,
        paid_at=call.at,
        placed_at=order.placed_at,
    )


def _refund(fact: PaymentTaken) -> RefundDraft:
    return RefundDraft(
        shop_id=fact.shop_id,
        subject_kind=fact.subject_kind,
        subject_id=fact.subject_id,
        cause_kind=LATE,
        cause_id=fact.payment_id,
        amount_fen=fact.amount_fen,
        payment_id=fact.payment_id,
    )
