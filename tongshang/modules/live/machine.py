"""The life of a live room."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class RoomState(IntEnum):
    """Where a room stands. The values are stored: add, never change."""

    SCHEDULED = 1
    ON_AIR = 2
    ENDED = 3
    CANCELLED = 4


class RoomMove(StrEnum):
    """What happens to a room."""

    BEGIN = "begin"
    END = "end"
    CANCEL = "cancel"


_S, _M = RoomState, RoomMove

ROOM: Final = Machine(
    name="live room",
    start=_S.SCHEDULED,
    ends={_S.ENDED, _S.CANCELLED},
    moves={
        _M.BEGIN:  arrow(_S.SCHEDULED, to=_S.ON_AIR),
        _M.END:    arrow(_S.ON_AIR,    to=_S.ENDED),
        _M.CANCEL: arrow(_S.SCHEDULED, to=_S.CANCELLED),
    },
)  # fmt: skip
