"""What became of the money that goes back by itself."""

from collections.abc import Sequence
from dataclasses import replace

from tongshang.modules.gifting.actions import ending, telling
from tongshang.modules.gifting.domain.present import (
    Portion,
    PortionMoved,
    PresentAftersale,
)
from tongshang.modules.gifting.domain.returning import CAUSE, RETRY_WAIT, TRIES_MAX
from tongshang.modules.gifting.events import PresentAftersaleMoved
from tongshang.modules.gifting.machine import (
    PORTION,
    PRESENT_AFTERSALE,
    PortionMove,
    PortionState,
    ReturnMove,
    ReturnState,
)
from tongshang.modules.gifting.store import portions, presents, returns
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.events import RefundDone, RefundFailed
from tongshang.runtime.call import Call

Key = tuple[int, int]  # shop_id and present, order or case


async def finish(call: Call, facts: Sequence[RefundDone]) -> None:
    """Portions whose money is back; a case is through when all of its portions are."""
    mine = [fact for fact in facts if fact.cause_kind == CAUSE]
    if not mine:
        return
    # Held first: of two notices of one present's portions the second sees what the first did.
    held = await presents.hold_presents(call.tx, {(one.shop_id, one.subject_id) for one in mine})
    parts = await portions.list_portions(call.tx, held)
    back = {(one.shop_id, one.cause_id) for one in mine}
    ended = [
        one for same in parts.values() for one in same if one.order_key in back and one.is_ended
    ]
    target = PortionState.REFUNDED
    moved = [PortionMoved(one, PortionMove.PAY_BACK, target) for one in ended]
    assert all(PORTION.step(one.state, PortionMove.PAY_BACK) is target for one in ended)
    await portions.move_portions(call.tx, moved, call.at)
    done = {one.order_key for one in ended}
    cases = {(one.shop_id, one.aftersale_id) for one in ended if one.aftersale_id}
    open_cases = {
        (one.shop_id, one.aftersale_id)
        for same in parts.values()
        for one in same
        if one.is_ended and one.order_key not in done
    }
    await _move(call, sorted(cases - open_cases), ReturnMove.CONFIRM)


async def fail(call: Call, facts: Sequence[RefundFailed]) -> None:
    """The channel could not give money back: it is tried again later."""
    keys = [(one.shop_id, one.cause_id) for one in facts if one.cause_kind == CAUSE]
    if not keys:
        return
    found = await portions.find_by_order(call.tx, keys)
    cases = {(one.shop_id, one.aftersale_id) for one in found.values() if one.aftersale_id}
    await _move(call, sorted(cases), ReturnMove.FAIL)


async def _move(call: Call, keys: Sequence[Key], move: ReturnMove) -> None:
    if not keys:
        return
    held = await returns.hold_returns(call.tx, keys)
    moved = [
        (one, _after(one, move, call))
        for one in held.values()
        if PRESENT_AFTERSALE.allows(one.state, move)
    ]
    await returns.move_returns(call.tx, moved, call.at)
    await telling.tell_people(
        call,
        [
            telling.News(after.giver_id, "refunded", after.shop_id, after.present_id)
            for _, after in moved
            if after.state is ReturnState.SUCCESS
        ],
    )
    await call.tell(
        *(
            PresentAftersaleMoved(
                after.shop_id, after.aftersale_id, after.present_id, after.giver_id,
                after.state.value, call.at,
            )
            for _, after in moved
        )
    )  # fmt: skip


def _after(case: PresentAftersale, move: ReturnMove, call: Call) -> PresentAftersale:
    target = PRESENT_AFTERSALE.step(case.state, move)
    retry_at = call.at + RETRY_WAIT if target is ReturnState.FAILED else None
    tries = case.tries + (move is ReturnMove.RETRY)
    return replace(case, state=target, retry_at=retry_at, tries=tries)


async def retry(call: Call, keys: Sequence[Key]) -> None:
    """Ask once more for money that could not go back; after a week people have to look at it."""
    held = await returns.hold_returns(call.tx, keys)
    again = [key for key, one in held.items() if one.tries < TRIES_MAX]
    await _move(call, [key for key in held if key not in again], ReturnMove.GIVE_UP)
    await _move(call, again, ReturnMove.RETRY)
    owners = {(held[key].shop_id, held[key].present_id) for key in again}
    given = await presents.find_presents(call.tx, owners)
    parts = await portions.list_portions(call.tx, owners)
    left: list[Portion] = [
        one
        for same in parts.values()
        for one in same
        if one.is_ended and (one.shop_id, one.aftersale_id) in again
    ]
    await payment.refund(call, ending.refund_drafts(given, left))
