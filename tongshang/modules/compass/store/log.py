"""The log of events by days, and what is written with it."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from tongshang.modules.compass.domain.events import KEPT_DAYS, EventDraft, Rejected, begin_of
from tongshang.modules.compass.domain.filters import Agents
from tongshang.runtime.db import Tx

_BOTS: Final = Path(__file__).parents[1] / "bots.toml"


def read_agents() -> Agents:
    """The programs that say who they are."""
    return Agents(tomllib.loads(_BOTS.read_text("utf-8"))["parts"])


# --- days --------------------------------------------------------------------------------------

_LOCK_DAYS: Final = "select pg_advisory_xact_lock(7425)"
# A day that was closed has no twins any more; where the clock went back it needs them again.
_HAS_DAY: Final = """
    select day from unnest($1::text[]) day
    where to_regclass('events_' || day) is null or to_regclass('event_twins_' || day) is null
"""
_LIST_DAYS: Final = """
    select substr(child.relname, 8) as day
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'events'::regclass
    order by 1
"""
_LIST_TWIN_DAYS: Final = """
    select substr(child.relname, 13) as day
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'event_twins'::regclass
    order by 1
"""
_WAITS: Final = "select exists (select from event_loads where since < $2 and until >= $1)"


def _name(day: date) -> str:
    return f"{day:%Y%m%d}"


async def list_missing_days(tx: Tx, days: Sequence[date]) -> list[date]:
    """Those of the days that have no partition yet."""
    by_name = {_name(day): day for day in days}
    return sorted(by_name[row["day"]] for row in await tx.fetch(_HAS_DAY, list(by_name)))


async def add_days(tx: Tx, days: Sequence[date]) -> None:
    """Make partitions for days that have none; of two who make one the second finds it."""
    await tx.execute(_LOCK_DAYS)
    for day in await list_missing_days(tx, days):
        name, after = _name(day), day + timedelta(days=1)
        begins, ends = begin_of(day), begin_of(after)
        await tx.execute(
            f"create table if not exists events_{name} partition of events "
            f"for values from ('{begins.isoformat()}') to ('{ends.isoformat()}')"
        )
        await tx.execute(
            f"create table if not exists event_twins_{name} partition of event_twins "
            f"for values from ('{day}') to ('{after}')"
        )


async def list_days(tx: Tx) -> list[date]:
    """The days whose events are kept."""
    return [_day(row["day"]) for row in await tx.fetch(_LIST_DAYS)]


async def list_twin_days(tx: Tx) -> list[date]:
    """The days whose twins are kept."""
    return [_day(row["day"]) for row in await tx.fetch(_LIST_TWIN_DAYS)]


async def drop_day(tx: Tx, day: date) -> bool:
    """Let a day's events go, unless some wait to be added up; their sums stay."""
    await tx.execute(f"lock table events_{_name(day)} in access exclusive mode")
    if await tx.fetchval(_WAITS, begin_of(day), begin_of(day + timedelta(days=1))):
        return False
    await tx.execute(f"drop table events_{_name(day)}")
    return True


async def drop_twins(tx: Tx, day: date) -> None:
    """Let a day's twins go."""
    await tx.execute(f"drop table if exists event_twins_{_name(day)}")


def _day(name: str) -> date:
    return date(int(name[:4]), int(name[4:6]), int(name[6:]))


# --- writing -----------------------------------------------------------------------------------

# Sorted by batch: of two who send the same one the second waits for the first.
_ADD_BATCHES: Final = """
    insert into event_batches (batch, at, accepted, rejected)
    select batch, $4, accepted, rejected
    from unnest($1::uuid[], $2::integer[], $3::integer[]) w(batch, accepted, rejected)
    on conflict do nothing
    returning batch
"""
_FIND_BATCHES: Final = """
    select batch, accepted, rejected from event_batches where batch = any($1::uuid[])
"""
_FORGET_BATCHES: Final = """
    delete from event_batches where batch in (
        select batch from event_batches where at < $1 order by at limit 10000
    )
"""
_ADD_TWINS: Final = """
    insert into event_twins (day, twin)
    select * from unnest($1::date[], $2::bigint[])
    on conflict do nothing
    returning day, twin
"""
_FIND_TWINS: Final = """
    select t.day, t.twin from event_twins t
    join unnest($1::date[], $2::bigint[]) w(day, twin) on t.day = w.day and t.twin = w.twin
"""
_ADD_LOAD: Final = """
    insert into event_loads (load_id, since, until, forged, unknown, flooding)
    values ($1, $2, $3, $4, $5, $6)
"""
_COLUMNS: Final = (
    "load_id", "at", "kind", "surface", "content_id", "position", "shop_id", "product_id",
    "carrier_id", "share_id", "visit_id", "buyer_id", "consent", "amount_fen", "count", "order_id",
    "mark",
)  # fmt: skip


async def add_batches(tx: Tx, answers: Mapping[str, tuple[int, int]], at: datetime) -> set[str]:
    """Note clients' batches and what is answered to them; those that are new."""
    order = sorted(answers)
    rows = await tx.fetch(
        _ADD_BATCHES,
        [UUID(batch) for batch in order],
        [answers[batch][0] for batch in order],
        [answers[batch][1] for batch in order],
        at,
    )
    return {str(row["batch"]) for row in rows}


async def find_batches(tx: Tx, batches: Sequence[str]) -> dict[str, tuple[int, int]]:
    """What was answered to batches: how many events were accepted and rejected."""
    rows = await tx.fetch(_FIND_BATCHES, list(map(UUID, batches)))
    return {str(row["batch"]): (row["accepted"], row["rejected"]) for row in rows}


async def forget_batches(tx: Tx, before: datetime) -> bool:
    """Drop old batches, a bounded number; whether there may be more."""
    done: str = await tx.execute(_FORGET_BATCHES, before)
    return done == "DELETE 10000"


async def add_twins(tx: Tx, twins: Sequence[tuple[date, int]]) -> set[tuple[date, int]]:
    """Note twins, sorted; those that are new."""
    if not twins:
        return set()
    rows = await tx.fetch(_ADD_TWINS, [day for day, _ in twins], [twin for _, twin in twins])
    return {(row["day"], row["twin"]) for row in rows}


async def find_twins(tx: Tx, twins: Sequence[tuple[date, int]]) -> set[tuple[date, int]]:
    """Those of the twins that are known."""
    if not twins:
        return set()
    rows = await tx.fetch(_FIND_TWINS, [day for day, _ in twins], [twin for _, twin in twins])
    return {(row["day"], row["twin"]) for row in rows}


async def add_load(
    tx: Tx,
    load_id: int,
    at: datetime,
    drafts: Sequence[EventDraft],
    marks: Sequence[int],
    rejected: Rejected,
) -> None:
    """Write events and their load, from which the sums will be made."""
    since = min((draft.at for draft in drafts), default=at)
    until = max((draft.at for draft in drafts), default=at)
    lost = (rejected.forged, rejected.unknown, rejected.flooding)
    await tx.execute(_ADD_LOAD, load_id, since, until, *lost)
    if drafts:
        await tx.copy_records_to_table(
            "events",
            records=[(load_id, *draft, mark) for draft, mark in zip(drafts, marks, strict=True)],
            columns=_COLUMNS,
        )


# --- closing a day -----------------------------------------------------------------------------

_IS_CLOSED: Final = "select day from event_closed where day = any($1::date[])"
_CLOSE: Final = """
    insert into event_closed (day, closed_at) values ($1, $2) on conflict do nothing returning day
"""
# One visit that came by several surfaces is one visitor of all (surface 0), and so for products.
_COUNT_VISITORS: Final = """
    insert into event_visitors (shop_id, day, product_id, surface, kind, visitors)
    select e.shop_id, $1::date, p.product_id, s.surface, e.kind,
           count(distinct case when e.visit_id <> 0 then e.visit_id else e.buyer_id end)
    from events e
    cross join lateral (select 0::bigint as product_id
                        union select e.product_id) p
    cross join lateral (select 0::smallint as surface union select e.surface) s
    where e.at >= $2 and e.at < $3 and e.mark = 0 and e.shop_id <> 0
      and (e.visit_id <> 0 or e.buyer_id <> 0)
    group by 1, 2, 3, 4, 5
    on conflict (shop_id, day, product_id, surface, kind) do update set visitors = excluded.visitors
"""
_BLANK_VISITS: Final = """
    update events set visit_id = 0
    where at >= $1 and at < $2 and not consent and visit_id <> 0
"""


async def list_closed(tx: Tx, days: Sequence[date]) -> set[date]:
    """Those of the days that are closed."""
    return {row["day"] for row in await tx.fetch(_IS_CLOSED, list(days))}


async def close_day(tx: Tx, day: date, at: datetime) -> bool:
    """Count a day's visitors, and forget visits without consent; False where it was closed."""
    if await tx.fetchval(_CLOSE, day, at) is None:
        return False
    begins, ends = begin_of(day), begin_of(day + timedelta(days=1))
    await tx.execute(_COUNT_VISITORS, day, begins, ends)
    await tx.execute(_BLANK_VISITS, begins, ends)
    return True


# --- settings ----------------------------------------------------------------------------------

_KEPT: Final = "select value from event_settings where name = 'kept_days'"
_KEEP: Final = """
    insert into event_settings (name, value) values ('kept_days', $1)
    on conflict (name) do update set value = excluded.value
"""


async def kept_days(tx: Tx) -> int:
    """How many days of events are kept."""
    return await tx.fetchval(_KEPT) or KEPT_DAYS


async def set_kept_days(tx: Tx, days: int) -> None:
    """Keep so many days of events from now on."""
    await tx.execute(_KEEP, days)
