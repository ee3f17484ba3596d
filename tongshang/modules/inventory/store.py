"""The SQL of stock. A stock row decides by its own number: nothing is read first to write later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.inventory.domain import (
    Place,
    SetApart,
    StockDraft,
    StockFlow,
    StockKey,
    StockMove,
    StockOp,
    Turn,
)
from tongshang.runtime.db import Tx

_OPEN: Final = """
    insert into stocks (shop_id, sku_id, product_id, available)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
"""

_LOCK: Final = """
    select s.shop_id, s.sku_id, s.available
    from stocks s
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, sku_id)
      on s.shop_id = w.shop_id and s.sku_id = w.sku_id
    order by s.shop_id, s.sku_id
    for update of s
"""

# Locks in the order of keys, then changes what has enough; what has not comes back missing.
_MOVE: Final = """
    with wanted as materialized (
        select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
                      w(shop_id, sku_id, change, lowest)
    ), held as materialized (
        select s.shop_id, s.sku_id
        from stocks s
        join wanted w on s.shop_id = w.shop_id and s.sku_id = w.sku_id
        order by s.shop_id, s.sku_id
        for update of s
    )
    update stocks s set available = s.available + w.change
    from wanted w
    join held h on h.shop_id = w.shop_id and h.sku_id = w.sku_id
    where s.shop_id = w.shop_id and s.sku_id = w.sku_id and s.available + w.lowest >= 0
    returning s.shop_id, s.sku_id, s.available
"""

_NOTE: Final = """
    insert into stock_flows
        (shop_id, sku_id, product_id, op, beginning, ending, order_id, at, flow_id, discount_id)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::timestamptz[], $9::bigint[], $10::bigint[]
    )
"""

_SET_APART: Final = """
    insert into sub_stocks (shop_id, sku_id, discount_id, product_id, available)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
"""

_LOCK_APART: Final = """
    select s.shop_id, s.sku_id, s.discount_id, s.product_id, s.available
    from sub_stocks s
    join unnest($1::bigint[], $2::bigint[], $3::bigint[]) w(shop_id, sku_id, discount_id)
      on s.shop_id = w.shop_id and s.sku_id = w.sku_id and s.discount_id = w.discount_id
    order by s.shop_id, s.sku_id, s.discount_id
    for update of s
"""

_MOVE_APART: Final = """
    update sub_stocks s set available = s.available + w.change
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
         w(shop_id, sku_id, discount_id, change, lowest)
    where s.shop_id = w.shop_id and s.sku_id = w.sku_id and s.discount_id = w.discount_id
      and s.available + w.lowest >= 0
    returning s.shop_id, s.sku_id, s.discount_id, s.available
"""

_REMOVE_APART: Final = """
    delete from sub_stocks s
    using unnest($1::bigint[], $2::bigint[], $3::bigint[]) w(shop_id, sku_id, discount_id)
    where s.shop_id = w.shop_id and s.sku_id = w.sku_id and s.discount_id = w.discount_id
"""

_APART: Final = """
    select s.shop_id, s.sku_id, s.discount_id, s.available
    from sub_stocks s
    join unnest($1::bigint[], $2::bigint[], $3::bigint[]) w(shop_id, sku_id, discount_id)
      on s.shop_id = w.shop_id and s.sku_id = w.sku_id and s.discount_id = w.discount_id
"""

_APART_OF_PRODUCTS: Final = """
    select sku_id, sum(available)::bigint as available
    from sub_stocks where shop_id = $1 and product_id = any($2::bigint[])
    group by sku_id
"""

_STOCKS: Final = """
    select sku_id, available from stocks where shop_id = $1 and sku_id = any($2::bigint[])
"""

_OF_KEYS: Final = """
    select s.shop_id, s.sku_id, s.available
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, sku_id)
    join stocks s on s.shop_id = w.shop_id and s.sku_id = w.sku_id
"""

_OF_PRODUCTS: Final = """
    select product_id, sku_id, available
    from stocks where shop_id = $1 and product_id = any($2::bigint[])
"""

_LEFT: Final = """
    select s.shop_id, s.product_id, sum(s.available)::bigint as available
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join stocks s on s.shop_id = w.shop_id and s.product_id = w.product_id
    group by s.shop_id, s.product_id
"""

_LOWEST: Final = """
    select sku_id, available from stocks
    where shop_id = $1 and available <= $2
    order by available, sku_id desc
    limit $3
"""

_FLOWS: Final = """
    select sku_id, product_id, op, beginning, ending, order_id, at, flow_id, discount_id
    from stock_flows
    where shop_id = $1 and sku_id = $2 and at >= $3 and (at, flow_id) < ($4, $5)
      and op = any($6::smallint[])
    order by at desc, flow_id desc
    limit $7
"""


async def add_stocks(tx: Tx, drafts: Sequence[StockDraft]) -> None:
    """Rows for SKUs that come into being."""
    await tx.execute(
        _OPEN,
        [draft.shop_id for draft in drafts],
        [draft.sku_id for draft in drafts],
        [draft.product_id for draft in drafts],
        [draft.available for draft in drafts],
    )


async def lock_stocks(tx: Tx, keys: Sequence[StockKey]) -> dict[StockKey, int]:
    """How many there are, and nobody else changes them until the transaction ends."""
    ordered = sorted(set(keys))
    rows = await tx.fetch(_LOCK, [key[0] for key in ordered], [key[1] for key in ordered])
    return {(row[0], row[1]): row[2] for row in rows}


async def move_stocks(tx: Tx, planned: Mapping[Place, Turn]) -> dict[Place, int]:
    """How many there are after the moves, of the SKUs that had enough."""
    if not planned:
        return {}
    rows = await tx.fetch(
        _MOVE,
        [key[0] for key in planned],
        [key[1] for key in planned],
        [turn.change for turn in planned.values()],
        [turn.lowest for turn in planned.values()],
    )
    return {(row[0], row[1], 0): row[2] for row in rows}


async def add_sub_stocks(tx: Tx, drafts: Sequence[SetApart]) -> None:
    """Rows for what is set apart."""
    await tx.execute(
        _SET_APART,
        [one.shop_id for one in drafts],
        [one.sku_id for one in drafts],
        [one.discount_id for one in drafts],
        [one.product_id for one in drafts],
        [one.count for one in drafts],
    )


async def lock_sub_stocks(tx: Tx, places: Sequence[Place]) -> dict[Place, tuple[int, int]]:
    """What is set apart and still open, held: its product and how many there are."""
    rows = await tx.fetch(_LOCK_APART, *_columns(sorted(set(places))))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}


async def move_sub_stocks(tx: Tx, planned: Mapping[Place, Turn]) -> dict[Place, int]:
    """How many are set apart after the moves, of those that had enough."""
    rows = await tx.fetch(
        _MOVE_APART,
        *_columns(list(planned)),
        [turn.change for turn in planned.values()],
        [turn.lowest for turn in planned.values()],
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def remove_sub_stocks(tx: Tx, places: Sequence[Place]) -> None:
    """Nothing is set apart there any more."""
    await tx.execute(_REMOVE_APART, *_columns(places))


async def find_sub_stocks(tx: Tx, places: Sequence[Place]) -> dict[Place, int]:
    """How many are set apart."""
    rows = await tx.fetch(_APART, *_columns(places))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def find_sub_stocks_of_products(
    tx: Tx, shop_id: int, product_ids: Sequence[int]
) -> dict[int, int]:
    """How many of each SKU are set apart; none: absent."""
    rows = await tx.fetch(_APART_OF_PRODUCTS, shop_id, product_ids)
    return {row[0]: row[1] for row in rows}


def _columns(places: Sequence[Place]) -> tuple[list[int], list[int], list[int]]:
    return [p[0] for p in places], [p[1] for p in places], [p[2] for p in places]


async def add_flows(tx: Tx, made: Sequence[StockFlow]) -> None:
    """Note what was moved."""
    await tx.execute(
        _NOTE,
        [flow.move.shop_id for flow in made],
        [flow.move.sku_id for flow in made],
        [flow.move.product_id for flow in made],
        [flow.move.op for flow in made],
        [flow.beginning for flow in made],
        [flow.ending for flow in made],
        [flow.move.order_id for flow in made],
        [flow.at for flow in made],
        [flow.flow_id for flow in made],
        [flow.move.discount_id for flow in made],
    )


async def find_stocks(tx: Tx, shop_id: int, sku_ids: Sequence[int]) -> dict[int, int]:
    """How many there are of each SKU."""
    return {row[0]: row[1] for row in await tx.fetch(_STOCKS, shop_id, sku_ids)}


async def find_stocks_of_keys(tx: Tx, keys: Sequence[StockKey]) -> dict[StockKey, int]:
    """How many there are of each SKU, of any shop."""
    rows = await tx.fetch(_OF_KEYS, [key[0] for key in keys], [key[1] for key in keys])
    return {(row[0], row[1]): row[2] for row in rows}


async def find_stocks_of_products(
    tx: Tx, shop_id: int, product_ids: Sequence[int]
) -> dict[int, dict[int, int]]:
    """How many there are of each SKU that the products have or had."""
    stocks: dict[int, dict[int, int]] = {}
    for row in await tx.fetch(_OF_PRODUCTS, shop_id, product_ids):
        stocks.setdefault(row[0], {})[row[1]] = row[2]
    return stocks


async def find_left(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many there are of each product, all its SKUs together."""
    rows = await tx.fetch(_LEFT, [key[0] for key in keys], [key[1] for key in keys])
    return {(row[0], row[1]): row[2] for row in rows}


async def list_lowest(tx: Tx, shop_id: int, most: int, limit: int) -> dict[int, int]:
    """SKUs of the shop of which at most `most` are left, the fewest first."""
    return {row[0]: row[1] for row in await tx.fetch(_LOWEST, shop_id, most, limit)}


async def list_flows(
    tx: Tx,
    key: StockKey,
    since: datetime,
    before: tuple[datetime, int],
    ops: Sequence[StockOp],
    limit: int,
) -> list[StockFlow]:
    """Moves of one SKU since a time, the latest first, those before `before` (time, flow_id)."""
    rows = await tx.fetch(_FLOWS, *key, since, *before, list(ops), limit)
    return [
        StockFlow(
            StockMove(
                key[0],
                row["sku_id"],
                row["product_id"],
                row["ending"] - row["beginning"],
                StockOp(row["op"]),
                row["order_id"],
                row["discount_id"],
            ),
            row["beginning"],
            row["ending"],
            row["at"],
            row["flow_id"],
        )
        for row in rows
    ]
