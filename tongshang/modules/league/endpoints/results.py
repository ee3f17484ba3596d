"""A shop's plans and promoters at a glance: with names, prices, and what each brought."""

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.league.domain.plans import PlanKind
from tongshang.modules.league.domain.square import month_began
from tongshang.modules.league.store import named, square, ties
from tongshang.modules.league.store import plans as store
from tongshang.modules.league.wire import results as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS = Endpoints("league")


@ENDPOINTS("GET", "/v1/shop/plan/list", needs=Scope.LEAGUE, reads=True)
async def list_plans(call: Call, req: wire.PlanQuery) -> wire.PlanPage:
    """The shop's plans of a kind (1 for everybody, 2 targeted, 3 exclusive), the oldest first.

    With what the alliance sold of each product in thirty days, and for whom a plan is.
    """
    kind = PlanKind(req.kind)
    question = ("league.plans.own", call.shop_id, req.kind)
    after = page.after_number(question, req.next_key, 0)
    limit = req.limit + 1
    plans: list[wire.AnyPlan] = []
    if kind is PlanKind.NORMAL:
        plans += await store.list_plans(call.tx, call.shop_id, after, 0, limit, 0)
    else:
        plans += await named.list_plans(call.tx, (call.shop_id, (kind,), 0, 0, 0), after, limit, 0)
    shown = plans[: req.limit]
    keys = [(call.shop_id, plan.product_id) for plan in shown]
    cards = await catalog.cards(call.tx, keys)
    months = await square.sold_after(call.tx, keys, month_began(call.at))
    ids = [wire.number_of(plan) for plan in shown]
    people = await named.names_of(call.tx, call.shop_id, ids) if kind is not PlanKind.NORMAL else {}
    faces = await identity.find_parties(
        call.tx, sorted({one for some in people.values() for one in some})
    )
    views = [
        wire.PlanView.of(
            plan,
            cards.get(plan.product_id),
            months.get((call.shop_id, plan.product_id), 0),
            [faces[one] for one in people.get(wire.number_of(plan), ()) if one in faces],
            call.at,
        )
        for plan in shown
    ]
    key = page.cursor(question, (ids[-1],)) if len(plans) > len(shown) else ""
    return wire.PlanPage(views, key)


@ENDPOINTS("GET", "/v1/shop/promoter/list", needs=Scope.LEAGUE, reads=True)
async def list_promoters(call: Call, req: wire.PromoterQuery) -> wire.PromoterPage:
    """Who carries the shop's goods: invited or not, those who sold most first.

    `state` 0 never invited, else as on the wire; asked for a state, only those in it.
    """
    question = ("league.promoters.own", call.shop_id, req.state)
    last = page.after(question, req.next_key)
    if last is not None and (len(last) != 2 or not all(isinstance(one, int) for one in last)):
        raise CursorMismatch
    before = (int(last[0]), int(last[1])) if last else None
    found = await ties.list_results(call.tx, call.shop_id, req.state, before, req.limit + 1)
    shown = found[: req.limit]
    faces = await identity.find_parties(call.tx, [one.promoter_id for one in shown])
    views = [wire.PromoterView.of(one, faces.get(one.promoter_id)) for one in shown]
    key = ""
    if len(found) > len(shown):
        key = page.cursor(question, (shown[-1].sold_fen, shown[-1].promoter_id))
    return wire.PromoterPage(views, key)
