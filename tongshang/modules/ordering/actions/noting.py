"""What is noted on orders beside their way: prices, notes, aftersales, refunds, settlements."""

from collections.abc import Sequence

from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions.moving import hold, shipped_fact, step, step_shipping
from tongshang.modules.ordering.actions.paying import SUBJECT
from tongshang.modules.ordering.domain import pricing, refunding
from tongshang.modules.ordering.domain.order import CancelType, InfoChange, Moved, Order
from tongshang.modules.ordering.domain.pricing import RepriceDraft
from tongshang.modules.ordering.domain.refunding import AftersaleMark, RefundedLine, SettledLine
from tongshang.modules.ordering.events import OrderClosed, OrderInfoChanged
from tongshang.modules.ordering.machine import OrderMove
from tongshang.modules.ordering.store import orders
from tongshang.modules.payment import api as payment
from tongshang.runtime.call import Call


async def reprice(call: Call, drafts: Sequence[RepriceDraft]) -> None:
    """Change what unpaid orders cost; a charge at the old price takes no money any more."""
    held = {one.key: one for one in await hold(call, [(d.shop_id, d.order_id) for d in drafts])}
    before = dict(held)
    for draft in drafts:
        key = (draft.shop_id, draft.order_id)
        held[key] = pricing.reprice(held[key], draft.prices, draft.freight_fen)
    await orders.save_prices(call.tx, list(held.values()), call.at)
    charged = [one for one in before.values() if one.prepay_id is not None]
    if charged:
        await payment.close(call, [(one.shop_id, SUBJECT, one.order_id) for one in charged])
    await call.tell(*(OrderInfoChanged(*key, InfoChange.PRICE.value, call.at) for key in held))


async def note(call: Call, key: tuple[int, int], text: str) -> None:
    """Write the merchant's note on an order."""
    if not await orders.save_note(call.tx, key, text, call.at):
        raise refusals.OrderNotFound(order_id=str(key[1]))
    await call.tell(OrderInfoChanged(*key, InfoChange.MERCHANT_NOTE.value, call.at))


async def open_aftersales(call: Call, marks: Sequence[AftersaleMark]) -> None:
    """Mark what cases ask for, and show how the cases stand."""
    if not marks:
        return
    keys = sorted({(mark.shop_id, mark.order_id) for mark in marks})
    if any(mark.change for mark in marks):
        await _mark_lines(call, keys, marks)
    else:
        await orders.hold_heads(call.tx, keys)
    await orders.save_aftersales(call.tx, marks)
    await orders.touch_orders(call.tx, keys, call.at)


async def _mark_lines(
    call: Call, keys: Sequence[tuple[int, int]], marks: Sequence[AftersaleMark]
) -> None:
    before = {one.key: one for one in await hold(call, keys)}
    held = dict(before)
    for mark in marks:
        key = (mark.shop_id, mark.order_id)
        held[key] = refunding.mark(held[key], mark)
    await orders.save_lines(call.tx, list(held.values()), before)


async def note_refunds(call: Call, refunded: Sequence[RefundedLine]) -> None:
    """Add what went back to lines. What was never shipped is free again for others to buy.

    An order with nothing left is cancelled; one with nothing left to ship counts as shipped.
    """
    if not refunded:
        return
    keys = [(one.shop_id, one.order_id) for one in refunded]
    before = {one.key: one for one in await hold(call, keys)}
    held = dict(before)
    released: list[StockMove] = []
    for one in refunded:
        key = (one.shop_id, one.order_id)
        held[key], count = refunding.refund(held[key], one)
        if count:
            released.append(_release(held[key], one.line, count))
    await orders.save_lines(call.tx, list(held.values()), before)
    await _follow(call, list(held.values()))
    await inventory.move(call, released)


async def _follow(call: Call, refunded: Sequence[Order]) -> None:
    moved: list[Moved] = []
    for order in refunded:
        move = refunding.refund_move(order)
        if move is OrderMove.SHIP_REST:
            moved.append(step_shipping(order, call))
        elif move is not None:
            moved.append(step(order, move))
    await orders.move_orders(call.tx, moved, call.at)
    stay = [one.key for one in refunded if one.key not in {each.order.key for each in moved}]
    if stay:
        await orders.touch_orders(call.tx, stay, call.at)
    closed, all_refunded = [], CancelType.ALL_REFUNDED.value
    shipped = []
    for one in moved:
        if one.move is OrderMove.REFUND_ALL:
            closed.append(OrderClosed(*one.order.key, all_refunded, call.at))
        else:
            shipped.append(shipped_fact(one, call))
    await call.tell(*closed, *shipped)


def _release(order: Order, number: int, count: int) -> StockMove:
    line = order.lines[number - 1]
    return StockMove(
        order.shop_id,
        line.sku_id,
        line.product_id,
        count,
        StockOp.RELEASE,
        order.order_id,
        line.discount_id,
    )


async def note_settled(call: Call, settled: Sequence[SettledLine]) -> None:
    """Write what the platform and promoters got of lines in the end."""
    if settled:
        await orders.save_settled(call.tx, settled, call.at)
