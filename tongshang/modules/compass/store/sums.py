"""Adding loads of events to the sums."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from tongshang.modules.compass.domain.sums import Key, Sum, Sums
from tongshang.runtime.db import Row, Tx

# Loads that nobody else adds up just now.
_TAKE_LOADS: Final = """
    select load_id, since, until, forged, unknown, flooding from event_loads
    order by load_id limit $1
    for update skip locked
"""
_DROP_LOADS: Final = "delete from event_loads where load_id = any($1::bigint[])"
_ADD_UP: Final = """
    select date_trunc('hour', at) as hour, shop_id, product_id, content_id, carrier_id, surface,
           kind, mark, count(*) as events, sum(count)::bigint as pieces,
           sum(amount_fen)::bigint as amount_fen
    from events
    where load_id = any($1::bigint[]) and at >= $2 and at <= $3
    group by 1, 2, 3, 4, 5, 6, 7, 8
"""


def _sums_into(
    table: str,
    keys: Mapping[str, str],
    values: Sequence[str] = ("events", "pieces", "amount_fen"),
) -> str:
    kinds = [*keys.values(), *("bigint" for _ in values)]
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, start=1))
    added = ", ".join(f"{value} = t.{value} + excluded.{value}" for value in values)
    return f"""
        insert into {table} as t ({", ".join((*keys, *values))})
        select * from unnest({arrays})
        on conflict ({", ".join(keys)}) do update set {added}
    """


_SUMS: Final = {
    "event_hours": _sums_into(
        "event_hours",
        {"shop_id": "bigint", "hour": "timestamptz", "surface": "smallint", "kind": "smallint"},
    ),
    "event_days": _sums_into(
        "event_days",
        {
            "shop_id": "bigint", "day": "date", "product_id": "bigint", "content_id": "bigint",
            "carrier_id": "bigint", "surface": "smallint", "kind": "smallint",
        },
    ),
    "carrier_days": _sums_into(
        "carrier_days",
        {
            "carrier_id": "bigint", "day": "date", "shop_id": "bigint", "product_id": "bigint",
            "content_id": "bigint", "surface": "smallint", "kind": "smallint",
        },
    ),
    "content_totals": _sums_into(
        "content_totals", {"content_id": "bigint", "kind": "smallint"}, ("events", "pieces")
    ),
    "product_totals": _sums_into(
        "product_totals", {"shop_id": "bigint", "product_id": "bigint", "kind": "smallint"}
    ),
}  # fmt: skip
_VALUES: Final = {"content_totals": 2}  # the sums that are kept, of `Sum`'s
_ADD_INTAKE: Final = """
    insert into event_intake as t (day, what, events)
    select * from unnest($1::date[], $2::text[], $3::bigint[])
    on conflict (day, what) do update set events = t.events + excluded.events
"""


async def take_loads(tx: Tx, limit: int) -> list[Row]:
    """The oldest loads that are in no sum yet, held."""
    return await tx.fetch(_TAKE_LOADS, limit)


async def drop_loads(tx: Tx, load_ids: Sequence[int]) -> None:
    """The loads are in the sums."""
    await tx.execute(_DROP_LOADS, list(load_ids))


async def add_up(
    tx: Tx, load_ids: Sequence[int], since: datetime, until: datetime
) -> list[tuple[Key, int, Sum]]:
    """The loads' events by key and mark."""
    return [
        (
            Key(*(row[name] for name in Key._fields)),
            row["mark"],
            Sum(row["events"], row["pieces"], row["amount_fen"]),
        )
        for row in await tx.fetch(_ADD_UP, list(load_ids), since, until)
    ]


async def add_sums(tx: Tx, table: str, sums: Sums) -> None:
    """Add to a table of sums; keys in order, so that two who add do not wait for each other."""
    if sums:
        keys = list(zip(*sums, strict=True))
        values = list(zip(*sums.values(), strict=True))[: _VALUES.get(table)]
        await tx.execute(_SUMS[table], *map(list, keys), *map(list, values))


async def add_intake(tx: Tx, counts: Iterable[tuple[tuple[date, str], int]]) -> None:
    """Add to what came in by day."""
    sorted_counts = sorted(counts)
    await tx.execute(
        _ADD_INTAKE,
        [day for (day, _), _ in sorted_counts],
        [what for (_, what), _ in sorted_counts],
        [count for _, count in sorted_counts],
    )
