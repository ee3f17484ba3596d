"""Lines of a retailer's export, each as it stands; what is not a line is told by its number."""

import csv
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

COLUMNS: Final = (
    "invoice_no",
    "stock_code",
    "description",
    "quantity",
    "invoice_date",
    "unit_price_gbp",
    "customer_id",
    "country",
)
_PENCE_DIGITS: Final = 2


class WrongFile(Exception):
    """Not such an export; the text is for the person."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line as the file has it. `price_fen` is None below a whole fen (a penny counts as one)."""

    number: int
    invoice: str
    code: str
    description: str
    quantity: int
    at: datetime
    price_fen: int | None
    customer: str
    country: str


@dataclass(frozen=True, slots=True)
class MalformedLine:
    """A line that cannot be read, and why."""

    number: int
    reason: str


def digest(path: Path) -> str:
    """What tells this file from others."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lines(path: Path, lines_max: int | None = None) -> Iterator[SourceLine | MalformedLine]:
    """The lines of a `.csv` or `.csv.gz`, in the file's order; the header is line 1."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace", newline="") as text:
        rows = csv.reader(text)
        header = next(rows, [])
        if tuple(header) != COLUMNS:
            raise WrongFile(f"{path.name}: the first line must name {', '.join(COLUMNS)}")
        for count, row in enumerate(rows):
            if lines_max is not None and count >= lines_max:
                return
            yield _line(count + 2, row)


def _line(number: int, row: list[str]) -> SourceLine | MalformedLine:
    if len(row) != len(COLUMNS):
        return MalformedLine(number, f"has {len(row)} columns, not {len(COLUMNS)}")
    invoice, code, description, quantity, at, price, customer, country = row
    if not invoice or not code:
        return MalformedLine(number, "lacks an invoice number or a stock code")
    try:
        return SourceLine(
            number,
            invoice,
            code,
            description.strip(),
            int(quantity),
            _moment(at),
            whole_fen(price),
            customer,
            country,
        )
    except ValueError as problem:
        return MalformedLine(number, str(problem))


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


@lru_cache(maxsize=8192)
def whole_fen(price: str) -> int | None:
    """A price in pounds as pence, which the replay counts as fen; None where it is no whole one."""
    sign = -1 if price.startswith("-") else 1
    pounds, _, pence = price.lstrip("-").partition(".")
    pence = pence.rstrip("0")
    if not pounds.isdecimal() or not (pence == "" or pence.isdecimal()):
        raise ValueError(f"the price {price!r} is not a number")
    if len(pence) > _PENCE_DIGITS:
        return None
    return sign * (int(pounds) * 100 + int(pence.ljust(_PENCE_DIGITS, "0")))
