"""Text as search sees it: one width and case, runs of Chinese, letters and digits, and lexemes.

A Chinese run gives its characters and its pairs of neighbours, so that any two characters or more
are found wherever they stand together, however a dictionary would cut the title. Words, cut by
rjieba, tell what a query means and weigh what was found.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

import rjieba

QUERY_MAX: Final = 60  # characters of a query that count; what is longer is read so far
WORD_MARK: Final = "|"  # stands between the words of a text that is kept cut
_HAN_FIRST: Final = "\u2e80"


class Script(Enum):
    """What a run of text is made of."""

    HAN = "han"
    LETTERS = "letters"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one script; `begin` is where it stands in the plain text."""

    script: Script
    text: str
    begin: int

    @property
    def end(self) -> int:
        """Where what follows begins."""
        return self.begin + len(self.text)


def plain(text: str) -> str:
    """The text in one width and case, character for character; what is no text is a space."""
    return "".join(_plain(character) for character in text)


@lru_cache(maxsize=32_768)
def _plain(character: str) -> str:
    if "a" <= character <= "z" or "0" <= character <= "9":
        return character
    one = unicodedata.normalize("NFKC", character).casefold()
    if len(one) != 1:
        one = character
    return one if one.isalnum() or one == "." else " "


@lru_cache(maxsize=32_768)
def _script(character: str) -> Script | None:
    if character.isdigit():
        return Script.NUMBER
    if not character.isalpha():
        return None
    return Script.HAN if character >= _HAN_FIRST else Script.LETTERS


def runs(text: str) -> Iterator[Run]:
    """The runs of a plain text. A point between digits belongs to the number."""
    begin, script = 0, None
    for i, character in enumerate(text):
        now = _script(character)
        is_point = character == "." and script is Script.NUMBER and text[i + 1 : i + 2].isdigit()
        if now is script or is_point:
            continue
        if script is not None:
            yield Run(script, text[begin:i], begin)
        begin, script = i, now
    if script is not None:
        yield Run(script, text[begin:], begin)


def cut(text: str) -> list[str]:
    """The words of a plain text, in their order, without what lies between them."""
    words: list[str] = []
    for run in runs(text):
        words += rjieba.cut(run.text) if run.script is Script.HAN else [run.text]
    return words


def kept(words: Iterable[str]) -> str:
    """Words as a document keeps them, each between two marks."""
    joined = WORD_MARK.join(words)
    return f"{WORD_MARK}{joined}{WORD_MARK}" if joined else ""


def lexemes(text: str) -> set[str]:
    """All that the index holds of a plain text."""
    found: set[str] = set()
    for run in runs(text):
        if run.script is Script.HAN:
            found.update(run.text)
            found.update(pairs(run.text))
        else:
            found.add(run.text)
    return found


def pairs(text: str) -> Iterator[str]:
    """The neighbours in a Chinese run."""
    return (text[i : i + 2] for i in range(len(text) - 1))


def needed(text: str) -> list[str]:
    """The lexemes that a document must have to hold `text`."""
    found: dict[str, None] = {}
    for run in runs(text):
        is_pairs = run.script is Script.HAN and len(run.text) > 1
        found.update(dict.fromkeys(pairs(run.text) if is_pairs else [run.text]))
    return list(found)


def digest(body: bytes) -> bytes:
    """A short mark of some bytes."""
    return hashlib.blake2b(body, digest_size=8).digest()


def spans(title: str, texts: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of the texts stands in a title, as (begin, end), joined and in order."""
    told = plain(title)
    marked = bytearray(len(told))
    for one in texts:
        at = told.find(one) if one else -1
        while at >= 0:
            marked[at : at + len(one)] = b"\1" * len(one)
            at = told.find(one, at + 1)
    found: list[tuple[int, int]] = []
    for i, is_marked in enumerate(marked):
        if not is_marked:
            continue
        if found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found
