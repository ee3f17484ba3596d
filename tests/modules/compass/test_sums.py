"""The sums are what the log says, however often and by how many it is added up; days and their ends."""

import asyncio
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.market import Market
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.modules.compass import api
from tongshang.modules.compass.actions import rolling, taking
from tongshang.modules.compass.domain.events import (
    CLOSES_AFTER,
    EventDraft,
    EventKind,
    Mark,
    Rejected,
    begin_of,
    day_of,
)
from tongshang.modules.compass.store import log, sums

# Each table of sums, and what of the log it holds.
DAY = "(at at time zone 'Asia/Shanghai')::date"
REST = "product_id, content_id, carrier_id, surface, kind"
TABLES = {
    "event_hours": ("shop_id, date_trunc('hour', at), surface, kind", "shop_id <> 0"),
    "event_days": (f"shop_id, {DAY}, {REST}", "shop_id <> 0"),
    "carrier_days": (
        f"carrier_id, {DAY}, shop_id, product_id, content_id, surface, kind",
        "carrier_id <> 0",
    ),
    "content_totals": ("content_id, kind", "content_id <> 0"),
    "product_totals": ("shop_id, product_id, kind", "shop_id <> 0 and product_id <> 0"),
}


async def faults(opened: Opened) -> list[Any]:
    """Rows of the sums that are not what the counted events add up to, or the other way round."""
    found: list[Any] = []
    for table, (keys, which) in TABLES.items():
        amount = "" if table == "content_totals" else ", sum(amount_fen)::bigint"
        log_says = f"""
            select {keys}, count(*), sum(count)::bigint{amount} from events
            where mark = 0 and {which} group by {keys}
        """
        sums_say = f"select * from {table}"
        for one, other in ((log_says, sums_say), (sums_say, log_says)):
            found += await opened.house.pool.fetch(f"({one}) except ({other})")
    return found


def some_events(seed: int, at: datetime, count: int = 40) -> list[EventDraft]:
    draw = random.Random(seed)
    kinds = [EventKind.EXPOSURE, EventKind.CLICK, EventKind.VIEW, EventKind.PAY]
    return [
        EventDraft(
            at - timedelta(minutes=draw.randrange(3_000)),
            kind := draw.choice(kinds),
            draw.randrange(3),
            draw.randrange(3),
            shop_id=draw.randrange(3),
            product_id=draw.randrange(3),
            carrier_id=draw.randrange(3),
            visit_id=draw.randrange(1, 5),
            amount_fen=100 if kind is EventKind.PAY else 0,
            count=draw.randrange(1, 4),
        )
        for _ in range(count)
    ]


async def write(opened: Opened, seed: int) -> None:
    async with calling(opened) as call:
        drafts = some_events(seed, call.at)
        await taking.ensure_days(call, sorted({day_of(one.at) for one in drafts}))
        marks = [Mark(n % 3) for n in range(len(drafts))]
        await log.add_load(call.tx, 44 * 10**17 + seed, call.at, drafts, marks, Rejected(seed, 1))


async def roll(opened: Opened, limit: int = 2) -> int:
    async with calling(opened) as call:
        return await rolling.roll_up(call, limit)


async def test_sums_are_what_the_counted_events_add_up_to_however_often_one_adds(
    opened: Opened,
) -> None:
    for seed in range(6):
        await write(opened, seed)
    await finish_work(opened)
    await finish_work(opened)
    assert await roll(opened) == 0
    assert await faults(opened) == []
    assert await opened.house.pool.fetchval("select sum(events) from event_days") > 20
    intake = await opened.house.pool.fetch("select what, sum(events) from event_intake group by 1")
    assert dict(map(tuple, intake)) == {
        "counted": 84, "double": 78, "bot": 78, "forged": 15, "unknown": 6,
    }  # fmt: skip


async def test_those_who_add_at_once_add_each_event_once(opened: Opened) -> None:
    for seed in range(12):
        await write(opened, seed)
    writing = [write(opened, seed) for seed in range(12, 18)]
    added = await asyncio.gather(*(roll(opened) for _ in range(8)), *writing)
    assert sum(one or 0 for one in added) <= 18
    while await roll(opened):
        pass
    assert await faults(opened) == []
    assert await opened.house.pool.fetchval("select count(*) from event_loads") == 0


async def test_an_adding_that_fails_leaves_nothing_and_is_done_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(opened, 1)
    with monkeypatch.context() as patch:
        patch.setattr(sums, "drop_loads", None)
        with pytest.raises(TypeError):
            await roll(opened)
    assert await opened.house.pool.fetchval("select count(*) from event_days") == 0
    assert await roll(opened) == 1
    assert await faults(opened) == []


# --- days --------------------------------------------------------------------------------------


def go_to(opened: Opened, at: datetime) -> None:
    opened.house.clock.offset += at - opened.house.clock.now()


async def days_kept(opened: Opened) -> list[date]:
    async with calling(opened) as call:
        return await log.list_days(call.tx)


async def record(opened: Opened, **fields: Any) -> None:
    async with calling(opened) as call:
        draft = EventDraft(call.at, EventKind.VIEW, shop_id=1, product_id=2, surface=3)
        await api.record(call, [draft._replace(**fields)])


async def test_each_side_of_midnight_in_china_is_a_day_of_its_own(opened: Opened) -> None:
    day = day_of(opened.house.clock.now()) + timedelta(days=40)
    midnight = begin_of(day)
    go_to(opened, midnight - timedelta(seconds=5))
    await record(opened)
    await record(opened, at=midnight - timedelta(microseconds=1))
    await record(opened, at=midnight)
    await finish_work(opened)
    rows = await opened.house.pool.fetch("select day, events from event_days order by day")
    assert list(map(tuple, rows)) == [(day - timedelta(days=1), 2), (day, 1)]
    assert await faults(opened) == []
    kept = await days_kept(opened)
    assert {day + timedelta(days=n) for n in range(3)} <= set(kept), "made ahead"
    assert await opened.house.pool.fetchval(f"select count(*) from events_{day:%Y%m%d}") == 1


async def test_a_day_that_is_over_forgets_visits_without_consent_and_knows_its_visitors(
    opened: Opened,
) -> None:
    day = day_of(opened.house.clock.now()) + timedelta(days=60)
    go_to(opened, begin_of(day) + timedelta(hours=9))
    for visit, consent in ((5, False), (5, False), (6, True)):
        await record(opened, visit_id=visit, consent=consent, buyer_id=visit if consent else 0)
    await record(opened, visit_id=6, consent=True, surface=4)
    go_to(opened, begin_of(day + timedelta(days=1)) + CLOSES_AFTER - timedelta(minutes=1))
    await finish_work(opened)
    visits = "select visit_id from events order by visit_id"
    assert [row[0] for row in await opened.house.pool.fetch(visits)] == [5, 5, 6, 6], "not yet"
    go_to(opened, begin_of(day + timedelta(days=1)) + CLOSES_AFTER)
    await finish_work(opened)
    assert [row[0] for row in await opened.house.pool.fetch(visits)] == [0, 0, 6, 6]
    visitors = await opened.house.pool.fetch(
        "select product_id, surface, visitors from event_visitors where day = $1 order by 1, 2", day
    )
    assert list(map(tuple, visitors)) == [
        (0, 0, 2), (0, 3, 2), (0, 4, 1), (2, 0, 2), (2, 3, 2), (2, 4, 1),
    ]  # fmt: skip
    assert await faults(opened) == [], "the sums are as they were"


async def test_old_days_go_and_their_sums_stay(market: Market) -> None:
    opened = market.opened
    day = day_of(opened.house.clock.now()) + timedelta(days=100)
    go_to(opened, begin_of(day) + timedelta(hours=9))
    await record(opened)
    await finish_work(opened)
    await market.ask(market.operator, "/v1/platform/event/keep", days=5)
    go_to(opened, begin_of(day + timedelta(days=5)) + timedelta(hours=9))
    await finish_work(opened)
    assert day in await days_kept(opened)
    go_to(opened, begin_of(day + timedelta(days=6)) + timedelta(hours=9))
    await finish_work(opened)
    assert day not in await days_kept(opened)
    assert await opened.house.pool.fetchval("select count(*) from events") == 0
    rows = await opened.house.pool.fetch("select day, events from event_days")
    assert list(map(tuple, rows)) == [(day, 1)]
    intake = await market.ask(market.operator, "/v1/platform/event/intake")
    assert (intake.kept_days, intake.waiting) == (5, 0)
    assert intake.days[0].events == {"counted": 1}
    await record(opened, at=begin_of(day))  # a fact heard that late is counted all the same
    await finish_work(opened)
    assert await opened.house.pool.fetchval("select sum(events) from event_days") == 2
