"""Reading the sums."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tongshang.modules.compass.domain.funnels import By
from tongshang.modules.compass.domain.sums import Sum
from tongshang.runtime.db import Row, Tx

_PRODUCT_TOTALS: Final = """
    select t.shop_id, t.product_id, t.kind, t.events, t.pieces, t.amount_fen
    from product_totals t
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
      on t.shop_id = w.shop_id and t.product_id = w.product_id
    where t.kind = any($3::smallint[])
"""
_CONTENT_TOTALS: Final = """
    select content_id, kind, events from content_totals
    where content_id = any($1::bigint[]) and kind = any($2::smallint[])
"""
_TRENDING: Final = """
    select shop_id, product_id, kind, sum(events)::bigint as events, sum(pieces)::bigint as pieces,
           sum(amount_fen)::bigint as amount_fen
    from event_days
    where day >= $1 and kind = any($2::smallint[]) and product_id <> 0
    group by shop_id, product_id, kind
"""


def _funnel(table: str, owner: str, key: str) -> str:
    return f"""
        select {key} as key, kind, sum(events)::bigint as events, sum(pieces)::bigint as pieces,
               sum(amount_fen)::bigint as amount_fen
        from {table}
        where {owner} = $1 and day between $2 and $3
        group by {key}, kind
    """


def _by_day(table: str, owner: str) -> str:
    return f"""
        select day, kind, sum(events)::bigint as events, sum(pieces)::bigint as pieces,
               sum(amount_fen)::bigint as amount_fen
        from {table}
        where {owner} = $1 and day between $2 and $3
        group by day, kind
    """


_OWNERS: Final = {"event_days": "shop_id", "carrier_days": "carrier_id"}
_DIVIDED: Final = {
    By.SURFACE: "surface",
    By.PRODUCT: "product_id",
    By.CONTENT: "content_id",
    By.CARRIER: "carrier_id",
}
_FUNNELS: Final = {
    (table, by): _funnel(table, owner, key)
    for table, owner in _OWNERS.items()
    for by, key in _DIVIDED.items()
}
_DAYS: Final = {table: _by_day(table, owner) for table, owner in _OWNERS.items()}
_INTAKE: Final = "select day, what, events from event_intake where day >= $1 order by day, what"
_WAITING: Final = "select count(*) from event_loads"
_CLOSED_UNTIL: Final = "select max(day) from event_closed"


def _sum(row: Row) -> Sum:
    return Sum(row["events"], row["pieces"], row["amount_fen"])


async def product_totals(
    tx: Tx, keys: Sequence[tuple[int, int]], kinds: Sequence[int]
) -> list[tuple[tuple[int, int], int, Sum]]:
    """Products' sums of all time: (shop, product), kind, sum."""
    shops, products = [shop for shop, _ in keys], [product for _, product in keys]
    rows = await tx.fetch(_PRODUCT_TOTALS, shops, products, list(kinds))
    return [((row["shop_id"], row["product_id"]), row["kind"], _sum(row)) for row in rows]


async def content_totals(
    tx: Tx, content_ids: Sequence[int], kinds: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Contents' counts of all time: content, kind, events."""
    rows = await tx.fetch(_CONTENT_TOTALS, list(content_ids), list(kinds))
    return [(row["content_id"], row["kind"], row["events"]) for row in rows]


async def trending(
    tx: Tx, since: date, kinds: Sequence[int]
) -> list[tuple[tuple[int, int], int, Sum]]:
    """Products' sums since a day: (shop, product), kind, sum."""
    rows = await tx.fetch(_TRENDING, since, list(kinds))
    return [((row["shop_id"], row["product_id"]), row["kind"], _sum(row)) for row in rows]


async def funnel(
    tx: Tx, table: str, owner_id: int, since: date, until: date, by: By
) -> list[tuple[int, int, Sum]]:
    """An owner's sums of a period: key, kind, sum."""
    rows = await tx.fetch(_FUNNELS[table, by], owner_id, since, until)
    return [(row["key"], row["kind"], _sum(row)) for row in rows]


async def by_day(
    tx: Tx, table: str, owner_id: int, since: date, until: date
) -> list[tuple[date, int, Sum]]:
    """An owner's sums of a period: day, kind, sum."""
    rows = await tx.fetch(_DAYS[table], owner_id, since, until)
    return [(row["day"], row["kind"], _sum(row)) for row in rows]


async def intake(tx: Tx, since: date) -> list[tuple[date, str, int]]:
    """What came in by day since a day: day, what, events."""
    rows = await tx.fetch(_INTAKE, since)
    return [(row["day"], row["what"], row["events"]) for row in rows]


async def count_waiting(tx: Tx) -> int:
    """How many loads are in no sum yet."""
    waiting: int = await tx.fetchval(_WAITING)
    return waiting


async def closed_until(tx: Tx) -> date | None:
    """The last day that is closed."""
    day: date | None = await tx.fetchval(_CLOSED_UNTIL)
    return day
