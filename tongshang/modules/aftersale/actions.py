"""Cases opened and moved on, many at a time.

Locks go the house's way: the orders first, then their cases, then payments.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.aftersale import domain, refusals, store
from tongshang.modules.aftersale.domain import Aftersale, AftersaleDraft, Moved, RefundReason
from tongshang.modules.aftersale.events import AftersaleMoved
from tongshang.modules.aftersale.machine import AFTERSALE, NUMBERS, AftersaleMove
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import AftersaleMark, Order, OrderNotFound, RefundedLine
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import RefundDraft
from tongshang.runtime.call import Call

CAUSE: Final = "aftersale"
LAPSE_BATCH: Final = 500

_ENDED_WITHOUT_REFUND: Final = frozenset(
    {AftersaleMove.CANCEL, AftersaleMove.CLOSE, AftersaleMove.GIVE_UP}
)


async def apply(
    call: Call, drafts: Sequence[AftersaleDraft], window: timedelta = domain.WINDOW
) -> list[int | Refusal]:
    """Open a case for each draft, or say why not. What was not shipped is refunded at once.

    Who applies holds the order, so of two that ask for one line the second finds the first's case;
    the table's index says the same. Drafts of one line in one batch likewise: the first has it.
    """
    if not drafts:
        return []
    keys = sorted({draft.order_key for draft in drafts})
    orders = await ordering.hold_orders(call.tx, keys)
    earlier = await store.list_of_orders(call.tx, keys)
    ids = call.take_ids(Named.AFTERSALE, len(drafts))
    opened: list[Aftersale] = []
    answers: list[int | Refusal] = []
    for draft, aftersale_id in zip(drafts, ids, strict=True):
        try:
            case = _open(call, orders.get(draft.order_key), earlier, draft, aftersale_id, window)
        except Refusal as refusal:
            answers.append(refusal)
            continue
        earlier.setdefault(case.order_key, []).append(case)
        opened.append(case)
        answers.append(aftersale_id)
    if opened:
        await store.add_aftersales(call.tx, opened)
        await ordering.open_aftersales(call, [_mark(case, case.count) for case in opened])
        await _tell(call, opened)
        at_once = [case for case in opened if domain.is_unshipped(orders[case.order_key], case)]
        await _refund(
            call, [domain.accept(one, RefundReason.UNSHIPPED, call.at) for one in at_once]
        )
    return answers


def _open(
    call: Call,
    order: Order | None,
    earlier: dict[tuple[int, int], list[Aftersale]],
    draft: AftersaleDraft,
    aftersale_id: int,
    window: timedelta,
) -> Aftersale:
    if order is None or order.buyer_id != draft.buyer_id:
        raise OrderNotFound(order_id=str(draft.order_id))
    same = earlier.get(order.key, [])
    return domain.apply(order, same, draft, aftersale_id, call.at, window)


async def hold(call: Call, keys: Sequence[tuple[int, int]]) -> list[Aftersale]:
    """Cases to decide on, after their orders; refuses one that does not exist."""
    found = await store.find_aftersales(call.tx, keys)
    for key in keys:
        if key not in found:
            raise refusals.AftersaleNotFound(aftersale_id=str(key[1]))
    await ordering.hold_heads(call.tx, sorted({case.order_key for case in found.values()}))
    return list((await store.hold_aftersales(call.tx, keys)).values())


async def accept(
    call: Call, keys: Sequence[tuple[int, int]], reason: RefundReason = RefundReason.BY_SHOP
) -> None:
    """Agree to cases: their money goes back. Refuses all where one is not to be agreed to."""
    if keys:
        cases = await hold(call, keys)
        await _refund(call, [domain.accept(case, reason, call.at) for case in cases])


async def accept_by_api(call: Call, key: tuple[int, int]) -> None:
    """Agree as a shop's program does: at most once a minute for an order (reference, 6.4)."""
    (case,) = await hold(call, [key])
    last = await store.find_last_acceptance(call.tx, *case.order_key)
    moved = domain.accept(case, RefundReason.BY_API, call.at)
    if last is not None and call.at - last < domain.REFUND_PAUSE:
        raise refusals.TooFrequent
    await _refund(call, [moved])


async def reject(call: Call, key: tuple[int, int], reason_type: int, sentence: str) -> None:
    """Refuse a case; the buyer may cancel it, and after a week it is closed."""
    (case,) = await hold(call, [key])
    await move(call, [domain.reject(case, reason_type, sentence, call.at)])


async def cancel(call: Call, key: tuple[int, int]) -> None:
    """Take a case back, as its buyer."""
    (case,) = await hold(call, [key])
    await move(call, [domain.step(case, AftersaleMove.CANCEL, call.at)])


async def lapse(call: Call) -> bool:
    """Do what time does to cases whose deadline has passed; whether there may be more of them."""
    keys = await store.list_lapsed(call.tx, call.at, LAPSE_BATCH)
    if not keys:
        return False
    cases = [(case, domain.lapse_move(case, call.at)) for case in await hold(call, keys)]
    agreed = [case for case, move in cases if move is AftersaleMove.ACCEPT]
    others = [
        domain.step(case, move, call.at)
        for case, move in cases
        if move is not None and move is not AftersaleMove.ACCEPT
    ]
    await _refund(call, [domain.accept(one, RefundReason.NOT_ANSWERED, call.at) for one in agreed])
    await move(call, others)
    return len(keys) == LAPSE_BATCH


async def finish(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    """The money of cases is back: so are the pieces, as far as the order is concerned."""
    cases = await hold(call, keys)
    moved = [domain.step(case, AftersaleMove.CONFIRM_REFUND, call.at) for case in cases]
    await ordering.note_refunds(
        call,
        [
            RefundedLine(one.shop_id, one.order_id, one.line, one.count, one.amount_fen)
            for one in cases
        ],
    )
    await move(call, moved)


async def fail(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    """The channel could not give the money of cases back."""
    cases = await hold(call, keys)
    await move(call, [domain.step(one, AftersaleMove.FAIL_REFUND, call.at) for one in cases])


async def _refund(call: Call, moved: Sequence[Moved]) -> None:
    if not moved:
        return
    await move(call, moved)
    await payment.refund(
        call,
        [
            RefundDraft(
                shop_id=one.after.shop_id,
                subject_kind=ordering.PRESENT if one.after.present_id else ordering.SUBJECT,
                subject_id=one.after.present_id or one.after.order_id,
                cause_kind=CAUSE,
                cause_id=one.after.aftersale_id,
                amount_fen=one.after.amount_fen,
            )
            for one in moved
        ],
    )


async def move(call: Call, moved: Sequence[Moved]) -> None:
    """Write moves of held cases, show them on their orders, and tell of them."""
    if not moved:
        return
    await store.move_aftersales(call.tx, moved, call.at)
    marks = [
        _mark(one.after, -one.after.count if one.move in _ENDED_WITHOUT_REFUND else 0)
        for one in moved
    ]
    await ordering.open_aftersales(call, marks)
    await _tell(call, [one.after for one in moved])


def _mark(case: Aftersale, change: int) -> AftersaleMark:
    return AftersaleMark(
        shop_id=case.shop_id,
        order_id=case.order_id,
        line=case.line,
        aftersale_id=case.aftersale_id,
        change=change,
        status=NUMBERS[case.state],
        is_running=case.state not in AFTERSALE.ends,
    )


async def _tell(call: Call, cases: Sequence[Aftersale]) -> None:
    await call.tell(
        *(
            AftersaleMoved(
                one.shop_id, one.aftersale_id, one.order_id, one.buyer_id, one.state.value, call.at
            )
            for one in cases
        )
    )
