"""The lives of a shop's invitation to a person, and to an account."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class StaffState(IntEnum):
    """What a person is to a shop. Stored: add, never change."""

    NONE = 0  # has no row
    BOUND = 1
    UNBOUND = 2
    INVITED = 3
    REFUSED = 4


class StaffMove(StrEnum):
    """What the shop does (invite, unbind), and the person (accept, refuse)."""

    INVITE = "invite"
    ACCEPT = "accept"
    REFUSE = "refuse"
    UNBIND = "unbind"


class BondState(IntEnum):
    """What an account is to a shop (reference section 10.3). Stored and on the wire: add only.

    5, timed out, is an invitation past its time: nobody writes it.
    """

    NONE = 0  # has no row
    BOUND = 1
    UNBOUND = 2
    REFUSED = 3
    INVITED = 4
    FAILED = 6
    CANCELLED = 7


class BondMove(StrEnum):
    """What the shop does (invite, cancel, unbind), and who holds the account."""

    INVITE = "invite"
    ACCEPT = "accept"
    FAIL = "fail"
    REFUSE = "refuse"
    CANCEL = "cancel"
    UNBIND = "unbind"


TIMED_OUT: Final = 5

_S, _B = StaffState, BondState
_OVER: Final = (_B.UNBOUND, _B.REFUSED, _B.FAILED, _B.CANCELLED)

STAFF: Final = Machine(
    name="shop_sharer",
    start=_S.NONE,
    ends=frozenset[StaffState](),
    moves={
        StaffMove.INVITE: arrow(_S.NONE, _S.UNBOUND, _S.INVITED, _S.REFUSED, to=_S.INVITED),
        StaffMove.ACCEPT: arrow(_S.INVITED,                                  to=_S.BOUND),
        StaffMove.REFUSE: arrow(_S.INVITED,                                  to=_S.REFUSED),
        StaffMove.UNBIND: arrow(_S.BOUND,                                    to=_S.UNBOUND),
    },
)  # fmt: skip

BOND: Final = Machine(
    name="cooperation",
    start=_B.NONE,
    ends=frozenset[BondState](),
    moves={
        BondMove.INVITE: arrow(_B.NONE, _B.INVITED, *_OVER, to=_B.INVITED),
        BondMove.ACCEPT: arrow(_B.INVITED,                  to=_B.BOUND),
        BondMove.FAIL:   arrow(_B.INVITED,                  to=_B.FAILED),
        BondMove.REFUSE: arrow(_B.INVITED,                  to=_B.REFUSED),
        BondMove.CANCEL: arrow(_B.INVITED,                  to=_B.CANCELLED),
        BondMove.UNBIND: arrow(_B.BOUND,                    to=_B.UNBOUND),
    },
)  # fmt: skip
