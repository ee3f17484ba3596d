"""What rooms above may ask of ordering, inside their transaction."""

from collections.abc import Sequence

from tongshang.kernel.refusal import Refusal
from tongshang.modules.delivery.api import DestinationNotServed
from tongshang.modules.ordering.actions import gifting, moving, noting, paying, placing
from tongshang.modules.ordering.domain.gifts import Acceptance, GiftDraft, PlacedGifts
from tongshang.modules.ordering.domain.order import (
    CancelType,
    ConfirmType,
    Gift,
    Order,
    OrderHead,
    OrderLine,
    SoldLine,
)
from tongshang.modules.ordering.domain.paying import PayDraft
from tongshang.modules.ordering.domain.placing import Placed, PlaceDraft, PlaceLine
from tongshang.modules.ordering.domain.pricing import RepriceDraft, SkuPrice
from tongshang.modules.ordering.domain.refunding import AftersaleMark, RefundedLine, SettledLine
from tongshang.modules.ordering.domain.shipping import ShipDraft, ShipItem, ShipParcel
from tongshang.modules.ordering.machine import ORDER, OrderMove, OrderState
from tongshang.modules.ordering.refusals import (
    GiftAmountFixed,
    GiftNotWaiting,
    NotOnSale,
    NotTheSamePrice,
    NotTheSameProduct,
    OrderNotFound,
    PriceChanged,
    SkuNotFound,
    TooFewInStock,
)
from tongshang.modules.ordering.store import lists, orders
from tongshang.modules.ordering.wire.order import PriceInfo as PriceInfoView
from tongshang.modules.ordering.wire.order import ProductInfo as ProductInfoView
from tongshang.modules.ordering.wire.view import order_view
from tongshang.modules.payment.api import Charge
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

SUBJECT = paying.SUBJECT  # under which payment knows orders
PRESENT = paying.PRESENT  # under which payment knows presents, whose orders are gifts
LATE_PAYMENT = paying.LATE  # the cause of refunds that ordering asks for

# What these refuse, for the endpoints of rooms above.
PLACING_GIFTS_REFUSES = (SkuNotFound, NotOnSale, PriceChanged, TooFewInStock)
ACCEPTING_REFUSES = (
    GiftNotWaiting,
    DestinationNotServed,
    NotTheSameProduct,
    NotOnSale,
    NotTheSamePrice,
    TooFewInStock,
)

__all__ = [
    "ACCEPTING_REFUSES",
    "LATE_PAYMENT",
    "ORDER",
    "PLACING_GIFTS_REFUSES",
    "PRESENT",
    "SUBJECT",
    "Acceptance",
    "AftersaleMark",
    "CancelType",
    "Charge",
    "ConfirmType",
    "Gift",
    "GiftAmountFixed",
    "GiftDraft",
    "NotOnSale",
    "Order",
    "OrderHead",
    "OrderLine",
    "OrderMove",
    "OrderNotFound",
    "OrderState",
    "PayDraft",
    "PlaceDraft",
    "PlaceLine",
    "Placed",
    "PlacedGifts",
    "PriceInfoView",
    "ProductInfoView",
    "RefundedLine",
    "RepriceDraft",
    "SettledLine",
    "ShipDraft",
    "ShipItem",
    "ShipParcel",
    "SkuNotFound",
    "SkuPrice",
    "SoldLine",
    "TooFewInStock",
    "accept_gifts",
    "buyers_of",
    "cancel",
    "cancel_gifts",
    "count_waiting",
    "end_gifts",
    "find_orders",
    "get_orders",
    "hold_heads",
    "hold_orders",
    "hold_sold",
    "list_of_buyer",
    "note_present",
    "note_refunds",
    "note_settled",
    "open_aftersales",
    "order_view",
    "pay",
    "pay_gifts",
    "place",
    "place_gifts",
    "receive",
    "reprice",
    "ship",
    "shops_of",
]


# --- reading -----------------------------------------------------------------------------------


async def get_orders(tx: Tx, shop_id: int, order_ids: Sequence[int]) -> dict[int, Order]:
    """Those of a shop's orders that exist, by id."""
    found = await orders.find_orders(tx, [(shop_id, order_id) for order_id in order_ids])
    return {order_id: order for (_, order_id), order in found.items()}


async def find_orders(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Order]:
    """Those of the orders that exist, of any shops; keys are (shop_id, order_id)."""
    return await orders.find_orders(tx, keys)


async def buyers_of(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Who placed the orders, by order; keys are (shop_id, order_id)."""
    return await orders.find_buyers(tx, keys)


async def hold_orders(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Order]:
    """The same, to decide on: nobody else changes them until the transaction ends."""
    return await orders.hold_orders(tx, keys)


async def hold_heads(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], OrderHead]:
    """The orders held, without their lines."""
    return await orders.hold_heads(tx, keys)


async def hold_sold(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], list[SoldLine]]:
    """The orders held, and of their lines only what is divided when they are settled."""
    return await orders.hold_sold(tx, keys)


async def shops_of(tx: Tx, buyer_id: int, order_ids: Sequence[int]) -> dict[int, int]:
    """The shops of a buyer's own orders; others' orders are not there."""
    found = await lists.find_shops(tx, [(buyer_id, order_id) for order_id in order_ids])
    return {order_id: shop_id for (_, order_id), shop_id in found.items()}


async def list_of_buyer(
    tx: Tx, buyer_id: int, before: int, states: Sequence[int], limit: int
) -> list[tuple[int, int]]:
    """A buyer's orders below the id `before` as (shop_id, order_id), the newest first."""
    return await lists.list_of_buyer(tx, buyer_id, before, states, limit)


async def count_waiting(tx: Tx, shop_id: int) -> tuple[int, int]:
    """How many of a shop's orders wait to be shipped, in whole or part, and to be paid."""
    counts = await lists.count_waiting(tx, shop_id)
    to_ship = (OrderState.TO_SHIP, OrderState.PARTLY_SHIPPED)
    return sum(counts.get(state, 0) for state in to_ship), counts.get(OrderState.UNPAID, 0)


# --- the way of an order -----------------------------------------------------------------------


async def place(call: Call, asked: Sequence[PlaceDraft]) -> list[Placed | Refusal]:
    """Place orders, first come first served: for each draft its order or its refusal."""
    return await placing.place(call, asked)


async def pay(call: Call, drafts: Sequence[PayDraft]) -> list[Charge | Refusal]:
    """Charge buyers for their unpaid orders; with `confirm` the sandbox's wallet pays at once."""
    return await paying.pay(call, drafts)


async def ship(call: Call, drafts: Sequence[ShipDraft]) -> None:
    """Send parcels; at most one draft an order. Refuses all where one does not fit."""
    await moving.ship(call, drafts)


async def receive(
    call: Call,
    keys: Sequence[tuple[int, int]],
    confirm_type: ConfirmType = ConfirmType.BY_BUYER,
) -> None:
    """Finish shipped orders. Refuses all where one is not shipped."""
    await moving.receive(call, keys, confirm_type)


async def cancel(
    call: Call,
    keys: Sequence[tuple[int, int]],
    cancel_type: CancelType = CancelType.BY_BUYER,
) -> None:
    """Close unpaid orders and free their stock. Refuses all where one is not unpaid."""
    await moving.cancel(call, keys, cancel_type)


async def reprice(call: Call, drafts: Sequence[RepriceDraft]) -> None:
    """Lower what unpaid orders cost."""
    await noting.reprice(call, drafts)


# --- gifts -------------------------------------------------------------------------------------


async def place_gifts(call: Call, drafts: Sequence[GiftDraft]) -> list[PlacedGifts | Refusal]:
    """Place gifts, an order each, unpaid; first come first served. Nobody is their buyer yet."""
    return await gifting.place(call, drafts)


async def pay_gifts(
    call: Call,
    keys: Sequence[tuple[int, int]],
    payments: dict[int, tuple[int, str]] | None = None,
) -> None:
    """Gifts whose presents are paid (present: payment and transaction), or free, wait (12)."""
    await gifting.pay(call, keys, payments)


async def accept_gifts(call: Call, accepted: Sequence[Acceptance]) -> list[Refusal | None]:
    """Gifts taken: they have a buyer and an address, and wait for shipment; or why not."""
    return await gifting.accept(call, accepted)


async def end_gifts(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    """Paid gifts that nobody took are over: stock is free, who gave the money gets it back."""
    await gifting.end(call, keys)


async def cancel_gifts(
    call: Call, keys: Sequence[tuple[int, int]], cancel_type: CancelType
) -> None:
    """Gifts that were never paid are over."""
    await gifting.cancel(call, keys, cancel_type)


async def note_present(call: Call, shop_id: int, present_id: int, notes: str) -> list[int]:
    """The merchant's note on all orders of a present; which they are, none: no such present."""
    return await gifting.note(call, shop_id, present_id, notes)


# --- what rooms above note ---------------------------------------------------------------------


async def open_aftersales(call: Call, marks: Sequence[AftersaleMark]) -> None:
    """Mark pieces that a case asks back (`change` > 0), unmark those of a case that ended
    without a refund (< 0), or only show how the case stands (0). Pieces that are refunded are
    unmarked by `note_refunds`.
    """
    await noting.open_aftersales(call, marks)


async def note_refunds(call: Call, refunded: Sequence[RefundedLine]) -> None:
    """Add what went back to lines; pieces never shipped return to stock.

    Where all is refunded the order is cancelled (200), where nothing is left to ship it counts as
    shipped. Unless `marked` is False the pieces leave the aftersale they were marked for.
    """
    await noting.note_refunds(call, refunded)


async def note_settled(call: Call, settled: Sequence[SettledLine]) -> None:
    """Write what the platform and promoters got of lines in the end, and that it is settled."""
    await noting.note_settled(call, settled)
