"""The life of a content."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class ContentState(IntEnum):
    """Whether people see a content. The values are stored: add, never renumber."""

    VISIBLE = 1
    REMOVED = 2


class ContentMove(StrEnum):
    """What an author does with a content."""

    UPDATE = "update"
    REMOVE = "remove"


_S, _M = ContentState, ContentMove

CONTENT: Final = Machine(
    name="content",
    start=_S.VISIBLE,
    ends=frozenset({_S.REMOVED}),
    moves={
        _M.UPDATE: arrow(_S.VISIBLE, to=_S.VISIBLE),
        _M.REMOVE: arrow(_S.VISIBLE, to=_S.REMOVED),
    },
)  # fmt: skip
