"""What a buyer put aside, and what of it can be bought now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.catalog.api import Offer
from tongshang.modules.discounts.api import Flash

CART_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class CartItem:
    """So many of a SKU, and the card they came from, where there was one."""

    shop_id: int
    product_id: int
    sku_id: int
    count: int
    card: str
    added_at: datetime


class Obstacle(StrEnum):
    """Why an item of a cart cannot be bought as it is. The values are public."""

    NONE = ""
    GONE = "gone"
    NOT_ON_SALE = "not_on_sale"
    TOO_FEW_IN_STOCK = "too_few_in_stock"


@dataclass(frozen=True, slots=True)
class CartView:
    """An item at today's price; `offer` is None where the SKU is gone.

    `flash`: the flash price at which all of it is to be had now; what the buyer has already of a
    limited one is looked at when the order is priced.
    """

    item: CartItem
    offer: Offer | None
    stock: int
    obstacle: Obstacle
    flash: Flash | None = None

    @property
    def price_fen(self) -> int:
        """What a piece costs."""
        if self.flash is not None:
            return self.flash.price_fen
        return self.offer.price_fen if self.offer else 0


def look(
    items: Sequence[CartItem],
    offers: Mapping[tuple[int, int], Offer],
    stock: Mapping[tuple[int, int], int],
    flash: Mapping[tuple[int, int], Flash],
) -> dict[int, list[CartView]]:
    """The items by shop, shops in the order of their latest item."""
    shops: dict[int, list[CartView]] = {}
    for item in items:
        key = item.shop_id, item.sku_id
        offer, left = offers.get(key), stock.get(key, 0)
        lowered = _flash(item, offer, flash.get(key))
        if lowered is not None:
            left = max(left, lowered.left)
        view = CartView(item, offer, left, _obstacle(item, offer, left), lowered)
        shops.setdefault(item.shop_id, []).append(view)
    return shops


def _flash(item: CartItem, offer: Offer | None, flash: Flash | None) -> Flash | None:
    if offer is None or flash is None or flash.price_fen >= offer.price_fen:
        return None
    most = min(flash.left, flash.limit_per_buyer or flash.left)
    return flash if item.count <= most else None


def _obstacle(item: CartItem, offer: Offer | None, left: int) -> Obstacle:
    if offer is None:
        return Obstacle.GONE
    if not offer.on_sale:
        return Obstacle.NOT_ON_SALE
    return Obstacle.TOO_FEW_IN_STOCK if left < item.count else Obstacle.NONE
