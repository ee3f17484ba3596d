"""What a buyer put aside, and what of it can be bought now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.catalog.api import Offer

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
    """An item at today's price; `offer` is None where the SKU is gone."""

    item: CartItem
    offer: Offer | None
    stock: int
    obstacle: Obstacle


def look(
    items: Sequence[CartItem],
    offers: Mapping[tuple[int, int], Offer],
    stock: Mapping[tuple[int, int], int],
) -> dict[int, list[CartView]]:
    """The items by shop, shops in the order of their latest item."""
    shops: dict[int, list[CartView]] = {}
    for item in items:
        key = item.shop_id, item.sku_id
        offer, left = offers.get(key), stock.get(key, 0)
        view = CartView(item, offer, left, _obstacle(item, offer, left))
        shops.setdefault(item.shop_id, []).append(view)
    return shops


def _obstacle(item: CartItem, offer: Offer | None, left: int) -> Obstacle:
    if offer is None:
        return Obstacle.GONE
    if not offer.on_sale:
        return Obstacle.NOT_ON_SALE
    return Obstacle.TOO_FEW_IN_STOCK if left < item.count else Obstacle.NONE
