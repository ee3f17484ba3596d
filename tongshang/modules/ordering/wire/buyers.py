"""What buyers ask of orders and carts (our own paths under /v1/buyer)."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.ordering.domain.cart import CartView
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.domain.placing import (
    COUNT_MAX,
    LINES_MAX,
    Placed,
    PlaceDraft,
    PlaceLine,
)
from tongshang.modules.ordering.machine import ORDER, OrderState
from tongshang.modules.ordering.wire.order import AddressInfo, DeliveryProduct
from tongshang.runtime.wire import ID_MAX, Id, number

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=COUNT_MAX)]
NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Card: TypeAlias = Annotated[str, msgspec.Meta(max_length=400, pattern=NO_NUL)]
States: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=999)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=50)]


class WantedLine(msgspec.Struct, forbid_unknown_fields=True):
    sku_id: Id
    count: Count = 1
    card: Card = ""


class OrderDraft(msgspec.Struct, forbid_unknown_fields=True):
    """An order to place. `expected_fen` is the total the buyer was shown, `card` a card's token."""

    shop_id: Id
    address_id: Id
    lines: Annotated[list[WantedLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    notes: Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)] = ""
    expected_fen: Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)] | None = None
    from_cart: bool = False

    def draft(self, buyer_id: int) -> PlaceDraft:
        """The order as the buyer's."""
        return PlaceDraft(
            number(self.shop_id),
            buyer_id,
            number(self.address_id),
            tuple(PlaceLine(number(one.sku_id), one.count, one.card) for one in self.lines),
            self.notes,
            self.expected_fen,
            from_cart=self.from_cart,
        )


class PlacedView(msgspec.Struct):
    shop_id: str
    order_id: str
    order_fen: int
    expires_at: datetime

    @classmethod
    def of(cls, placed: Placed) -> "PlacedView":
        return cls(str(placed.shop_id), str(placed.order_id), placed.order_fen, placed.expires_at)


class OrderRef(msgspec.Struct, forbid_unknown_fields=True):
    order_id: Id


class SkuWish(msgspec.Struct, forbid_unknown_fields=True):
    """Another SKU of the same product, for a gift that was not shipped yet."""

    order_id: Id
    sku_id: Id


class SkuChangeView(msgspec.Struct):
    order_id: str
    state: int
    old_sku_id: str
    new_sku_id: str
    deadline: datetime


class PayRequest(msgspec.Struct, forbid_unknown_fields=True):
    """`confirm`: paid at once, by the sandbox's own wallet."""

    order_id: Id
    confirm: bool = False


class ChargeView(msgspec.Struct):
    payment_id: str
    prepay_id: str
    cashier: str


class OrderPageQuery(msgspec.Struct, forbid_unknown_fields=True):
    status: States = 0
    page_size: Size = 20
    next_key: str = ""


class LineView(msgspec.Struct):
    line: int
    product_id: str
    sku_id: str
    title: str
    thumb_url: str
    attrs: list[tuple[str, str]]
    count: int
    price_fen: int
    paid_fen: int
    freight_fen: int
    shipped_count: int
    on_aftersale_count: int
    refunded_count: int
    refunded_fen: int
    discount_fen: int = 0

    @classmethod
    def of(cls, line: OrderLine, *, is_price_hidden: bool = False) -> "LineView":
        """A line; without its price where the giver of a gift has hidden it from the receiver."""
        if is_price_hidden:
            line = replace(
                line, sale_price_fen=0, paid_fen=0, freight_fen=0, refunded_fen=0, discount_fen=0
            )
        return cls(
            line.line,
            str(line.product_id),
            str(line.sku_id),
            line.title,
            line.thumb_url,
            list(line.attrs),
            line.count,
            line.sale_price_fen,
            line.paid_fen,
            line.freight_fen,
            line.shipped_count,
            line.on_aftersale_count,
            line.refunded_count,
            line.refunded_fen,
            line.discount_fen,
        )


# The moves that are the buyer's; all others are the shop's or the clock's.
_BUYERS_MOVES: Final = frozenset({"pay", "cancel", "receive"})


class OrderView(msgspec.Struct):
    """An order in a buyer's list. `open_moves` are what the buyer may do with it now."""

    shop_id: str
    shop_name: str
    order_id: str
    status: int
    goods_fen: int
    freight_fen: int
    change_down_fen: int
    order_fen: int
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    receive_by: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    open_moves: list[str]
    may_refund: bool
    lines: list[LineView]
    present_id: str = ""
    is_price_hidden: bool = False

    @classmethod
    def of(cls, order: Order, shop_name: str) -> "OrderView":
        """An order as its buyer sees it; a gift's receiver may not learn what it cost."""
        gift = order.gift
        is_hidden = gift is not None and gift.hides_price
        if is_hidden:
            order = replace(order, goods_fen=0, freight_fen=0, change_down_fen=0, order_fen=0)
        return cls(
            str(order.shop_id),
            shop_name,
            str(order.order_id),
            order.state.value,
            order.goods_fen,
            order.freight_fen,
            order.change_down_fen,
            order.order_fen,
            order.placed_at,
            order.expires_at,
            order.paid_at,
            order.shipped_at,
            order.receive_by,
            order.received_at,
            order.closed_at,
            open_moves(order.state),
            may_refund(order),
            [LineView.of(line, is_price_hidden=is_hidden) for line in order.lines],
            str(gift.present_id) if gift else "",
            is_hidden,
        )


def open_moves(state: OrderState) -> list[str]:
    """What a buyer may do with an order in this state."""
    return sorted(_BUYERS_MOVES & {move.value for move in ORDER.open_moves(state)})


def may_refund(order: Order) -> bool:
    """Whether there is something left that a buyer could ask back."""
    paid = order.state in {
        OrderState.TO_SHIP,
        OrderState.PARTLY_SHIPPED,
        OrderState.SHIPPED,
        OrderState.FINISHED,
    }
    return paid and any(
        line.refunded_count + line.on_aftersale_count < line.count for line in order.lines
    )


class OrderPage(msgspec.Struct):
    orders: list[OrderView]
    next_key: str
    has_more: bool


class OrderDetailView(msgspec.Struct):
    """One's own order: the address in full."""

    order: OrderView
    notes: str
    address: AddressInfo
    parcels: list[DeliveryProduct]


class QuoteView(msgspec.Struct):
    """What an order would cost now."""

    shop_id: str
    goods_fen: int
    freight_fen: int
    order_fen: int
    lines: list[LineView]

    @classmethod
    def of(cls, order: Order) -> "QuoteView":
        lines = [LineView.of(line) for line in order.lines]
        return cls(str(order.shop_id), order.goods_fen, order.freight_fen, order.order_fen, lines)


class CartAdd(msgspec.Struct, forbid_unknown_fields=True):
    shop_id: Id
    sku_id: Id
    count: Count = 1
    card: Card = ""


class CartUpdate(msgspec.Struct, forbid_unknown_fields=True):
    sku_id: Id
    count: Count


class CartRemove(msgspec.Struct, forbid_unknown_fields=True):
    sku_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)]


class CartCount(msgspec.Struct):
    sku_id: str
    count: int


class CartItemView(msgspec.Struct):
    """An item at today's price; `obstacle` says why it cannot be bought, if it cannot.

    At a flash price `normal_fen` is what it costs otherwise, `flash_ends_at` until when.
    """

    product_id: str
    sku_id: str
    count: int
    title: str
    thumb_url: str
    attrs: list[tuple[str, str]]
    price_fen: int
    stock: int
    obstacle: str
    card: str
    normal_fen: int = 0
    flash_ends_at: datetime | None = None

    @classmethod
    def of(cls, view: CartView) -> "CartItemView":
        item, offer = view.item, view.offer
        return cls(
            str(item.product_id),
            str(item.sku_id),
            item.count,
            offer.title if offer else "",
            offer.thumb_url if offer else "",
            list(offer.attrs) if offer else [],
            view.price_fen,
            view.stock,
            view.obstacle.value,
            item.card,
            offer.price_fen if offer and view.flash else 0,
            view.flash.ends_at if view.flash else None,
        )


class CartShopView(msgspec.Struct):
    shop_id: str
    shop_name: str
    goods_fen: int
    items: list[CartItemView]

    @classmethod
    def of(cls, shop_id: int, shop_name: str, views: list[CartView]) -> "CartShopView":
        """`goods_fen` counts what can be bought as it is."""
        goods = sum(
            view.price_fen * view.item.count
            for view in views
            if view.offer and not view.obstacle.value
        )
        items = [CartItemView.of(view) for view in views]
        return cls(str(shop_id), shop_name, goods, items)


class CartPage(msgspec.Struct):
    shops: list[CartShopView]
