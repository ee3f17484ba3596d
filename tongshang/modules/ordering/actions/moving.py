"""Orders on their way: shipped, received, cancelled. Each is held before it is decided on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias, TypeVar

from tongshang.modules.delivery import api as delivery
from tongshang.modules.delivery.api import ParcelDraft
from tongshang.modules.discounts import api as discounts
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockOp
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions.paying import SUBJECT
from tongshang.modules.ordering.actions.placing import stock_moves
from tongshang.modules.ordering.domain import placing, shipping
from tongshang.modules.ordering.domain.order import (
    CancelType,
    ConfirmType,
    Moved,
    Order,
    OrderHead,
)
from tongshang.modules.ordering.domain.shipping import ShipDraft
from tongshang.modules.ordering.domain.swapping import ChangeMove
from tongshang.modules.ordering.events import OrderClosed, OrderReceived, OrderShipped
from tongshang.modules.ordering.machine import ORDER, OrderMove
from tongshang.modules.ordering.store import changes, orders
from tongshang.modules.payment import api as payment
from tongshang.runtime.call import Call

OrderKey: TypeAlias = tuple[int, int]  # shop_id, order_id
Held = TypeVar("Held", bound=OrderHead)

CANCELS: Final = {
    CancelType.BY_BUYER: OrderMove.CANCEL,
    CancelType.UNPAID_IN_TIME: OrderMove.EXPIRE,
}
RECEIVES: Final = {
    ConfirmType.BY_BUYER: OrderMove.RECEIVE,
    ConfirmType.IN_TIME: OrderMove.RECEIVE_IN_TIME,
}


async def hold(call: Call, keys: Sequence[OrderKey]) -> list[Order]:
    """Orders to decide on, one for each key; refuses where one does not exist."""
    held = await orders.hold_orders(call.tx, keys)
    return [_there(held, key) for key in dict.fromkeys(keys)]


def _there(held: Mapping[OrderKey, Held], key: OrderKey) -> Held:
    if key not in held:
        raise refusals.OrderNotFound(order_id=str(key[1]))
    return held[key]


async def cancel(call: Call, keys: Sequence[OrderKey], cancel_type: CancelType) -> None:
    """Close unpaid orders: their stock is free again, and their charges take no money any more."""
    held = await hold(call, keys)
    await orders.move_orders(call.tx, [step(one, CANCELS[cancel_type]) for one in held], call.at)
    await inventory.move(call, stock_moves(held, StockOp.RELEASE))
    await discounts.note_returned(call, placing.taken_by(held))
    await payment.close(call, [(one.shop_id, SUBJECT, one.order_id) for one in held])
    await call.tell(*(OrderClosed(*one.key, cancel_type.value, call.at) for one in held))


async def receive(call: Call, keys: Sequence[OrderKey], confirm_type: ConfirmType) -> None:
    """Finish shipped orders: the buyer has the goods, or had time enough to say otherwise."""
    found = await orders.hold_heads(call.tx, keys)
    held = [_there(found, key) for key in dict.fromkeys(keys)]
    await orders.move_orders(call.tx, [step(one, RECEIVES[confirm_type]) for one in held], call.at)
    await call.tell(*(OrderReceived(*one.key, confirm_type.value, call.at) for one in held))


async def ship(call: Call, drafts: Sequence[ShipDraft]) -> None:
    """Send parcels of orders, at most one draft an order; refuses all where one does not fit."""
    held = {one.key: one for one in await hold(call, [(d.shop_id, d.order_id) for d in drafts])}
    shipped: list[Order] = []
    parcels: list[ParcelDraft] = []
    for draft in drafts:
        key = (draft.shop_id, draft.order_id)
        held[key], packed = shipping.ship(held[key], draft.parcels)
        shipped.append(held[key])
        parcels += [
            ParcelDraft(*key, one.parcel.delivery_id, one.parcel.waybill_id, one.lines)
            for one in packed
        ]
    await delivery.send(call, parcels)
    if wished := [one.key for one in shipped if one.gift is not None]:
        # What leaves as it is, is the answer to whoever asked for another SKU.
        await changes.end_changes(call.tx, wished, ChangeMove.REFUSE, call.at)
    await orders.save_lines(call.tx, shipped)
    moved = [step_shipping(one, call) for one in shipped]
    await orders.move_orders(call.tx, moved, call.at)
    await call.tell(*(shipped_fact(one, call) for one in moved))


def step(order: OrderHead, move: OrderMove) -> Moved:
    """A move of an order; refuses one that its state does not allow."""
    return Moved(order, move, order.state, ORDER.step(order.state, move))


def step_shipping(order: Order, call: Call) -> Moved:
    """The move that the last parcel makes; with the rest the time for the receipt begins."""
    move = shipping.shipping_move(order)
    is_rest = move is OrderMove.SHIP_REST
    by = call.at + timedelta(days=order.receipt_days) if is_rest else None
    return Moved(order, move, order.state, ORDER.step(order.state, move), receive_by=by)


def shipped_fact(moved: Moved, call: Call) -> OrderShipped:
    """What is told of a shipment."""
    return OrderShipped(*moved.order.key, moved.move is OrderMove.SHIP_REST, call.at)
