"""Placing orders together: one statement a table, whatever the number of requests."""

from collections.abc import Mapping, Sequence

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.delivery import api as delivery
from tongshang.modules.discounts import api as discounts
from tongshang.modules.discounts.api import Flash
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.modules.ordering.actions.bringing import brought
from tongshang.modules.ordering.domain import placing
from tongshang.modules.ordering.domain.order import Order
from tongshang.modules.ordering.domain.placing import Market, Placed, PlaceDraft
from tongshang.modules.ordering.events import OrderPlaced
from tongshang.modules.ordering.store import carts, orders
from tongshang.runtime.call import Call


async def place(call: Call, drafts: Sequence[PlaceDraft]) -> list[Placed | Refusal]:
    """Place orders, first come first served: for each draft its order or its refusal.

    The stock rows stay locked from the decision to the commit, so what was decided holds.
    """
    if not drafts:
        return []
    market = await _market(call, drafts)
    stock = await inventory.lock(call.tx, sorted(market.offers))
    market = placing.with_stock(market, stock)
    if market.flash:
        held = await discounts.hold(call, dict(market.flash))
        market = placing.with_flash(market, held, await _taken(call, drafts, held))
    ids = call.take_ids(Named.ORDER, len(drafts))
    decided = placing.place_all(drafts, ids, market, call.at)
    both = list(zip(drafts, decided, strict=True))
    await _write(call, [order for order in decided if isinstance(order, Order)])
    await _empty_carts(call, [draft for draft, one in both if isinstance(one, Order)])
    return [
        Placed(one.shop_id, one.order_id, one.order_fen, one.expires_at)
        if isinstance(one, Order)
        else one
        for one in decided
    ]


async def price(call: Call, draft: PlaceDraft) -> Order:
    """What `draft` would be placed as now; nothing is written or held."""
    market = await _market(call, [draft])
    if market.flash:
        taken = await _taken(call, [draft], market.flash)
        market = placing.with_flash(market, market.flash, taken)
    order = placing.quote(draft, 0, market, call.at)
    skus = sorted({line.sku_id for line in draft.lines})
    stock = await inventory.stocks_of(call.tx, draft.shop_id, skus)
    placing.check_stock(order, {(draft.shop_id, sku): left for sku, left in stock.items()})
    return order


async def _taken(
    call: Call, drafts: Sequence[PlaceDraft], flash: Mapping[tuple[int, int], Flash]
) -> dict[tuple[int, int], int]:
    """What the drafts' buyers have at limited flash prices already."""
    limited = {(key[0], one.discount_id) for key, one in flash.items() if one.limit_per_buyer}
    buyers = {(one.shop_id, one.buyer_id) for one in drafts}
    keys = [
        (shop_id, discount_id, buyer_id)
        for shop_id, discount_id in limited
        for owner, buyer_id in buyers
        if owner == shop_id
    ]
    return await discounts.taken(call.tx, sorted(keys))


async def _market(call: Call, drafts: Sequence[PlaceDraft]) -> Market:
    """What the drafts are decided on, but for the stock."""
    wanted = {(draft.shop_id, line.sku_id) for draft in drafts for line in draft.lines}
    offers = await catalog.offers(call.tx, sorted(wanted))
    homes = {(draft.buyer_id, draft.address_id) for draft in drafts}
    templates = {(offer.shop_id, offer.freight_template_id) for offer in offers.values()}
    tokens = {line.card for draft in drafts for line in draft.lines}
    seen = {
        (draft.buyer_id, offers[draft.shop_id, line.sku_id].product_id)
        for draft in drafts
        for line in draft.lines
        if (draft.shop_id, line.sku_id) in offers
    }
    return Market(
        offers=offers,
        addresses=await delivery.addresses_of(call.tx, sorted(homes)),
        freight=await delivery.freight_rules(call.tx, sorted(templates)),
        brought=await brought(call, tokens, seen),
        flash=await discounts.flash_prices(call.tx, sorted(offers), call.at),
    )


async def _write(call: Call, placed: Sequence[Order]) -> None:
    if not placed:
        return
    await orders.add_orders(call.tx, placed, call.at, call.at + placing.UNPAID_FOR)
    await inventory.move(call, stock_moves(placed, StockOp.OCCUPY))
    await discounts.note_taken(call, placing.taken_by(placed))
    await call.tell(
        *(OrderPlaced(one.shop_id, one.order_id, one.buyer_id, call.at) for one in placed)
    )


async def _empty_carts(call: Call, drafts: Sequence[PlaceDraft]) -> None:
    bought = sorted(
        {(one.buyer_id, line.sku_id) for one in drafts if one.from_cart for line in one.lines}
    )
    if bought:
        await carts.remove_from_carts(call.tx, bought)


def stock_moves(moved: Sequence[Order], op: StockOp) -> list[StockMove]:
    """What orders take from the stock, or give back: all pieces of all lines."""
    sign = -1 if op is StockOp.OCCUPY else 1
    return [
        StockMove(
            order.shop_id,
            line.sku_id,
            line.product_id,
            sign * line.count,
            op,
            order.order_id,
            line.discount_id,
        )
        for order in moved
        for line in order.lines
    ]
