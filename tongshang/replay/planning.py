"""Days of trade, made from judged lines: what is bought, what goes back, what stock changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tongshang.replay.fates import Fate, Judged, Sku


@dataclass(slots=True)
class Invoice:
    """An order to place: the lines of one sale invoice, those of one SKU joined."""

    number: str
    at: datetime
    customer: str
    country: str
    counts: Counter[Sku] = field(default_factory=Counter)
    lines: int = 0


@dataclass(slots=True)
class Refund:
    """What goes back of one SKU on one invoice on one day, whichever lines said so."""

    invoice: str
    customer: str
    sku: Sku
    count: int = 0
    amount_fen: int = 0


@dataclass(slots=True)
class Day:
    """What happened on a day, in the order in which it is done."""

    day: date
    names: dict[str, str] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    refunds: dict[tuple[str, Sku], Refund] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    @property
    def demand(self) -> Counter[Sku]:
        """How many of each SKU the day sells."""
        total: Counter[Sku] = Counter()
        for invoice in self.invoices.values():
            total.update(invoice.counts)
        return total


def days(judged: Iterable[Judged]) -> Iterator[Day]:
    """The days of the file, one after the other; the file is sorted by time."""
    running: Day | None = None
    for one in judged:
        day = one.line.at.date()
        if running is None or running.day != day:
            if running is not None:
                yield running
            running = Day(day)
        _add(running, one)
    if running is not None:
        yield running


def _add(day: Day, one: Judged) -> None:
    line = one.line
    day.lines += 1
    if line.description and line.code not in day.names:
        day.names[line.code] = line.description
    if one.fate is Fate.SOLD:
        assert line.price_fen is not None
        invoice = day.invoices.setdefault(
            line.invoice,
            Invoice(line.invoice, line.at, line.customer or f"guest {line.invoice}", line.country),
        )
        invoice.counts[Sku(line.code, line.price_fen)] += line.quantity
        invoice.lines += 1
    elif one.fate is Fate.STOCK_FOUND:
        day.found[line.code] += line.quantity
    elif one.fate is Fate.STOCK_WRITTEN_OFF:
        day.lost[line.code] -= line.quantity
    elif one.fate is Fate.GIVEN_AWAY:
        day.lost[line.code] += line.quantity
    for part in one.parts:
        buyer = line.customer or f"guest {part.invoice}"
        refund = day.refunds.setdefault(
            (part.invoice, part.sku), Refund(part.invoice, buyer, part.sku)
        )
        refund.count += part.count
        refund.amount_fen += part.amount_fen


def skus_by_code(of: Iterable[Sku]) -> dict[str, list[int]]:
    """The prices at which each code is sold, rising."""
    prices: dict[str, set[int]] = defaultdict(set)
    for sku in of:
        prices[sku.code].add(sku.price_fen)
    return {code: sorted(known) for code, known in prices.items()}
