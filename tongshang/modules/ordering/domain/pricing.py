"""What a shop may take off the price of an unpaid order (reference section 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tongshang.kernel.money import Fen, apportion
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.domain.placing import with_freight
from tongshang.modules.ordering.machine import OrderState

PRICE_CHANGES_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class SkuPrice:
    """What all pieces of a SKU in an order cost together."""

    product_id: int
    sku_id: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class RepriceDraft:
    """New prices of an order; what is not named stays. `freight_fen` None: as it is."""

    shop_id: int
    order_id: int
    prices: tuple[SkuPrice, ...] = ()
    freight_fen: int | None = None


def reprice(order: Order, prices: Sequence[SkuPrice], freight_fen: int | None) -> Order:
    """The order at its new price. Each change is against the price as placed; the last one wins."""
    if order.gift is not None:
        raise refusals.GiftPriceFixed
    if order.state is not OrderState.UNPAID:
        raise refusals.NotUnpaid(state=order.state.name.lower())
    if order.price_changes >= PRICE_CHANGES_MAX:
        raise refusals.TooManyPriceChanges(limit=PRICE_CHANGES_MAX)
    lines = list(order.lines)
    for price in prices:
        _reprice_sku(lines, price)
    freight = order.charged_freight_fen if freight_fen is None else freight_fen
    if not 0 <= freight <= order.freight_fen:
        raise refusals.PriceNotLower(field="express_fee", limit=order.freight_fen)
    total = sum(line.paid_fen for line in lines) + freight
    if total == 0:
        raise refusals.NothingToPay
    return replace(
        order,
        lines=with_freight(lines, freight),
        order_fen=total,
        change_down_fen=order.goods_fen + order.freight_fen - total,
        price_changes=order.price_changes + 1,
    )


def _reprice_sku(lines: list[OrderLine], price: SkuPrice) -> None:
    same = [
        place
        for place, line in enumerate(lines)
        if (line.product_id, line.sku_id) == (price.product_id, price.sku_id)
    ]
    if not same:
        raise refusals.PriceOfNothing(product_id=str(price.product_id), sku_id=str(price.sku_id))
    goods = [lines[place].goods_fen for place in same]
    if not 0 <= price.total_fen <= sum(goods):
        raise refusals.PriceNotLower(field="change_price", limit=sum(goods))
    if not any(goods):
        return
    parts = apportion(Fen(price.total_fen), goods)
    for place, part in zip(same, parts, strict=True):
        lines[place] = replace(lines[place], paid_fen=part)
