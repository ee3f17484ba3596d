"""The life of a red packet."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PacketState(StrEnum):
    """Whether there is something in it. The values are stored: add, never rename."""

    UNPAID = "unpaid"
    OPEN = "open"
    EMPTY = "empty"
    EXPIRED = "expired"
    LAPSED = "lapsed"


class PacketMove(StrEnum):
    """What may happen to it."""

    PAY = "pay"
    LAPSE = "lapse"
    TAKE_LAST = "take_last"
    EXPIRE = "expire"


_S, _M = PacketState, PacketMove

# Who takes a portion that is not the last leaves the packet open: that is no move.
PACKET: Final = Machine(
    name="packet",
    start=_S.UNPAID,
    ends=frozenset({_S.EMPTY, _S.EXPIRED, _S.LAPSED}),
    moves={
        _M.PAY:       arrow(_S.UNPAID, to=_S.OPEN),
        _M.LAPSE:     arrow(_S.UNPAID, to=_S.LAPSED),
        _M.TAKE_LAST: arrow(_S.OPEN,   to=_S.EMPTY),
        _M.EXPIRE:    arrow(_S.OPEN,   to=_S.EXPIRED),
    },
)  # fmt: skip
