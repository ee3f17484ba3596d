"""A whole replay: plan, play day by day with a progress bar, tidy up, report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Never

from tqdm import tqdm

from tongshang.app import Opened
from tongshang.replay import acting, furnishing, store
from tongshang.replay.acting import Stage
from tongshang.replay.fates import Account, Judge, Sku
from tongshang.replay.hearing import hearing
from tongshang.replay.planning import Day, days, skus_by_code
from tongshang.replay.reading import digest, read_lines
from tongshang.replay.report import report
from tongshang.runtime import jobs
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.db import transaction

# After the last day of the file: shipped, received, settled.
TAIL_DAYS: Final = 14
WHOLE_FILE: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known from the file alone."""

    digest: str
    lines_max: int
    account: Account
    days: Sequence[Day]


def plan(path: Path, lines_max: int | None) -> Plan:
    """Read the file, or its first lines, and decide what happened on each day."""
    judge = Judge()
    played = list(days(judge.judge(read_lines(path, lines_max))))
    return Plan(digest(path), lines_max or WHOLE_FILE, judge.account, played)


async def replay(
    opened: Opened, dsn: str, path: Path, say: Callable[[str], None], lines_max: int | None = None
) -> int:
    """Replay a file, or go on where it stopped; the shop it made.

    `dsn`: where the database is, for the process that hears beside this one.
    """
    start = time.perf_counter_ns()
    planned = plan(path, lines_max)
    say(f"{planned.account.lines:,} lines, {len(planned.days)} days, planned in "
        f"{(time.perf_counter_ns() - start) / 1e9:.1f} s")  # fmt: skip
    stage = await _stage(opened, planned)
    with tqdm(total=planned.account.lines, unit=" lines", smoothing=0.1) as bar:
        async with hearing(dsn, opened.house.home) as stage.tell_time:
            await _play_all(stage, planned, bar)
    await jobs.drain(opened.house, opened.works)
    async with opened.house.pool.acquire() as connection:
        totals = await store.totals(connection, stage.shop_id)
        refusals = await store.list_refusals(connection, stage.shop_id)
    for line in report(
        planned.account, totals, refusals, (time.perf_counter_ns() - start) // 1_000_000
    ):
        say(line)
    return stage.shop_id


async def _play_all(stage: Stage, planned: Plan, bar: "tqdm[Never]") -> None:
    trading = [one.day for one in planned.days]
    if not trading:
        return
    before = trading[0]
    for day in planned.days:
        await acting.play(stage, day, acting.matters(day.day, before, trading))
        before = day.day
        bar.update(day.lines)
    bar.update(planned.account.lines - bar.n)  # malformed lines have no day
    for evening in _tail(trading[-1]):
        await acting.close_open_matters(stage, evening, acting.matters(evening, before, trading))
        before = evening


def _tail(last: date) -> list[date]:
    return [last + timedelta(days=n) for n in range(1, TAIL_DAYS + 1)]


async def _stage(opened: Opened, planned: Plan) -> Stage:
    house = opened.house
    async with transaction(house.pool) as tx:
        call = Call(tx, house.clock.now(), NOBODY, house)
        known = await store.find_shop(tx, planned.digest, planned.lines_max)
        shop_id, template_id = known or await furnishing.open_shop(call)
        if known is None:
            await store.begin(tx, planned.digest, planned.lines_max, shop_id, template_id)
        promoters = await furnishing.find_promoters(call, shop_id)
        pictures = await furnishing.pictures_of(call, shop_id)
    sold: set[Sku] = set()
    names: dict[str, str] = {}
    for day in planned.days:
        sold.update(day.demand)
        for code, name in day.names.items():
            names.setdefault(code, name)
    stage = Stage(opened, shop_id, template_id, pictures, promoters, skus_by_code(sold), names)
    await stage.remember()
    return stage
