"""Gifts: a thousand people on a hundred portions, and five thousand gifts that end at once."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.client import Plan, load, request
from bench.results import Line, Rates, rate_line
from bench.stage import Stage
from tongshang.app import Opened, open_house
from tongshang.modules.gifting.actions import making, sending, token
from tongshang.modules.gifting.domain.making import MakeDraft
from tongshang.modules.gifting.domain.present import Present
from tongshang.modules.gifting.machine import PresentKind
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.db import transaction

CLAIMANTS: Final = 1_000
PORTIONS: Final = 100
CONNECTIONS: Final = 64
ENDING: Final = 5_000
P99_MS: Final = 300
ENDED_IN_SECONDS: Final = 30
ALL_TAKEN: Final = "409 9020021"
_BATCH: Final = 500
_UNPAID: Final = "select exists (select from presents where state in ('draft', 'paying'))"
_TAKEN: Final = "select count(*) from portions where present_id = $1 and state = 'ordered'"
_END: Final = "update presents set expires_at = now() where state = 'open'"
_NOT_BACK: Final = """
    select exists (select from presents where state = 'open')
        or exists (select from refunds where state = 'asked')
"""
_BACK: Final = "select count(*) from portions where state = 'refunded'"


async def measure(stage: Stage, turns: int, tell: Callable[[Line], None]) -> None:
    """First come, first served, exactly; then what nobody took goes back, all of it."""
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        await _claims(stage, opened, turns, tell)
        await _ends(stage, opened, tell)


async def _claims(stage: Stage, opened: Opened, turns: int, tell: Callable[[Line], None]) -> None:
    people = stage.market.people[:CLAIMANTS]
    rates = Rates(f"gift claims, {len(people):,} people on {PORTIONS} portions")
    faults: list[str] = []
    for _ in range(turns):
        (present,) = await _give(stage, opened, 1, PresentKind.FIRST_COME, PORTIONS)
        text = token.write(opened.house.secret, *present.key)
        asked = [
            request(
                "POST", "/v1/buyer/gifts/claim",
                b'{"token":"%s","address_id":"%d"}' % (text.encode(), one.address_id), one.token,
            )
            for one in people
        ]  # fmt: skip
        seen = await asyncio.to_thread(load, Plan(stage.port, CONNECTIONS, asked))
        rates.add(seen.talks / (seen.ended - seen.begun), seen.after_ms(0.5), seen.after_ms(0.99))
        told, late = len(seen.seconds), seen.refused.get(ALL_TAKEN, 0)
        taken = await stage.value(_TAKEN, present.present_id)
        if (told, late, taken) != (PORTIONS, len(people) - PORTIONS, PORTIONS):
            faults.append(f"{told} were told that they have one, {taken} have, {seen.refused}")
    line = rate_line(rates)
    line.goal, line.kept = f"{PORTIONS} taken", not faults
    tell(line)
    p99 = sorted(rates.p99_ms)[len(rates.p99_ms) // 2]
    tell(Line("  p99 of those who have one", f"{p99:.0f} ms", None, f"< {P99_MS}", p99 < P99_MS))
    for fault in faults:
        tell(Line("  " + fault, ""))
    await stage.quiet()


async def _ends(stage: Stage, opened: Opened, tell: Callable[[Line], None]) -> None:
    before = await stage.value(_BACK)
    await _give(stage, opened, ENDING, PresentKind.ONE, 1)
    await stage.quiet()
    begun = time.monotonic()
    await opened.house.pool.execute(_END)
    await stage.over(_NOT_BACK)
    seconds = time.monotonic() - begun
    back = await stage.value(_BACK) - before
    kept = seconds <= ENDED_IN_SECONDS and back == ENDING
    tell(
        Line(
            f"{ENDING:,} gifts end at once: {back:,} refunded", f"{seconds:.1f} s", None,
            f"<= {ENDED_IN_SECONDS} s", kept,
        )
    )  # fmt: skip
    await stage.quiet()


async def _give(
    stage: Stage, opened: Opened, count: int, kind: PresentKind, portions: int
) -> list[Present]:
    """Gifts made and paid, spread over the first shop's goods."""
    goods = stage.market.goods[0]
    givers = [int(one.token.partition(".")[0]) for one in stage.market.people[-100:]]
    drafts = [
        MakeDraft(
            shop_id=goods[n % len(goods)].shop_id,
            giver_id=givers[n % len(givers)],
            sku_id=goods[n % len(goods)].sku_id,
            kind=kind,
            portions=portions,
        )
        for n in range(count)
    ]
    given: list[Present] = []
    for start in range(0, count, _BATCH):
        async with transaction(opened.house.pool) as tx:
            call = Call(tx, opened.house.clock.now(), NOBODY, opened.house)
            made = await making.make(call, drafts[start : start + _BATCH])
            batch = [one for one in made if isinstance(one, Present)]
            assert len(batch) == len(made), made
            await sending.ask_payment(call, [one.key for one in batch], confirm=True)
            given += batch
    await stage.over(_UNPAID)
    return given
