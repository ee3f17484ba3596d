"""A commission order as one receiver may see it: the line, the buyer's order, and its own links."""

from tongshang.modules.identity import api as identity
from tongshang.modules.league.api import THE_SHOP, Hand
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.settlement.actions.settling import hops_of, sold_of
from tongshang.modules.settlement.domain import dividing
from tongshang.modules.settlement.domain.seeing import Seen
from tongshang.modules.settlement.domain.values import Settlement, Share
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.refusals import CommissionOrderNotFound
from tongshang.modules.settlement.store import commissions, settlements, shares
from tongshang.runtime.db import Tx


async def see(tx: Tx, party_id: int, order_id: int, sku_id: int, line: int = 0) -> Seen:
    """A party's commission order of an order's SKU or line (0: any); refuses what is not its own."""
    found = [
        one
        for one in await commissions.list_of_order(tx, party_id, order_id)
        if sku_id in (0, one.sku_id) and line in (0, one.line)
    ]
    if not found:
        raise CommissionOrderNotFound
    mine = found[0]
    key = mine.shop_id, order_id
    order = (await ordering.find_orders(tx, [key]))[key]
    settlement = (await settlements.find_settlements(tx, [key]))[key]
    sold = next(one for one in order.lines if one.line == mine.line)
    parts = dividing.receivers(await _share(tx, order, settlement, sold), sold.commission_ppm)
    own = parts[mine.place]
    # The plan by which the shop pays an agency says what it pays the promoter beside it.
    paid = {
        one.hand: one
        for one in parts
        if one.payer == own.place
        or (own.payer == one.payer == THE_SHOP and one.hand is Hand.PROMOTER and one != own)
    }
    named = {mine.shop_id, mine.carrier_id, *(one.party_id for one in paid.values())}
    buyers = await identity.find_buyers(tx, [order.buyer_id]) if order.buyer_id else {}
    return Seen(
        mine,
        order,
        sold,
        settlement,
        own,
        paid,
        await identity.find_parties(tx, sorted(named)),
        buyers.get(order.buyer_id),
    )


async def _share(tx: Tx, order: Order, settlement: Settlement, line: OrderLine) -> Share:
    """The share of a line as it was settled, or as a settlement now would give it."""
    if settlement.state is SettleState.SETTLED:
        known = (await shares.list_shares(tx, [order.key])).get(order.key, {})
        if line.line in known:
            return known[line.line]
    sale = next(one for one in sold_of(order) if one.line == line.line)
    deals = await hops_of(tx, {order.key: [sale]})
    return dividing.divide(sale, deals[order.shop_id, sale.deal_id] if sale.deal_id else ())
