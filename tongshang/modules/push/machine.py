"""The lives of a push and of a receiver's address."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PushState(IntEnum):
    """Where a push stands. The values are stored: add, never renumber."""

    WAITING = 1
    DELIVERED = 2
    DEAD = 3
    KEPT = 4


class PushMove(StrEnum):
    """What happens to a push."""

    DELIVER = "deliver"
    GIVE_UP = "give_up"
    KEEP = "keep"
    REPLAY = "replay"


class TargetState(IntEnum):
    """Where an address stands. The values are stored: add, never renumber."""

    ASKED = 1
    IN_USE = 2
    REFUSED = 3


class TargetMove(StrEnum):
    """What a verification makes of an address."""

    VERIFY = "verify"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"


_S, _M = PushState, PushMove

PUSH: Final = Machine(
    name="push",
    start=_S.WAITING,
    ends=frozenset[PushState](),
    moves={
        _M.DELIVER: arrow(_S.WAITING,                                 to=_S.DELIVERED),
        _M.GIVE_UP: arrow(_S.WAITING,                                 to=_S.DEAD),
        _M.KEEP:    arrow(_S.WAITING,                                 to=_S.KEPT),
        _M.REPLAY:  arrow(_S.WAITING, _S.DELIVERED, _S.DEAD, _S.KEPT, to=_S.WAITING),
    },
)  # fmt: skip

TARGET: Final = Machine(
    name="push_target",
    start=TargetState.ASKED,
    ends=frozenset[TargetState](),
    moves={
        TargetMove.VERIFY:    arrow(TargetState.ASKED,                      to=TargetState.IN_USE),
        TargetMove.REFUSE:    arrow(TargetState.ASKED,                      to=TargetState.REFUSED),
        TargetMove.ASK_AGAIN: arrow(TargetState.IN_USE, TargetState.REFUSED, to=TargetState.ASKED),
    },
)  # fmt: skip
