"""Asking the invariants, all in one snapshot, and printing the verdict."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tongshang.prove.check import Check, Walk
from tongshang.prove.checks import CHECKS
from tongshang.runtime.db import Connection, Pool

SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found: how much it looked at, and the first rows that break it."""

    check: Check | Walk
    looked_at: int
    breaches: int
    first: Sequence[dict[str, Any]]
    took_ms: int


async def examine(
    connection: Connection, checks: Sequence[Check | Walk] = CHECKS
) -> AsyncIterator[Verdict]:
    """The verdicts, one after the other, on the books as they stood at one moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("set local work_mem = '256MB'")
        for check in checks:
            start = time.perf_counter_ns()
            looked_at = await connection.fetchval(check.looks_at)
            count, first = await find_breaches(connection, check)
            yield Verdict(check, looked_at, count, first, _ms_since(start))


async def find_breaches(
    connection: Connection, check: Check | Walk
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows break an invariant, and the first of them."""
    if isinstance(check, Walk):
        found = await check.find(connection)
        return len(found), found[:SHOWN_MAX]
    rows = await connection.fetch(
        f"select *, count(*) over () as breaches from ({check.breaches}) b limit {SHOWN_MAX}"
    )
    return (rows[0]["breaches"] if rows else 0), [dict(row) for row in rows]


async def prove(pool: Pool, say: Callable[[str], None]) -> bool:
    """Examine the books and say the verdict; whether all is sound."""
    sound = True
    start = time.perf_counter_ns()
    async with pool.acquire() as connection:
        async for verdict in examine(connection):
            sound &= verdict.breaches == 0
            for line in told(verdict):
                say(line)
    state = "every invariant holds" if sound else "THE BOOKS ARE NOT SOUND"
    say(f"{state} ({len(CHECKS)} checked in {_ms_since(start) / 1000:.1f} s)")
    return sound


def told(verdict: Verdict) -> list[str]:
    """A verdict in lines for a terminal."""
    mark = "✓" if verdict.breaches == 0 else "✗"
    check = verdict.check
    lines = [
        f"{mark} {check.name:32} {verdict.looked_at:>10,}  {verdict.took_ms / 1000:6.2f} s  {check.says}"
    ]
    if verdict.breaches:
        lines.append(f"    {verdict.breaches:,} rows break it; the first:")
        for row in verdict.first:
            shown = ", ".join(
                f"{name}={value}" for name, value in row.items() if name != "breaches"
            )
            lines.append(f"    {shown}")
    return lines


def _ms_since(start_ns: int) -> int:
    return (time.perf_counter_ns() - start_ns) // 1_000_000
