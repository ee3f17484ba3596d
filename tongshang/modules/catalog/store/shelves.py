"""Products at a glance, and the shelves on which buyers find them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.catalog.domain import ROOT, ProductCard, ProductKey
from tongshang.modules.catalog.machine import ProductStatus
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.runtime.db import Row, Tx

_CARD: Final = """
    p.shop_id, p.product_id, p.title, p.short_title, p.picture_url, p.price_fen,
    p.market_price_fen, p.sku_count, p.status, p.barred
"""

_CARDS: Final = f"""
    select {_CARD}, array(
        select s.sku_id from skus s
        where s.shop_id = p.shop_id and s.product_id = p.product_id and s.status = 5
    ) as sku_ids
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join products p on p.shop_id = w.shop_id and p.product_id = w.product_id
"""

_UNSHELVE: Final = "delete from shelves where product_id = any($1::bigint[])"
_SHELVE: Final = """
    insert into shelves (cat_id, product_id, shop_id)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
"""

_OF_SHOP: Final = f"""
    select {_CARD} from products p
    where p.shop_id = $1 and p.status = 5 and p.product_id < $2
    order by p.product_id desc limit $3
"""
_OF_CATEGORY: Final = f"""
    select {_CARD}
    from (
        select shop_id, product_id from shelves
        where cat_id = $1 and product_id < $2 order by product_id desc limit $3
    ) s
    join products p on p.shop_id = s.shop_id and p.product_id = s.product_id
    order by p.product_id desc
"""
_OF_BOTH: Final = f"""
    select {_CARD} from products p
    where p.shop_id = $1 and p.status = 5 and p.product_id < $2
      and exists (select from shelves s where s.cat_id = $4 and s.product_id = p.product_id)
    order by p.product_id desc limit $3
"""

# On the root's shelf stands all that is on sale; what a product says last passed audit then.
_PAGES: Final = """
    select s.product_id, coalesce(p.audited_at, p.created_at) as changed_at
    from shelves s join products p on p.shop_id = s.shop_id and p.product_id = s.product_id
    where s.cat_id = $1 and s.product_id > $2
    order by s.product_id limit $3
"""

_PARTS: Final = """
    select product_id from (
        select product_id, row_number() over (order by product_id) as place
        from shelves where cat_id = $1
    ) listed
    where place % $2 = 0 order by product_id
"""


async def find_cards(tx: Tx, keys: Sequence[ProductKey]) -> dict[int, ProductCard]:
    """The products at a glance."""
    rows = await tx.fetch(_CARDS, [key[0] for key in keys], [key[1] for key in keys])
    return {row["product_id"]: _card(row, tuple(row["sku_ids"])) for row in rows}


def _card(row: Row, sku_ids: tuple[int, ...] = ()) -> ProductCard:
    # Where information is hidden (reference section 3.7, scene 10) only title and price are told.
    hides = is_barred(row["barred"], (Bar.HIDDEN_INFO,))
    return ProductCard(
        row["shop_id"],
        row["product_id"],
        row["title"],
        "" if hides else row["short_title"],
        "" if hides else row["picture_url"],
        row["price_fen"],
        0 if hides else row["market_price_fen"],
        row["sku_count"],
        ProductStatus(row["status"]),
        row["barred"],
        sku_ids,
    )


async def shelve(tx: Tx, paths: Mapping[ProductKey, Sequence[int]]) -> None:
    """Let buyers find products under these categories, and under no others."""
    await unshelve(tx, list(paths))
    rows = [
        (cat_id, *key) for key, path in paths.items() for cat_id in dict.fromkeys((ROOT, *path))
    ]
    await tx.execute(
        _SHELVE, [row[0] for row in rows], [row[2] for row in rows], [row[1] for row in rows]
    )


async def unshelve(tx: Tx, keys: Sequence[ProductKey]) -> None:
    """Let buyers find these products no more."""
    await tx.execute(_UNSHELVE, [key[1] for key in keys])


async def browse(tx: Tx, shop_id: int, cat_id: int, before: int, limit: int) -> list[ProductCard]:
    """Listed products, the newest first: of a shop, of a category and below it, both, or all."""
    if not shop_id:
        rows = await tx.fetch(_OF_CATEGORY, cat_id, before, limit)
    elif not cat_id:
        rows = await tx.fetch(_OF_SHOP, shop_id, before, limit)
    else:
        rows = await tx.fetch(_OF_BOTH, shop_id, before, limit, cat_id)
    return [_card(row) for row in rows]


async def list_pages(tx: Tx, after: int, limit: int) -> list[tuple[int, datetime]]:
    """All that is on sale, by id, with when it last changed."""
    return [tuple(row) for row in await tx.fetch(_PAGES, ROOT, after, limit)]


async def page_parts(tx: Tx, size: int) -> list[int]:
    """The last ids of the full parts, when all that is on sale is cut into parts of `size`."""
    return [row["product_id"] for row in await tx.fetch(_PARTS, ROOT, size)]
