"""How Chinese sounds: pinyin, initials, what is easily confused, and slips of one letter."""

import tomllib
from pathlib import Path
from typing import Final

from tongshang.settings import spare_phrases

# The words of the trade that need one stand in `sounds.toml`.
spare_phrases()

from pypinyin import Style, lazy_pinyin, load_phrases_dict  # noqa: E402 (as told above)

SLIPPED_MAX: Final = 16  # a longer sound keeps no slips: it is found by its words

# What many speakers do not tell apart; the order matters, for one feeds the next.
_ALIKE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))


def _load_words() -> None:
    told = tomllib.loads((Path(__file__).parent.parent / "sounds.toml").read_text("utf-8"))
    load_phrases_dict(
        {word: [[one] for one in told["words"][word].split()] for word in told["words"]}
    )


_load_words()


def heard(text: str) -> tuple[str, str]:
    """The sound of a text without tones, and the first letter of each of its syllables.

    What is no Chinese sounds as it is written.
    """
    parts = [part.lower() for part in lazy_pinyin(text, style=Style.NORMAL) if part.strip()]
    return "".join(parts), "".join(part[0] for part in parts)


def pinyin(text: str) -> str:
    """The sound of a text alone."""
    return heard(text)[0]


def loose(sound: str) -> str:
    """The sound as those write it who confuse zh and z, n and l, ang and an."""
    for told, heard in _ALIKE:
        sound = sound.replace(told, heard)
    return sound


def slips(key: str) -> set[str]:
    """The key without any one of its letters: two keys that share one are a slip apart."""
    return {key[:i] + key[i + 1 :] for i in range(len(key))}


def is_near(one: str, other: str) -> bool:
    """Whether one letter added, lost, changed or swapped makes one the other."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(one) != len(other):
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return longer[at + 1 :] == shorter[at:]
    is_swap = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return is_swap or one[at + 1 :] == other[at + 1 :]
