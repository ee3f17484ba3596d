"""Which deal holds for whom, as the plans run now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.league.domain import sharers as sharing
from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.deals import Deal, DealDraft, Hand, Hop
from tongshang.modules.league.domain.named import holds
from tongshang.modules.league.domain.plans import PlanKind
from tongshang.modules.league.store import deals, named, plans, resales, sharers
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


@dataclass(frozen=True, slots=True)
class Ask:
    """Who would carry a product: a promoter by himself or through an agency, or an agency.

    `sharer_id`: who shows it to others. `link_id`: the plan, resale or sub-plan that is meant,
    where an agency has the product by several; 0: the one that brings it most.
    """

    shop_id: int
    product_id: int
    promoter_id: int
    agency_id: int = 0
    sharer_id: int = 0
    link_id: int = 0


async def deal_for(call: Call, ask: Ask) -> int:
    """The deal that holds for a carrier now; 0: what the normal plan pays everybody, if it runs.

    Through an agency it is struck here, by what the agency has of running plans; 0 where it has
    none, or has not said what it passes on, or where a sharer's agency is not in the chain.
    """
    if not ask.agency_id and not ask.sharer_id:
        return await _named_deal(call, ask)
    draft = await (_through_agency(call, ask) if ask.agency_id else _by_himself(call, ask))
    if draft is not None and ask.sharer_id:
        draft = await _with_sharer(call, ask, draft)
    if draft is None:
        return 0
    (deal_id,) = await deals.add_deals(call.tx, [draft], [call.take_id(Ids.DEAL)], call.at)
    return deal_id


async def _named_deal(call: Call, ask: Ask) -> int:
    key = ask.shop_id, ask.product_id, ask.promoter_id
    _, own = await named.terms(call.tx, [key], call.at)
    return own.get(key, 0)


async def _through_agency(call: Call, ask: Ask) -> DealDraft | None:
    key = ask.shop_id, ask.product_id
    ways = await resales.find_supplied(call.tx, key, ask.agency_id, call.at, ask.link_id)
    return supply.best(ways, ask.promoter_id)


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


async def _with_sharer(call: Call, ask: Ask, draft: DealDraft) -> DealDraft | None:
    found = await sharers.sharings(call.tx, ask.sharer_id, [ask.product_id], ask.promoter_id)
    terms = found.get(ask.product_id)
    hops = sharing.shared(draft.hops, terms) if terms else ()
    return replace(draft, hops=hops) if hops else None


async def standing_deals(
    tx: Tx, keys: Iterable[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Deal]:
    """Those of the deals by which a sale at `at` is paid; keys are (shop, deal).

    Who left his agency, or was let go, earns by no link of then any more.
    """
    found = await deals.find_deals(tx, keys)
    if not found:
        return {}
    kinds: dict[int, list[Deal]] = {}
    for deal in found.values():
        kinds.setdefault(deal.plan_kind, []).append(deal)
    resold = kinds.get(PlanKind.RESALE, [])
    supplies = await resales.find_resales(tx, map(supply.resale_key, resold)) if resold else {}
    normal = {(one.shop_id, one.product_id) for one in kinds.get(PlanKind.NORMAL, ())}
    rates = await plans.rates(tx, sorted(normal), at) if normal else {}
    of_plans = {(one.shop_id, one.plan_id) for one in found.values() if one.plan_id}
    of_plans |= {(one.shop_id, one.plan_id) for one in supplies.values()}
    running = await named.find_plans(tx, of_plans) if of_plans else {}

    def stands(deal: Deal) -> bool:
        if deal.plan_kind == PlanKind.NORMAL:
            return deal.paid_out_ppm <= rates.get(deal.product_id, 0)
        if deal.plan_kind != PlanKind.RESALE:
            return holds(deal, running.get((deal.shop_id, deal.plan_id)), at)
        resale = supplies.get(supply.resale_key(deal))
        if resale is None or not supply.resale_holds(deal, resale, at):
            return False
        return holds(deal, running.get((deal.shop_id, resale.plan_id)), at)

    bonds = [bond for one in found.values() for bond in sharing.bonds_in(one.hops)]
    parted = await sharers.parted(tx, bonds) if bonds else set()
    return {
        key: deal
        for key, deal in found.items()
        if stands(deal) and not parted.intersection(sharing.bonds_in(deal.hops))
    }
