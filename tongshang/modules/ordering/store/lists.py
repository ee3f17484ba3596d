"""Which orders: of a buyer, of a shop by time or by what it remembers of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from tongshang.runtime.db import Tx

Span: TypeAlias = tuple[datetime, datetime]  # from, and up to but without

_SHOPS: Final = """
    select b.buyer_id, b.order_id, b.shop_id
    from buyer_orders b
    join unnest($1::bigint[], $2::bigint[]) w(buyer_id, order_id)
      on b.buyer_id = w.buyer_id and b.order_id = w.order_id
"""

_OF_BUYER: Final = """
    select b.shop_id, b.order_id
    from buyer_orders b
    join orders o on o.shop_id = b.shop_id and o.order_id = b.order_id
    where b.buyer_id = $1 and b.order_id < $2
      and (cardinality($3::smallint[]) = 0 or o.state = any($3))
    order by b.order_id desc
    limit $4
"""

_BY_PLACING: Final = """
    select order_id, placed_at as at from orders
    where shop_id = $1 and placed_at >= $2 and placed_at < $3 and (placed_at, order_id) > ($4, $5)
      and (cardinality($6::smallint[]) = 0 or state = any($6))
      and ($7::bigint = 0 or buyer_id = $7)
    order by placed_at, order_id
    limit $8
"""

# An order that changes meanwhile moves to a later page: it may be seen twice, but is never missed.
_BY_CHANGE: Final = """
    select order_id, updated_at as at from orders
    where shop_id = $1 and updated_at >= $2 and updated_at < $3
      and (updated_at, order_id) > ($4, $5)
      and (cardinality($6::smallint[]) = 0 or state = any($6))
      and ($7::bigint = 0 or buyer_id = $7)
      and placed_at >= $9 and placed_at < $10
    order by updated_at, order_id
    limit $8
"""

# Each condition holds if it is empty; strpos takes what was typed as it is, without wildcards.
_SEARCH: Final = """
    select o.order_id, o.placed_at as at from orders o
    where o.shop_id = $1 and (o.placed_at, o.order_id) < ($2, $3)
      and (cardinality($4::smallint[]) = 0 or o.state = any($4))
      and ($5::bigint = 0 or o.order_id = $5)
      and ($6::text = '' or o.address->>'name' = $6)
      and ($7::text = '' or o.address->>'phone' = $7)
      and ($8::text = '' or right(o.address->>'phone', 4) = $8)
      and ($9::text = '' or strpos(o.merchant_notes, $9) > 0)
      and ($10::text = '' or strpos(o.notes, $10) > 0)
      and (($11::text = '' and $12::text = '') or exists (
            select from order_lines l
            where l.shop_id = o.shop_id and l.order_id = o.order_id
              and ($11 = '' or strpos(lower(l.title), lower($11)) > 0)
              and ($12 = '' or l.sku_code = $12)))
      and ($13::boolean is null or $13 = exists (
            select from order_lines l
            where l.shop_id = o.shop_id and l.order_id = o.order_id and l.on_aftersale_count > 0))
    order by o.placed_at desc, o.order_id desc
    limit $14
"""
# Said plainly, so that an order that is named is found by its key.
_SEARCH_ONE: Final = _SEARCH.replace("($5::bigint = 0 or o.order_id = $5)", "o.order_id = $5")

# The states stand in the text, so that the index of what waits is used.
_WAITING: Final = """
    select state, count(*) from orders where shop_id = $1 and state in (10, 20, 21) group by state
"""


async def find_shops(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The shops of buyers' own orders by (buyer_id, order_id); others' orders are not there."""
    rows = await tx.fetch(_SHOPS, [buyer_id for buyer_id, _ in keys], [one for _, one in keys])
    return {(row["buyer_id"], row["order_id"]): row["shop_id"] for row in rows}


async def list_of_buyer(
    tx: Tx, buyer_id: int, before: int, states: Sequence[int], limit: int
) -> list[tuple[int, int]]:
    """A buyer's orders as (shop_id, order_id), the newest first."""
    rows = await tx.fetch(_OF_BUYER, buyer_id, before, states, limit)
    return [(row["shop_id"], row["order_id"]) for row in rows]


async def count_waiting(tx: Tx, shop_id: int) -> dict[int, int]:
    """How many of a shop's orders are unpaid, to ship and partly shipped, by state."""
    return {row[0]: row[1] for row in await tx.fetch(_WAITING, shop_id)}


async def list_by_placing(
    tx: Tx,
    shop_id: int,
    placed: Span,
    after: tuple[datetime, int],
    states: Sequence[int],
    buyer_id: int,
    limit: int,
) -> list[tuple[int, datetime]]:
    """A shop's orders placed in a span of time, the oldest first, with that time."""
    rows = await tx.fetch(_BY_PLACING, shop_id, *placed, *after, states, buyer_id, limit)
    return [(row["order_id"], row["at"]) for row in rows]


async def list_by_change(
    tx: Tx,
    shop_id: int,
    changed: Span,
    placed: Span,
    after: tuple[datetime, int],
    states: Sequence[int],
    buyer_id: int,
    limit: int,
) -> list[tuple[int, datetime]]:
    """A shop's orders changed in one span and placed in another, by their last change."""
    rows = await tx.fetch(_BY_CHANGE, shop_id, *changed, *after, states, buyer_id, limit, *placed)
    return [(row["order_id"], row["at"]) for row in rows]


async def search_orders(
    tx: Tx,
    shop_id: int,
    before: tuple[datetime, int],
    states: Sequence[int],
    condition: Mapping[str, str],
    order_id: int,
    limit: int,
    *,
    in_aftersale: bool | None,
) -> list[tuple[int, datetime]]:
    """A shop's orders that fit every condition given, the newest first."""
    texts = [
        condition.get(name, "")
        for name in (
            "user_name",
            "tel_number",
            "tel_number_last4",
            "merchant_notes",
            "customer_notes",
            "title",
            "sku_code",
        )
    ]
    statement = _SEARCH_ONE if order_id else _SEARCH
    rows = await tx.fetch(
        statement, shop_id, *before, states, order_id, *texts, in_aftersale, limit
    )
    return [(row["order_id"], row["at"]) for row in rows]
