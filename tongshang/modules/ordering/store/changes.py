"""Requests for another SKU."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.ordering.domain.swapping import (
    SKU_CHANGE,
    ChangeMove,
    ChangeState,
    SkuChange,
)
from tongshang.modules.ordering.refusals import NoSkuChange, SkuChangeWaits
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = """
    shop_id, order_id, number, line, state, old_sku_id, new_sku_id, asked_at, deadline
"""

# The index of what waits decides between two that ask at once.
_ADD: Final = f"""
    insert into sku_changes ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict do nothing returning number
"""

_LATEST: Final = f"""
    select {_COLUMNS} from sku_changes
    where shop_id = $1 and order_id = $2 order by number desc limit 1
"""

_END: Final = """
    update sku_changes c set state = $3, ended_at = $4
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
    where c.shop_id = w.shop_id and c.order_id = w.order_id and c.state = 3
    returning c.order_id
"""

_WAITING: Final = """
    select order_id from sku_changes
    where shop_id = $1 and state = 3 order by asked_at, order_id limit $2 offset $3
"""

_LAPSED: Final = """
    update sku_changes set state = 7, ended_at = $1
    where (shop_id, order_id, number) in (
        select shop_id, order_id, number from sku_changes
        where state = 3 and deadline <= $1 order by deadline limit $2 for update skip locked
    )
    returning shop_id, order_id
"""


async def add_change(tx: Tx, change: SkuChange) -> None:
    """Write a request; refuses where one waits already."""
    values = (
        change.shop_id, change.order_id, change.number, change.line, change.state.value,
        change.old_sku_id, change.new_sku_id, change.asked_at, change.deadline,
    )  # fmt: skip
    if await tx.fetchval(_ADD, *values) is None:
        raise SkuChangeWaits


async def find_latest(tx: Tx, key: tuple[int, int]) -> SkuChange | None:
    """The last request of an order, and what became of it."""
    row = await tx.fetchrow(_LATEST, *key)
    return _change(row) if row else None


async def end_changes(
    tx: Tx, keys: Sequence[tuple[int, int]], move: ChangeMove, at: datetime
) -> int:
    """Answer what waits of orders; how many did."""
    target = SKU_CHANGE.step(ChangeState.WAITING, move)
    shop_ids, order_ids = [shop for shop, _ in keys], [order for _, order in keys]
    return len(await tx.fetch(_END, shop_ids, order_ids, target.value, at))


async def end_change(tx: Tx, key: tuple[int, int], move: ChangeMove, at: datetime) -> None:
    """Answer the request that waits; refuses where none does."""
    if not await end_changes(tx, [key], move, at):
        raise NoSkuChange(order_id=str(key[1]))


async def list_waiting(tx: Tx, shop_id: int, limit: int, offset: int) -> list[int]:
    """Orders whose requests wait for the shop, the oldest first."""
    return [row["order_id"] for row in await tx.fetch(_WAITING, shop_id, limit, offset)]


async def lapse(tx: Tx, at: datetime, limit: int) -> list[tuple[int, int]]:
    """Refuse what the shops did not answer in time; whose it was."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_LAPSED, at, limit)]


def _change(row: Row) -> SkuChange:
    values = dict(row)
    values["state"] = ChangeState(values["state"])
    return SkuChange(**values)
