"""The lives of a plan, and of what promoters and agencies are to a shop and to each other."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PlanState(IntEnum):
    """What became of a plan. The values are stored and on the wire: add, never change."""

    LISTED = 1
    DELISTED = 2
    DELETED = 4
    BELOW_STANDARD = 5


class PlanMove(StrEnum):
    """What a shop may do with a plan, and what the daily check of its product does."""

    LIST = "list"
    DELIST = "delist"
    DELETE = "delete"
    ADD_AGAIN = "add_again"
    FALL = "fall"
    RECOVER = "recover"


class TieState(IntEnum):
    """What a promoter is to a shop (reference section 7.2). Stored and on the wire: add only."""

    INITIAL = 0  # never invited: has no row
    INVITED = 1
    ACCEPTED = 2
    REFUSED = 3
    WITHDRAWN = 4
    ENDED = 5
    DELETED = 10


class AgencyTieState(IntEnum):
    """What a shop is to an agency (reference section 7.3). Stored and on the wire: add only."""

    INITIAL = 0  # never invited: has no row
    INVITED = 1
    ACCEPTED = 2
    REFUSED = 3
    WITHDRAWN = 4
    ENDED = 5


class AgencyTieMove(StrEnum):
    """What an agency does (invite, withdraw, end), and the shop (accept, refuse, come, end)."""

    INVITE = "invite"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"
    COME = "come"


class AuthState(IntEnum):
    """Whether a promoter lets an agency change his window. Stored and on the wire."""

    NOT_GIVEN = 0
    GIVEN = 1


class AuthMove(StrEnum):
    """What a promoter may do with an agency's asking."""

    ALLOW = "allow"
    END = "end"


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
_G, _H = AgencyTieState, AgencyTieMove
_OVER: Final = (_T.REFUSED, _T.WITHDRAWN, _T.ENDED)

PLAN: Final = Machine(
    name="plan",
    start=_S.LISTED,
    ends=frozenset[PlanState](),
    moves={
        _M.DELIST:    arrow(_S.LISTED, _S.BELOW_STANDARD,               to=_S.DELISTED),
        _M.LIST:      arrow(_S.DELISTED,                                to=_S.LISTED),
        _M.DELETE:    arrow(_S.LISTED, _S.DELISTED, _S.BELOW_STANDARD,  to=_S.DELETED),
        _M.ADD_AGAIN: arrow(_S.DELETED,                                 to=_S.LISTED),
        _M.FALL:      arrow(_S.LISTED,                                  to=_S.BELOW_STANDARD),
        _M.RECOVER:   arrow(_S.BELOW_STANDARD,                          to=_S.LISTED),
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

AGENCY_TIE: Final = Machine(
    name="agency_tie",
    start=_G.INITIAL,
    ends=frozenset[AgencyTieState](),
    moves={
        _H.INVITE:   arrow(_G.INITIAL, _G.REFUSED, _G.WITHDRAWN, _G.ENDED, to=_G.INVITED),
        _H.ACCEPT:   arrow(_G.INVITED,                                     to=_G.ACCEPTED),
        _H.REFUSE:   arrow(_G.INVITED,                                     to=_G.REFUSED),
        _H.WITHDRAW: arrow(_G.INVITED,                                     to=_G.WITHDRAWN),
        _H.END:      arrow(_G.ACCEPTED,                                    to=_G.ENDED),
        _H.COME:     arrow(_G.INITIAL, _G.INVITED,                         to=_G.ACCEPTED),
    },
)  # fmt: skip

WINDOW_AUTH: Final = Machine(
    name="window_auth",
    start=AuthState.NOT_GIVEN,
    ends=frozenset[AuthState](),
    moves={
        AuthMove.ALLOW: arrow(AuthState.NOT_GIVEN, to=AuthState.GIVEN),
        AuthMove.END:   arrow(AuthState.GIVEN,     to=AuthState.NOT_GIVEN),
    },
)  # fmt: skip


class SharerState(IntEnum):
    """How far a person's registration is (reference section 7.4). On the wire: add only.

    1, under way, is none of ours: what is asked for is decided at once.
    """

    NONE = 0  # has no row
    DONE = 2
    MUST_VERIFY = 3


class SharerMove(StrEnum):
    """What a person does: register for agencies' own pay (simply) or for the platform's, verify."""

    REGISTER_SIMPLY = "register_simply"
    REGISTER = "register"
    ASK_MORE = "ask_more"
    VERIFY = "verify"


class BondState(IntEnum):
    """What a sharer, or a promoter, is to an agency. Stored and pushed: add only."""

    NONE = 0  # has no row
    BOUND = 1
    UNBOUND = 2


class BondMove(StrEnum):
    """Either side ends it; who was bound before may be again."""

    BIND = "bind"
    UNBIND = "unbind"


_R, _B = SharerState, BondState

SHARER: Final = Machine(
    name="sharer",
    start=_R.NONE,
    ends=frozenset[SharerState](),
    moves={
        SharerMove.REGISTER_SIMPLY: arrow(_R.NONE,        to=_R.DONE),
        SharerMove.REGISTER:        arrow(_R.NONE,        to=_R.MUST_VERIFY),
        SharerMove.ASK_MORE:        arrow(_R.DONE,        to=_R.MUST_VERIFY),
        SharerMove.VERIFY:          arrow(_R.MUST_VERIFY, to=_R.DONE),
    },
)  # fmt: skip

BOND: Final = Machine(
    name="agency_bond",
    start=_B.NONE,
    ends=frozenset[BondState](),
    moves={
        BondMove.BIND:   arrow(_B.NONE, _B.UNBOUND, to=_B.BOUND),
        BondMove.UNBIND: arrow(_B.BOUND,            to=_B.UNBOUND),
    },
)  # fmt: skip
