"""The lives of a present, of its portions, and of what goes back of it (reference section 5.5)."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PresentKind(IntEnum):
    """Who gets it, and how. The values are stored: add, never change."""

    ONE = 1
    FIRST_COME = 2
    DRAW = 3
    NAMED = 4


class PresentState(StrEnum):
    """Where a present is. The values are stored: add, never rename."""

    DRAFT = "draft"
    PAYING = "paying"
    SCHEDULED = "scheduled"
    OPEN = "open"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PresentMove(StrEnum):
    """What may be done with a present."""

    ASK_PAYMENT = "ask_payment"
    PAY = "pay"
    PAY_AHEAD = "pay_ahead"
    GIVE_FREE = "give_free"
    SEND = "send"
    CANCEL = "cancel"
    LAPSE = "lapse"
    RECALL = "recall"
    FINISH = "finish"
    RETURN = "return"


_P, _M = PresentState, PresentMove

# Once it is sent a present can neither be cancelled nor called back by its giver.
PRESENT: Final = Machine(
    name="present",
    start=_P.DRAFT,
    ends=frozenset({_P.DONE, _P.RETURNED, _P.CANCELLED}),
    moves={
        _M.ASK_PAYMENT: arrow(_P.DRAFT,             to=_P.PAYING),
        _M.PAY:         arrow(_P.PAYING,            to=_P.OPEN),
        _M.PAY_AHEAD:   arrow(_P.PAYING,            to=_P.SCHEDULED),
        _M.GIVE_FREE:   arrow(_P.DRAFT,             to=_P.OPEN),
        _M.SEND:        arrow(_P.SCHEDULED,         to=_P.OPEN),
        _M.CANCEL:      arrow(_P.DRAFT, _P.PAYING,  to=_P.CANCELLED),
        _M.LAPSE:       arrow(_P.DRAFT, _P.PAYING,  to=_P.CANCELLED),
        _M.RECALL:      arrow(_P.SCHEDULED,         to=_P.RETURNED),
        _M.FINISH:      arrow(_P.OPEN,              to=_P.DONE),
        _M.RETURN:      arrow(_P.OPEN,              to=_P.RETURNED),
    },
)  # fmt: skip


class PortionState(StrEnum):
    """Where a portion is. The values are stored: add, never rename."""

    WAITING = "waiting"
    OPEN = "open"
    ACCEPTED = "accepted"
    ORDERED = "ordered"
    DECLINED = "declined"
    EXPIRED = "expired"
    RECALLED = "recalled"
    DONATED = "donated"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class PortionMove(StrEnum):
    """What may be done with a portion. The values are stored: add, never rename."""

    OFFER = "offer"
    CANCEL = "cancel"
    RECALL = "recall"
    CLAIM = "claim"
    WIN = "win"
    TAKE = "take"
    ORDER = "order"
    DECLINE = "decline"
    DONATE = "donate"
    EXPIRE = "expire"
    PAY_BACK = "pay_back"


_S, _N = PortionState, PortionMove

# Accepted is somebody's, who has not said yet where it shall go; ordered is an order to ship. What
# was donated was taken as well: its money is a charity's.
PORTION: Final = Machine(
    name="portion",
    start=_S.WAITING,
    ends=frozenset({_S.ORDERED, _S.DONATED, _S.REFUNDED, _S.CANCELLED}),
    moves={
        _N.OFFER:    arrow(_S.WAITING,                                to=_S.OPEN),
        _N.CANCEL:   arrow(_S.WAITING,                                to=_S.CANCELLED),
        _N.RECALL:   arrow(_S.WAITING,                                to=_S.RECALLED),
        _N.CLAIM:    arrow(_S.OPEN,                                   to=_S.ACCEPTED),
        _N.WIN:      arrow(_S.OPEN,                                   to=_S.ACCEPTED),
        _N.TAKE:     arrow(_S.OPEN,                                   to=_S.ORDERED),
        _N.ORDER:    arrow(_S.ACCEPTED,                               to=_S.ORDERED),
        _N.DECLINE:  arrow(_S.OPEN, _S.ACCEPTED,                      to=_S.DECLINED),
        _N.DONATE:   arrow(_S.OPEN, _S.ACCEPTED,                      to=_S.DONATED),
        _N.EXPIRE:   arrow(_S.OPEN, _S.ACCEPTED,                      to=_S.EXPIRED),
        _N.PAY_BACK: arrow(_S.DECLINED, _S.EXPIRED, _S.RECALLED,      to=_S.REFUNDED),
    },
)  # fmt: skip

UNDECIDED: Final = frozenset({PortionState.OPEN, PortionState.ACCEPTED})
TAKEN: Final = frozenset({PortionState.ORDERED, PortionState.DONATED})
ENDED: Final = frozenset({PortionState.DECLINED, PortionState.EXPIRED, PortionState.RECALLED})


class ReturnState(StrEnum):
    """Where a present aftersale is (reference section 6.7), as the wire names it."""

    REFUNDING = "PLATFORM_REFUNDING"
    SUCCESS = "MERCHANT_REFUND_SUCCESS"
    FAILED = "PLATFORM_REFUND_FAIL"
    GIVEN_UP = "MERCHANT_REFUND_RETRY_FAIL"


class ReturnMove(StrEnum):
    """What may become of it."""

    CONFIRM = "confirm"
    FAIL = "fail"
    RETRY = "retry"
    GIVE_UP = "give_up"


_R, _O = ReturnState, ReturnMove

PRESENT_AFTERSALE: Final = Machine(
    name="present_aftersale",
    start=_R.REFUNDING,
    ends=frozenset({_R.SUCCESS, _R.GIVEN_UP}),
    moves={
        _O.CONFIRM: arrow(_R.REFUNDING, _R.FAILED, to=_R.SUCCESS),
        _O.FAIL:    arrow(_R.REFUNDING,            to=_R.FAILED),
        _O.RETRY:   arrow(_R.FAILED,               to=_R.REFUNDING),
        _O.GIVE_UP: arrow(_R.FAILED,               to=_R.GIVEN_UP),
    },
)  # fmt: skip
