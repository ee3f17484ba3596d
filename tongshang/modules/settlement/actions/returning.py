"""Money taken in and given back: for many facts at a time, each booked once."""

from collections.abc import Sequence

from tongshang.modules.settlement.actions.booking import book
from tongshang.modules.settlement.domain import dividing, postings
from tongshang.modules.settlement.domain import flows as flow_rules
from tongshang.modules.settlement.domain.values import (
    PAYMENT,
    REFUND,
    Booking,
    OrderKey,
    PaidIn,
    Returned,
    Share,
)
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.store import flows as flow_store
from tongshang.modules.settlement.store import settlements, shares
from tongshang.runtime.call import Call


async def take_in(call: Call, payments: Sequence[PaidIn]) -> None:
    """Book buyers' money as waiting for its settlement."""
    await book(
        call,
        [Booking(postings.taken(one), (flow_rules.flow_of_payment(one),)) for one in payments],
    )


async def give_back(call: Call, refunds: Sequence[Returned]) -> None:
    """Book what went back to buyers: of what waits, or of what everybody got.

    The order's row, held first, says which; a settler at work on it waits or is waited for. Money
    that never became an order's (it came too late) has no case and no line, and leaves the order
    as it is.
    """
    keys = sorted({one.key for one in refunds})
    before = await settlements.hold_settlements(call.tx, keys)
    held = dict(before)
    divided = [key for key, one in held.items() if one.state is SettleState.SETTLED]
    parts = await shares.list_shares(call.tx, divided) if divided else {}
    known, transactions = await _flows_before(call, refunds, keys)
    done: list[Booking] = []
    changed: dict[tuple[OrderKey, int], Share] = {}
    for refund in refunds:
        if refund.refund_id in known:
            continue
        known.add(refund.refund_id)
        lines = parts.get(refund.key, {}) if refund.aftersale_id else {}
        old, new = lines.get(refund.line), None
        if old:
            new = lines[refund.line] = dividing.take_back(old, refund.amount_fen)
            changed[refund.key, refund.line] = new
        if refund.is_of_order:
            held[refund.key] = dividing.refunded(held[refund.key], refund.amount_fen)
        done.append(_booking(refund, transactions.get(refund.payment_id, ""), old, new))
    if changed:
        await shares.save_shares(call.tx, changed)
    if moved := [one for key, one in held.items() if one != before[key]]:
        await settlements.save_settlements(call.tx, moved, before)
    await book(call, done)


async def _flows_before(
    call: Call, refunds: Sequence[Returned], keys: Sequence[OrderKey]
) -> tuple[set[int], dict[int, str]]:
    """The refunds that are booked already, and the transactions by which was paid."""
    flows = await flow_store.list_flows_of_orders(call.tx, keys)
    if presents := [(one.shop_id, one.present_id) for one in refunds if one.present_id]:
        flows += await flow_store.list_payments_of_presents(call.tx, presents)
    known = {flow.cause.id for flow in flows if flow.cause.kind == REFUND}
    return known, {
        flow.cause.id: flow.transaction_id for flow in flows if flow.cause.kind == PAYMENT
    }


def _booking(
    refund: Returned, transaction_id: str, old: Share | None, new: Share | None
) -> Booking:
    entry = postings.returned_before(refund)
    if old and new:
        entry = postings.returned_after(refund, old, new)
    return Booking(
        entry,
        flow_rules.flows_of_refund(refund, transaction_id, old, new),
        flow_rules.flows_from_parties(refund, old, new),
    )
