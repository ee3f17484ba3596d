"""Statements and their lines as values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.ledger.api import Line
from tongshang.modules.statements.domain.days import Period
from tongshang.modules.statements.domain.holdings import Sums
from tongshang.modules.statements.domain.sealing import Digest, Sibling
from tongshang.modules.statements.machine import STATEMENT, StatementMove, StatementState

# So many lines are read and written in one step of a statement that is being made.
STEP_LINES: Final = 2_000
# A statement of more lines has its lines in the CSV; its PDF tells days and sums.
PDF_LINES_MAX: Final = 3_000
POSITION_MAX: Final = 2**15 - 1  # of a line in its entry


class FileKind(StrEnum):
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: the day that it was closed in, its book, its place there."""

    day: date
    book_id: int
    place: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A line that belongs to a closed day."""

    place: Place
    leaf: bytes
    line: Line


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was asked for: of whom, when, what, and how far it is made."""

    owner_id: int
    statement_id: int
    period: Period
    state: StatementState
    sums: Sums
    lines_done: int
    asked_at: datetime
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day or month of an owner's money."""

    starts: date
    sums: Sums


@dataclass(frozen=True, slots=True)
class Proof:
    """A line, and all that shows it to be in its sealed day."""

    closed: Closed
    salt: bytes
    text: str
    way: Sequence[Sibling]
    digest: Digest
    is_unaltered: bool


def line_name(key: tuple[int, int, int]) -> str:
    """How a line is named to people and programs: book, entry, position."""
    return "-".join(map(str, key))


def begun(statement: Statement, lines_done: int) -> Statement:
    """A statement of which some lines are written."""
    state = STATEMENT.step(statement.state, StatementMove.BEGIN)
    return replace(statement, state=state, lines_done=lines_done)


def finished(statement: Statement, at: datetime) -> Statement:
    """A statement of which all is written."""
    state = STATEMENT.step(statement.state, StatementMove.FINISH)
    return replace(statement, state=state, lines_done=statement.sums.lines, made_at=at)
