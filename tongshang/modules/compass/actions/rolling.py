"""Adding events up, and closing days."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tongshang.modules.compass.actions.taking import ensure_days
from tongshang.modules.compass.domain import events
from tongshang.modules.compass.domain.events import Mark, Reason
from tongshang.modules.compass.domain.sums import (
    Key,
    Sum,
    add_up,
    of_carriers,
    of_contents,
    of_days,
    of_hours,
    of_products,
)
from tongshang.modules.compass.store import log, sums
from tongshang.runtime.call import Call

ROLL_LOADS: Final = 256
_CLOSED_AT_ONCE: Final = 10
_BATCHES_KEPT: Final = timedelta(days=2)

_SUMS: Final = (
    ("event_hours", of_hours),
    ("event_days", of_days),
    ("carrier_days", of_carriers),
    ("content_totals", of_contents),
    ("product_totals", of_products),
)


async def roll_up(call: Call, limit: int = ROLL_LOADS) -> int:
    """Add waiting loads to the sums; how many.

    A load is added and dropped in one transaction, and held meanwhile: however often and by how
    many this is done, each event is added once.
    """
    loads = await sums.take_loads(call.tx, limit)
    if not loads:
        return 0
    ids = [load["load_id"] for load in loads]
    since = min(load["since"] for load in loads)
    until = max(load["until"] for load in loads)
    found = await sums.add_up(call.tx, ids, since, until)
    counted = [(key, one) for key, mark, one in found if mark == Mark.COUNTED]
    for table, by in _SUMS:
        await sums.add_sums(call.tx, table, add_up(counted, by))
    intake = _intake(found)
    for load in loads:
        for reason in Reason:
            name = reason.name.lower()
            intake[events.day_of(load["until"]), name] += load[name]
    await sums.add_intake(call.tx, ((key, count) for key, count in intake.items() if count))
    await sums.drop_loads(call.tx, ids)
    return len(loads)


def _intake(found: Sequence[tuple[Key, int, Sum]]) -> Counter[tuple[date, str]]:
    counts: Counter[tuple[date, str]] = Counter()
    for key, mark, one in found:
        counts[events.day_of(key.hour), Mark(mark).name.lower()] += one.events
    return counts


# --- days --------------------------------------------------------------------------------------


async def keep_days(call: Call) -> bool:
    """Make the coming days, close those that are over, drop the old; whether there is more to do.

    A day is closed when its events are in; one that nobody visited is not closed at all.
    """
    today = events.day_of(call.at)
    ahead = [today + timedelta(days=n) for n in range(events.DAYS_AHEAD + 1)]
    await ensure_days(call, ahead)
    last = events.closable(call.at)
    kept = await log.list_days(call.tx)
    over = [day for day in kept if day <= last]
    closed = await log.list_closed(call.tx, over)
    waiting = [day for day in over if day not in closed]
    due = waiting[:_CLOSED_AT_ONCE]
    for day in due:
        await log.close_day(call.tx, day, call.at)
    oldest = today - timedelta(days=await log.kept_days(call.tx))
    for day in kept:
        if day < oldest and (day in closed or day in due):
            await log.drop_day(call.tx, day)
    for day in await log.list_twin_days(call.tx):
        if day < last:
            await log.drop_twins(call.tx, day)
    more = await log.forget_batches(call.tx, call.at - _BATCHES_KEPT)
    return more or len(waiting) > len(due)
