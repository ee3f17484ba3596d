"""Lifecycles: of a statement, and of a difference between the channel's file and the books."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class StatementState(StrEnum):
    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"


class StatementMove(StrEnum):
    BEGIN = "begin"
    FINISH = "finish"


STATEMENT: Final = Machine(
    name="statement",
    start=StatementState.WAITING,
    ends=frozenset({StatementState.READY}),
    moves={
        StatementMove.BEGIN: arrow(
            StatementState.WAITING, StatementState.MAKING, to=StatementState.MAKING
        ),
        StatementMove.FINISH: arrow(
            StatementState.WAITING, StatementState.MAKING, to=StatementState.READY
        ),
    },
)


class DifferenceState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    VANISHED = "vanished"


class DifferenceMove(StrEnum):
    RESOLVE = "resolve"
    """Somebody of the platform looked into it and says what it was."""

    VANISH = "vanish"
    """The other side says the same by now."""


DIFFERENCE: Final = Machine(
    name="difference",
    start=DifferenceState.OPEN,
    ends=frozenset({DifferenceState.RESOLVED, DifferenceState.VANISHED}),
    moves={
        DifferenceMove.RESOLVE: arrow(DifferenceState.OPEN, to=DifferenceState.RESOLVED),
        DifferenceMove.VANISH: arrow(DifferenceState.OPEN, to=DifferenceState.VANISHED),
    },
)
