"""Portions that nobody took, and presents of which none is left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.gifting.actions import telling
from tongshang.modules.gifting.domain.present import (
    Portion,
    PortionMoved,
    Present,
    PresentAftersale,
)
from tongshang.modules.gifting.domain.returning import CAUSE
from tongshang.modules.gifting.events import (
    PortionDeclined,
    PortionExpired,
    PresentAftersaleMoved,
    PresentEnded,
)
from tongshang.modules.gifting.machine import (
    PRESENT_AFTERSALE,
    TAKEN,
    PortionMove,
    PortionState,
    PresentMove,
    PresentState,
)
from tongshang.modules.gifting.store import activities, portions, presents, returns
from tongshang.modules.ordering import api as ordering
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import RefundDraft
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id

CAUSES: Final = {
    PortionMove.EXPIRE: "expired",
    PortionMove.DECLINE: "declined",
    PortionMove.RECALL: "recalled",
}


async def end_portions(
    call: Call, held: Mapping[PresentKey, Present], ended: Sequence[PortionMoved]
) -> None:
    """Portions of held presents are over: their orders close, their money goes to the giver.

    What ends of a present together is one present aftersale (reference section 5.4).
    """
    if not ended:
        return
    cases = _cases(call, held, ended)
    numbered = [
        replace(one, aftersale_id=cases[one.portion.present_key].aftersale_id)
        if one.portion.present_key in cases
        else one
        for one in ended
    ]
    await portions.move_portions(call.tx, numbered, call.at)
    await returns.add_returns(call.tx, list(cases.values()), call.at)
    await ordering.end_gifts(call, [one.portion.order_key for one in ended])
    await activities.give_back(call.tx, *of_activities(held, ended))
    await payment.refund(call, refund_drafts(held, [one.portion for one in ended]))
    await _tell(call, held, ended, list(cases.values()))


def _cases(
    call: Call, held: Mapping[PresentKey, Present], ended: Sequence[PortionMoved]
) -> dict[PresentKey, PresentAftersale]:
    counts: dict[PresentKey, int] = {}
    causes: dict[PresentKey, str] = {}
    for one in ended:
        key = one.portion.present_key
        if not held[key].is_free:
            counts[key] = counts.get(key, 0) + 1
            causes[key] = CAUSES[one.move]
    ids = call.take_ids(Named.AFTERSALE, len(counts))
    return {
        key: PresentAftersale(
            key[0],
            aftersale_id,
            key[1],
            held[key].giver_id,
            PRESENT_AFTERSALE.start,
            causes[key],
            held[key].each_fen * count,
            call.at,
            call.at,
        )
        for aftersale_id, (key, count) in zip(ids, counts.items(), strict=True)
    }


def refund_drafts(
    held: Mapping[PresentKey, Present], portions_: Sequence[Portion]
) -> list[RefundDraft]:
    """What goes back for portions, each of its own cause, out of the present's one payment."""
    return [
        RefundDraft(
            shop_id=one.shop_id,
            subject_kind=ordering.PRESENT,
            subject_id=one.present_id,
            cause_kind=CAUSE,
            cause_id=one.order_id,
            amount_fen=held[one.present_key].each_fen,
        )
        for one in portions_
        if not held[one.present_key].is_free
    ]


def of_activities(
    held: Mapping[PresentKey, Present], ended: Sequence[PortionMoved]
) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Pieces of shops' pools that were not taken, and what each costs the budget."""
    given = [
        (held[one.portion.present_key], one.portion)
        for one in ended
        if held[one.portion.present_key].activity_id
    ]
    keys = [(present.shop_id, present.activity_id, present.sku_id) for present, _ in given]
    return keys, [activities.cost_fen(present) for present, _ in given]


async def _tell(
    call: Call,
    held: Mapping[PresentKey, Present],
    ended: Sequence[PortionMoved],
    cases: Sequence[PresentAftersale],
) -> None:
    facts: list[object] = []
    news = []
    for one in ended:
        present, portion = held[one.portion.present_key], one.portion
        receiver_id = one.receiver_id or portion.receiver_id
        kind = PortionDeclined if one.move is PortionMove.DECLINE else PortionExpired
        if one.move is not PortionMove.RECALL:
            facts.append(
                kind(*present.key, portion.order_id, present.giver_id, receiver_id, call.at)
            )
            news.append(telling.to_giver(CAUSES[one.move], present, portion, receiver_id))
        if one.move is PortionMove.EXPIRE and (receiver_id or portion.named_id):
            who = receiver_id or portion.named_id
            news.append(telling.to_receiver("expired", present, who, portion.order_id))
    facts += [
        PresentAftersaleMoved(
            one.shop_id, one.aftersale_id, one.present_id, one.giver_id, one.state.value, call.at
        )
        for one in cases
    ]
    await telling.tell_people(call, news)
    await call.tell(*facts)


async def finish(
    call: Call,
    held: Mapping[PresentKey, Present],
    states: Mapping[PresentKey, Sequence[PortionState]],
) -> None:
    """Presents none of whose portions is undecided any more are done, or went back whole."""
    over: dict[PresentKey, tuple[Present, PresentMove]] = {}
    ordered: dict[PresentKey, int] = {}
    for key, left in states.items():
        present = held[key]
        undecided = {PortionState.OPEN, PortionState.ACCEPTED} & set(left)
        if undecided or present.state is not PresentState.OPEN:
            continue
        ordered[key] = sum(one in TAKEN for one in left)
        over[key] = (present, PresentMove.FINISH if ordered[key] else PresentMove.RETURN)
    await presents.move_presents(call.tx, over, call.at)
    touched = [key for key in states if key not in over]
    if touched:
        await presents.touch_presents(call.tx, touched, call.at)
    await call.tell(
        *(
            PresentEnded(*key, held[key].giver_id, ordered[key], held[key].portions, call.at)
            for key in over
        )
    )


def states_after(
    before: Mapping[PresentKey, Sequence[Portion]], moved: Sequence[PortionMoved]
) -> dict[PresentKey, list[PortionState]]:
    """The states of presents' portions once some have moved."""
    after = {(one.portion.present_key, one.portion.number): one.target for one in moved}
    return {
        key: [after.get((key, one.number), one.state) for one in same]
        for key, same in before.items()
    }
