"""The words of search as data: what says nothing, what says the same, when people give."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tongshang.modules.search.domain import text

_HERE: Final = Path(__file__).parent.parent
_LONGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Occasion:
    """When people give, how they call it, and words of what they give."""

    number: int
    title: str
    title_en: str
    names: tuple[str, ...]
    goods: tuple[str, ...]


@cache
def occasions() -> tuple[Occasion, ...]:
    """All occasions of giving."""
    told = tomllib.loads((_HERE / "occasions.toml").read_text("utf-8"))
    return tuple(
        Occasion(
            one["number"], one["title"], one["title_en"], tuple(one["names"]), tuple(one["goods"])
        )
        for one in told["occasion"]
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Stop words, and for each word those that mean the same."""

    stop: frozenset[str]
    same: Mapping[str, tuple[str, ...]]

    def longest_at(self, told: str, at: int) -> str:
        """The longest word with others of its meaning that stands at a place of a text."""
        for size in range(min(_LONGEST, len(told) - at), 0, -1):
            if told[at : at + size] in self.same:
                return told[at : at + size]
        return ""


@cache
def _from_file() -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    told = tomllib.loads((_HERE / "words.toml").read_text("utf-8"))
    return frozenset(told["stop"]), tuple(tuple(group) for group in told["synonyms"])


def stop_words() -> frozenset[str]:
    """Words that say nothing."""
    return _from_file()[0]


def words(groups: Iterable[tuple[str, ...]] = ()) -> Words:
    """The words of the file and the platform's own groups together."""
    stop, ours = _from_file()
    same: dict[str, dict[str, None]] = {}
    for group in (*ours, *groups):
        plain = [text.plain(word) for word in group]
        for word in plain:
            same.setdefault(word, {}).update(dict.fromkeys(one for one in plain if one != word))
    return Words(stop, {word: tuple(others) for word, others in same.items()})
