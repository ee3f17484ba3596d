"""What each line of the file was in the trade, and what was odd about it.

Every line has exactly one fate, so that lines in are lines accounted for; a line may have several
marks beside it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tongshang.replay.reading import MalformedLine, SourceLine

_GOODS_CODE: Final = re.compile(r"\d{5}[A-Za-z]{0,2}")


class Fate(StrEnum):
    """What a line became."""

    SOLD = "sold"
    REFUNDED = "refunded"
    REFUNDED_IN_PART = "refunded in part, the rest matches no earlier sale"
    REFUND_UNMATCHED = "refund that matches no earlier sale"
    STOCK_FOUND = "stock found (no price, no customer)"
    STOCK_WRITTEN_OFF = "stock written off (no price, negative)"
    GIVEN_AWAY = "given to a customer for nothing"
    BAD_DEBT = "adjustment of bad debt, no trade"
    BELOW_A_FEN = "priced below a fen, cannot be charged"
    MALFORMED = "malformed"


class Mark(StrEnum):
    """What was odd about a line."""

    NO_CUSTOMER = "without customer"
    NO_DESCRIPTION = "without description"
    NEGATIVE_QUANTITY = "negative quantity"
    NEGATIVE_QUANTITY_NOT_C = "negative quantity outside a C invoice"
    ON_C_INVOICE = "on a C invoice"
    ON_A_INVOICE = "on an A invoice"
    PRICE_ZERO = "price zero"
    PRICE_NEGATIVE = "price negative"
    DUPLICATE = "exact duplicate of another line"
    SERVICE_CODE = "code that is no goods (postage, fees, vouchers)"
    OTHER_PRICE = "refunded at another price than it was sold for"


@dataclass(frozen=True, slots=True)
class Sku:
    """What is bought: a stock code at one unit price."""

    code: str
    price_fen: int


@dataclass(slots=True)
class Sale:
    """How many of a SKU an invoice sold, and how many were not refunded yet."""

    invoice: str
    sku: Sku
    left: int


@dataclass(frozen=True, slots=True)
class RefundPart:
    """So many of a SKU on an earlier invoice go back for so much."""

    line_number: int
    invoice: str
    sku: Sku
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its fate; a refund with the sales that it undoes."""

    line: SourceLine
    fate: Fate
    parts: tuple[RefundPart, ...] = ()


@dataclass(slots=True)
class Account:
    """How many lines came in and what they were."""

    fates: Counter[Fate] = field(default_factory=Counter)
    marks: Counter[Mark] = field(default_factory=Counter)
    malformed: list[MalformedLine] = field(default_factory=list)
    unmatched: list[int] = field(default_factory=list)
    invoices_c: set[str] = field(default_factory=set)
    descriptions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def lines(self) -> int:
        """Lines accounted for."""
        return self.fates.total()


class Judge:
    """Judges lines in the file's order: a refund is matched to what was sold before it."""

    def __init__(self) -> None:
        """Nothing sold yet."""
        self.account = Account()
        self._sales: dict[tuple[str, str], list[Sale]] = defaultdict(list)
        self._seen: set[tuple[object, ...]] = set()

    def judge(self, lines: Iterable[SourceLine | MalformedLine]) -> Iterable[Judged]:
        """Each readable line with its fate; all of them counted."""
        for line in lines:
            if isinstance(line, MalformedLine):
                self.account.malformed.append(line)
                self.account.fates[Fate.MALFORMED] += 1
                continue
            judged = self._one(line)
            self.account.fates[judged.fate] += 1
            self._mark(line)
            yield judged

    def _one(self, line: SourceLine) -> Judged:
        fate = plain_fate(line)
        if fate is Fate.SOLD:
            assert line.price_fen is not None
            sale = Sale(line.invoice, Sku(line.code, line.price_fen), line.quantity)
            self._sales[line.customer, line.code].append(sale)
        if fate is not Fate.REFUNDED:
            return Judged(line, fate)
        assert line.price_fen is not None
        parts = match(line, self._sales[line.customer, line.code])
        matched = sum(part.count for part in parts)
        if matched < -line.quantity:
            self.account.unmatched.append(line.number)
            fate = Fate.REFUNDED_IN_PART if parts else Fate.REFUND_UNMATCHED
        if any(part.sku.price_fen != line.price_fen for part in parts):
            self.account.marks[Mark.OTHER_PRICE] += 1
        return Judged(line, fate, parts)

    def _mark(self, line: SourceLine) -> None:
        marks = self.account.marks
        for mark in marks_of(line):
            marks[mark] += 1
        same = (
            line.invoice, line.code, line.description, line.quantity,
            line.at, line.price_fen, line.customer, line.country,
        )  # fmt: skip
        if same in self._seen:
            marks[Mark.DUPLICATE] += 1
        self._seen.add(same)
        if line.description:
            self.account.descriptions[line.code].add(line.description)
        if line.invoice.startswith("C"):
            self.account.invoices_c.add(line.invoice)


def plain_fate(line: SourceLine) -> Fate:
    """What a line is by itself; a refund may still find nothing to undo."""
    if line.invoice.startswith("A"):
        return Fate.BAD_DEBT
    if line.price_fen is None:
        return Fate.BELOW_A_FEN
    if line.price_fen < 0:
        return Fate.BAD_DEBT
    if line.quantity < 0 and line.price_fen > 0:
        return Fate.REFUNDED
    if line.quantity < 0:
        return Fate.STOCK_WRITTEN_OFF
    if line.price_fen == 0:
        return Fate.GIVEN_AWAY if line.customer else Fate.STOCK_FOUND
    return Fate.SOLD


def match(line: SourceLine, sales: Sequence[Sale]) -> tuple[RefundPart, ...]:
    """The earlier sales that a refund undoes, the latest first, those at its own price before.

    A sale at another price serves where it was dearer: never more goes back than was paid.
    """
    assert line.price_fen is not None
    wanted, price, parts = -line.quantity, line.price_fen, []
    same = [sale for sale in reversed(sales) if sale.sku.price_fen == price]
    dearer = [sale for sale in reversed(sales) if sale.sku.price_fen > price]
    for sale in (*same, *dearer):
        count = min(wanted, sale.left)
        if count == 0:
            continue
        sale.left -= count
        wanted -= count
        parts.append(RefundPart(line.number, sale.invoice, sale.sku, count, count * price))
        if wanted == 0:
            break
    return tuple(parts)


def marks_of(line: SourceLine) -> Iterable[Mark]:
    """What is odd about a line by itself."""
    if not line.customer:
        yield Mark.NO_CUSTOMER
    if not line.description:
        yield Mark.NO_DESCRIPTION
    if line.quantity < 0:
        yield Mark.NEGATIVE_QUANTITY
        if not line.invoice.startswith("C"):
            yield Mark.NEGATIVE_QUANTITY_NOT_C
    if line.invoice.startswith("C"):
        yield Mark.ON_C_INVOICE
    if line.invoice.startswith("A"):
        yield Mark.ON_A_INVOICE
    if line.price_fen == 0:
        yield Mark.PRICE_ZERO
    if line.price_fen is not None and line.price_fen < 0:
        yield Mark.PRICE_NEGATIVE
    if not _GOODS_CODE.fullmatch(line.code):
        yield Mark.SERVICE_CODE
