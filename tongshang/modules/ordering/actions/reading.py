"""What a page or an answer shows of orders, with what lower rooms know of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongshang.modules.catalog import api as catalog
from tongshang.modules.delivery import api as delivery
from tongshang.modules.delivery.api import Parcel
from tongshang.modules.discounts import api as discounts
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Buyer, Party
from tongshang.modules.inventory import api as inventory
from tongshang.modules.league import api as league
from tongshang.modules.league.api import Deal
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain import cart
from tongshang.modules.ordering.domain.cart import CartView
from tongshang.modules.ordering.domain.order import Order, OrderAftersale
from tongshang.modules.ordering.domain.swapping import SkuChange
from tongshang.modules.ordering.store import carts, changes, lists, orders
from tongshang.runtime.call import Call


@dataclass(frozen=True, slots=True)
class OrderDossier:
    """An order with what other rooms know of it."""

    order: Order
    buyer: Buyer | None
    parties: dict[int, Party]
    parcels: Sequence[Parcel]
    aftersales: Sequence[OrderAftersale]
    giver: Buyer | None = None
    change: SkuChange | None = None
    deals: Mapping[int, Deal] = field(default_factory=dict)


async def get_dossier(call: Call, shop_id: int, order_id: int) -> OrderDossier:
    """All that is shown of an order of the shop."""
    key = (shop_id, order_id)
    order = (await orders.find_orders(call.tx, [key])).get(key)
    if order is None:
        raise refusals.OrderNotFound(order_id=str(order_id))
    sellers = {line.promoter_id for line in order.lines if line.promoter_id}
    dealt = [(shop_id, line.deal_id) for line in order.lines if line.deal_id]
    deals = await league.deals_of(call.tx, dealt) if dealt else {}
    sellers |= {hop.party_id for deal in deals.values() for hop in deal.hops}
    giver_id = order.gift.giver_id if order.gift else 0
    buyers = await identity.find_buyers(call.tx, sorted({order.buyer_id, giver_id} - {0}))
    return OrderDossier(
        order=order,
        buyer=buyers.get(order.buyer_id),
        parties=await identity.find_parties(call.tx, sorted({shop_id, *sellers})),
        parcels=(await delivery.parcels_of(call.tx, shop_id, [order_id])).get(order_id, []),
        aftersales=await orders.list_aftersales(call.tx, key),
        giver=buyers.get(giver_id),
        change=await changes.find_latest(call.tx, key) if order.gift else None,
        deals={deal_id: deal for (_, deal_id), deal in deals.items()},
    )


async def get_own_dossier(call: Call, buyer_id: int, order_id: int) -> OrderDossier:
    """All that is shown of a buyer's own order."""
    return await get_dossier(call, await shop_of(call, buyer_id, order_id), order_id)


async def shop_of(call: Call, buyer_id: int, order_id: int) -> int:
    """The shop of a buyer's own order; somebody else's does not exist."""
    shops = await lists.find_shops(call.tx, [(buyer_id, order_id)])
    if (buyer_id, order_id) not in shops:
        raise refusals.OrderNotFound(order_id=str(order_id))
    return shops[buyer_id, order_id]


async def look_into_cart(
    call: Call, buyer_id: int
) -> tuple[dict[int, list[CartView]], dict[int, Party]]:
    """A buyer's cart by shop at today's prices, and the shops."""
    items = await carts.list_cart(call.tx, buyer_id)
    keys = sorted((item.shop_id, item.sku_id) for item in items)
    offers = await catalog.offers(call.tx, keys) if keys else {}
    stock: dict[tuple[int, int], int] = {}
    for shop_id in sorted({shop_id for shop_id, _ in keys}):
        skus = [sku_id for owner, sku_id in keys if owner == shop_id]
        left = await inventory.stocks_of(call.tx, shop_id, skus)
        stock |= {(shop_id, sku_id): count for sku_id, count in left.items()}
    flash = await discounts.flash_prices(call.tx, keys, call.at)
    shops = cart.look(items, offers, stock, flash)
    return shops, await identity.find_parties(call.tx, sorted(shops)) if shops else {}


async def buyer_of(call: Call, openid: str) -> int:
    """The buyer whom a shop names by openid; nobody's openid is nobody's id, which has no orders."""
    return await identity.find_buyer_id(call.tx, openid) or -1
