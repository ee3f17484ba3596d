"""The alliance: shops offer products, promoters choose (reference section 7.2)."""

from dataclasses import replace

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductStatus
from tongshang.modules.identity import api as identity
from tongshang.modules.league.domain import plans as domain
from tongshang.modules.league.domain.plans import (
    BATCH_MAX,
    MOVE_OF,
    Operation,
    Plan,
    PlanDraft,
    PlanKind,
)
from tongshang.modules.league.machine import PLAN, PlanMove, PlanState
from tongshang.modules.league.refusals import (
    BadPeriod,
    DuplicateProduct,
    KindNotOffered,
    NoProduct,
    RatioOutOfRange,
    TooManyProducts,
    UnknownOperation,
)
from tongshang.modules.league.store import plans as store
from tongshang.modules.league.wire import plans as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS = Endpoints("league")

_NEWEST = 2**62


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/batchadd",
    needs=Scope.LEAGUE,
    refuses=(KindNotOffered, NoProduct, TooManyProducts, BadPeriod),
)
async def add_items(call: Call, req: wire.ItemsDraft) -> wire.ItemsAdded:
    """Offer up to 20 products to all promoters; each product has its own result."""
    _check_kind(req.type)
    if not req.items:
        raise NoProduct
    if len(req.items) > BATCH_MAX:
        raise TooManyProducts(most=BATCH_MAX)
    terms = domain.period(*req.times(), call.at)
    keys = [(call.shop_id, item.product_id) for item in req.items]
    cards = await catalog.cards(call.tx, keys)
    on_sale = {key: card.status is ProductStatus.LISTED for key, card in cards.items()}
    asked = [(item.product_id, item.ratio) for item in req.items]
    given = domain.judged(call.shop_id, asked, on_sale, terms)
    drafts = [one for one in given if isinstance(one, PlanDraft)]
    added = await store.add_plans(call.tx, domain.last_wins(drafts), call.at)
    results = []
    for item, one in zip(req.items, given, strict=True):
        refusal = None if isinstance(one, PlanDraft) else one
        if refusal is None and item.product_id not in added:
            refusal = DuplicateProduct(product_id=str(item.product_id))
        results.append(wire.ItemResult.of(item.product_id, refusal))
    return wire.ItemsAdded(result_info_list=results)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/upd",
    needs=Scope.LEAGUE,
    refuses=(KindNotOffered, UnknownOperation, NoProduct, RatioOutOfRange, BadPeriod),
)
async def update_item(call: Call, req: wire.ItemPatch) -> WireReply:
    """Change a plan's terms (operate_type 1), list it (2) or take it down (3)."""
    _check_kind(req.type)
    if req.operate_type not in set(Operation):
        raise UnknownOperation(operation=req.operate_type)
    plan = await _hold(call, req.product_id)
    operation = Operation(req.operate_type)
    if operation is Operation.EDIT:
        changed = _edited(plan, req, call)
    else:
        changed = replace(plan, state=PLAN.step(plan.state, MOVE_OF[operation]))
    await store.save_plan(call.tx, changed)
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/delete",
    needs=Scope.LEAGUE,
    refuses=(KindNotOffered, NoProduct),
)
async def delete_item(call: Call, req: wire.ItemRef) -> WireReply:
    """Take a product out of the alliance; orders placed before keep their terms."""
    _check_kind(req.type)
    plan = await _hold(call, req.product_id)
    await store.save_plan(call.tx, replace(plan, state=PLAN.step(plan.state, PlanMove.DELETE)))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/get",
    needs=Scope.LEAGUE,
    refuses=(KindNotOffered, NoProduct),
    reads=True,
)
async def get_item(call: Call, req: wire.ItemRef) -> wire.ItemReply:
    """One product's plan."""
    _check_kind(req.type)
    plan = await store.find_plan(call.tx, call.shop_id, req.product_id)
    if plan is None:
        raise NoProduct
    cards = await catalog.cards(call.tx, [(call.shop_id, req.product_id)])
    return wire.ItemReply(item=wire.ItemView.of(plan, cards.get(req.product_id), call.at))


@ENDPOINTS(
    "POST",
    "/channels/ec/league/item/list/get",
    needs=Scope.LEAGUE,
    refuses=(KindNotOffered,),
    reads=True,
)
async def list_items(call: Call, req: wire.ItemQuery) -> wire.ItemPage:
    """The shop's products in the alliance, by last_buffer or by page_index."""
    _check_kind(req.type)
    question = ("league.item.list", call.shop_id, req.product_id)
    start = page.after_number(question, req.last_buffer, 0)
    offset = 0 if start else (req.page_index - 1) * req.page_size
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


@ENDPOINTS("GET", "/v1/promoter/plan/list", needs=Scope.PROMOTER, reads=True)
async def list_square(call: Call, req: wire.SquareQuery) -> wire.SquarePage:
    """Products on sale whose shops pay promoters, newest first: what one may carry, and for how much.

    A page may hold fewer than `limit`, where products went off sale; `next_key` says if more follow.
    """
    before = page.after_number(("league.square",), req.next_key, _NEWEST)
    plans = await store.list_square(call.tx, before, call.at, req.limit + 1)
    shown = plans[: req.limit]
    cards = await catalog.cards(call.tx, [(plan.shop_id, plan.product_id) for plan in shown])
    shops = await identity.find_parties(call.tx, sorted({plan.shop_id for plan in shown}))
    on_sale = [
        wire.OfferView.of(plan, cards[plan.product_id], shops)
        for plan in shown
        if plan.product_id in cards and cards[plan.product_id].status is ProductStatus.LISTED
    ]
    more = len(plans) > req.limit
    key = page.cursor(("league.square",), (shown[-1].product_id,)) if more else ""
    return wire.SquarePage(on_sale, key)


def _check_kind(kind: int) -> None:
    if kind != PlanKind.NORMAL:
        raise KindNotOffered(type=kind)


async def _hold(call: Call, product_id: int) -> Plan:
    plan = await store.hold_plan(call.tx, call.shop_id, product_id)
    if plan is None or plan.state is PlanState.DELETED:
        raise NoProduct
    return plan


def _edited(plan: Plan, req: wire.ItemPatch, call: Call) -> Plan:
    if req.ratio is not None:
        plan = replace(plan, ratio_ppm=domain.ratio_ppm(req.ratio))
    if (terms := req.exclusive_info) is None:
        return plan
    ends_at = None if terms.is_forerver else wire.moment(terms.end_time) or plan.ends_at
    begins_at = wire.moment(terms.begin_time) or plan.begins_at
    begins_at, ends_at = domain.period(begins_at, ends_at, call.at)
    return replace(plan, begins_at=begins_at, ends_at=ends_at)
