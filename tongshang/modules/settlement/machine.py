"""The lives of an order's money (reference section 9.3) and of money on its way to a bank (9.4)."""

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


class PayoutState(StrEnum):
    """Where a part of a withdrawal is. The values are stored: add, never rename."""

    TAKEN = "taken"
    PAID = "paid"
    BACK = "back"


class PayoutMove(StrEnum):
    """What may become of it."""

    ARRIVE = "arrive"
    RETURN = "return"


_P, _G = PayoutState, PayoutMove

# What the bank has may come back days later (退票).
PAYOUT: Final = Machine(
    name="payout",
    start=_P.TAKEN,
    ends=frozenset({_P.BACK}),
    moves={
        _G.ARRIVE: arrow(_P.TAKEN,          to=_P.PAID),
        _G.RETURN: arrow(_P.TAKEN, _P.PAID, to=_P.BACK),
    },
)  # fmt: skip
