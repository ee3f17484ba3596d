"""Which deal holds for whom, as the plans run now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.league.domain.deals import Deal
from tongshang.modules.league.domain.named import holds
from tongshang.modules.league.store import deals, named
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


@dataclass(frozen=True, slots=True)
class Ask:
    """Who would carry a product: a promoter, by himself or through an agency."""

    shop_id: int
    product_id: int
    promoter_id: int
    agency_id: int = 0


async def deal_for(call: Call, ask: Ask) -> int:
    """The deal that holds for a promoter now; 0: what the normal plan pays everybody, if it runs.

    Through an agency it is struck here, by the agency's running plan; 0 where there is none, or
    where the agency has not said what it passes on.
    """
    if not ask.agency_id:
        key = ask.shop_id, ask.product_id, ask.promoter_id
        _, own = await named.terms(call.tx, [key], call.at)
        return own.get(key, 0)
    plan = await named.find_agency_plan(
        call.tx, ask.shop_id, ask.product_id, ask.agency_id, call.at
    )
    draft = plan and plan.deal_through(ask.promoter_id)
    if not draft:
        return 0
    (deal_id,) = await deals.add_deals(call.tx, [draft], [call.take_id(Ids.DEAL)], call.at)
    return deal_id


async def standing_deals(
    tx: Tx, keys: Iterable[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Deal]:
    """Those of the deals by which a sale at `at` is paid; keys are (shop, deal)."""
    found = await deals.find_deals(tx, keys)
    if not found:
        return {}
    plans = await named.find_plans(tx, {(one.shop_id, one.plan_id) for one in found.values()})
    return {
        key: deal
        for key, deal in found.items()
        if holds(deal, plans.get((deal.shop_id, deal.plan_id)), at)
    }
