"""The cart, across shops."""

from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions import reading
from tongshang.modules.ordering.domain.cart import CART_MAX, CartItem
from tongshang.modules.ordering.store import carts
from tongshang.modules.ordering.wire import buyers as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("ordering")


@ENDPOINTS(
    "POST",
    "/v1/buyer/cart/add",
    needs=Scope.BUYER,
    refuses=(refusals.SkuNotFound, refusals.NotOnSale, refusals.CartFull),
)
async def add_to_cart(call: Call, req: wire.CartAdd) -> wire.CartCount:
    """Put pieces of a SKU into your cart; how many of it are there now."""
    shop_id, sku_id = number(req.shop_id), number(req.sku_id)
    offer = (await catalog.offers(call.tx, [(shop_id, sku_id)])).get((shop_id, sku_id))
    if offer is None:
        raise refusals.SkuNotFound(shop_id=str(shop_id), sku_id=str(sku_id))
    if not offer.on_sale:
        raise refusals.NotOnSale(sku_id=str(sku_id), title=offer.title)
    await carts.hold_cart(call.tx, call.buyer_id)
    there = await carts.list_cart(call.tx, call.buyer_id)
    if len(there) >= CART_MAX and all(item.sku_id != sku_id for item in there):
        raise refusals.CartFull(limit=CART_MAX)
    item = CartItem(shop_id, offer.product_id, sku_id, req.count, req.card, call.at)
    return wire.CartCount(str(sku_id), await carts.add_to_cart(call.tx, call.buyer_id, item))


@ENDPOINTS("POST", "/v1/buyer/cart/update", needs=Scope.BUYER, refuses=(refusals.NotInCart,))
async def update_cart(call: Call, req: wire.CartUpdate) -> wire.CartCount:
    """Say how many pieces of a SKU are to be in your cart."""
    sku_id = number(req.sku_id)
    if not await carts.set_count(call.tx, call.buyer_id, sku_id, req.count):
        raise refusals.NotInCart(sku_id=str(sku_id))
    return wire.CartCount(str(sku_id), req.count)


@ENDPOINTS("POST", "/v1/buyer/cart/remove", needs=Scope.BUYER)
async def remove_from_cart(call: Call, req: wire.CartRemove) -> Done:
    """Take SKUs out of your cart; those that are not in it are not missed."""
    gone = [(call.buyer_id, number(sku_id)) for sku_id in req.sku_ids]
    await carts.remove_from_carts(call.tx, gone)
    return Done()


@ENDPOINTS("GET", "/v1/buyer/cart/list", needs=Scope.BUYER, reads=True)
async def list_cart(call: Call, req: Nothing) -> wire.CartPage:
    """Your cart by shop, at today's prices; what cannot be bought says why."""
    shops, parties = await reading.look_into_cart(call, call.buyer_id)
    return wire.CartPage(
        [
            wire.CartShopView.of(
                shop_id, parties[shop_id].name if shop_id in parties else "", views
            )
            for shop_id, views in shops.items()
        ]
    )
