"""Which deal holds for whom, as the plans run now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.league.domain import chains
from tongshang.modules.league.domain.chains import Sharing
from tongshang.modules.league.domain.deals import Deal, DealDraft, Hand, Hop
from tongshang.modules.league.domain.named import holds
from tongshang.modules.league.domain.plans import PlanKind
from tongshang.modules.league.store import deals, named, plans
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


@dataclass(frozen=True, slots=True)
class Ask:
    """Who would carry a product: a promoter by himself or through an agency, or an agency.

    `sharer_id`: who shows it to others; he comes with the rule by which he is paid.
    """

    shop_id: int
    product_id: int
    promoter_id: int
    agency_id: int = 0
    sharer_id: int = 0


async def deal_for(call: Call, ask: Ask, sharing: Sharing | None = None) -> int:
    """The deal that holds for a carrier now; 0: what the normal plan pays everybody, if it runs.

    Through an agency it is struck here, by the agency's running plan; 0 where there is none, or
    where the agency has not said what it passes on. What `sharing` says of the sharer is at the
    chain's end.
    """
    assert bool(ask.sharer_id) == bool(sharing), "a sharer comes with his rule"
    if not ask.agency_id and sharing is None:
        return await _named_deal(call, ask)
    draft = await (_through_agency(call, ask) if ask.agency_id else _by_himself(call, ask))
    if draft is None:
        return 0
    draft = replace(draft, hops=chains.shared(draft.hops, sharing))
    (deal_id,) = await deals.add_deals(call.tx, [draft], [call.take_id(Ids.DEAL)], call.at)
    return deal_id


async def _named_deal(call: Call, ask: Ask) -> int:
    key = ask.shop_id, ask.product_id, ask.promoter_id
    _, own = await named.terms(call.tx, [key], call.at)
    return own.get(key, 0)


async def _through_agency(call: Call, ask: Ask) -> DealDraft | None:
    plan = await named.find_agency_plan(
        call.tx, ask.shop_id, ask.product_id, ask.agency_id, call.at
    )
    return plan and plan.deal_through(ask.promoter_id)


async def _by_himself(call: Call, ask: Ask) -> DealDraft | None:
    """What a promoter is paid, as the chain that a sharer's agency and a sharer continue."""
    own = await _named_deal(call, ask)
    if own:
        found = await deals.find_deals(call.tx, [(ask.shop_id, own)])
        deal = found[ask.shop_id, own]
        return DealDraft(ask.shop_id, ask.product_id, deal.plan_kind, deal.plan_id, deal.hops)
    rates = await plans.rates(call.tx, [(ask.shop_id, ask.product_id)], call.at)
    if ask.product_id not in rates:
        return None
    hops = (Hop(Hand.PROMOTER, ask.promoter_id, rates[ask.product_id]),)
    return DealDraft(ask.shop_id, ask.product_id, PlanKind.NORMAL, 0, hops)


async def standing_deals(
    tx: Tx, keys: Iterable[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Deal]:
    """Those of the deals by which a sale at `at` is paid; keys are (shop, deal)."""
    found = await deals.find_deals(tx, keys)
    if not found:
        return {}
    by_plan = {(one.shop_id, one.plan_id) for one in found.values() if one.plan_id}
    running = await named.find_plans(tx, by_plan) if by_plan else {}
    normal = [key for key, one in found.items() if one.plan_kind == PlanKind.NORMAL]
    products = sorted({(found[key].shop_id, found[key].product_id) for key in normal})
    rates = await plans.rates(tx, products, at) if products else {}
    standing = {}
    for key, deal in found.items():
        if deal.plan_kind == PlanKind.NORMAL:
            stands = deal.paid_out_ppm <= rates.get(deal.product_id, 0)
        else:
            stands = holds(deal, running.get((deal.shop_id, deal.plan_id)), at)
        if stands:
            standing[key] = deal
    return standing
