"""The square where agencies choose, the goods on it, and who hears of their changes."""

from typing import Final

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.inventory import api as inventory
from tongshang.modules.league.actions import goods, supplying
from tongshang.modules.league.domain.square import month_began
from tongshang.modules.league.domain.supply import OfferType
from tongshang.modules.league.refusals import BadAgencyRequest, BadAppid, NoAgencyProduct
from tongshang.modules.league.store import agencies
from tongshang.modules.league.store import square as store
from tongshang.modules.league.wire import square as shown_as
from tongshang.modules.league.wire import subscriptions as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing, WireReply

ENDPOINTS = Endpoints("league")

_PATH: Final = "/channels/ec/league/headsupplier"
_NEWEST: Final = 2**62
_SOURCES: Final[dict[int | None, frozenset[int]]] = {
    None: frozenset(OfferType),
    1: frozenset({1, 2}),
    2: frozenset({3, 4}),
}


@ENDPOINTS(
    "POST",
    f"{_PATH}/selectionproducts/list/get",
    needs=Scope.AGENCY,
    refuses=(BadAgencyRequest,),
    reads=True,
)
async def list_selection(call: Call, req: shown_as.SelectionQuery) -> shown_as.SelectionPage:
    """What the agency may take in, the newest first: offered by shops to it (plan_type 1) or to all
    agencies (2), supplied by agencies to it (3) or to all (4).

    Monthly sales are those of the alliance. Flag 7, free shipping, depends on where to and finds
    nothing.
    """
    if req.plan_type not in set(OfferType):
        raise BadAgencyRequest(field="plan_type", rule="is 1 to 4")
    if req.spu_source not in _SOURCES:
        raise BadAgencyRequest(field="spu_source", rule="is 1 or 2")
    if "\0" in req.keyword:
        raise BadAgencyRequest(field="keyword", rule="is text")
    named = req.category is not None and bool(req.category.category_name)
    tree = shown_as.by_name(await catalog.all_categories(call.tx)) if named else {}
    which = req.filter(tree, call.at)
    agency_id = call.caller.party_id
    question = ("league.selection", agency_id, req.plan_type, req.spu_source, which)
    before = page.after_number(question, req.next_key, _NEWEST)
    if req.plan_type not in _SOURCES[req.spu_source]:
        return shown_as.SelectionPage()
    found = await store.list_offers(
        call.tx, before, call.at, which, req.page_size + 1, agency=(agency_id, req.plan_type)
    )
    shown = [offer for offer, _ in found[: req.page_size]]
    shops = await identity.find_parties(call.tx, sorted({one.plan.shop_id for one in shown}))
    has_more = len(found) > req.page_size
    return shown_as.SelectionPage(
        product_list=[shown_as.Selected.of(one, shops) for one in shown],
        next_key=page.cursor(question, (shown[-1].number,)) if has_more else "",
    )


@ENDPOINTS(
    "POST",
    f"{_PATH}/productdetail/get",
    needs=Scope.AGENCY,
    refuses=(BadAppid, NoAgencyProduct),
    reads=True,
)
async def get_detail(call: Call, req: shown_as.DetailQuery) -> shown_as.DetailReply:
    """A product that may be taken in: all that its shop says of it, and a month's sales."""
    shop = await supplying.party_of(call, req.shop_appid, PartyKind.SHOP)
    key = shop.party_id, req.product_id
    is_offered = (await store.known(call.tx, [key])).get(key, False)
    sheets = await catalog.sheets(call.tx, [req.product_id]) if is_offered else {}
    if req.product_id not in sheets:
        raise NoAgencyProduct
    stocks = await inventory.stocks_of_products(call.tx, shop.party_id, [req.product_id])
    month = await store.sold_after(call.tx, [key], month_began(call.at))
    cards = await catalog.cards(call.tx, [key])
    detail = shown_as.ProductDetail.of(
        sheets[req.product_id][1],
        cards[req.product_id].status,
        stocks.get(req.product_id, {}),
        month.get(key, 0),
    )
    brief = shown_as.ShopBrief(shop.name, shop.icon_url)
    view = shown_as.DetailView(shop.appid, str(req.product_id), detail, brief)
    return shown_as.DetailReply(product=view)


@ENDPOINTS("GET", "/channels/ec/category/league/all", needs=Scope.AGENCY, reads=True)
async def list_categories(call: Call, req: WireNothing) -> wire.CatsReply:
    """Every category with the way to it. No qualifications are asked for here."""
    return wire.CatsReply.of(await catalog.all_categories(call.tx))


@ENDPOINTS(
    "POST", f"{_PATH}/subscription/subscribe", needs=Scope.AGENCY, refuses=(NoAgencyProduct,)
)
async def subscribe(call: Call, req: wire.ProductRef) -> WireReply:
    """Hear of changes of a product's plans, by the push head_supplier_item_update; again: as it is."""
    shops = await catalog.shop_of(call.tx, [req.product_id])
    shop_id = shops.get(req.product_id, 0)
    if not await goods.with_plans(call, [(shop_id, req.product_id)]):
        raise NoAgencyProduct
    await agencies.subscribe(call.tx, call.caller.party_id, (shop_id, req.product_id), call.at)
    return WireReply()


@ENDPOINTS("POST", f"{_PATH}/subscription/unsubscribe", needs=Scope.AGENCY)
async def unsubscribe(call: Call, req: wire.ProductRef) -> WireReply:
    """Hear of a product no longer, unless it is one of the agency's own; again: as it is."""
    await agencies.unsubscribe(call.tx, call.caller.party_id, req.product_id)
    return WireReply()


@ENDPOINTS(
    "POST",
    f"{_PATH}/subscription/getsubscribe",
    needs=Scope.AGENCY,
    refuses=(BadAppid, BadAgencyRequest),
    reads=True,
)
async def list_subscriptions(call: Call, req: wire.SubscriptionQuery) -> wire.SubscriptionPage:
    """Products of which the agency asked to hear: of a shop, by id, or by a part of the title."""
    asked, shop_id = req.filter or wire.SubscriptionFilter(), 0
    if asked.appid:
        shop_id = (await supplying.party_of(call, asked.appid, PartyKind.SHOP)).party_id
    if "\0" in asked.product_name:
        raise BadAgencyRequest(field="product_name", rule="is text")
    which = (call.caller.party_id, shop_id, asked.product_id, asked.product_name)
    question = ("league.subscriptions", *which)
    after = page.after_number(question, req.next_key, 0)
    found = await agencies.list_subscriptions(call.tx, which, after, req.page_size + 1)
    shown, has_more = found[: req.page_size], len(found) > req.page_size
    shops = await identity.find_parties(call.tx, sorted({one for one, _ in shown}))
    reply = wire.SubscriptionPage(
        subscribe_info_list=[
            wire.Subscription(shops[shop].appid, str(product)) for shop, product in shown
        ],
        next_key=page.cursor(question, (shown[-1][1],)) if has_more else "",
        has_more=has_more,
    )
    if req.need_total_num:
        reply.total_num = await agencies.count_subscriptions(call.tx, which)
    return reply
