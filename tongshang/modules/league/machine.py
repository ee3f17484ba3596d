"""The lives of a plan, and of what a promoter is to a shop."""

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


class TieState(IntEnum):
    """What a promoter is to a shop (reference section 7.2). Stored and on the wire: add only."""

    INITIAL = 0  # never invited: has no row
    INVITED = 1
    ACCEPTED = 2
    REFUSED = 3
    WITHDRAWN = 4
    ENDED = 5
    DELETED = 10


class TieMove(StrEnum):
    """What a shop does (invite, withdraw, end, delete), and the promoter (accept, refuse, end)."""

    INVITE = "invite"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"
    DELETE = "delete"


_S, _M = PlanState, PlanMove
_T, _N = TieState, TieMove
_OVER: Final = (_T.REFUSED, _T.WITHDRAWN, _T.ENDED)

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

TIE: Final = Machine(
    name="promoter_tie",
    start=_T.INITIAL,
    ends=frozenset[TieState](),
    moves={
        _N.INVITE:   arrow(_T.INITIAL, _T.DELETED, *_OVER, to=_T.INVITED),
        _N.ACCEPT:   arrow(_T.INVITED,                     to=_T.ACCEPTED),
        _N.REFUSE:   arrow(_T.INVITED,                     to=_T.REFUSED),
        _N.WITHDRAW: arrow(_T.INVITED,                     to=_T.WITHDRAWN),
        _N.END:      arrow(_T.ACCEPTED,                    to=_T.ENDED),
        _N.DELETE:   arrow(*_OVER,                         to=_T.DELETED),
    },
)  # fmt: skip
