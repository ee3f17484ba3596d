"""The lives of a withdrawal and of a confirmation code (reference section 9.4)."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class WithdrawalState(StrEnum):
    """Where a withdrawal is. The values are stored and on the wire: add, never rename."""

    INIT = "INIT"
    CREATE_SUCCESS = "CREATE_SUCCESS"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    REFUND = "REFUND"
    CLOSE = "CLOSE"


class WithdrawalMove(StrEnum):
    """What may become of it."""

    CONFIRM = "confirm"
    CLOSE = "close"
    ARRIVE = "arrive"
    FAIL = "fail"
    RETURN = "return"


_S, _M = WithdrawalState, WithdrawalMove

# Returned also before its arrival was heard of: a bank's notices may overtake each other.
WITHDRAWAL: Final = Machine(
    name="withdrawal",
    start=_S.INIT,
    ends=frozenset({_S.FAIL, _S.REFUND, _S.CLOSE}),
    moves={
        _M.CONFIRM: arrow(_S.INIT,                       to=_S.CREATE_SUCCESS),
        _M.CLOSE:   arrow(_S.INIT,                       to=_S.CLOSE),
        _M.ARRIVE:  arrow(_S.CREATE_SUCCESS,             to=_S.SUCCESS),
        _M.FAIL:    arrow(_S.CREATE_SUCCESS,             to=_S.FAIL),
        _M.RETURN:  arrow(_S.CREATE_SUCCESS, _S.SUCCESS, to=_S.REFUND),
    },
)  # fmt: skip


class CodeState(IntEnum):
    """What became of a confirmation code. The values are stored and on the wire."""

    NEW = 0
    CONFIRMED = 1
    CANCELLED = 2
    EXPIRED = 3
    SCANNED = 4


class CodeMove(StrEnum):
    """What may be done with it."""

    SCAN = "scan"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    EXPIRE = "expire"


_C, _D = CodeState, CodeMove

# Scanned again: by another person, who may be an administrator where the first was none.
CODE: Final = Machine(
    name="confirmation code",
    start=_C.NEW,
    ends=frozenset({_C.CONFIRMED, _C.CANCELLED, _C.EXPIRED}),
    moves={
        _D.SCAN:    arrow(_C.NEW, _C.SCANNED, to=_C.SCANNED),
        _D.CONFIRM: arrow(_C.SCANNED,         to=_C.CONFIRMED),
        _D.CANCEL:  arrow(_C.NEW, _C.SCANNED, to=_C.CANCELLED),
        _D.EXPIRE:  arrow(_C.NEW, _C.SCANNED, to=_C.EXPIRED),
    },
)  # fmt: skip
