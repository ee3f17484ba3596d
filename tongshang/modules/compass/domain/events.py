"""Events, and the days in China on which they happen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

CHINA: Final = timezone(timedelta(hours=8))
_CHINA_SECONDS: Final = 8 * 3600
_DAY_SECONDS: Final = 24 * 3600
_EPOCH: Final = date(1970, 1, 1)

BATCH_MAX: Final = 100
AGO_MAX: Final = timedelta(minutes=10)  # how late a page may tell what it saw
CLOSES_AFTER: Final = timedelta(hours=1)  # a day is closed once its late events are in
KEPT_DAYS: Final = 90
KEPT_DAYS_MIN: Final = 2
KEPT_DAYS_MAX: Final = 3_650
DAYS_AHEAD: Final = 3


class EventKind(IntEnum):
    """What happened. The values are stored: add, never renumber."""

    EXPOSURE = 1
    CLICK = 2
    VIEW = 3
    PLAY = 4
    SHARE = 5
    ADD_TO_CART = 6
    ORDER = 7
    PAY = 8
    REFUND = 9
    GIFT = 10
    LIKE = 11
    COMMENT = 12
    FOLLOW = 13
    SEARCH = 14


# What only the platform itself can know: it comes from facts, never from a client.
OF_MONEY: Final = frozenset({EventKind.ORDER, EventKind.PAY, EventKind.REFUND, EventKind.GIFT})


class Mark(IntEnum):
    """Whether an event counts, and why not. The values are stored: add, never renumber."""

    COUNTED = 0
    DOUBLE = 1  # the same visit, card and kind within half an hour
    BOT = 2  # a program that says so
    TOO_FAST = 3  # what no person does
    UNSEEN = 4  # a click on what was never on the screen
    FLOOD = 5  # more of a visit than a person makes


class Reason(IntEnum):
    """Why something a client sent became no event."""

    FORGED = 1  # a card's token that we did not sign
    UNKNOWN = 2  # a content, product or shop that is not there
    FLOODING = 3


class EventDraft(NamedTuple):
    """An event as it is written; the fields follow the columns of the table.

    0 stands for nobody and nothing. `carrier_id` is the promoter by whom it came, `share_id` the
    share that led to it; without `consent` there is no buyer. `count` is pieces of goods, seconds
    of a play, else 1.
    """

    at: datetime
    kind: int
    surface: int = 0
    content_id: int = 0
    position: int = 0
    shop_id: int = 0
    product_id: int = 0
    carrier_id: int = 0
    share_id: int = 0
    visit_id: int = 0
    buyer_id: int = 0
    consent: bool = False
    amount_fen: int = 0
    count: int = 1  # type: ignore[assignment] # hides a tuple's own method, which nobody calls
    order_id: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """How much of what was sent became no event, by reason."""

    forged: int = 0
    unknown: int = 0
    flooding: int = 0

    @property
    def all(self) -> int:
        """In all."""
        return self.forged + self.unknown + self.flooding


# --- days --------------------------------------------------------------------------------------


def day_of(at: datetime) -> date:
    """The day in China on which it happened."""
    return _day((int(at.timestamp()) + _CHINA_SECONDS) // _DAY_SECONDS)


@lru_cache(maxsize=5_000)
def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def begin_of(day: date) -> datetime:
    """When a day in China begins."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def days_of(moments: Iterable[datetime]) -> list[date]:
    """The days of the moments, each once."""
    return sorted({day_of(at) for at in moments})


def closable(at: datetime) -> date:
    """The last day that is over, late events and all."""
    return day_of(at - CLOSES_AFTER) - timedelta(days=1)
