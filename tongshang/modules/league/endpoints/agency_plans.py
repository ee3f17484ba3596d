"""What a shop does with its plans with agencies; the contract has only how they are added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named as Ids
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.actions import goods, supplying
from tongshang.modules.league.actions import named as actions
from tongshang.modules.league.actions.ground import held_ground
from tongshang.modules.league.domain import named as domain
from tongshang.modules.league.domain.named import AgencyTerms, NamedPlan
from tongshang.modules.league.domain.plans import (
    BATCH_MAX,
    OF_AGENCIES,
    PlanKind,
    period,
)
from tongshang.modules.league.domain.supply import LinkKind
from tongshang.modules.league.machine import PlanMove, PlanState
from tongshang.modules.league.refusals import (
    BadPeriod,
    DuplicateProduct,
    NoAgency,
    NoProduct,
    NoShopTie,
    TooMany,
)
from tongshang.modules.league.store import items
from tongshang.modules.league.store import named as store
from tongshang.modules.league.wire import agency_plans as wire
from tongshang.modules.league.wire import plans as shared
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import number

ENDPOINTS = Endpoints("league")

_TERMS: Final = ("commission_ratio", "service_ratio", "status", "active_time")


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/headsupplier/batchadd",
    needs=Scope.LEAGUE,
    refuses=(NoProduct, TooMany, BadPeriod, NoAgency, NoShopTie),
)
async def add_plans(call: Call, req: shared.AgencyItemsDraft) -> shared.AgencyItemsAdded:
    """Offer up to 20 products to an agency; each product has its own result.

    `commission_type` 0: the shop fixes the promoter's ratio and pays the service fee beside it;
    1: the agency says what it passes on of `service_ratio` (reference section 7.2).
    """
    check_number(len(req.items))
    found = await identity.find_by_appids(call.tx, [req.headsupplier_appid])
    agency = found.get(req.headsupplier_appid)
    if agency is None or agency.kind is not PartyKind.AGENCY:
        raise NoAgency(appid=req.headsupplier_appid)
    terms = period(*req.times(), call.at)
    await supplying.work_with(call, agency.party_id, call.shop_id)
    return shared.AgencyItemsAdded(
        result_info_list=await _added(call, agency.party_id, req.items, terms)
    )


@ENDPOINTS(
    "POST",
    "/v1/shop/agencyplan/open",
    needs=Scope.LEAGUE,
    refuses=(NoProduct, TooMany, BadPeriod),
)
async def open_plans(call: Call, req: wire.OpenDraft) -> wire.OpenAdded:
    """Offer up to 20 products to every agency, on the square; each product has its own result."""
    check_number(len(req.items))
    terms = period(req.begins_at, req.ends_at, call.at)
    asked = [
        shared.AgencyItemDraft(number(one.product_id), one.ratio, one.service_ratio, one.kind)
        for one in req.items
    ]
    return wire.OpenAdded(await _added(call, 0, asked, terms))


async def _added(
    call: Call,
    agency_id: int,
    given: Sequence[shared.AgencyItemDraft],
    terms: tuple[datetime, datetime | None],
) -> list[shared.AgencyItemResult]:
    ground = await held_ground(call, [item.product_id for item in given])
    asked = [
        AgencyTerms(item.product_id, item.ratio, item.service_ratio, item.commission_type)
        for item in given
    ]
    ids = call.take_ids(Ids.PLAN, len(asked))
    judged = domain.judged(ground, agency_id, asked, ids, terms)
    plans = [one for one in judged if isinstance(one, NamedPlan)]
    added = await store.add_plans(call.tx, plans, call.at)
    await items.add_links(call.tx, dict.fromkeys(sorted(added), call.shop_id), LinkKind.PLAN)
    await goods.note_goods(call, [(call.shop_id, one.product_id) for one in plans])
    new = [(call.shop_id, one.product_id) for one in plans if one.plan_id in added]
    await goods.tell_agencies(call, new, _TERMS, kind=goods.NEW, only=agency_id)
    results = []
    for item, plan_id, one in zip(asked, ids, judged, strict=True):
        refusal = one if isinstance(one, Refusal) else None
        if refusal is None and plan_id not in added:
            refusal = DuplicateProduct(product_id=str(item.product_id))
        results.append(shared.AgencyItemResult.of(item.product_id, refusal, plan_id))
    return results


@ENDPOINTS("GET", "/v1/shop/agencyplan/list", needs=Scope.LEAGUE, reads=True)
async def list_plans(call: Call, req: wire.AgencyPlanQuery) -> wire.AgencyPlanPage:
    """The shop's plans with agencies, the oldest first; those for every agency name none."""
    question = ("league.agency_plans", call.shop_id)
    after = page.after_number(question, req.next_key, 0)
    which = (call.shop_id, sorted(OF_AGENCIES), 0, 0, 0)
    found = await store.list_plans(call.tx, which, after, req.limit + 1, 0)
    shown = found[: req.limit]
    agencies = await identity.find_parties(call.tx, sorted({plan.agency_id for plan in shown}))
    key = page.cursor(question, (shown[-1].plan_id,)) if len(found) > req.limit else ""
    views = [wire.AgencyPlanView.of(plan, agencies, call.at) for plan in shown]
    return wire.AgencyPlanPage(views, key)


@ENDPOINTS("POST", "/v1/shop/agencyplan/move", needs=Scope.LEAGUE, refuses=(NoProduct,))
async def move(call: Call, req: wire.AgencyPlanMove) -> wire.AgencyPlanState:
    """List a plan with an agency, take it down, or delete it; placed orders keep their terms."""
    plan_id = number(req.plan_id)
    seen = await store.find_plan(call.tx, call.shop_id, plan_id, *OF_AGENCIES)
    if seen is None:
        raise NoProduct
    await held_ground(call, [seen.product_id], but=plan_id)
    plan = await store.find_plan(call.tx, call.shop_id, plan_id, *OF_AGENCIES)
    if plan is None or plan.state is PlanState.DELETED:
        raise NoProduct
    changed = await actions.move(call, plan, PlanMove(req.move))
    await store.save_plan(call.tx, changed)
    key = [(call.shop_id, plan.product_id)]
    if plan.kind is PlanKind.AGENCY:
        await goods.tell_agencies(call, key, ("status",), only=plan.agency_id)
    else:
        await goods.tell_agencies(call, key, ("status",))
    return wire.AgencyPlanState(changed.status(call.at))


def check_number(products: int) -> None:
    """Whether a request names products, and not too many."""
    if not products:
        raise NoProduct
    if products > BATCH_MAX:
        raise TooMany(field="list", most=BATCH_MAX)
