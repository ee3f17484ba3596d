"""Where a gift stands, in a word, for somebody who reads of it in a chat."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.gifting.domain.claiming import own_portion
from tongshang.modules.gifting.domain.present import Portion, Present
from tongshang.modules.gifting.machine import TAKEN, PortionState, PresentKind, PresentState

_MINE = {
    PortionState.ACCEPTED: "kept",
    PortionState.ORDERED: "ordered",
    PortionState.DECLINED: "declined",
    PortionState.DONATED: "donated",
}
_OVER = frozenset({PresentState.RETURNED, PresentState.CANCELLED})


def look_of(present: Present, portions: Sequence[Portion], reader_id: int, at: datetime) -> str:
    """The word: what became of the gift, not what was said when it was sent."""
    if present.state is PresentState.SCHEDULED:
        return "early"
    mine = own_portion(portions, reader_id)
    if mine is not None:
        is_declined = mine.claimed_at is None and mine.state is not PortionState.ORDERED
        return _MINE.get(mine.state, "declined" if is_declined else "expired")
    if present.giver_id == reader_id:
        return _for_giver(present, portions)
    if present.state in _OVER:
        return "expired"
    return _for_others(present, portions, reader_id, at)


def _for_giver(present: Present, portions: Sequence[Portion]) -> str:
    if any(one.is_undecided for one in portions):
        return "waiting"
    return "returned" if present.state in _OVER else "taken"


def _for_others(present: Present, portions: Sequence[Portion], reader_id: int, at: datetime) -> str:
    if present.kind is PresentKind.DRAW:
        return "lost" if present.is_drawn else "drawing"
    if present.expires_at is not None and at >= present.expires_at:
        taken = any(one.state in TAKEN for one in portions)
        return "taken" if taken else "expired"
    may = {0, reader_id}
    left = any(one.state is PortionState.OPEN and one.named_id in may for one in portions)
    return "sealed" if left else "taken"
