"""Wish lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.runtime.db import Tx

WISHES_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """A product that somebody would like to be given."""

    buyer_id: int
    product_id: int
    shop_id: int
    sku_id: int
    note: str
    wished_at: datetime


# The row of the list's length is not kept: a list is short, and its owner's alone.
_ADD: Final = """
    insert into gift_wishes (buyer_id, product_id, shop_id, sku_id, note, wished_at)
    select $1, $2, $3, $4, $5, $6
    where (select count(*) from gift_wishes where buyer_id = $1 and product_id <> $2) < $7
    on conflict (buyer_id, product_id) do update
    set sku_id = excluded.sku_id, note = excluded.note
    returning product_id
"""
_REMOVE: Final = """
    delete from gift_wishes where buyer_id = $1 and product_id = $2 returning product_id
"""
_LIST: Final = """
    select buyer_id, product_id, shop_id, sku_id, note, wished_at from gift_wishes
    where buyer_id = $1 order by wished_at desc, product_id
"""


async def add_wish(tx: Tx, wish: Wish) -> bool:
    """Put a product on a list, or change what is said of it; False where the list is full."""
    added = await tx.fetchval(
        _ADD, wish.buyer_id, wish.product_id, wish.shop_id, wish.sku_id, wish.note,
        wish.wished_at, WISHES_MAX,
    )  # fmt: skip
    return added is not None


async def remove_wish(tx: Tx, buyer_id: int, product_id: int) -> bool:
    """Take a product off a list; False where it was not on it."""
    return await tx.fetchval(_REMOVE, buyer_id, product_id) is not None


async def list_wishes(tx: Tx, buyer_id: int) -> list[Wish]:
    """What somebody wishes, the latest first."""
    return [Wish(*row) for row in await tx.fetch(_LIST, buyer_id)]
