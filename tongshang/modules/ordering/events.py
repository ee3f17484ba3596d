"""What happens to orders (reference section 13.6)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A buyer placed an order; its stock is occupied."""

    shop_id: int
    order_id: int
    buyer_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The order is paid in full and waits for shipment; a gift first for its receiver."""

    shop_id: int
    order_id: int
    buyer_id: int
    pay_fen: int
    paid_at: datetime
    placed_at: datetime
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class GiftAccepted:
    """A gift has its receiver and an address: it waits for shipment."""

    shop_id: int
    order_id: int
    buyer_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """A part was shipped or, where `finished`, nothing is left to ship."""

    shop_id: int
    order_id: int
    finished: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """The buyer has the goods: confirm_type 1 says so himself, 2 the time limit."""

    shop_id: int
    order_id: int
    confirm_type: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """The trade ended without a sale: cancel_type 1 by the buyer, 2 unpaid in time, 3 refunded.

    `owes_refund`: the money is still on its way back (a gift that nobody took).
    """

    shop_id: int
    order_id: int
    cancel_type: int
    at: datetime
    owes_refund: bool = False


@dataclass(frozen=True, slots=True)
class OrderInfoChanged:
    """Something besides the state changed: type 3 the merchant's note, 12 the price, 8 to 11 gifts."""

    shop_id: int
    order_id: int
    type: int
    at: datetime
