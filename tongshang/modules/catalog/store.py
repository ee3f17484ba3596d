"""The SQL of the catalog."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tongshang.modules.catalog.domain import Offer, ProductCard, ProductKey, ProductStatus, SkuKey
from tongshang.runtime.db import Tx

_pairs = msgspec.json.Decoder(tuple[tuple[str, str], ...])

_OFFERS: Final = """
    select s.shop_id, s.sku_id, s.product_id, p.title,
           case s.thumb_url when '' then p.picture_url else s.thumb_url end as thumb_url,
           s.attrs, s.sku_code, s.price_fen, s.market_price_fen,
           p.cat_id, c.fee_ppm, c.confirm_receipt_days, p.freight_template_id,
           p.status = 5 and s.status = 5 as on_sale
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, sku_id)
    join skus s on s.shop_id = w.shop_id and s.sku_id = w.sku_id
    join products p on p.shop_id = s.shop_id and p.product_id = s.product_id
    join categories c on c.cat_id = p.cat_id
"""

_CARD: Final = """
    p.shop_id, p.product_id, p.title, p.short_title, p.picture_url, p.price_fen,
    p.market_price_fen, p.sku_count, p.status
"""

_CARDS: Final = f"""
    select {_CARD}
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join products p on p.shop_id = w.shop_id and p.product_id = w.product_id
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
        )
        for row in rows
    }


async def find_cards(tx: Tx, keys: Sequence[ProductKey]) -> dict[int, ProductCard]:
    """The products at a glance."""
    rows = await tx.fetch(_CARDS, [key[0] for key in keys], [key[1] for key in keys])
    return {row["product_id"]: ProductCard(*row[:8], ProductStatus(row["status"])) for row in rows}


async def find_shops(tx: Tx, product_ids: Sequence[int]) -> dict[int, int]:
    """Whose each product is."""
    return {row[0]: row[1] for row in await tx.fetch(_SHOPS, product_ids)}
