"""Orders, their lines and moves: written for many, held in one order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec

from tongshang.modules.delivery.api import Address
from tongshang.modules.ordering.domain.order import (
    Gift,
    Moved,
    Order,
    OrderAftersale,
    OrderHead,
    OrderLine,
    SoldLine,
)
from tongshang.modules.ordering.domain.refunding import AftersaleMark, SettledLine
from tongshang.modules.ordering.machine import OrderState
from tongshang.modules.ordering.refusals import MovedMeanwhile
from tongshang.runtime.db import Row, Tx

OrderKey: TypeAlias = tuple[int, int]  # shop_id, order_id

_read_address = msgspec.json.Decoder(Address).decode
_read_gift = msgspec.json.Decoder(Gift).decode
# A shop's lines say the same of few SKUs again and again.
_read_attrs = lru_cache(maxsize=8192)(msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode)
_write = msgspec.json.Encoder().encode

_ORDER_COLUMNS: Final = tuple(
    one.name for one in fields(OrderHead) if one.name not in {"state", "address", "gift"}
)
_LINE_COLUMNS: Final = tuple(one.name for one in fields(OrderLine) if one.name != "attrs")

_ADD: Final = """
    insert into orders (
        shop_id, order_id, buyer_id, state, goods_fen, freight_fen, order_fen, address, notes,
        scene, receipt_days, placed_at, expires_at, updated_at
    )
    select w.*, $12, $13, $12 from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::jsonb[], $9::text[], $10::smallint[], $11::smallint[]
    ) w
"""

_ADD_LINES: Final = """
    insert into order_lines (
        shop_id, order_id, line, product_id, sku_id, sku_code, title, thumb_url, attrs, count,
        sale_price_fen, market_price_fen, paid_fen, freight_fen, fee_ppm, promoter_id,
        commission_ppm, content_id, scene, surface, position, share_id, discount_id, discount_fen,
        deal_id
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[],
        $7::text[], $8::text[], $9::jsonb[], $10::integer[], $11::bigint[], $12::bigint[],
        $13::bigint[], $14::bigint[], $15::integer[], $16::bigint[], $17::integer[], $18::bigint[],
        $19::smallint[], $20::smallint[], $21::integer[], $22::bigint[], $23::bigint[],
        $24::bigint[], $25::bigint[]
    )
"""

_ADD_BUYER_ORDERS: Final = """
    insert into buyer_orders (buyer_id, order_id, shop_id)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
"""

_READ: Final = f"""
    select o.state, o.address, o.gift, {", ".join(f"o.{name}" for name in _ORDER_COLUMNS)}
    from orders o
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on o.shop_id = w.shop_id and o.order_id = w.order_id
    order by o.shop_id, o.order_id
"""
_HOLD: Final = _READ + "for update of o"

_HOLD_ONLY: Final = """
    select o.shop_id, o.order_id from orders o
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on o.shop_id = w.shop_id and o.order_id = w.order_id
    order by o.shop_id, o.order_id
    for update of o
"""

_SOLD: Final = f"""
    select l.shop_id, l.order_id, {", ".join(f"l.{one.name}" for one in fields(SoldLine))}
    from order_lines l
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on l.shop_id = w.shop_id and l.order_id = w.order_id
    order by l.shop_id, l.order_id, l.line
"""

_LINES: Final = f"""
    select l.shop_id, l.order_id, l.attrs, {", ".join(f"l.{name}" for name in _LINE_COLUMNS)}
    from order_lines l
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on l.shop_id = w.shop_id and l.order_id = w.order_id
    order by l.shop_id, l.order_id, l.line
"""

# Whoever is late finds the state changed and moves nothing; the moves are numbered by the order.
_MOVE: Final = """
    with moved as (
        update orders o
        set state = w.target, moves = o.moves + 1, updated_at = $9,
            payment_id = coalesce(w.payment_id, o.payment_id),
            transaction_id = coalesce(w.transaction_id, o.transaction_id),
            receive_by = coalesce(w.receive_by, o.receive_by),
            paid_at = case when w.source = 10 and w.target in (12, 20) then $9 else o.paid_at end,
            shipped_at = case when w.target = 30 then $9 else o.shipped_at end,
            received_at = case when w.target = 100 then $9 else o.received_at end,
            closed_at = case when w.target in (200, 250) then $9 else o.closed_at end
        from unnest(
            $1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::smallint[], $6::bigint[],
            $7::text[], $8::timestamptz[]
        ) w(shop_id, order_id, move, source, target, payment_id, transaction_id, receive_by)
        where o.shop_id = w.shop_id and o.order_id = w.order_id and o.state = w.source
        returning o.shop_id, o.order_id, o.moves, w.move, w.source, w.target
    )
    insert into order_moves (shop_id, order_id, number, move, source, target, at)
    select shop_id, order_id, moves, move, source, target, $9 from moved
"""

_MOVES: Final = """
    select move, source, target, at from order_moves
    where shop_id = $1 and order_id = $2 order by number
"""

_PREPAID: Final = """
    update orders o set prepay_id = w.prepay_id, prepaid_at = $4
    from unnest($1::bigint[], $2::bigint[], $3::text[]) w(shop_id, order_id, prepay_id)
    where o.shop_id = w.shop_id and o.order_id = w.order_id
      and o.prepay_id is distinct from w.prepay_id
"""

_SAVE_PRICES: Final = """
    update orders o
    set order_fen = w.order_fen, change_down_fen = w.change_down_fen,
        price_changes = w.price_changes, updated_at = $6
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[])
         w(shop_id, order_id, order_fen, change_down_fen, price_changes)
    where o.shop_id = w.shop_id and o.order_id = w.order_id
"""

_SAVE_LINES: Final = """
    update order_lines l
    set paid_fen = w.paid_fen, freight_fen = w.freight_fen, shipped_count = w.shipped_count,
        on_aftersale_count = w.on_aftersale_count, refunded_count = w.refunded_count,
        refunded_fen = w.refunded_fen
    from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::integer[],
        $7::integer[], $8::integer[], $9::bigint[]
    ) w(shop_id, order_id, line, paid_fen, freight_fen, shipped_count, on_aftersale_count,
        refunded_count, refunded_fen)
    where l.shop_id = w.shop_id and l.order_id = w.order_id and l.line = w.line
"""

_NOTE: Final = """
    update orders set merchant_notes = $3, updated_at = $4
    where shop_id = $1 and order_id = $2 returning order_id
"""

_TOUCH: Final = """
    update orders o set updated_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
    where o.shop_id = w.shop_id and o.order_id = w.order_id
"""

_SAVE_AFTERSALES: Final = """
    insert into order_aftersales (shop_id, order_id, aftersale_id, status, is_running)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::boolean[])
    on conflict (shop_id, order_id, aftersale_id) do update
    set status = excluded.status, is_running = excluded.is_running
"""

_AFTERSALES: Final = """
    select aftersale_id, status, is_running from order_aftersales
    where shop_id = $1 and order_id = $2 order by aftersale_id
"""

_SETTLE_LINES: Final = """
    update order_lines l
    set settled_fee_fen = w.fee_fen, settled_commission_fen = w.commission_fen,
        settled_service_fen = w.service_fen
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[],
                $6::bigint[])
         w(shop_id, order_id, line, fee_fen, commission_fen, service_fen)
    where l.shop_id = w.shop_id and l.order_id = w.order_id and l.line = w.line
"""

_SETTLE: Final = """
    update orders o set settled_at = coalesce(o.settled_at, $3), updated_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
    where o.shop_id = w.shop_id and o.order_id = w.order_id
"""

_EXPIRED: Final = """
    select shop_id, order_id from orders
    where state = 10 and expires_at <= $1 and gift is null
    order by expires_at limit $2
    for update skip locked
"""

_RECEIVABLE: Final = """
    select shop_id, order_id from orders
    where state = 30 and receive_by <= $1
    order by receive_by limit $2
    for update skip locked
"""

_FIND_BUYERS: Final = """
    select orders.order_id, orders.buyer_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, order_id)
    join orders on orders.shop_id = wanted.shop_id and orders.order_id = wanted.order_id
"""


async def add_orders(tx: Tx, orders: Sequence[Order], at: datetime, expires_at: datetime) -> None:
    """Write placed orders: three statements, however many."""
    await tx.execute(
        _ADD,
        [order.shop_id for order in orders],
        [order.order_id for order in orders],
        [order.buyer_id for order in orders],
        [order.state.value for order in orders],
        [order.goods_fen for order in orders],
        [order.freight_fen for order in orders],
        [order.order_fen for order in orders],
        [_write(order.address).decode() for order in orders],
        [order.notes for order in orders],
        [order.scene for order in orders],
        [order.receipt_days for order in orders],
        at,
        expires_at,
    )
    await add_lines(tx, orders)
    await tx.execute(
        _ADD_BUYER_ORDERS,
        [order.buyer_id for order in orders],
        [order.order_id for order in orders],
        [order.shop_id for order in orders],
    )


async def add_lines(tx: Tx, orders: Sequence[Order]) -> None:
    """Write the lines of placed orders."""
    both = [(order, line) for order in orders for line in order.lines]
    lines = [line for _, line in both]
    await tx.execute(
        _ADD_LINES,
        [order.shop_id for order, _ in both],
        [order.order_id for order, _ in both],
        [line.line for line in lines],
        [line.product_id for line in lines],
        [line.sku_id for line in lines],
        [line.sku_code for line in lines],
        [line.title for line in lines],
        [line.thumb_url for line in lines],
        [_write(line.attrs).decode() for line in lines],
        [line.count for line in lines],
        [line.sale_price_fen for line in lines],
        [line.market_price_fen for line in lines],
        [line.paid_fen for line in lines],
        [line.freight_fen for line in lines],
        [line.fee_ppm for line in lines],
        [line.promoter_id for line in lines],
        [line.commission_ppm for line in lines],
        [line.content_id for line in lines],
        [line.scene for line in lines],
        [line.surface for line in lines],
        [line.position for line in lines],
        [line.share_id for line in lines],
        [line.discount_id for line in lines],
        [line.discount_fen for line in lines],
        [line.deal_id for line in lines],
    )


async def find_orders(tx: Tx, keys: Iterable[OrderKey]) -> dict[OrderKey, Order]:
    """Those of the orders that exist, in key order."""
    return await _read(tx, _READ, keys)


async def hold_orders(tx: Tx, keys: Iterable[OrderKey]) -> dict[OrderKey, Order]:
    """The same, to decide on: nobody else changes them until the transaction ends."""
    return await _read(tx, _HOLD, keys)


async def hold_heads(tx: Tx, keys: Iterable[OrderKey]) -> dict[OrderKey, OrderHead]:
    """The same without the lines, for decisions that need none."""
    owners = _arrays(keys)
    rows = await tx.fetch(_HOLD, *owners) if owners[0] else ()
    return {(row["shop_id"], row["order_id"]): OrderHead(**_head(row)) for row in rows}


async def hold_sold(tx: Tx, keys: Iterable[OrderKey]) -> dict[OrderKey, list[SoldLine]]:
    """What of the lines is divided, of orders that are held: a fraction of reading them whole."""
    owners = _arrays(keys)
    rows = await tx.fetch(_HOLD_ONLY, *owners) if owners[0] else ()
    sold: dict[OrderKey, list[SoldLine]] = {tuple(row): [] for row in rows}
    for shop_id, order_id, *values in await tx.fetch(_SOLD, *owners) if rows else ():
        sold[shop_id, order_id].append(SoldLine(*values))
    return sold


async def _read(tx: Tx, statement: str, keys: Iterable[OrderKey]) -> dict[OrderKey, Order]:
    owners = _arrays(keys)
    # The lines after the lock, so that they are of the same moment as the order.
    rows = await tx.fetch(statement, *owners) if owners[0] else ()
    lines: dict[OrderKey, list[OrderLine]] = {}
    for shop_id, order_id, attrs, *values in await tx.fetch(_LINES, *owners) if rows else ():
        line = OrderLine(attrs=_read_attrs(attrs), **dict(zip(_LINE_COLUMNS, values, strict=True)))
        lines.setdefault((shop_id, order_id), []).append(line)
    keyed = (((row["shop_id"], row["order_id"]), row) for row in rows)
    return {key: Order(lines=tuple(lines[key]), **_head(row)) for key, row in keyed}


def _arrays(keys: Iterable[OrderKey]) -> tuple[list[int], list[int]]:
    wanted = sorted(set(keys))
    return [shop_id for shop_id, _ in wanted], [order_id for _, order_id in wanted]


def _head(row: Row) -> dict[str, Any]:
    values = {name: row[name] for name in _ORDER_COLUMNS}
    return values | {
        "state": OrderState(row["state"]),
        "address": _read_address(row["address"]),
        "gift": _read_gift(row["gift"]) if row["gift"] else None,
    }


async def move_orders(tx: Tx, moved: Sequence[Moved], at: datetime) -> None:
    """Move orders along their machine and record the moves; all of them, or nobody."""
    if not moved:
        return
    done = await tx.execute(
        _MOVE,
        [one.order.shop_id for one in moved],
        [one.order.order_id for one in moved],
        [one.move.value for one in moved],
        [one.source.value for one in moved],
        [one.target.value for one in moved],
        [one.payment_id for one in moved],
        [one.transaction_id for one in moved],
        [one.receive_by for one in moved],
        at,
    )
    if done != f"INSERT 0 {len(moved)}":
        raise MovedMeanwhile


async def list_moves(tx: Tx, shop_id: int, order_id: int) -> list[Row]:
    """How an order came to where it is."""
    return await tx.fetch(_MOVES, shop_id, order_id)


async def save_prepaid(tx: Tx, prepaid: Sequence[tuple[OrderKey, str]], at: datetime) -> None:
    """Note by which charge orders are to be paid."""
    await tx.execute(
        _PREPAID,
        [shop_id for (shop_id, _), _ in prepaid],
        [order_id for (_, order_id), _ in prepaid],
        [prepay_id for _, prepay_id in prepaid],
        at,
    )


async def save_prices(tx: Tx, orders: Sequence[Order], at: datetime) -> None:
    """Write orders at their new prices."""
    await tx.execute(
        _SAVE_PRICES,
        [order.shop_id for order in orders],
        [order.order_id for order in orders],
        [order.order_fen for order in orders],
        [order.change_down_fen for order in orders],
        [order.price_changes for order in orders],
        at,
    )
    await save_lines(tx, orders)


async def save_lines(
    tx: Tx, orders: Sequence[Order], before: Mapping[OrderKey, Order] | None = None
) -> None:
    """Write what changes of held orders' lines after their placing: where it is said how they
    were `before`, only lines that are new since.
    """
    old = {id(line) for order in (before or {}).values() for line in order.lines}
    both = [(order, line) for order in orders for line in order.lines if id(line) not in old]
    if not both:
        return
    await tx.execute(
        _SAVE_LINES,
        [order.shop_id for order, _ in both],
        [order.order_id for order, _ in both],
        [line.line for _, line in both],
        [line.paid_fen for _, line in both],
        [line.freight_fen for _, line in both],
        [line.shipped_count for _, line in both],
        [line.on_aftersale_count for _, line in both],
        [line.refunded_count for _, line in both],
        [line.refunded_fen for _, line in both],
    )


async def save_note(tx: Tx, key: OrderKey, notes: str, at: datetime) -> bool:
    """Write the merchant's note; False where the shop has no such order."""
    return await tx.fetchval(_NOTE, *key, notes, at) is not None


async def touch_orders(tx: Tx, keys: Sequence[OrderKey], at: datetime) -> None:
    """Note that orders changed, for those who list by change."""
    await tx.execute(_TOUCH, [shop_id for shop_id, _ in keys], [one for _, one in keys], at)


async def save_aftersales(tx: Tx, marks: Sequence[AftersaleMark]) -> None:
    """Write how the cases of orders stand; of several marks of a case the last one counts."""
    last = {(one.shop_id, one.order_id, one.aftersale_id): one for one in marks}
    await tx.execute(
        _SAVE_AFTERSALES,
        [shop_id for shop_id, _, _ in last],
        [order_id for _, order_id, _ in last],
        [aftersale_id for _, _, aftersale_id in last],
        [one.status for one in last.values()],
        [one.is_running for one in last.values()],
    )


async def list_aftersales(tx: Tx, key: OrderKey) -> list[OrderAftersale]:
    """The cases of an order, the oldest first."""
    return [
        OrderAftersale(row["aftersale_id"], row["status"], row["is_running"])
        for row in await tx.fetch(_AFTERSALES, *key)
    ]


async def save_settled(tx: Tx, settled: Sequence[SettledLine], at: datetime) -> None:
    """Write what others got of lines, and that their orders are settled."""
    await tx.execute(
        _SETTLE_LINES,
        [one.shop_id for one in settled],
        [one.order_id for one in settled],
        [one.line for one in settled],
        [one.fee_fen for one in settled],
        [one.commission_fen for one in settled],
        [one.service_fen for one in settled],
    )
    keys = sorted({(one.shop_id, one.order_id) for one in settled})
    await tx.execute(_SETTLE, [shop for shop, _ in keys], [order for _, order in keys], at)


async def take_expired(tx: Tx, at: datetime, limit: int) -> list[OrderKey]:
    """Unpaid orders whose time is over, held; those that somebody else holds are left to him."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_EXPIRED, at, limit)]


async def take_receivable(tx: Tx, at: datetime, limit: int) -> list[OrderKey]:
    """Shipped orders that count as received by now, held."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_RECEIVABLE, at, limit)]


async def find_buyers(tx: Tx, keys: Sequence[OrderKey]) -> dict[int, int]:
    """Who placed the orders, by order."""
    shop_ids, order_ids = [shop for shop, _ in keys], [order for _, order in keys]
    rows = await tx.fetch(_FIND_BUYERS, shop_ids, order_ids)
    return {row["order_id"]: row["buyer_id"] for row in rows}
