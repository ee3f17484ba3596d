"""Statements, their lines and the proof of a line, on our own paths."""

from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from tongshang.modules.statements.domain import words
from tongshang.modules.statements.domain.days import Period, PeriodKind
from tongshang.modules.statements.domain.holdings import Sums
from tongshang.modules.statements.domain.sealing import Digest, Sibling
from tongshang.modules.statements.domain.values import (
    POSITION_MAX,
    Closed,
    FileKind,
    Proof,
    Statement,
    line_name,
)
from tongshang.runtime.wire import ID_MAX, Id, seconds

PAGE_MAX: Final = 100

_Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
LineId = Annotated[str, msgspec.Meta(pattern=r"^[0-9-]{1,60}$")]
_Kind = Literal["day", "month"]


class PeriodsQuery(msgspec.Struct, forbid_unknown_fields=True):
    period: _Kind = "day"
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 31


class SumsView(msgspec.Struct):
    """Opening balance + in - out = closing balance."""

    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int
    lines: int

    @classmethod
    def of(cls, sums: Sums) -> "SumsView":
        return cls(sums.opening_fen, sums.in_fen, sums.out_fen, sums.closing_fen, sums.lines)


class PeriodView(msgspec.Struct):
    """A period in which anything moved; `statement_id` is empty where none was made of it."""

    period: str
    starts: str
    last: str
    sums: SumsView
    statement_id: str
    state: str

    @classmethod
    def of(cls, period: Period, sums: Sums, made: Statement | None) -> "PeriodView":
        return cls(
            period.kind.value,
            period.starts.isoformat(),
            period.last.isoformat(),
            SumsView.of(sums),
            str(made.statement_id) if made else "",
            made.state.value if made else "",
        )


class PeriodPage(msgspec.Struct):
    """`closed_through` is the last day whose books are closed; empty: none is."""

    closed_through: str
    periods: list[PeriodView]
    next_key: str
    has_more: bool

    @staticmethod
    def day(through: date | None) -> str:
        return through.isoformat() if through else ""


class MakeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """`starts`: the day, or the first of the month."""

    period: _Kind
    starts: _Day

    @property
    def kind(self) -> PeriodKind:
        return PeriodKind(self.period)


class StatementQuery(msgspec.Struct, forbid_unknown_fields=True):
    statement_id: Id


class FileView(msgspec.Struct):
    kind: str
    parts: int
    size_bytes: int


class StatementView(msgspec.Struct):
    """A statement and how far it is made; its files are there when it is ready."""

    statement_id: str
    period: str
    starts: str
    last: str
    state: str
    sums: SumsView
    lines_done: int
    asked_at: int
    made_at: int
    files: list[FileView]

    @classmethod
    def of(cls, one: Statement, files: dict[FileKind, tuple[int, int]]) -> "StatementView":
        return cls(
            str(one.statement_id),
            one.period.kind.value,
            one.period.starts.isoformat(),
            one.period.last.isoformat(),
            one.state.value,
            SumsView.of(one.sums),
            one.lines_done,
            seconds(one.asked_at),
            seconds(one.made_at),
            [FileView(kind.value, *sizes) for kind, sizes in sorted(files.items())],
        )


class FileQuery(msgspec.Struct, forbid_unknown_fields=True):
    statement_id: Id
    kind: Literal["csv", "pdf"]
    part: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


class FilePart(msgspec.Struct):
    """A part of a file, in Base64; the parts one after the other are the file."""

    content: bytes
    part: int
    parts: int


class LinesQuery(msgspec.Struct, forbid_unknown_fields=True):
    period: _Kind
    starts: _Day
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 50

    @property
    def kind(self) -> PeriodKind:
        return PeriodKind(self.period)


class LineView(msgspec.Struct):
    """A movement: what it is about (`order`, `present` …), and what was caused by what."""

    line_id: str
    day: str
    at: int
    cause: str
    cause_id: str
    name: str
    name_zh: str
    shop_id: str
    shop_name: str
    about: str
    about_id: str
    change_fen: int

    @classmethod
    def of(
        cls, one: Closed, owner_id: int, change_fen: int, about: tuple[str, int], shop_name: str
    ) -> "LineView":
        line, said = one.line, words.line(one.line, owner_id)
        return cls(
            line_name(line.key),
            one.place.day.isoformat(),
            seconds(line.at),
            line.cause.kind,
            str(line.cause.id),
            said.en,
            said.zh,
            str(line.book_id),
            shop_name,
            about[0],
            str(about[1]) if about[1] else "",
            change_fen,
        )


class LinePage(msgspec.Struct):
    sums: SumsView
    lines: list[LineView]
    next_key: str
    has_more: bool


class ProofQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`line_id` is `book-entry-position`, as lists of lines give it."""

    line_id: LineId

    @property
    def key(self) -> tuple[int, int, int] | None:
        """Book, entry and position; nothing where no line can have such a name."""
        parts = [int(part) for part in self.line_id.split("-") if part]
        if len(parts) != 3 or max(parts) > ID_MAX or parts[2] > POSITION_MAX:
            return None
        return parts[0], parts[1], parts[2]


class Step(msgspec.Struct):
    """What to hash with next: `left` means that it stands before."""

    side: Literal["left", "right"]
    hash: str

    @classmethod
    def of(cls, sibling: Sibling) -> "Step":
        return cls("left" if sibling.is_left else "right", sibling.node.hex())


class DigestView(msgspec.Struct):
    book_id: str
    day: str
    lines: int
    root: str
    earlier: str
    digest: str

    @classmethod
    def of(cls, one: Digest) -> "DigestView":
        return cls(
            str(one.book_id),
            one.day.isoformat(),
            one.lines,
            one.root.hex(),
            one.earlier.hex(),
            one.digest.hex(),
        )


class ProofView(msgspec.Struct):
    """All that shows a line to be in the sealed day of its book, in hexadecimal.

    `text` is the line as the books have it now. SHA-256 of 00, `salt` and `text` is `leaf`; of 01
    and both sides, step by step along `way`, the root; of 02, `earlier` and the JSON list of
    book_id, day, lines and root, the digest. `is_unaltered`: all of this comes out as it was sealed.
    """

    line_id: str
    text: str
    salt: str
    leaf: str
    place: int
    way: list[Step]
    day: DigestView
    is_unaltered: bool

    @classmethod
    def of(cls, proof: Proof) -> "ProofView":
        return cls(
            line_name(proof.closed.line.key),
            proof.text,
            proof.salt.hex(),
            proof.closed.leaf.hex(),
            proof.closed.place.place,
            [Step.of(one) for one in proof.way],
            DigestView.of(proof.digest),
            proof.is_unaltered,
        )
