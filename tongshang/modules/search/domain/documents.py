"""What the index keeps of a product, a shop, a content and a group of presents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from itertools import pairwise
from typing import Final, TypeAlias

from tongshang.modules.search.domain import text
from tongshang.modules.search.domain.words import Occasion, stop_words

TITLE_KEPT_MAX: Final = 120
NAMES_KEPT_MAX: Final = 400
TERM_MAX: Final = 16
_PHRASE_MAX: Final = 4
HOT: Final = "^"  # marks the lexemes of what ranks high, kept a second time


class DocumentKind(IntEnum):
    """What is found. The values are stored: add, never renumber."""

    PRODUCT = 1
    SHOP = 2
    CONTENT = 3
    GIFT_GROUP = 4


DocumentKey: TypeAlias = tuple[int, int, int]  # owner_id, kind, subject_id
Trade: TypeAlias = tuple[int, bool]  # how many were sold, whether it is in stock


@dataclass(frozen=True, slots=True)
class Facet:
    """Lexemes that no text has: what a document is filtered by."""

    FREE_FREIGHT = "=f"
    GIVABLE = "=g"

    @staticmethod
    def category(cat_id: int) -> str:
        """Stands in or below a category."""
        return f"=c{cat_id}"

    @staticmethod
    def shop(shop_id: int) -> str:
        """Is of a shop."""
        return f"=s{shop_id}"

    @staticmethod
    def badge(number: int) -> str:
        """Is of a shop with a badge."""
        return f"=b{number}"

    @staticmethod
    def occasion(number: int) -> str:
        """Fits an occasion of giving."""
        return f"=o{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it is kept. Texts are plain and cut: `|保温杯|500|ml|`."""

    owner_id: int
    kind: DocumentKind
    subject_id: int
    title: str
    names: str = ""
    weak: str = ""
    facets: tuple[str, ...] = ()
    cat_ids: tuple[int, ...] = ()
    price_fen: int = 0
    market_price_fen: int = 0
    sold: int = 0
    rating: int = 0  # in tenths, 0 where nobody rated
    badge: int = 0
    in_stock: bool = True
    fresh_at: datetime
    suggests: str = ""  # what is suggested for it while somebody types

    @property
    def key(self) -> DocumentKey:
        """Which document."""
        return self.owner_id, self.kind, self.subject_id

    @property
    def print(self) -> bytes:
        """The same for the same document but for its trade, so that its texts are not written
        again where they did not change.
        """
        return text.digest(repr(replace(self, sold=0, in_stock=True)).encode())

    @property
    def trade(self) -> Trade:
        """What every day moves of it."""
        return self.sold, self.in_stock

    def lexemes(self) -> list[str]:
        """All by which it is found."""
        whole = f"{self.title} {self.names} {self.weak}".replace(text.WORD_MARK * 2, " ")
        found = text.lexemes(whole.replace(text.WORD_MARK, ""))
        return sorted(found) + sorted(self.facets)

    def words(self) -> set[str]:
        """What it adds to the words that are known: its own, and short pairs of them."""
        return known_words(self.title) | known_words(self.names)


def known_words(kept: str) -> set[str]:
    """The words of a kept text, and neighbours that together are no longer than four characters.

    The pairs are how people type what a dictionary cuts: 收纳|箱, 手机|壳.
    """
    found: set[str] = set()
    silent = stop_words()
    for part in kept.split(text.WORD_MARK * 2):
        words = [word for word in part.split(text.WORD_MARK) if word]
        found.update(word for word in words if len(word) <= TERM_MAX)
        found.update(
            one + other
            for one, other in pairwise(words)
            if len(one) + len(other) <= _PHRASE_MAX
            and not (one + other).isascii()
            and not {one, other} & silent
        )
    return found


def kept_text(texts: Iterable[str], most: int) -> str:
    """Texts as a document keeps them: cut, a wider gap between those that do not belong together."""
    parts: list[str] = []
    for one in texts:
        told = text.plain(one)[:most]
        words: list[str] = []
        end = 0
        for run in text.runs(told):
            if words and run.begin > end:
                parts.append(text.kept(words))
                words = []
            words += text.cut(run.text)
            end = run.end
        if words:
            parts.append(text.kept(words))
    return "".join(dict.fromkeys(parts))[: most * 3]


def fitting(occasions: Sequence[Occasion], title: str) -> list[Occasion]:
    """The occasions that a product is given at, by the words of its title."""
    told = text.plain(title)
    return [one for one in occasions if any(word in told for word in one.goods)]
