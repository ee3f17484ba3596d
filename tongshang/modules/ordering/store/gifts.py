"""Orders that are gifts: what is written of them beside what every order has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.ordering.domain.order import Order
from tongshang.modules.ordering.store.orders import add_lines
from tongshang.runtime.db import Tx

_write = msgspec.json.Encoder().encode

_ADD: Final = """
    insert into orders (
        shop_id, order_id, buyer_id, state, goods_fen, freight_fen, change_down_fen, order_fen,
        address, notes, scene, receipt_days, expires_at, gift, placed_at, updated_at
    )
    select w.*, $15, $15 from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::jsonb[], $10::text[], $11::smallint[], $12::smallint[],
        $13::timestamptz[], $14::jsonb[]
    ) w
"""

_GIVE: Final = """
    update orders o set buyer_id = w.buyer_id, address = w.address, updated_at = $5
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::jsonb[])
         w(shop_id, order_id, buyer_id, address)
    where o.shop_id = w.shop_id and o.order_id = w.order_id
"""

_LIST: Final = """
    insert into buyer_orders (buyer_id, order_id, shop_id)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
"""

_SWAP: Final = """
    update order_lines l
    set sku_id = w.sku_id, sku_code = w.sku_code, title = w.title, thumb_url = w.thumb_url,
        attrs = w.attrs
    from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::text[], $6::text[],
        $7::text[], $8::jsonb[]
    ) w(shop_id, order_id, line, sku_id, sku_code, title, thumb_url, attrs)
    where l.shop_id = w.shop_id and l.order_id = w.order_id and l.line = w.line
"""

_NOTE: Final = """
    update orders set merchant_notes = $3, updated_at = $4
    where shop_id = $1 and gift is not null and (gift->>'present_id')::bigint = $2
    returning order_id
"""

_OF_PRESENT: Final = """
    select order_id, placed_at from orders
    where shop_id = $1 and gift is not null and (gift->>'present_id')::bigint = $2
      and (placed_at, order_id) < ($3, $4) and (cardinality($5::smallint[]) = 0 or state = any($5))
    order by placed_at desc, order_id desc
    limit $6
"""


async def add_gifts(tx: Tx, orders: Sequence[Order], at: datetime) -> None:
    """Write placed gifts: two statements, however many. They are in nobody's list yet."""
    await tx.execute(
        _ADD,
        [order.shop_id for order in orders],
        [order.order_id for order in orders],
        [order.buyer_id for order in orders],
        [order.state.value for order in orders],
        [order.goods_fen for order in orders],
        [order.freight_fen for order in orders],
        [order.change_down_fen for order in orders],
        [order.order_fen for order in orders],
        [_write(order.address).decode() for order in orders],
        [order.notes for order in orders],
        [order.scene for order in orders],
        [order.receipt_days for order in orders],
        [order.expires_at for order in orders],
        [_write(order.gift).decode() for order in orders],
        at,
    )
    await add_lines(tx, orders)


async def give(tx: Tx, orders: Sequence[Order], at: datetime) -> None:
    """Write who receives held gifts and where, and list the orders to them."""
    shop_ids = [order.shop_id for order in orders]
    order_ids = [order.order_id for order in orders]
    buyer_ids = [order.buyer_id for order in orders]
    addresses = [_write(order.address).decode() for order in orders]
    await tx.execute(_GIVE, shop_ids, order_ids, buyer_ids, addresses, at)
    await tx.execute(_LIST, buyer_ids, order_ids, shop_ids)


async def swap(tx: Tx, orders: Sequence[Order]) -> None:
    """Write which SKUs the lines of held orders are of now."""
    both = [(order, line) for order in orders for line in order.lines]
    await tx.execute(
        _SWAP,
        [order.shop_id for order, _ in both],
        [order.order_id for order, _ in both],
        [line.line for _, line in both],
        [line.sku_id for _, line in both],
        [line.sku_code for _, line in both],
        [line.title for _, line in both],
        [line.thumb_url for _, line in both],
        [_write(line.attrs).decode() for _, line in both],
    )


async def save_note(tx: Tx, shop_id: int, present_id: int, notes: str, at: datetime) -> list[int]:
    """Write the merchant's note on all orders of a present; the orders."""
    rows = await tx.fetch(_NOTE, shop_id, present_id, notes, at)
    return sorted(row["order_id"] for row in rows)


async def list_of_present(
    tx: Tx,
    shop_id: int,
    present_id: int,
    before: tuple[datetime, int],
    states: Sequence[int],
    limit: int,
) -> list[tuple[int, datetime]]:
    """The orders of a present, the newest first."""
    rows = await tx.fetch(_OF_PRESENT, shop_id, present_id, *before, states, limit)
    return [(row["order_id"], row["placed_at"]) for row in rows]
