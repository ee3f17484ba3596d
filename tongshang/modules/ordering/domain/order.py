"""An order and its lines, as they are stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from tongshang.modules.delivery.api import Address
from tongshang.modules.ordering.machine import OrderMove, OrderState


class CancelType(IntEnum):
    """Why an order was cancelled (reference section 13.6)."""

    BY_BUYER = 1
    UNPAID_IN_TIME = 2
    ALL_REFUNDED = 3


class ConfirmType(IntEnum):
    """How an order was received (reference section 13.6)."""

    BY_BUYER = 1
    IN_TIME = 2


class InfoChange(IntEnum):
    """What other information changed (reference section 13.6)."""

    MERCHANT_NOTE = 3
    GIFT_NOTE = 8
    SKU_CHANGE_ASKED = 9
    SKU_CHANGE_AGREED = 10
    SKU_CHANGED_AT_ACCEPTANCE = 11
    PRICE = 12


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One SKU of an order, with what was true of it when it was sold.

    `paid_fen` is for the goods of the line and `freight_fen` its part of the freight, both after
    changes of price: over the lines they sum to what the buyer pays.
    """

    line: int
    product_id: int
    sku_id: int
    count: int
    sale_price_fen: int
    market_price_fen: int
    paid_fen: int
    freight_fen: int
    fee_ppm: int
    title: str
    thumb_url: str
    attrs: tuple[tuple[str, str], ...] = ()
    sku_code: str = ""
    promoter_id: int = 0
    commission_ppm: int = 0
    content_id: int = 0
    scene: int = 1
    shipped_count: int = 0
    on_aftersale_count: int = 0
    refunded_count: int = 0
    refunded_fen: int = 0
    settled_fee_fen: int | None = None
    settled_commission_fen: int | None = None
    settled_service_fen: int | None = None  # of that, agencies' part
    surface: int = 0
    position: int = 0
    share_id: int = 0
    discount_id: int = 0  # the limited discount by whose price it was sold, and what that took off
    discount_fen: int = 0
    deal_id: int = 0

    @property
    def goods_fen(self) -> int:
        """What the goods of the line cost before changes of price."""
        return self.sale_price_fen * self.count

    @property
    def unshipped_count(self) -> int:
        """What is still owed to the buyer: refunds take from what was not shipped first."""
        return max(0, self.count - self.shipped_count - self.refunded_count)

    @property
    def shippable_count(self) -> int:
        """What may be shipped now: not what an aftersale case asks to be refunded."""
        return max(0, self.unshipped_count - self.on_aftersale_count)

    @property
    def is_refunded(self) -> bool:
        """Whether all of the line went back."""
        return self.refunded_count == self.count


@dataclass(frozen=True, slots=True)
class Gift:
    """What makes an order a gift: of which present, who gives it, and how (reference 5.2).

    The order's buyer is its receiver, nobody (0) until somebody accepts. `giver_id` 0: the shop
    itself gives. The three names and words of the greeting card are to be written by hand.
    """

    present_id: int
    giver_id: int
    send_type: int = 0
    message: str = ""
    is_free: bool = False
    hides_price: bool = False
    giver_name: str = ""
    receiver_name: str = ""
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """What of a line its settlement divides, and by which rates."""

    line: int
    paid_fen: int
    freight_fen: int
    refunded_fen: int
    fee_ppm: int
    promoter_id: int
    commission_ppm: int
    deal_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """What a buyer and a shop agreed on, without the lines.

    `goods_fen` and `freight_fen` are as placed; `change_down_fen` is what the shop took off both
    since; `order_fen` is what the buyer pays (reference section 4.3).
    """

    shop_id: int
    order_id: int
    buyer_id: int
    state: OrderState
    goods_fen: int
    freight_fen: int
    change_down_fen: int
    order_fen: int
    address: Address
    notes: str
    scene: int
    receipt_days: int
    placed_at: datetime
    expires_at: datetime
    updated_at: datetime
    merchant_notes: str = ""
    price_changes: int = 0
    prepaid_at: datetime | None = None
    prepay_id: str | None = None
    paid_at: datetime | None = None
    payment_id: int | None = None
    transaction_id: str | None = None
    shipped_at: datetime | None = None
    receive_by: datetime | None = None
    received_at: datetime | None = None
    closed_at: datetime | None = None
    settled_at: datetime | None = None
    gift: Gift | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderHead):
    """The whole of it."""

    lines: tuple[OrderLine, ...]

    @property
    def charged_freight_fen(self) -> int:
        """The freight after changes: what the lines bear of it."""
        return sum(line.freight_fen for line in self.lines)

    @property
    def is_refunded(self) -> bool:
        """Whether all of all lines went back."""
        return all(line.is_refunded for line in self.lines)


@dataclass(frozen=True, slots=True)
class Moved:
    """A step of an order along its machine, to be written; what comes with it where it does."""

    order: OrderHead
    move: OrderMove
    source: OrderState
    target: OrderState
    payment_id: int | None = None
    transaction_id: str | None = None
    receive_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderAftersale:
    """A case as its order shows it."""

    aftersale_id: int
    status: int
    is_running: bool
