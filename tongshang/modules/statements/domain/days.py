"""Days and months of Beijing, and when one of them is over."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final

from tongshang.modules.statements.refusals import PeriodUnknown

BEIJING: Final = timezone(timedelta(hours=8))
# A day is closed so long after its midnight: what was under way then is usually booked by now.
GRACE: Final = timedelta(minutes=5)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE: Final = timedelta(days=1)


class PeriodKind(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the day `starts` until, without it, the day `ends`."""

    kind: PeriodKind
    starts: date
    ends: date

    @property
    def last(self) -> date:
        """The last day that is in it."""
        return self.ends - _ONE


def period(kind: PeriodKind, starts: str) -> Period:
    """The period that begins on a day; a month begins on its first."""
    first = read_day(starts)
    if kind is PeriodKind.DAY:
        return Period(kind, first, first + _ONE)
    if first.day != 1:
        raise PeriodUnknown(starts=starts)
    return Period(kind, first, (first + timedelta(days=31)).replace(day=1))


def read_day(text: str) -> date:
    """A day as `2026-11-22`."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2100:
        raise PeriodUnknown(starts=text)
    return found


def day_of(at: datetime) -> date:
    """The day in Beijing of a moment."""
    return at.astimezone(BEIJING).date()


def begins(day: date) -> datetime:
    """The moment at which a day begins in Beijing."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def last_over(at: datetime) -> date:
    """The last day that is over and may be closed."""
    return day_of(at - GRACE) - _ONE


def next_day(day: date) -> date:
    """The day after."""
    return day + _ONE


def day_before(day: date) -> date:
    """The day before."""
    return day - _ONE
