"""Stock, for the rooms above."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.inventory import actions, store
from tongshang.modules.inventory.domain import Place as Place
from tongshang.modules.inventory.domain import SetApart as SetApart
from tongshang.modules.inventory.domain import StockDraft as StockDraft
from tongshang.modules.inventory.domain import StockFlow as StockFlow
from tongshang.modules.inventory.domain import StockKey as StockKey
from tongshang.modules.inventory.domain import StockMove as StockMove
from tongshang.modules.inventory.domain import StockOp as StockOp
from tongshang.modules.inventory.refusals import StockTooLow as StockTooLow
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


async def open_stocks(call: Call, drafts: Sequence[StockDraft]) -> None:
    """Begin to count SKUs that come into being."""
    await actions.open_stocks(call, drafts)


async def lock(tx: Tx, keys: Sequence[StockKey]) -> dict[StockKey, int]:
    """How many can be sold, held until the transaction ends; keys that are not counted are absent.

    Keys are (shop_id, sku_id); rows are locked in their order, whatever order they are given in.
    """
    return await store.lock_stocks(tx, keys)


async def move(call: Call, moves: Sequence[StockMove]) -> None:
    """Change stocks, all or none; refuses `StockTooLow` where a SKU would go below zero.

    Two statements, however many moves. Rows are locked in the order of keys here too, so a caller
    needs `lock` only to look before it moves.
    """
    await actions.move(call, moves)


async def set_apart(call: Call, drafts: Sequence[SetApart]) -> None:
    """Take pieces out of the normal stock for discounts; refuses `StockTooLow`."""
    await actions.set_apart(call, drafts)


async def give_back(call: Call, places: Sequence[Place]) -> None:
    """What discounts did not sell is normal stock again, and so is what is released later.

    A place is (shop_id, sku_id, discount_id).
    """
    await actions.give_back(call, places)


async def lock_apart(tx: Tx, places: Sequence[Place]) -> dict[Place, int]:
    """How many are set apart, held; the normal stock of the same SKUs is to be held before."""
    found = await store.lock_sub_stocks(tx, places)
    return {place: left for place, (_, left) in found.items()}


async def apart(tx: Tx, places: Sequence[Place]) -> dict[Place, int]:
    """How many are set apart."""
    return await store.find_sub_stocks(tx, places)


async def apart_of_products(tx: Tx, shop_id: int, product_ids: Sequence[int]) -> dict[int, int]:
    """How many of each SKU are set apart for discounts; none: absent."""
    return await store.find_sub_stocks_of_products(tx, shop_id, product_ids)


async def set_stocks(call: Call, wanted: Sequence[StockDraft]) -> None:
    """Make stocks what a shop says they are, whatever they were."""
    await actions.set_stocks(call, wanted)


async def stocks_of(tx: Tx, shop_id: int, sku_ids: Sequence[int]) -> dict[int, int]:
    """How many can be sold of each SKU."""
    return await store.find_stocks(tx, shop_id, sku_ids)


async def stocks_of_keys(tx: Tx, keys: Sequence[StockKey]) -> dict[StockKey, int]:
    """The same for SKUs of several shops."""
    return await store.find_stocks_of_keys(tx, keys)


async def stocks_of_products(
    tx: Tx, shop_id: int, product_ids: Sequence[int]
) -> dict[int, dict[int, int]]:
    """For each product how many can be sold of each SKU it has or had."""
    return await store.find_stocks_of_products(tx, shop_id, product_ids)


async def left_of(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many can be sold of each product (shop_id, product_id), all its SKUs together."""
    return await store.find_left(tx, keys)


async def lowest(tx: Tx, shop_id: int, most: int, limit: int) -> dict[int, int]:
    """SKUs of which at most `most` can be sold, the fewest first; on sale or not."""
    return await store.list_lowest(tx, shop_id, most, limit)


async def flows_of(
    tx: Tx,
    key: StockKey,
    since: datetime,
    before: tuple[datetime, int],
    ops: Sequence[StockOp],
    limit: int,
) -> list[StockFlow]:
    """Moves of one SKU since a time, the latest first, those before `before` (time, flow_id)."""
    return await store.list_flows(tx, key, since, before, ops, limit)
