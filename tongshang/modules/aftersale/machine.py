"""The life of a case (reference section 6.3), cut to refunds without a return."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class AftersaleState(StrEnum):
    """Where a case is. The values are stored and on the wire: add, never rename."""

    MERCHANT_PROCESSING = "MERCHANT_PROCESSING"
    PLATFORM_REFUNDING = "PLATFORM_REFUNDING"
    MERCHANT_REFUND_SUCCESS = "MERCHANT_REFUND_SUCCESS"
    MERCHANT_REJECT_REFUND = "MERCHANT_REJECT_REFUND"
    USER_CANCELD = "USER_CANCELD"
    PLATFORM_REFUND_FAIL = "PLATFORM_REFUND_FAIL"
    MERCHANT_REFUND_RETRY_FAIL = "MERCHANT_REFUND_RETRY_FAIL"
    MERCHANT_FAIL = "MERCHANT_FAIL"


class AftersaleMove(StrEnum):
    """What may be done with a case. The values are stored: add, never rename."""

    ACCEPT = "accept"
    REJECT = "reject"
    CANCEL = "cancel"
    CONFIRM_REFUND = "confirm_refund"
    FAIL_REFUND = "fail_refund"
    RETRY_REFUND = "retry_refund"
    GIVE_UP = "give_up"
    CLOSE = "close"


_S, _M = AftersaleState, AftersaleMove

AFTERSALE: Final = Machine(
    name="aftersale",
    start=_S.MERCHANT_PROCESSING,
    ends=frozenset(
        {
            _S.MERCHANT_REFUND_SUCCESS,
            _S.USER_CANCELD,
            _S.MERCHANT_REFUND_RETRY_FAIL,
            _S.MERCHANT_FAIL,
        }
    ),
    moves={
        _M.ACCEPT:         arrow(_S.MERCHANT_PROCESSING,  to=_S.PLATFORM_REFUNDING),
        _M.REJECT:         arrow(_S.MERCHANT_PROCESSING,  to=_S.MERCHANT_REJECT_REFUND),
        _M.CANCEL:         arrow(
            _S.MERCHANT_PROCESSING, _S.MERCHANT_REJECT_REFUND, to=_S.USER_CANCELD
        ),
        _M.CONFIRM_REFUND: arrow(_S.PLATFORM_REFUNDING,   to=_S.MERCHANT_REFUND_SUCCESS),
        _M.FAIL_REFUND:    arrow(_S.PLATFORM_REFUNDING,   to=_S.PLATFORM_REFUND_FAIL),
        _M.RETRY_REFUND:   arrow(_S.PLATFORM_REFUND_FAIL, to=_S.PLATFORM_REFUNDING),
        _M.GIVE_UP:        arrow(_S.PLATFORM_REFUND_FAIL, to=_S.MERCHANT_REFUND_RETRY_FAIL),
        _M.CLOSE:          arrow(_S.MERCHANT_REJECT_REFUND, to=_S.MERCHANT_FAIL),
    },
)  # fmt: skip

# The numbers of the older component (reference section 6.8), as orders show their cases.
NUMBERS: Final = {
    _S.USER_CANCELD: 1,
    _S.MERCHANT_PROCESSING: 2,
    _S.MERCHANT_REJECT_REFUND: 4,
    _S.MERCHANT_REFUND_SUCCESS: 13,
    _S.PLATFORM_REFUNDING: 15,
    _S.PLATFORM_REFUND_FAIL: 16,
    _S.MERCHANT_REFUND_RETRY_FAIL: 18,
    _S.MERCHANT_FAIL: 19,
}
