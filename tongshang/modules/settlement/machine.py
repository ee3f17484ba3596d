"""The life of an order's money (reference section 9.3)."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class SettleState(IntEnum):
    """Where an order's money is. The values are stored and on the wire: add, never change.

    The wire knows 100, partly settled, as well: an order here is settled as a whole.
    """

    WAITING = 1
    NOTHING = 2
    SETTLED = 60


class SettleMove(StrEnum):
    """What may become of it."""

    DIVIDE = "divide"
    RETURN_ALL = "return_all"


_S, _M = SettleState, SettleMove

SETTLEMENT: Final = Machine(
    name="settlement",
    start=_S.WAITING,
    ends=frozenset({_S.SETTLED, _S.NOTHING}),
    moves={
        _M.DIVIDE:     arrow(_S.WAITING, to=_S.SETTLED),
        _M.RETURN_ALL: arrow(_S.WAITING, to=_S.NOTHING),
    },
)  # fmt: skip
