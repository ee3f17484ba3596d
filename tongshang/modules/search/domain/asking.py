"""A query as the index is asked it: expressions of lexemes, from strict to lenient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Final

from tongshang.modules.search.domain import text
from tongshang.modules.search.domain.documents import HOT, Facet
from tongshang.modules.search.domain.query import Reading, Slot

NOTHING: Final = "=none"  # no document has it
RARE_SLOTS_MAX: Final = 4  # of a query that does not fit as a whole, its rarest words are asked


class Sort(StrEnum):
    """In which order products come; all else comes by relevance."""

    RELEVANCE = "relevance"
    SALES = "sales"
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the found must be besides."""

    cat_id: int = 0
    shop_id: int = 0
    badge: int = 0
    in_stock: bool = False
    free_freight: bool = False
    occasion: int = 0
    price_from: int = 0
    price_to: int = 0

    def facets(self) -> list[str]:
        """The lexemes that say so; the price is a number, and nearly all goods are in stock."""
        found: list[str] = []
        if self.cat_id:
            found.append(Facet.category(self.cat_id))
        if self.shop_id:
            found.append(Facet.shop(self.shop_id))
        if self.badge:
            found.append(Facet.badge(self.badge))
        if self.occasion:
            found.append(Facet.occasion(self.occasion))
        if self.free_freight:
            found.append(Facet.FREE_FREIGHT)
        return found


@dataclass(frozen=True, slots=True)
class Expression:
    """What the index is asked: for goods, for those of them that rank high, for all else."""

    goods: str
    givable: str
    hot: str
    others: str
    heads: tuple[str, ...]
    price_from: int
    price_to: int
    in_stock: bool

    def of_givable(self) -> "Expression":
        """The same of goods that can be given."""
        return replace(self, goods=self.givable, hot=_hot(self.givable))


def _hot(expression: str) -> str:
    return expression.replace("' ", f"{HOT}' ")


def strict(reading: Reading, filters: Filters) -> Expression:
    """Every slot filled."""
    return _expression([reading.slots], reading, filters)


def lenient(reading: Reading, filters: Filters) -> Expression | None:
    """All slots but one, or any of the rarest: for a query that nothing fits as a whole."""
    slots = sorted((one for one in reading.slots if len(one.text) > 1), key=_rarity)
    slots = slots[:RARE_SLOTS_MAX] or list(reading.slots)
    if len(reading.slots) < 2:
        return None
    choices = list(combinations(slots, len(slots) - 1)) if len(slots) > 2 else []
    return _expression([*choices, *((one,) for one in slots)], reading, filters)


def browsing(filters: Filters) -> Expression | None:
    """Without words: all that the filters leave."""
    return _expression([()], Reading("", ()), filters) if filters.facets() else None


def _rarity(slot: Slot) -> int:
    return slot.weight or 1 << 40


def _expression(
    choices: Sequence[Sequence[Slot]], reading: Reading, filters: Filters
) -> Expression:
    words = _any(_all(_slot(slot) for slot in slots) for slots in choices)
    facets = filters.facets()
    goods = _all([words, *map(_quoted, facets)])
    heads = tuple(slot.text for slot in sorted(reading.slots, key=_rarity)[:2])
    made = Expression(
        goods=goods,
        givable=_all([goods, _quoted(Facet.GIVABLE)]),
        hot="",
        others=words or _quoted(NOTHING),
        heads=tuple(one for one in heads if text.lexemes(one)),
        price_from=filters.price_from,
        price_to=filters.price_to,
        in_stock=filters.in_stock,
    )
    return replace(made, hot=_hot(goods))


def _slot(slot: Slot) -> str:
    return _any(_all(map(_quoted, text.needed(one.text))) for one in slot.alternatives)


def _quoted(lexeme: str) -> str:
    """A lexeme in an expression. Text gives letters, digits and points only; facets are ours."""
    assert not {"'", "\\"} & set(lexeme)
    return f"'{lexeme}' "


def _all(parts: Iterable[str]) -> str:
    kept = [part for part in parts if part]
    return f"({'&'.join(kept)})" if len(kept) > 1 else "".join(kept)


def _any(parts: Iterable[str]) -> str:
    kept = list(dict.fromkeys(part for part in parts if part))
    return f"({'|'.join(kept)})" if len(kept) > 1 else "".join(kept)
