"""The alliance: shops offer products, promoters choose (reference section 7.2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tongshang.kernel import page
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.league.actions import goods
from tongshang.modules.league.actions import named as actions
from tongshang.modules.league.actions.ground import held_ground
from tongshang.modules.league.domain import plans as domain
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.domain.plans import (
    BATCH_MAX,
    MOVE_OF,
    Ground,
    Operation,
    Plan,
    PlanDraft,
    PlanKind,
)
from tongshang.modules.league.machine import PLAN, PlanMove, PlanState
from tongshang.modules.league.refusals import (
    BadFinder,
    BadPeriod,
    DuplicateProduct,
    NoProduct,
    NoPromoter,
    PlansExclude,
    RatioOutOfRange,
    TooMany,
    UnknownKind,
    UnknownOperation,
)
from tongshang.modules.league.store import named
from tongshang.modules.league.store import plans as store
from tongshang.modules.league.wire import plans as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

_Timed = TypeVar("_Timed", Plan, NamedPlan)

ENDPOINTS = Endpoints("league")


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/batchadd",
    needs=Scope.LEAGUE,
    refuses=(UnknownKind, NoProduct, TooMany, BadPeriod, NoPromoter),
)
async def add_items(call: Call, req: wire.ItemsDraft) -> wire.ItemsAdded:
    """Offer up to 20 products to all promoters (1), to some besides (2), or to those only (3).

    Each product has its own result, with the finders who already stand on another plan of it.
    """
    kind = _kind(req.type)
    _check_number(len(req.items))
    terms = domain.period(*req.times(), call.at)
    products = [item.product_id for item in req.items]
    ground = await held_ground(call, products)
    asked = [(item.product_id, item.ratio) for item in req.items]
    given = domain.judged(ground, asked, terms, kind)
    if kind is PlanKind.NORMAL:
        added = await _add_normal(call, given)
    else:
        added = await actions.add_named(call, given, kind, req.finder_ids)
    await goods.note_goods(call, [(call.shop_id, product) for product in ground.on_sale])
    results = [
        wire.ItemResult.of(product_id, one.refusal, one.plan_id, one.failed)
        for product_id, one in zip(products, added, strict=True)
    ]
    return wire.ItemsAdded(result_info_list=results)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/upd",
    needs=Scope.LEAGUE,
    refuses=(UnknownKind, UnknownOperation, NoProduct, RatioOutOfRange, BadPeriod, PlansExclude),
)
async def update_item(call: Call, req: wire.ItemPatch) -> wire.ItemPatched:
    """Change a plan's terms and promoters (operate_type 1), list it (2) or take it down (3).

    A normal plan is named by product_id, the others by info_id. A cut of the ratio takes effect
    for promoters seven days later, a rise at once.
    """
    kind = _kind(req.type)
    if req.operate_type not in set(Operation):
        raise UnknownOperation(operation=req.operate_type)
    operation = Operation(req.operate_type)
    if kind is PlanKind.NORMAL:
        await _update_normal(call, req, operation)
        return wire.ItemPatched()
    plan, ground = await _hold_named(call, kind, req.info_id)
    patch = req.exclusive_info
    if operation is not Operation.EDIT:
        plan = await actions.move(call, plan, MOVE_OF[operation])
    else:
        if patch is not None:
            plan = _timed(plan, patch, call)
        if req.ratio is not None:
            plan = await actions.change_ratio(call, plan, domain.ratio_ppm(req.ratio, kind))
        if patch is not None:
            leaving = patch.del_finder_ids
            await actions.change_promoters(call, plan, patch.add_finder_ids, leaving)
    if plan.stands(call.at):
        domain.check_exclusion(kind, plan.product_id, ground.others(plan.product_id), call.at)
    await named.save_plan(call.tx, plan)
    return wire.ItemPatched(info_id=plan.plan_id)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/delete",
    needs=Scope.LEAGUE,
    refuses=(UnknownKind, NoProduct),
)
async def delete_item(call: Call, req: wire.ItemRef) -> WireReply:
    """Delete a plan; orders placed before keep their terms."""
    kind = _kind(req.type)
    if kind is PlanKind.NORMAL:
        normal = await _hold(call, req.product_id)
        deleted = replace(normal, state=PLAN.step(normal.state, PlanMove.DELETE))
        await store.save_plan(call.tx, deleted, call.at)
        await goods.tell_agencies(call, [(call.shop_id, deleted.product_id)], ("status",))
        return WireReply()
    plan, _ = await _hold_named(call, kind, req.info_id)
    await named.save_plan(call.tx, await actions.move(call, plan, PlanMove.DELETE))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/get",
    needs=Scope.LEAGUE,
    refuses=(UnknownKind, NoProduct),
    reads=True,
)
async def get_item(call: Call, req: wire.ItemGet) -> wire.ItemReply:
    """One plan: a normal one by product_id, another by info_id; with need_relation, its promoters."""
    kind = _kind(req.type)
    plan: Plan | NamedPlan | None
    if kind is PlanKind.NORMAL:
        plan = await store.find_plan(call.tx, call.shop_id, req.product_id)
    else:
        plan = await named.find_plan(call.tx, call.shop_id, req.info_id, kind)
    if plan is None:
        raise NoProduct
    cards = await catalog.cards(call.tx, [(call.shop_id, plan.product_id)])
    view = wire.ItemView.of(plan, cards.get(plan.product_id), call.at)
    if isinstance(plan, NamedPlan) and req.need_relation:
        offset = (req.page_index - 1) * req.page_size
        some = await named.list_named(call.tx, call.shop_id, plan.plan_id, req.page_size, offset)
        view.exclusive_info.name(plan, some)
    if isinstance(plan, NamedPlan) and req.need_total_num:
        number = await named.count_named(call.tx, call.shop_id, plan.plan_id)
        view.exclusive_info.finder_num = number
    return wire.ItemReply(item=view)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/list/get",
    needs=Scope.LEAGUE,
    refuses=(UnknownKind, BadFinder),
    reads=True,
)
async def list_items(call: Call, req: wire.ItemQuery) -> wire.ItemPage:
    """The shop's plans of a kind, by last_buffer or by page_index."""
    kind = _kind(req.type)
    question = ("league.item.list", call.shop_id, kind, req.product_id, req.info_id, req.finder_id)
    start = page.after_number(question, req.last_buffer, 0)
    offset = 0 if start else (req.page_index - 1) * req.page_size
    if kind is not PlanKind.NORMAL:
        return await _list_named(call, req, question, (start, req.page_size + 1, offset))
    found = await store.list_plans(
        call.tx, call.shop_id, start, req.product_id, req.page_size + 1, offset
    )
    shown = found[: req.page_size]
    reply = wire.ItemPage(
        items=[wire.ItemListed(plan.product_id) for plan in shown],
        has_more=len(found) > req.page_size,
        last_buffer=page.cursor(question, (shown[-1].product_id,)) if shown else "",
    )
    if req.need_total_num:
        reply.total_num = await store.count_plans(call.tx, call.shop_id, req.product_id)
    return reply


async def _list_named(
    call: Call, req: wire.ItemQuery, question: tuple[object, ...], part: tuple[int, int, int]
) -> wire.ItemPage:
    if req.finder_id and not actions.is_number(req.finder_id):
        raise BadFinder(finder_id=req.finder_id)
    which = (
        call.shop_id,
        (PlanKind(req.type),),
        req.product_id,
        req.info_id,
        int(req.finder_id or 0),
    )
    found = await named.list_plans(call.tx, which, *part)
    shown = found[: req.page_size]
    reply = wire.ItemPage(
        items=[wire.ItemListed(plan.product_id, plan.plan_id) for plan in shown],
        has_more=len(found) > req.page_size,
        last_buffer=page.cursor(question, (shown[-1].plan_id,)) if shown else "",
    )
    if req.need_total_num:
        reply.total_num = await named.count_plans(call.tx, which)
    return reply


def _kind(kind: int) -> PlanKind:
    if kind not in {PlanKind.NORMAL, PlanKind.TARGETED, PlanKind.EXCLUSIVE}:
        raise UnknownKind(type=kind)
    return PlanKind(kind)


def _check_number(products: int) -> None:
    if not products:
        raise NoProduct
    if products > BATCH_MAX:
        raise TooMany(field="list", most=BATCH_MAX)


async def _add_normal(call: Call, given: Sequence[PlanDraft | Refusal]) -> list[actions.Added]:
    drafts = [one for one in given if isinstance(one, PlanDraft)]
    added = await store.add_plans(call.tx, domain.last_wins(drafts), call.at)
    results = []
    for one in given:
        if isinstance(one, Refusal):
            results.append(actions.Added(0, refusal=one))
            continue
        known = one.product_id not in added
        refusal = DuplicateProduct(product_id=str(one.product_id)) if known else None
        results.append(actions.Added(one.product_id, refusal=refusal))
    return results


async def _update_normal(call: Call, req: wire.ItemPatch, operation: Operation) -> None:
    ground = await held_ground(call, [req.product_id])
    plan = await _hold(call, req.product_id)
    if operation is not Operation.EDIT:
        plan = replace(plan, state=PLAN.step(plan.state, MOVE_OF[operation]))
    else:
        if req.ratio is not None:
            ratio, before = domain.ratio_ppm(req.ratio), (plan.held_ppm, plan.held_until)
            held = domain.recut(plan.pays_ppm(call.at), ratio, before, call.at)
            plan = replace(plan, ratio_ppm=ratio, held_ppm=held[0], held_until=held[1])
        if req.exclusive_info is not None:
            plan = _timed(plan, req.exclusive_info, call)
    if plan.stands(call.at):
        others = ground.others(plan.product_id)
        domain.check_exclusion(PlanKind.NORMAL, plan.product_id, others, call.at)
    await store.save_plan(call.tx, plan, call.at)
    field = "commission_ratio" if operation is Operation.EDIT else "status"
    await goods.tell_agencies(call, [(call.shop_id, plan.product_id)], (field,))


async def _hold(call: Call, product_id: int) -> Plan:
    plan = await store.hold_plan(call.tx, call.shop_id, product_id)
    if plan is None or plan.state is PlanState.DELETED:
        raise NoProduct
    return plan


async def _hold_named(call: Call, kind: PlanKind, plan_id: int) -> tuple[NamedPlan, Ground]:
    """The plan as it is when its product is held, so that nobody else changes it."""
    seen = await named.find_plan(call.tx, call.shop_id, plan_id, kind)
    if seen is None:
        raise NoProduct
    ground = await held_ground(call, [seen.product_id], but=plan_id)
    plan = await named.find_plan(call.tx, call.shop_id, plan_id, kind)
    if plan is None or plan.state is PlanState.DELETED:
        raise NoProduct
    return plan, ground


def _timed(plan: _Timed, terms: wire.TermsPatch, call: Call) -> _Timed:
    if not terms.begin_time and not terms.end_time and terms.is_forerver is None:
        return plan
    ends_at = None if terms.is_forerver else wire.moment(terms.end_time) or plan.ends_at
    begins_at = wire.moment(terms.begin_time) or plan.begins_at
    begins_at, ends_at = domain.period(begins_at, ends_at, call.at)
    return replace(plan, begins_at=begins_at, ends_at=ends_at)
