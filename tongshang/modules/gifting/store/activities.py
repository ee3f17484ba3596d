"""Shops' own giving: activities, their pools and budgets."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from tongshang.modules.gifting.domain.activity import Activity, ActivityState, PoolItem
from tongshang.modules.gifting.domain.present import Present
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = ", ".join(one.name for one in fields(Activity) if one.name != "pool")

_ADD: Final = f"""
    insert into gift_activities ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_ADD_POOL: Final = """
    insert into gift_pool (shop_id, activity_id, sku_id, product_id, pieces)
    select $1, $2, * from unnest($3::bigint[], $4::bigint[], $5::integer[])
"""
_FIND: Final = f"select {_COLUMNS} from gift_activities where shop_id = $1 and activity_id = $2"
_HOLD: Final = _FIND + " for update"
_POOL: Final = """
    select sku_id, product_id, pieces, used from gift_pool
    where shop_id = $1 and activity_id = $2 order by sku_id
"""
_POOLS: Final = """
    select activity_id, sku_id, product_id, pieces, used from gift_pool
    where shop_id = $1 and activity_id = any($2::bigint[]) order by activity_id, sku_id
"""
_LIST: Final = f"""
    select {_COLUMNS} from gift_activities
    where shop_id = $1 and ($2::smallint = 0 or state = $2)
    order by activity_id desc limit $3 offset $4
"""
_COUNT: Final = """
    select count(*) from gift_activities where shop_id = $1 and ($2::smallint = 0 or state = $2)
"""

# The number of pieces and the budget decide, in one statement each: whoever is late finds neither.
_TAKE: Final = """
    update gift_pool set used = used + $4
    where shop_id = $1 and activity_id = $2 and sku_id = $3 and used + $4 <= pieces
    returning used
"""
_SPEND: Final = """
    update gift_activities set spent_fen = spent_fen + $3
    where shop_id = $1 and activity_id = $2 and (budget_fen = 0 or spent_fen + $3 <= budget_fen)
    returning spent_fen
"""
_GIVE_BACK: Final = """
    update gift_pool g set used = g.used - w.pieces
    from (select shop_id, activity_id, sku_id, count(*)::integer as pieces
          from unnest($1::bigint[], $2::bigint[], $3::bigint[]) u(shop_id, activity_id, sku_id)
          group by shop_id, activity_id, sku_id) w
    where g.shop_id = w.shop_id and g.activity_id = w.activity_id and g.sku_id = w.sku_id
"""
_UNSPEND: Final = """
    update gift_activities a set spent_fen = a.spent_fen - w.fen
    from (select shop_id, activity_id, sum(fen)::bigint as fen
          from unnest($1::bigint[], $2::bigint[], $3::bigint[]) u(shop_id, activity_id, fen)
          group by shop_id, activity_id) w
    where a.shop_id = w.shop_id and a.activity_id = w.activity_id
"""
_TURN: Final = """
    update gift_activities
    set state = case when ends_at <= $1 then 5 else 2 end
    where (shop_id, activity_id) in (
        select shop_id, activity_id from gift_activities
        where (state = 1 and starts_at <= $1) or (state = 2 and ends_at <= $1)
        order by starts_at limit $2 for update skip locked
    )
    returning activity_id
"""
_MARK: Final = """
    update gift_activities set state = $3
    where shop_id = $1 and activity_id = $2 and state = any($4::smallint[])
    returning activity_id
"""
_REMEMBER: Final = """
    insert into gift_requests (shop_id, idempotent_id, request_hash, present_id)
    values ($1, $2, $3, $4) on conflict do nothing returning present_id
"""
_REMEMBERED: Final = """
    select request_hash, present_id from gift_requests where shop_id = $1 and idempotent_id = $2
"""


def cost_fen(present: Present) -> int:
    """What a piece of a present takes of its activity's budget: nothing, where somebody pays."""
    return present.pool_fen


async def add_activity(tx: Tx, activity: Activity) -> None:
    """Write a new activity with its pool."""
    await tx.execute(
        _ADD,
        *(
            value.value if isinstance(value, ActivityState) else value
            for value in (getattr(activity, name.strip()) for name in _COLUMNS.split(","))
        ),
    )
    await tx.execute(
        _ADD_POOL,
        activity.shop_id,
        activity.activity_id,
        [item.sku_id for item in activity.pool],
        [item.product_id for item in activity.pool],
        [item.pieces for item in activity.pool],
    )


async def find_activity(
    tx: Tx, shop_id: int, activity_id: int, *, held: bool = False
) -> Activity | None:
    """An activity of a shop with its pool."""
    row = await tx.fetchrow(_HOLD if held else _FIND, shop_id, activity_id)
    if row is None:
        return None
    pool = [PoolItem(*item) for item in await tx.fetch(_POOL, shop_id, activity_id)]
    return _activity(row, tuple(pool))


async def list_activities(
    tx: Tx, shop_id: int, state: int, limit: int, offset: int
) -> tuple[list[Activity], int]:
    """A shop's activities with their pools, the newest first, and how many there are."""
    rows = await tx.fetch(_LIST, shop_id, state, limit, offset)
    pools: dict[int, list[PoolItem]] = {}
    for activity_id, *item in await tx.fetch(_POOLS, shop_id, [row["activity_id"] for row in rows]):
        pools.setdefault(activity_id, []).append(PoolItem(*item))
    found = [_activity(row, tuple(pools.get(row["activity_id"], ()))) for row in rows]
    return found, await tx.fetchval(_COUNT, shop_id, state)


async def take_piece(tx: Tx, shop_id: int, activity_id: int, sku_id: int, pieces: int) -> bool:
    """Take pieces out of the pool; False where fewer are left."""
    found = await tx.fetchval(_TAKE, shop_id, activity_id, sku_id, pieces)
    return found is not None


async def spend(tx: Tx, shop_id: int, activity_id: int, fen: int) -> bool:
    """Take money out of the budget; False where less is left."""
    return await tx.fetchval(_SPEND, shop_id, activity_id, fen) is not None


async def give_back(
    tx: Tx, pieces: Sequence[tuple[int, int, int]], costs_fen: Sequence[int]
) -> None:
    """Put pieces that nobody took back into their pools, and their cost into the budgets."""
    if not pieces:
        return
    shops, ids = [one[0] for one in pieces], [one[1] for one in pieces]
    await tx.execute(_GIVE_BACK, shops, ids, [one[2] for one in pieces])
    await tx.execute(_UNSPEND, shops, ids, costs_fen)


async def turn(tx: Tx, at: datetime, limit: int) -> int:
    """Let activities begin and end by the clock; how many did."""
    return len(await tx.fetch(_TURN, at, limit))


async def mark(
    tx: Tx, shop_id: int, activity_id: int, state: ActivityState, sources: Sequence[ActivityState]
) -> bool:
    """Move an activity on; False where it was not in one of `sources`."""
    known = [one.value for one in sources]
    return await tx.fetchval(_MARK, shop_id, activity_id, state.value, known) is not None


async def remember(
    tx: Tx, shop_id: int, idempotent_id: str, request_hash: bytes, present_id: int
) -> bool:
    """Keep which present a request made; False where another one was first."""
    made = await tx.fetchval(_REMEMBER, shop_id, idempotent_id, request_hash, present_id)
    return made is not None


async def find_request(tx: Tx, shop_id: int, idempotent_id: str) -> tuple[bytes, int] | None:
    """The request that was made under an id: its hash, and its present."""
    row = await tx.fetchrow(_REMEMBERED, shop_id, idempotent_id)
    return (bytes(row["request_hash"]), row["present_id"]) if row else None


def _activity(row: Row, pool: tuple[PoolItem, ...]) -> Activity:
    values = dict(row)
    values["state"] = ActivityState(values["state"])
    return Activity(**values, pool=pool)
