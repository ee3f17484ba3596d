"""Forbidden words, quotas and audits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from tongshang.modules.governance.machine import AuditMove, AuditState
from tongshang.modules.governance.refusals import DayQuotaUsedUp, HourQuotaUsedUp

_CHINA: Final = timedelta(hours=8)


# --- words -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that one rule forbids, but for phrases in which they mean something else."""

    title: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Judge:
    """Finds forbidden words, however they are spaced, punctuated or written in width."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """A word belongs to the first rule that names it."""
        self._titles: dict[str, str] = {}
        for rule in rules:
            for word in rule.words:
                self._titles.setdefault(plain(word), rule.title)
        # The longer word first, so that the reason names the whole of it.
        longest = sorted(self._titles, key=lambda word: (-len(word), word))
        self._words = re.compile("|".join(map(re.escape, longest)))
        spared = sorted((plain(phrase) for rule in rules for phrase in rule.unless), key=len)
        self._spared = re.compile("|".join(map(re.escape, reversed(spared))) or "(?!)")

    def reasons(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Why the texts may not stand: one sentence a word, in the order they are met."""
        found: dict[str, None] = {}
        for text in texts:
            # A spared phrase becomes a gap, so that its neighbours do not join into a word.
            read = self._spared.sub(" ", plain(text))
            found.update(dict.fromkeys(match[0] for match in self._words.finditer(read)))
        return tuple(f"含有“{word}”：{self._titles[word]}" for word in found)


def plain(text: str) -> str:
    """Only letters, digits and Chinese characters, in one width and case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


# --- quotas ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a shop may do something, by the clock hour and the day in China."""

    per_hour: int
    per_day: int


# Listing, adding and updating products count together (reference section 3.1).
SUBMISSIONS: Final = Quota(per_hour=200, per_day=1_000)


@dataclass(frozen=True, slots=True)
class Used:
    """What is used of a quota in the running hour and day."""

    hour_at: datetime
    hour_used: int
    day_at: datetime
    day_used: int


def windows(at: datetime) -> tuple[datetime, datetime]:
    """When the running hour and the running day began; China's hours begin with UTC's."""
    hour_at = at.replace(minute=0, second=0, microsecond=0)
    return hour_at, (hour_at + _CHINA).replace(hour=0) - _CHINA


def quota_refusal(
    quota: Quota, used: Used | None, at: datetime, count: int
) -> HourQuotaUsedUp | DayQuotaUsedUp:
    """Which limit `count` more would pass; the day's is told first, as it lasts longer."""
    _, day_at = windows(at)
    today = used.day_used if used and used.day_at == day_at else 0
    if today + count > quota.per_day:
        return DayQuotaUsedUp(limit=quota.per_day)
    return HourQuotaUsedUp(limit=quota.per_hour)


# --- audits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditDraft:
    """Something of a shop that is submitted."""

    shop_id: int
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided of an audit."""

    shop_id: int
    audit_id: int
    move: AuditMove
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A submission that is judged at once, by the automatic rules."""

    shop_id: int
    subject_kind: str
    subject_id: int
    reasons: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit as it stands."""

    shop_id: int
    audit_id: int
    subject_kind: str
    subject_id: int
    state: AuditState
    reasons: tuple[str, ...]
    submitted_at: datetime
    decided_at: datetime | None


# --- restrictions ------------------------------------------------------------------------------


class Bar(IntEnum):
    """A scene that a product may be barred from (reference section 3.7)."""

    LIVE_ROOM = 1
    SHORT_VIDEO = 2
    WINDOW = 3
    SEARCH = 4
    ADS = 5
    CARDS = 6
    LEAGUE = 7
    RECOMMENDATION = 8
    SALE = 9
    HIDDEN_INFO = 10


class BarSource(IntEnum):
    """Which rule bars a product (reference section 3.7)."""

    LOW_RISK = 1
    SIMILAR_PRODUCT = 2
    HIDDEN_IMAGE = 3
    TRIAL_CATEGORY = 4
    WINDOW_HIDDEN = 5
    SIMPLE_MODE = 6
    SALE_LIMIT = 7
    STOCK_LIMIT = 8


@dataclass(frozen=True, slots=True)
class RestrictionDraft:
    """A product to be barred from one scene."""

    shop_id: int
    product_id: int
    scene: Bar
    source: BarSource
    reason: str

    @property
    def key(self) -> tuple[int, int, int]:
        """What there is one running restriction of."""
        return self.shop_id, self.product_id, self.scene


@dataclass(frozen=True, slots=True)
class Restriction:
    """A product barred from one scene, by whom and since when, and how it ended."""

    shop_id: int
    product_id: int
    scene: Bar
    source: BarSource
    reason: str
    set_by: int
    set_at: datetime
    lifted_by: int = 0
    lifted_at: datetime | None = None


def packed(scenes: Iterable[int]) -> int:
    """Scenes as one number, for those who keep them beside what they bar: bit n is scene n."""
    return sum(1 << scene for scene in set(scenes))


def is_barred(barred: int, scenes: Iterable[int]) -> bool:
    """Whether one of `scenes` is among those that `packed` packed."""
    return bool(barred & packed(scenes))
