"""What comes first: how well the words fit, and what the thing is worth by itself.

The weights are data (`ranking.toml`); docs/search.md tells them in words. All are whole numbers, so
that two processes never order the same two documents differently.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tongshang.modules.search.domain import text

if TYPE_CHECKING:
    from tongshang.modules.search.domain.documents import Document
    from tongshang.modules.search.domain.query import Alternative, Reading, Slot


@dataclass(frozen=True, slots=True)
class Weights:
    """The tables of `ranking.toml`."""

    text: Mapping[str, int]
    meaning: Mapping[str, int]
    order: Mapping[str, int]
    merit: Mapping[str, int]
    kinds: Mapping[str, int]
    hot: Mapping[str, int]


@cache
def _weights() -> Weights:
    told = tomllib.loads((Path(__file__).parent.parent / "ranking.toml").read_text("utf-8"))
    return Weights(**told)


WEIGHTS: Final = _weights()
_KIND_POINTS: Final = {3: WEIGHTS.kinds["content"], 4: WEIGHTS.kinds["gift"]}
_RARE_BITS: Final = 20  # a word this many times doubled in the index weighs least


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may answer a query, as far as its place depends on it."""

    owner_id: int
    kind: int
    subject_id: int
    title: str
    names: str
    weak: str
    price_fen: int
    market_price_fen: int
    sold: int
    rank: int
    in_stock: bool
    fresh_at: datetime
    cat_ids: tuple[int, ...]

    @property
    def key(self) -> tuple[int, int, int]:
        """Which document."""
        return self.owner_id, self.kind, self.subject_id


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate with its points."""

    points: int
    candidate: Candidate

    @property
    def order(self) -> tuple[int, int, int, int]:
        """The place among all: points, then the newer; never two alike."""
        return (
            self.points,
            self.candidate.subject_id,
            self.candidate.owner_id,
            self.candidate.kind,
        )


def merit(document: "Document") -> int:
    """What a document is worth whatever is asked, but for its age, which changes by itself."""
    told = WEIGHTS.merit
    rated = max(document.rating - 40, 0) * told["rating_each_tenth_above_four"]
    cheaper = told["on_sale"] if document.market_price_fen > document.price_fen else 0
    moving = merit_of_trade(document.sold, in_stock=document.in_stock)
    return moving + rated + document.badge * told["badge_each"] + cheaper


def merit_of_trade(sold: int, *, in_stock: bool) -> int:
    """The part of a document's merit that every day of trade moves."""
    told = WEIGHTS.merit
    known = min(sold.bit_length() * told["sold_each_doubling"], told["sold_max"])
    return known + _missing(in_stock=in_stock)


def _missing(*, in_stock: bool) -> int:
    return 0 if in_stock else WEIGHTS.merit["sold_out"]


def is_hot(rank: int, *, in_stock: bool) -> bool:
    """Whether a document is also found by the lexemes of what ranks high.

    What is sold out stays among them, else its words would be written anew whenever it is.
    """
    return rank - _missing(in_stock=in_stock) >= WEIGHTS.hot["from"]


def importance(slots: "Sequence[Slot]") -> list[int]:
    """How much each slot counts: a rare word more than a frequent one, a character least."""
    return [
        (2 * _RARE_BITS - min(slot.weight.bit_length(), _RARE_BITS)) * (2 + min(len(slot.text), 2))
        for slot in slots
    ]


def place(reading: "Reading", candidates: Iterable[Candidate], at: datetime) -> list[Placed]:
    """The candidates with their points, the best first."""
    weighed = list(zip(reading.slots, importance(reading.slots), strict=True))
    total = sum(weight for _, weight in weighed) or 1
    phrase = reading.shown
    placed = [Placed(_points(one, weighed, total, phrase, at), one) for one in candidates]
    return sorted(placed, key=lambda one: one.order, reverse=True)


def _points(
    one: Candidate,
    weighed: "Sequence[tuple[Slot, int]]",
    total: int,
    phrase: str,
    at: datetime,
) -> int:
    title = one.title.replace(text.WORD_MARK * 2, " ").replace(text.WORD_MARK, "")
    filled = sum(weight * _filled(slot, one, title) for slot, weight in weighed)
    points = WEIGHTS.text["whole"] * filled // (total * 100)
    points += _ordered(phrase, title) + one.rank + _freshness(one.fresh_at, at)
    return points + _KIND_POINTS.get(one.kind, 0)


def _filled(slot: "Slot", one: Candidate, title: str) -> int:
    """How well a document fills a slot, in percent: by the best of what may fill it."""
    best = 0
    for alternative in slot.alternatives:
        if alternative.percent <= best:
            continue
        best = max(best, alternative.percent * _held(alternative, one, title) // 100)
    return best


def _held(alternative: "Alternative", one: Candidate, title: str) -> int:
    said, mark = alternative.text, text.WORD_MARK
    if said in title:
        # A thing is what its word ends with: 绿茶 is a 茶, 茶咖啡糖罐 is none.
        if len(said) == 1 and not said.isascii():
            is_whole = f"{said}{mark}" in one.title and said in one.names
        else:
            is_whole = f"{mark}{said}{mark}" in one.title
        return 100 if is_whole else WEIGHTS.text["in_title"]
    if said in one.names.replace(mark, ""):
        return WEIGHTS.text["in_names"]
    if said in one.weak.replace(mark, ""):
        return WEIGHTS.text["in_weak"]
    if len(said) < 3 or said.isascii():
        return 0
    there = sum(pair in title for pair in text.pairs(said))
    return WEIGHTS.text["in_part"] * there // (len(said) - 1)


def _ordered(phrase: str, title: str) -> int:
    """More for a title that has the query in one piece, begins with it, or is it."""
    told = WEIGHTS.order
    if not phrase or phrase not in title:
        return 0
    points = told["phrase"] + told["short"] * len(phrase) // max(len(title), 1)
    if title.startswith(phrase):
        points += told["equal"] if title == phrase else told["first"]
    return points


def _freshness(fresh_at: datetime, at: datetime) -> int:
    """What is new gets a little more, by whole days, so that pages of one search agree."""
    days = max((at - fresh_at).days, 0)
    told = WEIGHTS.merit
    return max(told["new_at_first"] * (told["new_days"] - days) // told["new_days"], 0)
