"""The life of an audit."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class AuditState(StrEnum):
    """The values are stored: add, never rename."""

    SUBMITTED = "submitted"
    PASSED = "passed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class AuditMove(StrEnum):
    """What becomes of a submission."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    REJECT = "reject"
    WITHDRAW = "withdraw"


_S, _M = AuditState, AuditMove

AUDIT: Final = Machine(
    name="audit",
    start=_S.SUBMITTED,
    ends={_S.PASSED, _S.REJECTED, _S.WITHDRAWN},
    moves={
        _M.PASS:     arrow(_S.SUBMITTED, to=_S.PASSED),
        _M.REJECT:   arrow(_S.SUBMITTED, to=_S.REJECTED),
        _M.WITHDRAW: arrow(_S.SUBMITTED, to=_S.WITHDRAWN),
    },
)  # fmt: skip
