"""Deals that go on to a sharer, where a card of a content has one already."""

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.league.domain.deals import DealDraft, Hand
from tongshang.modules.league.domain.sharers import shared
from tongshang.modules.league.store import deals, sharers
from tongshang.runtime.call import Call


async def go_on(call: Call, shop_id: int, deal_id: int, sharer_id: int) -> int:
    """The deal of a card with a sharer at its end; 0: there is none, or nothing comes to him."""
    deal = (await deals.find_deals(call.tx, [(shop_id, deal_id)])).get((shop_id, deal_id))
    if deal is None:
        return 0
    promoter_id = next((hop.party_id for hop in deal.hops if hop.hand is Hand.PROMOTER), 0)
    terms = await sharers.sharings(call.tx, sharer_id, [deal.product_id], promoter_id)
    hops = shared(deal.hops, terms[deal.product_id]) if terms else ()
    if not hops:
        return 0
    draft = DealDraft(shop_id, deal.product_id, deal.plan_kind, deal.plan_id, hops)
    (struck,) = await deals.add_deals(call.tx, [draft], [call.take_id(Ids.DEAL)], call.at)
    return struck
