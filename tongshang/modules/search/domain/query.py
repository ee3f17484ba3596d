"""What a query means: slots that a document should fill, each with all that may fill it.

A slot is a word as it was typed, with the words of its meaning; a run of letters may be a word in
letters, pinyin, initials, or several of these one after the other. Nothing here reads the index:
what words there are is looked up by `Wanted` and handed in as `Known`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tongshang.modules.search.domain import ranking, sounds, text
from tongshang.modules.search.domain.text import Run, Script
from tongshang.modules.search.domain.words import Words

SOUND_MAX: Final = 24  # letters of a run that are read as sounds
ALTERNATIVES_MAX: Final = 8
SLOTS_MAX: Final = 8
SLIP_WINDOW_MAX: Final = 6

_LITERAL, _PINYIN, _INITIALS, _LOOSE = "typed", "pinyin", "initials", "loose"
# What reading a piece so costs; the cheapest reading of the whole run is taken.
_COST: Final = {_LITERAL: 10, _PINYIN: 12, _INITIALS: 15, _LOOSE: 17}


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name that the index knows, how often it stands there, and how it sounds."""

    term: str
    kind: int
    weight: int
    pinyin: str
    initials: str
    loose: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text that fills a slot, and what percent it keeps for not being what was typed."""

    text: str
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the query. `weight` is how often its first alternative stands in the index."""

    typed: str
    alternatives: tuple[Alternative, ...]
    weight: int = 0

    @property
    def text(self) -> str:
        """What is most likely meant."""
        return self.alternatives[0].text


@dataclass(frozen=True, slots=True)
class Reading:
    """A query understood. `shown` is how it reads, `phrase` the same as a title would hold it."""

    typed: str
    slots: tuple[Slot, ...]
    is_corrected: bool = False

    @property
    def shown(self) -> str:
        """How it reads, words in letters apart."""
        said = ""
        for slot in self.slots:
            apart = said and slot.text[:1].isascii() and said[-1:].isascii()
            said += f" {slot.text}" if apart else slot.text
        return said

    def texts(self) -> list[str]:
        """All that a found title may be marked for."""
        return [one.text for slot in self.slots for one in slot.alternatives]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked up before a query can be understood."""

    terms: tuple[str, ...]
    sounds: tuple[str, ...]

    @property
    def looses(self) -> tuple[str, ...]:
        """The sounds as those write them who confuse some."""
        return tuple(dict.fromkeys(sounds.loose(one) for one in self.sounds if len(one) > 2))


@dataclass(frozen=True, slots=True)
class Known:
    """What was found, by word and by sound."""

    terms: Mapping[str, int] = field(default_factory=dict)
    by_pinyin: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    by_initials: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    by_loose: Mapping[str, Sequence[Term]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Term]) -> "Known":
        """Terms by all that they are asked by, the most frequent first."""
        terms: dict[str, int] = {}
        known: tuple[dict[str, list[Term]], ...] = ({}, {}, {})
        for one in sorted(found, key=lambda term: (-term.weight, term.term)):
            terms[one.term] = max(terms.get(one.term, 0), one.weight)
            if one.term.isascii():
                continue
            for table, key in zip(known, (one.pinyin, one.initials, one.loose), strict=True):
                table.setdefault(key, []).append(one)
        return cls(terms, *known)


# --- parts of a query ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or a run of letters that is yet to be read (`is_sound`)."""

    text: str
    is_sound: bool = False
    pieces: tuple[str, ...] = ()


def parts(typed: str, words: Words) -> list[Part]:
    """The parts of a plain query; words that say nothing are left out where others remain."""
    found: list[Part] = []
    letters: list[Run] = []
    for run in text.runs(typed):
        if run.script is Script.LETTERS:
            if letters and typed[letters[-1].end : run.begin].strip():
                _join(found, letters)
            letters.append(run)
            continue
        _join(found, letters)
        if run.script is Script.NUMBER:
            found.append(Part(run.text))
        else:
            found += [Part(word) for word in _han_words(run.text, words)]
    _join(found, letters)
    telling = [part for part in found if part.text not in words.stop]
    return (telling or found)[:SLOTS_MAX]


def _join(found: list[Part], letters: list[Run]) -> None:
    if letters:
        pieces = tuple(run.text for run in letters)
        found.append(Part("".join(pieces), True, pieces))
        letters.clear()


def _han_words(run: str, words: Words) -> list[str]:
    """The words of a Chinese run: those with others of their meaning first, then as they are cut."""
    found: list[str] = []
    begin = at = 0
    while at < len(run):
        same = words.longest_at(run, at)
        if len(same) < 2:
            at += 1
            continue
        found += text.cut(run[begin:at])
        found.append(same)
        begin = at = at + len(same)
    return found + text.cut(run[begin:])


def wanted(given: Sequence[Part], words: Words) -> Wanted:
    """What to look up for the parts of a query."""
    terms: dict[str, None] = {}
    heard: dict[str, None] = {}
    for part in given:
        terms[part.text] = None
        for other in words.same.get(part.text, ()):
            terms[other] = None
        if not part.is_sound:
            continue
        terms.update(dict.fromkeys(part.pieces))
        run = part.text[:SOUND_MAX]
        heard.update((run[i:j], None) for i in range(len(run)) for j in range(i + 1, len(run) + 1))
    terms.update(heard)
    return Wanted(tuple(terms), tuple(heard))


# --- understanding ------------------------------------------------------------------------------


def read(typed: str, given: Sequence[Part], known: Known, words: Words) -> Reading:
    """The query as slots."""
    slots: list[Slot] = []
    for part in given:
        slots += _heard(part, known) if part.is_sound else [_typed(part.text, known)]
    return Reading(typed, tuple(_with_same(slot, words) for slot in slots[:SLOTS_MAX]))


def _typed(word: str, known: Known) -> Slot:
    return Slot(word, (Alternative(word),), known.terms.get(word, 0))


def _with_same(slot: Slot, words: Words) -> Slot:
    """The slot with the words that mean the same as one of its own."""
    kept = {one.text: one.percent for one in slot.alternatives}
    synonym = ranking.WEIGHTS.meaning["synonym"]
    for one in slot.alternatives:
        for other in words.same.get(one.text, ()):
            kept.setdefault(other, one.percent * synonym // 100)
    alternatives = (Alternative(said, percent) for said, percent in kept.items())
    return replace(slot, alternatives=tuple(alternatives)[: 2 * ALTERNATIVES_MAX])


def _heard(part: Part, known: Known) -> list[Slot]:
    """A run of letters: words of letters where all are such, else the cheapest reading in sounds."""
    if all(known.terms.get(piece) for piece in part.pieces):
        literal = [_typed(piece, known) for piece in part.pieces]
        if len(part.pieces) > 1 or not (known.by_pinyin.get(part.text)):
            return literal
    read_as = _cheapest(part.text, known) if len(part.text) <= SOUND_MAX else None
    if read_as is None:
        return [_typed(piece, known) for piece in part.pieces]
    return [_sounding(piece, known) for piece in read_as]


def _cheapest(run: str, known: Known) -> list[str] | None:
    """The pieces into which a run of letters falls, or None where a part of it is nothing."""
    best: list[tuple[int, int]] = [(0, 0)] + [(10**6, 0)] * len(run)  # cost, begin of last piece
    for end in range(1, len(run) + 1):
        for begin in range(end):
            piece = run[begin:end]
            cost = min((_COST[way] for way, _ in _readings(piece, known)), default=None)
            if cost is None or (len(piece) == 1 and len(run) > 1 and not piece.isascii()):
                continue
            total = best[begin][0] + cost
            if total < best[end][0]:
                best[end] = (total, begin)
    if best[-1][0] >= 10**6:
        return None
    found: list[str] = []
    end = len(run)
    while end:
        found.append(run[best[end][1] : end])
        end = best[end][1]
    return found[::-1]


def _readings(piece: str, known: Known) -> list[tuple[str, Sequence[Term]]]:
    """All ways in which a piece is read, with the words that it then is."""
    ways: list[tuple[str, Sequence[Term]]] = []
    if weight := known.terms.get(piece):
        ways.append((_LITERAL, [Term(piece, 1, weight, "", "", "")]))
    if found := known.by_pinyin.get(piece):
        ways.append((_PINYIN, found))
    if len(piece) > 1 and (found := known.by_initials.get(piece)):
        ways.append((_INITIALS, found))
    if len(piece) > 2 and (found := known.by_loose.get(sounds.loose(piece))):
        ways.append((_LOOSE, found))
    return ways


def _sounding(piece: str, known: Known) -> Slot:
    """A piece of letters as a slot: what it most likely is comes first."""
    kept: dict[str, tuple[int, int]] = {}
    for way, found in _readings(piece, known):
        for term in found:
            kept.setdefault(term.term, (ranking.WEIGHTS.meaning[way], term.weight))
    # A frequent word at a small discount goes before a rare one that fits a little better.
    order = sorted(kept.items(), key=lambda one: (-one[1][0] * one[1][1].bit_length(), one[0]))
    alternatives = [Alternative(said, percent) for said, (percent, _) in order]
    return Slot(piece, tuple(alternatives[:ALTERNATIVES_MAX]), kept[alternatives[0].text][1])


# --- slips of the pen ---------------------------------------------------------------------------


def windows(reading: Reading) -> list[tuple[int, int]]:
    """Neighbouring slots, as (begin, end), that may be one word mistyped: an unknown one in each."""
    slots = reading.slots
    found = [
        (begin, end)
        for begin in range(len(slots))
        for end in range(begin + 1, len(slots) + 1)
        if any(not slot.weight for slot in slots[begin:end])
        and sum(len(slot.typed) for slot in slots[begin:end]) >= 2
        and (end - begin == 1 or _is_window(slots[begin:end]))
    ]
    return sorted(found, key=lambda one: one[0] - one[1])


def _is_window(slots: Sequence[Slot]) -> bool:
    joined = "".join(slot.typed for slot in slots)
    return len(joined) <= SLIP_WINDOW_MAX and not any(char.isascii() for char in joined)


@dataclass(frozen=True, slots=True)
class Slipped:
    """A window of a query as it may have been meant to sound or to be written."""

    begin: int
    end: int
    typed: str
    sound: str

    @property
    def keys(self) -> set[str]:
        """By what the terms near it are found."""
        written = {f"#{one}" for one in sounds.slips(self.typed)} if len(self.typed) > 2 else set()
        heard = sounds.slips(self.sound) | {self.sound} if len(self.sound) > 3 else {self.sound}
        return heard | (written if not self.typed.isascii() else set())


def slipped(reading: Reading) -> list[Slipped]:
    """The windows of a query with how they sound."""
    found: list[Slipped] = []
    for begin, end in windows(reading):
        typed = "".join(slot.typed for slot in reading.slots[begin:end])
        found.append(Slipped(begin, end, typed, sounds.pinyin(typed)))
    return found


def corrected(
    reading: Reading, found: Iterable[Term], given: Sequence[Slipped], words: Words
) -> Reading | None:
    """The reading with mistyped windows as the terms they are nearest to; None where none is near.

    The widest window first; in it the term that sounds the same, then the most frequent one.
    """
    terms = list(found)
    slots: list[Slot | None] = list(reading.slots)
    taken: set[int] = set()
    for window in given:
        if any(place in taken for place in range(window.begin, window.end)):
            continue
        near = [(mark, term) for term in terms if (mark := _nearness(window, term)) is not None]
        near = [one for one in near if one[1].term != window.typed]
        if not near:
            continue
        _, term = min(near, key=lambda one: (one[0], -one[1].weight, one[1].term))
        percent = ranking.WEIGHTS.meaning["slip"]
        slot = Slot(window.typed, (Alternative(term.term, percent),), term.weight)
        slots[window.begin] = _with_same(slot, words)
        for i in range(window.begin + 1, window.end):
            slots[i] = None
        taken.update(range(window.begin, window.end))
    if not taken:
        return None
    kept = tuple(slot for slot in slots if slot is not None)
    return replace(reading, slots=kept, is_corrected=True)


def _nearness(window: Slipped, term: Term) -> int | None:
    """How far a term is from what was typed: 0 it sounds the same; None: it is another word."""
    is_letters = window.typed.isascii()
    if not is_letters and abs(len(term.term) - len(window.typed)) > 1:
        return None
    if term.pinyin == window.sound:
        return 0
    if len(window.sound) > 2 and term.loose == sounds.loose(window.sound):
        return 1
    if not is_letters and len(window.typed) > 2 and sounds.is_near(term.term, window.typed):
        return 2
    if len(window.sound) > 3 and sounds.is_near(term.pinyin, window.sound):
        return 3
    return None
