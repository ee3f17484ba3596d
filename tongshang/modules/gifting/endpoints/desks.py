"""Gifts on the desks of shops and of the operator."""

from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.kernel.page import after, after_number, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import api as catalog
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.domain import chains
from tongshang.modules.gifting.domain.activity import Activity, ActivityState
from tongshang.modules.gifting.domain.rules import Rule, check_rule
from tongshang.modules.gifting.machine import PortionState
from tongshang.modules.gifting.store import (
    activities,
    donations,
    lists,
    portions,
    presents,
    settings,
)
from tongshang.modules.gifting.store import chains as chain_store
from tongshang.modules.gifting.wire import desk as wire
from tongshang.modules.gifting.wire.buyers import maybe
from tongshang.modules.gifting.wire.views import RuleView
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering.api import SkuNotFound
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("gifting")

_PAGE: Final = 20
_LONGEST: Final = timedelta(days=366)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@ENDPOINTS(
    "POST",
    "/v1/shop/gifts/activity/make",
    needs=Scope.ORDER,
    refuses=(refusals.TimeOutOfRange, SkuNotFound, refusals.MerchantPriceTooHigh),
)
async def make_activity(call: Call, req: wire.ActivityDraft) -> wire.ActivityView:
    """Begin an activity of giving: a pool of your own goods, a budget, and a time."""
    starts, ends = _moment("starts_at", req.starts_at), _moment("ends_at", req.ends_at)
    if not (call.at < ends and starts < ends <= starts + _LONGEST):
        raise refusals.TimeOutOfRange(field="ends_at", rule="0 - 366 d")
    pool = tuple({item.sku_id: item for item in (one.item() for one in req.pool)}.values())
    keys = [(call.shop_id, item.sku_id) for item in pool]
    offers = await catalog.offers(call.tx, keys)
    rules = await settings.get_rules(call.tx)
    for item in pool:
        offer = offers.get((call.shop_id, item.sku_id))
        if offer is None or offer.product_id != item.product_id:
            raise SkuNotFound(shop_id=str(call.shop_id), sku_id=str(item.sku_id))
        if offer.price_fen > rules.merchant_price_max_fen:
            raise refusals.MerchantPriceTooHigh(limit=rules.merchant_price_max_fen)
    begun = ActivityState.RUNNING if starts <= call.at else ActivityState.NOT_STARTED
    activity = Activity(
        call.shop_id, call.take_id(Named.ACTIVITY), req.name.strip(), req.is_free, begun,
        starts, ends, req.budget_fen, 0, call.at, pool,
    )  # fmt: skip
    await activities.add_activity(call.tx, activity)
    return wire.ActivityView.of(activity, call.at)


def _moment(field: str, at: datetime) -> datetime:
    """A moment with its zone, within what a calendar holds."""
    if not 2000 <= at.year <= 2199:
        raise refusals.TimeOutOfRange(field=field, rule="2000 - 2199, UTC")
    return at.astimezone(UTC)


@ENDPOINTS(
    "POST",
    "/v1/shop/gifts/activity/end",
    needs=Scope.ORDER,
    refuses=(refusals.ActivityNotFound, refusals.ActivityNotRunning),
)
async def end_activity(call: Call, req: wire.ActivityRef) -> Done:
    """End an activity before its time; presents that were made stay as they are."""
    running = (ActivityState.NOT_STARTED, ActivityState.RUNNING)
    activity_id = number(req.activity_id)
    if await activities.find_activity(call.tx, call.shop_id, activity_id) is None:
        raise refusals.ActivityNotFound
    if not await activities.mark(call.tx, call.shop_id, activity_id, ActivityState.OVER, running):
        raise refusals.ActivityNotRunning
    return Done()


@ENDPOINTS("GET", "/v1/shop/gifts/activity/list", needs=Scope.ORDER, reads=True)
async def list_activities(call: Call, req: wire.ActivityQuery) -> wire.ActivityPage:
    """Your activities of giving, the newest first."""
    found, count = await activities.list_activities(
        call.tx, call.shop_id, req.status, _PAGE, (req.page - 1) * _PAGE
    )
    return wire.ActivityPage([wire.ActivityView.of(one, call.at) for one in found], count)


@ENDPOINTS(
    "GET",
    "/v1/shop/gifts/activity/get",
    needs=Scope.ORDER,
    refuses=(refusals.ActivityNotFound,),
    reads=True,
)
async def get_activity(call: Call, req: wire.ActivityRef) -> wire.ActivityView:
    """One activity with its pool and what of it is used."""
    found = await activities.find_activity(call.tx, call.shop_id, number(req.activity_id))
    if found is None:
        raise refusals.ActivityNotFound
    return wire.ActivityView.of(found, call.at)


@ENDPOINTS("GET", "/v1/shop/gifts/list", needs=Scope.ORDER, refuses=(CursorMismatch,), reads=True)
async def list_presents(call: Call, req: wire.PresentQuery) -> wire.ShopPresentPage:
    """Presents of your goods, the newest first."""
    question = ["shop.gifts", call.shop_id]
    before = after_number(question, req.next_key, ID_MAX)
    ids = await lists.list_latest(call.tx, call.shop_id, before, req.page_size + 1)
    page, more = ids[: req.page_size], len(ids) > req.page_size
    keys = [(call.shop_id, one) for one in page]
    found = await presents.find_presents(call.tx, keys)
    parts = await portions.list_portions(call.tx, keys)
    shown = [
        wire.ShopPresent(
            str(one.present_id),
            one.kind.value,
            one.state.value,
            one.title,
            one.message,
            one.amount_fen,
            one.portions,
            sum(part.state is PortionState.ORDERED for part in parts[key]),
            sum(part.is_undecided for part in parts[key]),
            one.is_free,
            one.made_at,
            one.expires_at,
        )
        for key, one in ((key, found[key]) for key in keys)
    ]
    return wire.ShopPresentPage(shown, cursor(question, (page[-1],)) if more else "", more)


@ENDPOINTS("POST", "/v1/shop/gifts/orders", needs=Scope.ORDER, reads=True)
async def list_order_gifts(call: Call, req: wire.OrderIds) -> wire.OrderGifts:
    """Which of your orders are gifts, from whom and to whom; names are masked."""
    ids = [number(one) for one in req.order_ids]
    parts = await portions.find_by_order(call.tx, [(call.shop_id, one) for one in ids])
    found = await presents.find_presents(call.tx, {one.present_key for one in parts.values()})
    who = {one.giver_id for one in found.values()}
    who |= {one.receiver_id or one.named_id for one in parts.values()}
    buyers = await identity.find_buyers(call.tx, sorted(who - {0})) if who - {0} else {}
    names = {buyer_id: wire.masked_name(one.nickname) for buyer_id, one in buyers.items()}
    shown = []
    for part in parts.values():
        present = found[part.present_key]
        shown.append(
            wire.OrderGift(
                str(part.order_id), str(part.present_id), present.kind.value, present.is_free,
                names.get(present.giver_id, ""),
                names.get(part.receiver_id or part.named_id, ""), present.message,
            )
        )  # fmt: skip
    return wire.OrderGifts(shown)


@ENDPOINTS("GET", "/v1/shop/gifts/chain", needs=Scope.ORDER, reads=True)
async def show_chain(call: Call, req: wire.ChainQuery) -> wire.ChainView:
    """How your gifts travel: depth, width, who gives on, revenue by generation and surface.

    You see how gifts travel, and not whose: groups of few givers are left out, and so much with
    them that nobody can tell them from what is there. What is in your own list is told in full.
    """
    k = (await settings.get_rules(call.tx)).k_anonymous
    since = call.at - timedelta(days=req.days)
    question = (call.shop_id, since, maybe(req.product_id), req.campaign)
    groups = await chain_store.list_groups(call.tx, question)
    givers = await chain_store.count_givers(call.tx, question)
    flows = await chain_store.list_flows(call.tx, question)
    reach = chains.rounded(await chain_store.measure_reach(call.tx, question), k)
    told = chains.told(groups, givers, flows, k)
    asked = [one for one in groups if one.is_asked]
    return wire.ChainView(
        few=k,
        is_partial=told.is_partial,
        depth=max((one.generation for one in told.generations), default=0),
        widest=reach.widest,
        presents=sum(one.presents for one in asked),
        receivers=reach.receivers,
        givers_who_received=reach.givers_who_received,
        k_factor_ppm=chains.ppm(reach.further_presents, reach.receivers),
        lapsed_ppm=chains.ppm(sum(one.lapsed for one in asked), sum(one.portions for one in asked)),
        median_claim_seconds=reach.median_seconds,
        revenue_fen=sum(one.revenue_fen for one in asked),
        generations=[wire.GenerationView(*astuple(one)) for one in told.generations],
        surfaces=[wire.SurfaceView(*one) for one in chains.by_surface(told.nodes)],
        nodes=[
            wire.NodeView(one.generation, one.surface, one.presents, one.givers)
            for one in told.nodes
        ],
        flows=[wire.FlowView(*astuple(one)) for one in told.flows],
    )


# --- the operator's rules ----------------------------------------------------------------------


@ENDPOINTS("GET", "/v1/platform/gifts/rules", needs=Scope.OPERATOR, reads=True)
async def list_rules(call: Call, req: Nothing) -> wire.RulesView:
    """The rules of giving and the branches that may not be given, each with its reason."""
    rules, excluded = await settings.list_rules(call.tx)
    return wire.RulesView(
        [RuleView(one.name, one.value, one.reason) for one in rules],
        [wire.ExcludedView(cat_id, reason) for cat_id, reason in excluded.items()],
    )


@ENDPOINTS(
    "POST",
    "/v1/platform/gifts/rule/set",
    needs=Scope.OPERATOR,
    refuses=(refusals.RuleUnknown, refusals.RuleOutOfRange),
)
async def set_rule(call: Call, req: wire.RuleDraft) -> Done:
    """Set a rule of giving, and say why; gifts that were sent keep the time they had."""
    check_rule(req.name, req.value)
    is_party = req.name == "donation_party_id" and req.value > 0
    if is_party and req.value not in await identity.find_parties(call.tx, [req.value]):
        raise refusals.RuleOutOfRange(name=req.name)
    await settings.set_rule(call.tx, Rule(req.name, req.value, req.reason))
    return Done()


@ENDPOINTS(
    "GET",
    "/v1/platform/gifts/donations",
    needs=Scope.OPERATOR,
    refuses=(CursorMismatch,),
    reads=True,
)
async def list_donations(call: Call, req: wire.DonationQuery) -> wire.DonationPage:
    """What a charity was given by receivers of gifts, the latest first, and how much in all."""
    party_id = maybe(req.party_id) or (await settings.get_rules(call.tx)).donation_party_id
    question = ["gift.donations", party_id]
    last = after(question, req.next_key)
    place = (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1])) if last else (_NEVER, ID_MAX)
    found = await donations.list_donations(call.tx, party_id, place, req.page_size + 1)
    page, more = found[: req.page_size], len(found) > req.page_size
    count, fen = await donations.sum_donations(call.tx, party_id)
    party = (await identity.find_parties(call.tx, [party_id])).get(party_id)
    next_key = ""
    if more:
        next_key = cursor(question, ((page[-1].at - _EPOCH) // _MICROSECOND, page[-1].order_id))
    shown = [
        wire.DonationView(
            str(one.shop_id), str(one.order_id), str(one.present_id), one.amount_fen, one.at
        )
        for one in page
    ]
    name = party.name if party else ""
    return wire.DonationPage(str(party_id), name, count, fen, shown, next_key)


@ENDPOINTS("POST", "/v1/platform/gifts/category/set", needs=Scope.OPERATOR)
async def set_category(call: Call, req: wire.CategoryDraft) -> Done:
    """Let goods of a branch not be given, and say why; without a reason they may be again."""
    if req.reason:
        await settings.exclude(call.tx, req.cat_id, req.reason)
    else:
        await settings.include(call.tx, req.cat_id)
    return Done()
