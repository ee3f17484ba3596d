"""What a replay remembers of itself: which steps are done, and whose ids stand for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tongshang.replay.fates import Sku
from tongshang.runtime.db import Tx

_FIND: Final = "select shop_id, template_id from replays where digest = $1 and lines_max = $2"
_BEGIN: Final = """
    insert into replays (digest, lines_max, shop_id, template_id) values ($1, $2, $3, $4)
"""
_MARK: Final = """
    insert into replay_marks (shop_id, day, step, part) values ($1, $2, $3, $4)
    on conflict do nothing returning part
"""
_SKUS: Final = "select code, price_fen, product_id, sku_id from replay_skus where shop_id = $1"
_ADD_SKUS: Final = """
    insert into replay_skus (shop_id, code, price_fen, product_id, sku_id)
    select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
"""
_BUYERS: Final = "select customer, buyer_id, address_id from replay_buyers where shop_id = $1"
_ADD_BUYERS: Final = """
    insert into replay_buyers (shop_id, customer, buyer_id, address_id)
    select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[])
"""
_ORDERS: Final = "select invoice, order_id, day from replay_orders where shop_id = $1"
_ADD_ORDERS: Final = """
    insert into replay_orders (shop_id, invoice, order_id, day)
    select $1, invoice, order_id, $4 from unnest($2::text[], $3::bigint[]) w(invoice, order_id)
"""
_REFUSE: Final = """
    insert into replay_refusals (shop_id, day, what, reason, pieces)
    values ($1, $2, $3, $4, $5) on conflict do nothing
"""
_REFUSALS: Final = """
    select day, what, reason, pieces from replay_refusals where shop_id = $1 order by day, what
"""
_TOTALS: Final = """
    select (select count(*) from orders where shop_id = $1) as orders,
           (select count(*) from orders where shop_id = $1 and settled_at is not null) as settled,
           (select count(*) from order_lines where shop_id = $1) as order_lines,
           (select coalesce(sum(amount_fen), 0)::bigint from payments
            where shop_id = $1 and state = 'paid') as paid_fen,
           (select coalesce(sum(amount_fen), 0)::bigint from refunds
            where shop_id = $1 and state = 'done') as refunded_fen,
           (select coalesce(sum(fee_fen), 0)::bigint from settlements
            where shop_id = $1) as fee_fen,
           (select coalesce(sum(commission_fen), 0)::bigint from settlements
            where shop_id = $1) as commission_fen,
           (select count(*) from pushes where shop_id = $1) as pushes
"""


async def find_shop(tx: Tx, digest: str, lines_max: int) -> tuple[int, int] | None:
    """The shop as which a file was begun to be replayed, and its freight template."""
    row = await tx.fetchrow(_FIND, digest, lines_max)
    return (row["shop_id"], row["template_id"]) if row is not None else None


async def begin(tx: Tx, digest: str, lines_max: int, shop_id: int, template_id: int) -> None:
    """Remember as which shop a file is replayed."""
    await tx.execute(_BEGIN, digest, lines_max, shop_id, template_id)


async def mark(tx: Tx, shop_id: int, day: date, step: str, part: int) -> bool:
    """Claim a step; False where it is done already."""
    return await tx.fetchval(_MARK, shop_id, day, step, part) is not None


async def list_skus(tx: Tx, shop_id: int) -> dict[Sku, tuple[int, int]]:
    """The product and SKU of each code and price."""
    return {
        Sku(row["code"], row["price_fen"]): (row["product_id"], row["sku_id"])
        for row in await tx.fetch(_SKUS, shop_id)
    }


async def add_skus(tx: Tx, shop_id: int, skus: dict[Sku, tuple[int, int]]) -> None:
    """Remember products and SKUs."""
    await tx.execute(
        _ADD_SKUS,
        shop_id,
        [sku.code for sku in skus],
        [sku.price_fen for sku in skus],
        [product_id for product_id, _ in skus.values()],
        [sku_id for _, sku_id in skus.values()],
    )


async def list_buyers(tx: Tx, shop_id: int) -> dict[str, tuple[int, int]]:
    """The buyer and address of each customer."""
    return {
        row["customer"]: (row["buyer_id"], row["address_id"])
        for row in await tx.fetch(_BUYERS, shop_id)
    }


async def add_buyers(tx: Tx, shop_id: int, buyers: dict[str, tuple[int, int]]) -> None:
    """Remember buyers."""
    await tx.execute(
        _ADD_BUYERS,
        shop_id,
        list(buyers),
        [buyer_id for buyer_id, _ in buyers.values()],
        [address_id for _, address_id in buyers.values()],
    )


async def list_orders(tx: Tx, shop_id: int) -> dict[str, tuple[int, date]]:
    """The order of each invoice, and the day it was placed."""
    return {
        row["invoice"]: (row["order_id"], row["day"]) for row in await tx.fetch(_ORDERS, shop_id)
    }


async def add_orders(
    tx: Tx, shop_id: int, invoices: Sequence[str], order_ids: Sequence[int], day: date
) -> None:
    """Remember orders."""
    await tx.execute(_ADD_ORDERS, shop_id, invoices, order_ids, day)


async def refuse(tx: Tx, shop_id: int, day: date, what: str, reason: str, pieces: int) -> None:
    """Remember what the platform refused, for the report."""
    await tx.execute(_REFUSE, shop_id, day, what, reason, pieces)


async def list_refusals(tx: Tx, shop_id: int) -> list[tuple[date, str, str, int]]:
    """What the platform refused."""
    return [tuple(row) for row in await tx.fetch(_REFUSALS, shop_id)]


async def totals(tx: Tx, shop_id: int) -> dict[str, int]:
    """What became of it all."""
    row = await tx.fetchrow(_TOTALS, shop_id)
    assert row is not None
    return dict(row)
