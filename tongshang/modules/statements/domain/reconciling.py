"""The channel's file of a day beside the books: what is missing, what is extra, what differs."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.payment.api import Bill, BillKind
from tongshang.modules.statements.machine import DIFFERENCE, DifferenceMove, DifferenceState
from tongshang.modules.statements.refusals import FileUnreadable

SANDBOX: Final = "sandbox"
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
_COLUMNS: Final = 6
_TOTAL: Final = "total"
_FEN_MAX: Final = 10**15

# Into the channel's account, or out of it, as the channel counts its customers' money.
COMES_IN: Final = {
    BillKind.PAYMENT: True, BillKind.REFUND: False, BillKind.TRANSFER: False, BillKind.RETURN: True,
}  # fmt: skip


class Fault(StrEnum):
    """How the two can differ."""

    MISSING = "missing"
    """The channel did it, the books do not know of it."""

    EXTRA = "extra"
    """The books have it, the channel says nothing of it."""

    AMOUNT = "amount"
    """Both have it, with other amounts."""


Key = tuple[int, BillKind, int]  # owner, kind, number


@dataclass(frozen=True, slots=True)
class ChannelFile:
    """A file as it came."""

    channel: str
    day: date
    mark: bytes
    bills: Sequence[Bill]
    at: datetime

    @property
    def in_fen(self) -> int:
        """What came in, all together."""
        return sum(one.amount_fen for one in self.bills if COMES_IN[one.kind])

    @property
    def out_fen(self) -> int:
        """What went out."""
        return sum(one.amount_fen for one in self.bills if not COMES_IN[one.kind])


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the channel and the books do not say alike."""

    owner_id: int
    difference_id: int
    channel: str
    day: date
    fault: Fault
    kind: BillKind
    number: int
    channel_no: str
    channel_fen: int
    books_fen: int
    state: DifferenceState
    found_at: datetime
    note: str = ""
    resolved_by: int = 0
    resolved_at: datetime | None = None

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.owner_id, self.kind, self.number


@dataclass(frozen=True, slots=True)
class Compared:
    """A day's file, and how many differences there are of it, by state."""

    channel: str
    day: date
    rows: int
    in_fen: int
    out_fen: int
    imported_at: datetime
    open: int
    resolved: int
    vanished: int


@dataclass(frozen=True, slots=True)
class Found:
    """A difference before it has an id."""

    key: Key
    fault: Fault
    channel_no: str
    channel_fen: int
    books_fen: int


def key_of(bill: Bill) -> Key:
    """What a line of the file is about."""
    return bill.owner_id, bill.kind, bill.number


def mark(text: str) -> bytes:
    """By which the same file is known again."""
    return hashlib.sha256(text.encode()).digest()


def read_file(text: str) -> list[Bill]:
    """The lines of a channel's file; refuses one that is not whole."""
    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2 or rows[0][:1] != ["kind"]:
        raise FileUnreadable(line=1, rule="the columns are missing")
    bills: dict[Key, Bill] = {}
    for number, row in enumerate(rows[1:-1], 2):
        bill = _read_row(number, row)
        if key_of(bill) in bills:
            raise FileUnreadable(line=number, rule="it says the same again")
        bills[key_of(bill)] = bill
    _check_total(len(rows), rows[-1], list(bills.values()))
    return list(bills.values())


def _read_row(line: int, row: Sequence[str]) -> Bill:
    if len(row) != _COLUMNS:
        raise FileUnreadable(line=line, rule=f"it has not {_COLUMNS} columns")
    try:
        at = datetime.fromisoformat(row[5])
        bill = Bill(BillKind(row[0]), int(row[1]), int(row[2]), row[3], int(row[4]), at)
    except ValueError:
        raise FileUnreadable(line=line, rule="a column is not what it should be") from None
    if at.tzinfo is None or not 0 < bill.amount_fen < _FEN_MAX or "\0" in bill.channel_no:
        raise FileUnreadable(line=line, rule="a column is not what it should be")
    if not (0 < bill.owner_id < 2**63 and 0 < bill.number < 2**63):
        raise FileUnreadable(line=line, rule="its numbers are out of range")
    return bill


def _check_total(line: int, row: Sequence[str], bills: Sequence[Bill]) -> None:
    """A file that was cut short has no last line, or one that does not fit."""
    said = [_TOTAL, "", str(len(bills)), "", str(sum(one.amount_fen for one in bills)), ""]
    if list(row) != said:
        raise FileUnreadable(line=line, rule="its totals do not fit its lines")


def compare(
    bills: Sequence[Bill], booked: Mapping[Key, int], told_before: Mapping[Key, Bill]
) -> list[Found]:
    """What differs: `booked` is all that the books know of the lines, and all of the day.

    A line may be booked on another day than the channel's (a notice that came after midnight): so
    the books are asked about a line whenever it was, and the files of days before about an entry.
    """
    lines = {key_of(bill): bill for bill in bills}
    found = []
    for key, bill in lines.items():
        fen = booked.get(key, 0)
        if fen != bill.amount_fen:
            fault = Fault.AMOUNT if fen else Fault.MISSING
            found.append(Found(key, fault, bill.channel_no, bill.amount_fen, fen))
    for key, fen in booked.items():
        if key not in lines and key not in told_before:
            found.append(Found(key, Fault.EXTRA, "", 0, fen))
    return found


def vanished(
    one: Difference, booked_fen: int, told: Bill | None, at: datetime
) -> Difference | None:
    """An open difference that is none any more: by now both say the same."""
    channel_fen = told.amount_fen if told else one.channel_fen
    if booked_fen != channel_fen:
        return None
    state = DIFFERENCE.step(one.state, DifferenceMove.VANISH)
    return replace(one, state=state, resolved_at=at)


def resolved(one: Difference, note: str, by: int, at: datetime) -> Difference:
    """A difference that somebody has looked into."""
    state = DIFFERENCE.step(one.state, DifferenceMove.RESOLVE)
    return replace(one, state=state, note=note, resolved_by=by, resolved_at=at)
