"""The life of a content."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class ContentState(IntEnum):
    """Whether people see a content. The values are stored: add, never renumber."""

    VISIBLE = 1
    REMOVED = 2
    DRAFT = 3
    SCHEDULED = 4


class ContentMove(StrEnum):
    """What an author, or the clock, does with a content."""

    SCHEDULE = "schedule"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    UPDATE = "update"
    REMOVE = "remove"


_S, _M = ContentState, ContentMove

CONTENT: Final = Machine(
    name="content",
    start=_S.DRAFT,
    ends=frozenset({_S.REMOVED}),
    moves={
        _M.SCHEDULE: arrow(_S.DRAFT, _S.SCHEDULED, to=_S.SCHEDULED),
        _M.WITHDRAW: arrow(_S.SCHEDULED, to=_S.DRAFT),
        _M.PUBLISH:  arrow(_S.DRAFT, _S.SCHEDULED, to=_S.VISIBLE),
        _M.UPDATE:   arrow(_S.VISIBLE, to=_S.VISIBLE),
        _M.REMOVE:   arrow(_S.DRAFT, _S.SCHEDULED, _S.VISIBLE, to=_S.REMOVED),
    },
)  # fmt: skip
