"""Carts: what buyers put aside."""

from collections.abc import Sequence
from typing import Final

from tongshang.modules.ordering.domain.cart import CART_MAX, CartItem
from tongshang.runtime.db import Tx

_HOLD: Final = "select pg_advisory_xact_lock(7424, hashint8($1))"

_LIST: Final = """
    select shop_id, product_id, sku_id, count, card, added_at from carts
    where buyer_id = $1 order by added_at desc, sku_id limit $2
"""

_ADD: Final = """
    insert into carts (buyer_id, sku_id, shop_id, product_id, count, card, added_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (buyer_id, sku_id) do update
    set count = least(carts.count + excluded.count, 1000000), added_at = excluded.added_at,
        card = case when excluded.card = '' then carts.card else excluded.card end
    returning count
"""

_UPDATE: Final = """
    update carts set count = $3 where buyer_id = $1 and sku_id = $2 returning count
"""

_REMOVE: Final = """
    delete from carts c using unnest($1::bigint[], $2::bigint[]) w(buyer_id, sku_id)
    where c.buyer_id = w.buyer_id and c.sku_id = w.sku_id
"""


async def hold_cart(tx: Tx, buyer_id: int) -> None:
    """Let nobody else add to the cart until the transaction ends, so that its limit holds."""
    await tx.execute(_HOLD, buyer_id)


async def list_cart(tx: Tx, buyer_id: int) -> list[CartItem]:
    """What is in the cart, the latest first."""
    rows = await tx.fetch(_LIST, buyer_id, CART_MAX)
    return [
        CartItem(
            row["shop_id"],
            row["product_id"],
            row["sku_id"],
            row["count"],
            row["card"],
            row["added_at"],
        )
        for row in rows
    ]


async def add_to_cart(tx: Tx, buyer_id: int, item: CartItem) -> int:
    """Put pieces of a SKU into the cart; how many there are now."""
    count: int = await tx.fetchval(
        _ADD,
        buyer_id,
        item.sku_id,
        item.shop_id,
        item.product_id,
        item.count,
        item.card,
        item.added_at,
    )
    return count


async def set_count(tx: Tx, buyer_id: int, sku_id: int, count: int) -> bool:
    """Make it so many; False where the SKU is not in the cart."""
    return await tx.fetchval(_UPDATE, buyer_id, sku_id, count) is not None


async def remove_from_carts(tx: Tx, keys: Sequence[tuple[int, int]]) -> None:
    """Take SKUs out of carts, for (buyer_id, sku_id)."""
    await tx.execute(_REMOVE, [buyer_id for buyer_id, _ in keys], [sku_id for _, sku_id in keys])
