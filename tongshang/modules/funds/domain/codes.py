"""Confirmation codes: a person with a phone says that it shall be done (reference section 9.4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.modules.funds.machine import CODE, CodeMove, CodeState
from tongshang.modules.funds.refusals import CodeOver, NotAnAdministrator

LIFE: Final = timedelta(minutes=10)


class Purpose(StrEnum):
    """What is confirmed. The values are stored: add, never rename."""

    WITHDRAWAL = "withdrawal"
    IDENTITY = "identity"


class Scanner(IntEnum):
    """Who scanned (the wire's scan_user_type)."""

    NO_ADMINISTRATOR = 0
    ADMINISTRATOR = 1
    DEPUTY = 2


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be scanned; its ticket is all that who scans it knows."""

    ticket: str
    party_id: int
    purpose: Purpose
    subject_id: int
    state: CodeState
    scanner: Scanner
    made_at: datetime
    expires_at: datetime

    def is_over(self, at: datetime) -> bool:
        """Whether nothing can be done with it any more."""
        return self.state in CODE.ends or at >= self.expires_at

    def state_at(self, at: datetime) -> CodeState:
        """Its state by now, also where no clockwork has looked at it yet."""
        if self.state not in CODE.ends and at >= self.expires_at:
            return CodeState.EXPIRED
        return self.state


def scanned(code: Code, scanner: Scanner, at: datetime) -> Code:
    """The code after somebody scanned it."""
    return replace(_moved(code, CodeMove.SCAN, at), scanner=scanner)


def confirmed(code: Code, at: datetime) -> Code:
    """The code after the administrator who scanned it said yes."""
    if code.state is not CodeState.SCANNED and not code.is_over(at):
        raise NotAnAdministrator
    after = _moved(code, CodeMove.CONFIRM, at)
    if code.scanner is Scanner.NO_ADMINISTRATOR:
        raise NotAnAdministrator
    return after


def cancelled(code: Code, at: datetime) -> Code:
    """The code after somebody said no."""
    return _moved(code, CodeMove.CANCEL, at)


def expired(code: Code) -> Code:
    """The code after its time."""
    return replace(code, state=CODE.step(code.state, CodeMove.EXPIRE))


def _moved(code: Code, move: CodeMove, at: datetime) -> Code:
    if code.is_over(at):
        raise CodeOver
    return replace(code, state=CODE.step(code.state, move))
