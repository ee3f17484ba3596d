"""What higher rooms ask of compass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongshang.modules.compass.actions.rolling import roll_up
from tongshang.modules.compass.actions.taking import record
from tongshang.modules.compass.domain.events import EventDraft, EventKind, begin_of, day_of
from tongshang.modules.compass.domain.funnels import By, Funnel, funnels
from tongshang.modules.compass.store import reading
from tongshang.runtime.db import Tx

__all__ = [
    "By",
    "EventDraft",
    "EventKind",
    "Funnel",
    "Trend",
    "begin_of",
    "day_of",
    "funnel",
    "record",
    "roll_up",
    "sold_counts",
    "trending",
    "views_of",
]

# What an event says of how much a product is wanted now.
_WEIGHTS: Final = {
    EventKind.CLICK: 1,
    EventKind.SHARE: 3,
    EventKind.ADD_TO_CART: 4,
    EventKind.PAY: 20,
    EventKind.GIFT: 20,
    EventKind.REFUND: -10,
}


@dataclass(frozen=True, slots=True)
class Trend:
    """How much a product is wanted: `score` is its events by their weights."""

    shop_id: int
    product_id: int
    score: int
    clicks: int
    paid: int


async def sold_counts(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many pieces were paid and not refunded, of all time; keys are (shop, product).

    Products that never sold are absent. The count follows a payment within seconds.
    """
    if not keys:
        return {}
    sold: dict[tuple[int, int], int] = {}
    kinds = (EventKind.PAY, EventKind.REFUND)
    for key, kind, one in await reading.product_totals(tx, keys, kinds):
        sold[key] = sold.get(key, 0) + (one.pieces if kind == EventKind.PAY else -one.pieces)
    return sold


async def trending(tx: Tx, since: datetime, limit: int) -> list[Trend]:
    """The products most wanted since the day of `since`, the most wanted first.

    Score: a click 1, a share 3, an add to cart 4, a payment or gift 20, a refund -10.
    """
    sums: dict[tuple[int, int], dict[int, int]] = {}
    for key, kind, one in await reading.trending(tx, day_of(since), tuple(_WEIGHTS)):
        sums.setdefault(key, {})[kind] = one.events
    trends = [
        Trend(
            *key,
            sum(_WEIGHTS[EventKind(kind)] * events for kind, events in counts.items()),
            counts.get(EventKind.CLICK, 0),
            counts.get(EventKind.PAY, 0),
        )
        for key, counts in sums.items()
    ]
    trends.sort(key=lambda one: (-one.score, one.product_id))
    return [one for one in trends if one.score > 0][:limit]


async def views_of(tx: Tx, content_ids: Sequence[int]) -> dict[int, int]:
    """How often contents were looked at, of all time; those never looked at are absent."""
    if not content_ids:
        return {}
    found = await reading.content_totals(tx, content_ids, (EventKind.VIEW,))
    return {content_id: events for content_id, _, events in found}


async def funnel(
    tx: Tx, shop_id: int, since: date, until: date, by: By = By.SURFACE
) -> list[Funnel]:
    """A shop's funnels of days in China, both included, those that sold most first."""
    return funnels(await reading.funnel(tx, "event_days", shop_id, since, until, by))
