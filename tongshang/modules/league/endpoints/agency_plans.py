"""What a shop does with its plans with agencies; the contract has only how they are added."""

from tongshang.kernel import page
from tongshang.modules.identity import api as identity
from tongshang.modules.league.actions import named as actions
from tongshang.modules.league.actions.ground import held_ground
from tongshang.modules.league.domain.plans import PlanKind
from tongshang.modules.league.machine import PlanMove, PlanState
from tongshang.modules.league.refusals import NoProduct
from tongshang.modules.league.store import named as store
from tongshang.modules.league.wire import agency_plans as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import number

ENDPOINTS = Endpoints("league")


@ENDPOINTS("GET", "/v1/shop/agencyplan/list", needs=Scope.LEAGUE, reads=True)
async def list_plans(call: Call, req: wire.AgencyPlanQuery) -> wire.AgencyPlanPage:
    """The shop's plans with agencies, the oldest first."""
    question = ("league.agency_plans", call.shop_id)
    after = page.after_number(question, req.next_key, 0)
    which = (call.shop_id, PlanKind.AGENCY, 0, 0, 0)
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
    seen = await store.find_plan(call.tx, call.shop_id, plan_id, PlanKind.AGENCY)
    if seen is None:
        raise NoProduct
    await held_ground(call, [seen.product_id], but=plan_id)
    plan = await store.find_plan(call.tx, call.shop_id, plan_id, PlanKind.AGENCY)
    if plan is None or plan.state is PlanState.DELETED:
        raise NoProduct
    changed = await actions.move(call, plan, PlanMove(req.move))
    await store.save_plan(call.tx, changed)
    return wire.AgencyPlanState(changed.status(call.at))
