"""The SQL of the catalog."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tongshang.modules.catalog.domain import (
    Category,
    Offer,
    Product,
    ProductKey,
    Shown,
    SkuKey,
)
from tongshang.modules.catalog.machine import DraftStatus, ProductStatus
from tongshang.modules.catalog.sheet import ProductSheet
from tongshang.modules.catalog.store.shelves import browse as browse
from tongshang.modules.catalog.store.shelves import find_cards as find_cards
from tongshang.modules.catalog.store.shelves import list_pages as list_pages
from tongshang.modules.catalog.store.shelves import page_parts as page_parts
from tongshang.modules.catalog.store.shelves import shelve as shelve
from tongshang.modules.catalog.store.shelves import unshelve as unshelve
from tongshang.modules.governance.api import Bar, is_barred, packed
from tongshang.runtime.db import Row, Tx

_encode = msgspec.json.Encoder().encode
_pairs = msgspec.json.Decoder(tuple[tuple[str, str], ...])

# What is barred from sale is offered no more than what is delisted.
_OFFERS: Final = f"""
    select s.shop_id, s.sku_id, s.product_id, p.title,
           case s.thumb_url when '' then p.picture_url else s.thumb_url end as thumb_url,
           s.attrs, s.sku_code, s.price_fen, s.market_price_fen,
           p.cat_id, c.fee_ppm, c.confirm_receipt_days, p.freight_template_id,
           p.status = 5 and s.status = 5 and p.barred & {packed((Bar.SALE,))} = 0 as on_sale,
           p.barred
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, sku_id)
    join skus s on s.shop_id = w.shop_id and s.sku_id = w.sku_id
    join products p on p.shop_id = s.shop_id and p.product_id = s.product_id
    join categories c on c.cat_id = p.cat_id
"""

_BAR: Final = """
    update products p set barred = w.barred
    from unnest($1::bigint[], $2::bigint[], $3::integer[]) w(shop_id, product_id, barred)
    where p.shop_id = w.shop_id and p.product_id = w.product_id
"""

_SHOPS: Final = "select product_id, shop_id from product_shops where product_id = any($1::bigint[])"


async def find_offers(tx: Tx, keys: Sequence[SkuKey]) -> dict[SkuKey, Offer]:
    """The SKUs as orders take them over; those that are not online are absent."""
    rows = await tx.fetch(_OFFERS, [key[0] for key in keys], [key[1] for key in keys])
    return {
        (row["shop_id"], row["sku_id"]): Offer(
            row["shop_id"],
            row["product_id"],
            row["sku_id"],
            row["title"],
            row["thumb_url"],
            _pairs.decode(row["attrs"]),
            row["sku_code"],
            row["price_fen"],
            row["market_price_fen"],
            row["cat_id"],
            row["fee_ppm"],
            row["confirm_receipt_days"],
            row["freight_template_id"],
            row["on_sale"],
            row["barred"],
        )
        for row in rows
    }


async def save_barred(tx: Tx, barred: Mapping[ProductKey, int]) -> None:
    """Note beside products from which scenes they are barred."""
    await tx.execute(
        _BAR, [key[0] for key in barred], [key[1] for key in barred], list(barred.values())
    )


async def find_shops(tx: Tx, product_ids: Sequence[int]) -> dict[int, int]:
    """Whose each product is."""
    return {row[0]: row[1] for row in await tx.fetch(_SHOPS, product_ids)}


# --- the tree of goods --------------------------------------------------------------------------

_ADD_CATEGORIES: Final = """
    insert into categories (
        cat_id, parent_id, level, name, name_en, fee_ppm, confirm_receipt_days, seven_day_return,
        floor_price_fen, is_leaf
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::integer[],
        $7::smallint[], $8::boolean[], $9::bigint[], $10::boolean[]
    )
    on conflict (cat_id) do update set
        parent_id = excluded.parent_id, level = excluded.level, name = excluded.name,
        name_en = excluded.name_en, fee_ppm = excluded.fee_ppm,
        confirm_receipt_days = excluded.confirm_receipt_days,
        seven_day_return = excluded.seven_day_return,
        floor_price_fen = excluded.floor_price_fen, is_leaf = excluded.is_leaf
"""

_CATEGORY: Final = """
    cat_id, parent_id, level, name, name_en, fee_ppm, confirm_receipt_days, seven_day_return,
    floor_price_fen, is_leaf
"""
_CATEGORIES: Final = f"select {_CATEGORY} from categories where cat_id = any($1::bigint[])"
_TREE: Final = f"select {_CATEGORY} from categories where parent_id = $1 order by cat_id"
_ALL_CATEGORIES: Final = f"select {_CATEGORY} from categories order by level, cat_id"

_PATHS: Final = """
    with recursive up as (
        select cat_id as leaf, cat_id, parent_id, 0 as step
        from categories where cat_id = any($1::bigint[])
        union all
        select up.leaf, c.cat_id, c.parent_id, up.step + 1
        from up join categories c on c.cat_id = up.parent_id
        where up.step < 8
    )
    select leaf, array_agg(cat_id order by step desc) as path from up group by leaf
"""


async def add_categories(tx: Tx, categories: Sequence[Category]) -> None:
    """Categories, new or in place of those with the same ids."""
    await tx.execute(
        _ADD_CATEGORIES,
        [one.cat_id for one in categories],
        [one.parent_id for one in categories],
        [one.level for one in categories],
        [one.name for one in categories],
        [one.name_en for one in categories],
        [one.fee_ppm for one in categories],
        [one.confirm_receipt_days for one in categories],
        [one.seven_day_return for one in categories],
        [one.floor_price_fen for one in categories],
        [one.is_leaf for one in categories],
    )


async def find_categories(tx: Tx, cat_ids: Iterable[int]) -> dict[int, Category]:
    """The categories that are there."""
    rows = await tx.fetch(_CATEGORIES, sorted(set(cat_ids)))
    return {row["cat_id"]: Category(*row.values()) for row in rows}


async def list_categories(tx: Tx, parent_id: int) -> list[Category]:
    """What is directly below a category; below 0 are the roots."""
    return [Category(*row.values()) for row in await tx.fetch(_TREE, parent_id)]


async def all_categories(tx: Tx) -> list[Category]:
    """The whole tree, from the roots down."""
    return [Category(*row.values()) for row in await tx.fetch(_ALL_CATEGORIES)]


async def find_paths(tx: Tx, cat_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """For each category the way to it from its root."""
    return {row["leaf"]: tuple(row["path"]) for row in await tx.fetch(_PATHS, cat_ids)}


# --- products and their copies ------------------------------------------------------------------

_PRODUCT: Final = """
    shop_id, product_id, status, edit_status, out_product_id, audit_id, submitted_at, audited_at,
    reject_reason, created_at, title, short_title, picture_url, price_fen, market_price_fen,
    sku_count, cat_id, freight_template_id
"""

_SAVE: Final = f"""
    insert into products ({_PRODUCT})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::text[], $6::bigint[],
        $7::timestamptz[], $8::timestamptz[], $9::text[], $10::timestamptz[], $11::text[],
        $12::text[], $13::text[], $14::bigint[], $15::bigint[], $16::integer[], $17::bigint[],
        $18::bigint[]
    )
    on conflict (shop_id, product_id) do update set
        status = excluded.status, edit_status = excluded.edit_status,
        audit_id = excluded.audit_id, submitted_at = excluded.submitted_at,
        audited_at = excluded.audited_at, reject_reason = excluded.reject_reason,
        title = excluded.title, short_title = excluded.short_title,
        picture_url = excluded.picture_url, price_fen = excluded.price_fen,
        market_price_fen = excluded.market_price_fen, sku_count = excluded.sku_count,
        cat_id = excluded.cat_id, freight_template_id = excluded.freight_template_id
"""

_OWN: Final = """
    insert into product_shops (product_id, shop_id) select * from unnest($1::bigint[], $2::bigint[])
"""

_HOLD: Final = f"""
    select {_PRODUCT} from products
    where (shop_id, product_id) in (select * from unnest($1::bigint[], $2::bigint[]))
    order by shop_id, product_id
    for update
"""

_FIND: Final = f"select {_PRODUCT} from products where shop_id = $1 and product_id = $2"

_SAVE_COPIES: Final = """
    insert into product_copies (shop_id, product_id, kind, body)
    select * from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bytea[])
    on conflict (shop_id, product_id, kind) do update set body = excluded.body
"""

_PUBLISH: Final = """
    insert into product_copies (shop_id, product_id, kind, body)
    select c.shop_id, c.product_id, 1, c.body
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join product_copies c on c.shop_id = w.shop_id and c.product_id = w.product_id and c.kind = 2
    on conflict (shop_id, product_id, kind) do update set body = excluded.body
"""

_COPIES: Final = """
    select c.shop_id, c.product_id, c.kind, c.body
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join product_copies c on c.shop_id = w.shop_id and c.product_id = w.product_id
"""

_READ: Final = """
    select p.shop_id, p.product_id, p.status, p.edit_status, p.barred, c.kind, c.body
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join products p on p.shop_id = w.shop_id and p.product_id = w.product_id
    left join product_copies c
      on c.shop_id = p.shop_id and c.product_id = p.product_id and c.kind = any($3::smallint[])
"""

_STANDINGS: Final = """
    select p.shop_id, p.product_id, p.status, p.barred
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join products p on p.shop_id = w.shop_id and p.product_id = w.product_id
"""

_READ_ANY: Final = """
    select p.shop_id, p.product_id, p.status, p.edit_status, p.barred, c.kind, c.body
    from product_shops w
    join products p on p.shop_id = w.shop_id and p.product_id = w.product_id
    left join product_copies c
      on c.shop_id = p.shop_id and c.product_id = p.product_id and c.kind = 1
    where w.product_id = any($1::bigint[])
"""

_IDS: Final = """
    select product_id from products
    where shop_id = $1 and status = $2 and product_id > $3 order by product_id limit $4
"""
_ALL_IDS: Final = """
    select product_id from products
    where shop_id = $1 and status <> 9 and product_id > $2 order by product_id limit $3
"""
_COUNT: Final = "select count(*) from products where shop_id = $1 and status = $2"
_COUNT_ALL: Final = "select count(*) from products where shop_id = $1 and status <> 9"


@dataclass(frozen=True, slots=True)
class Copies:
    """A product's states, and the kept bytes of its copies by kind (1 online, 2 draft)."""

    shop_id: int
    product_id: int
    status: ProductStatus
    draft_status: DraftStatus
    bodies: Mapping[int, bytes]
    barred: int = 0

    @property
    def is_sold(self) -> bool:
        """Whether buyers are shown it: listed, and not barred from sale (reference section 3.7)."""
        return self.status is ProductStatus.LISTED and not is_barred(self.barred, (Bar.SALE,))


async def find_standings(
    tx: Tx, keys: Sequence[ProductKey]
) -> dict[ProductKey, tuple[ProductStatus, int]]:
    """Where products stand, and the mask of what they are barred from."""
    rows = await tx.fetch(_STANDINGS, [key[0] for key in keys], [key[1] for key in keys])
    return {(row[0], row[1]): (ProductStatus(row[2]), row[3]) for row in rows}


async def save_products(tx: Tx, products: Sequence[Product]) -> None:
    """Where products stand, new or as they were held."""
    values = [_values(product) for product in products]
    await tx.execute(_SAVE, *map(list, zip(*values, strict=True)))


def _values(product: Product) -> tuple[object, ...]:
    shown = product.shown
    return (
        product.shop_id,
        product.product_id,
        product.status,
        product.draft_status,
        product.out_product_id,
        product.audit_id,
        product.submitted_at,
        product.audited_at,
        product.reject_reason,
        product.created_at,
        shown.title,
        shown.short_title,
        shown.picture_url,
        shown.price_fen,
        shown.market_price_fen,
        shown.sku_count,
        shown.cat_id,
        shown.freight_template_id,
    )


def _product(row: Row) -> Product:
    return Product(
        shop_id=row["shop_id"],
        product_id=row["product_id"],
        status=ProductStatus(row["status"]),
        draft_status=DraftStatus(row["edit_status"]),
        out_product_id=row["out_product_id"],
        created_at=row["created_at"],
        shown=Shown(*list(row.values())[10:]),
        audit_id=row["audit_id"],
        submitted_at=row["submitted_at"],
        audited_at=row["audited_at"],
        reject_reason=row["reject_reason"],
    )


async def add_owners(tx: Tx, products: Sequence[Product]) -> None:
    """Whose new products are."""
    await tx.execute(_OWN, [one.product_id for one in products], [one.shop_id for one in products])


async def hold_products(tx: Tx, keys: Sequence[ProductKey]) -> dict[ProductKey, Product]:
    """Products to decide on: nobody else changes them until the transaction ends."""
    rows = await tx.fetch(_HOLD, [key[0] for key in keys], [key[1] for key in keys])
    return {(row["shop_id"], row["product_id"]): _product(row) for row in rows}


async def find_product(tx: Tx, shop_id: int, product_id: int) -> Product | None:
    """Where one product stands."""
    row = await tx.fetchrow(_FIND, shop_id, product_id)
    return _product(row) if row else None


async def save_copies(tx: Tx, kind: int, bodies: Mapping[ProductKey, bytes]) -> None:
    """Copies of one kind."""
    await tx.execute(
        _SAVE_COPIES,
        [key[0] for key in bodies],
        [key[1] for key in bodies],
        [kind] * len(bodies),
        list(bodies.values()),
    )


async def publish_copies(tx: Tx, keys: Sequence[ProductKey]) -> None:
    """Make drafts the online copies."""
    await tx.execute(_PUBLISH, [key[0] for key in keys], [key[1] for key in keys])


async def find_copies(tx: Tx, keys: Sequence[ProductKey]) -> dict[ProductKey, dict[int, bytes]]:
    """The kept bytes of products' copies, by kind."""
    rows = await tx.fetch(_COPIES, [key[0] for key in keys], [key[1] for key in keys])
    copies: dict[ProductKey, dict[int, bytes]] = {}
    for row in rows:
        copies.setdefault((row["shop_id"], row["product_id"]), {})[row["kind"]] = row["body"]
    return copies


async def read_copies(
    tx: Tx, keys: Sequence[ProductKey], kinds: Sequence[int]
) -> dict[ProductKey, Copies]:
    """Products with their copies of some kinds, to show."""
    shops, ids = [key[0] for key in keys], [key[1] for key in keys]
    found = _copies(await tx.fetch(_READ, shops, ids, kinds))
    return {(one.shop_id, one.product_id): one for one in found}


async def read_online(tx: Tx, product_ids: Sequence[int]) -> dict[int, Copies]:
    """Products of any shops with their online copies."""
    return {one.product_id: one for one in _copies(await tx.fetch(_READ_ANY, product_ids))}


def _copies(rows: Sequence[Row]) -> list[Copies]:
    bodies: dict[int, dict[int, bytes]] = {}
    first: dict[int, Row] = {}
    for row in rows:
        first.setdefault(row["product_id"], row)
        kept = bodies.setdefault(row["product_id"], {})
        if row["kind"] is not None:
            kept[row["kind"]] = row["body"]
    return [
        Copies(
            row["shop_id"],
            product_id,
            ProductStatus(row["status"]),
            DraftStatus(row["edit_status"]),
            bodies[product_id],
            row["barred"],
        )
        for product_id, row in first.items()
    ]


async def list_ids(
    tx: Tx, shop_id: int, status: int | None, after: int, limit: int
) -> tuple[list[int], int]:
    """Some products of a shop, from the oldest, and how many there are; deleted only by name."""
    if status is None:
        rows = await tx.fetch(_ALL_IDS, shop_id, after, limit)
        return [row[0] for row in rows], await tx.fetchval(_COUNT_ALL, shop_id)
    rows = await tx.fetch(_IDS, shop_id, status, after, limit)
    return [row[0] for row in rows], await tx.fetchval(_COUNT, shop_id, status)


# --- what is on sale ----------------------------------------------------------------------------

_DROP_SKUS: Final = """
    delete from skus s
    using unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    where s.shop_id = w.shop_id and s.product_id = w.product_id
      and not exists (select from unnest($3::bigint[]) kept(sku_id) where kept.sku_id = s.sku_id)
"""

_SAVE_SKUS: Final = """
    insert into skus (
        shop_id, sku_id, product_id, status, price_fen, market_price_fen, sku_code, attrs, thumb_url
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::text[], $8::bytea[], $9::text[]
    )
    on conflict (shop_id, sku_id) do update set
        status = excluded.status, price_fen = excluded.price_fen,
        market_price_fen = excluded.market_price_fen, sku_code = excluded.sku_code,
        attrs = excluded.attrs, thumb_url = excluded.thumb_url
"""


async def save_skus(tx: Tx, sheets: Mapping[ProductKey, ProductSheet]) -> None:
    """The SKUs of online copies; those that a sheet has no longer are gone."""
    every = [(key, sku) for key, sheet in sheets.items() for sku in sheet.skus]
    kept = [sku.sku_id for _, sku in every]
    await tx.execute(_DROP_SKUS, [key[0] for key in sheets], [key[1] for key in sheets], kept)
    await tx.execute(
        _SAVE_SKUS,
        [key[0] for key, _ in every],
        kept,
        [key[1] for key, _ in every],
        [sku.status for _, sku in every],
        [sku.sale_price for _, sku in every],
        [sku.market_price for _, sku in every],
        [sku.sku_code for _, sku in every],
        [_encode([(a.attr_key, a.attr_value) for a in sku.sku_attrs]) for _, sku in every],
        [sku.thumb_img for _, sku in every],
    )
