"""The life of a plan."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PlanState(IntEnum):
    """What a shop decided of a plan. The values are stored and on the wire: add, never change."""

    LISTED = 1
    DELISTED = 2
    DELETED = 4


class PlanMove(StrEnum):
    """What a shop may do with a plan."""

    LIST = "list"
    DELIST = "delist"
    DELETE = "delete"
    ADD_AGAIN = "add_again"


_S, _M = PlanState, PlanMove

PLAN: Final = Machine(
    name="plan",
    start=_S.LISTED,
    ends=frozenset[PlanState](),
    moves={
        _M.DELIST:    arrow(_S.LISTED,               to=_S.DELISTED),
        _M.LIST:      arrow(_S.DELISTED,             to=_S.LISTED),
        _M.DELETE:    arrow(_S.LISTED, _S.DELISTED,  to=_S.DELETED),
        _M.ADD_AGAIN: arrow(_S.DELETED,              to=_S.LISTED),
    },
)  # fmt: skip
