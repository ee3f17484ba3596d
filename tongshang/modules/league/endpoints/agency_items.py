"""An agency's goods: what shops and agencies supply it with, taken in, hidden, passed on."""

from datetime import UTC, datetime
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named as Ids
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.inventory import api as inventory
from tongshang.modules.league.actions import supplying
from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.named import CommissionType
from tongshang.modules.league.domain.supply import LinkKind, SubItem, SubItemState
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    NoAgencyProduct,
    NoShopTie,
    NotSubmitted,
)
from tongshang.modules.league.store import items as store
from tongshang.modules.league.store import plans, resales
from tongshang.modules.league.wire import agencies as wire
from tongshang.modules.league.wire.plans import moment
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS = Endpoints("league")

_PATH: Final = "/channels/ec/league/headsupplier"
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)
_ADD, _HIDE, _SHOW = 1, 3, 4


@ENDPOINTS("POST", f"{_PATH}/item/list/get", needs=Scope.AGENCY, refuses=(BadAppid,), reads=True)
async def list_items(call: Call, req: wire.ItemQuery) -> wire.ItemPageReply:
    """The agency's products, of one shop or of all."""
    shop_id = 0
    if req.appid:
        shop_id = (await supplying.party_of(call, req.appid, PartyKind.SHOP)).party_id
    question = ("league.items", call.caller.party_id, shop_id)
    after = page.after_number(question, req.next_key, 0)
    limit = req.page_size + 1
    found = await store.list_products(call.tx, call.caller.party_id, shop_id, after, limit)
    shown = found[: req.page_size]
    shops = await identity.find_parties(call.tx, sorted({one for one, _ in shown}))
    has_more = len(found) > req.page_size
    return wire.ItemPageReply(
        items=[wire.ItemListed(shops[shop].appid, str(product)) for shop, product in shown],
        has_more=has_more,
        next_key=page.cursor(question, (shown[-1][1],)) if has_more else "",
    )


@ENDPOINTS(
    "POST",
    f"{_PATH}/item/get",
    needs=Scope.AGENCY,
    refuses=(BadAppid, NoAgencyProduct),
    reads=True,
)
async def get_item(call: Call, req: wire.ItemRef) -> wire.ItemReply:
    """One of the agency's products, and what the best of the ways by which it has it pays."""
    shop = await supplying.party_of(call, req.appid, PartyKind.SHOP)
    best = await supplying.best_item(call, shop.party_id, req.product_id)
    if best is None:
        raise NoAgencyProduct
    card, sheet = await supplying.sheet_of(call, shop.party_id, req.product_id)
    stocks = await inventory.stocks_of_products(call.tx, shop.party_id, [req.product_id])
    info = wire.ItemInfo.with_skus(card, sheet, stocks.get(req.product_id, {}))
    terms = wire.ItemTerms.of(best[1], call.at)
    return wire.ItemReply(item=wire.ItemView(shop.appid, req.product_id, info, terms))


@ENDPOINTS(
    "POST",
    f"{_PATH}/item/upd",
    needs=Scope.AGENCY,
    refuses=(BadAgencyRequest, BadAppid, NoAgencyProduct, NotSubmitted, NoShopTie),
)
async def update_item(call: Call, req: wire.ItemMove) -> WireReply:
    """Take in a product that is offered to the agency by name (1), hide it (3) or show it (4)."""
    if req.type not in {_ADD, _HIDE, _SHOW}:
        raise BadAgencyRequest(field="type", rule="is 1, 3 or 4")
    shop = await supplying.party_of(call, req.appid, PartyKind.SHOP)
    key, agency_id = (shop.party_id, req.product_id), call.caller.party_id
    if req.type != _ADD:
        if not await store.hide(call.tx, agency_id, key, is_hidden=req.type == _HIDE):
            known = await store.items_of_product(call.tx, agency_id, *key)
            raise NotSubmitted if known else NoAgencyProduct
        return WireReply()
    ways = await resales.find_supplied(call.tx, key, agency_id, call.at)
    if not ways:
        raise NoAgencyProduct
    taken = await store.items_of_offers(call.tx, agency_id, [way.offer.key for way in ways])
    new = [way.offer for way in ways if way.offer.key not in taken]
    if not new:
        raise NotSubmitted
    for offer in new:
        await supplying.take_in(call, offer, is_hidden=False)
    return WireReply()


@ENDPOINTS(
    "POST",
    f"{_PATH}/item/promotiondetail/get",
    needs=Scope.AGENCY,
    refuses=(BadLink,),
    reads=True,
)
async def get_promotion(call: Call, req: wire.LinkRef) -> wire.OfferReply:
    """What is behind a product link: whose it is, what it pays, and whether the agency has it."""
    found = await supplying.follow(call, req.head_supplier_item_link)
    offer, plan = found.offer, found.offer.plan
    mine = await store.items_of_offers(call.tx, call.caller.party_id, [offer.key])
    rates = await plans.rates(call.tx, [(plan.shop_id, plan.product_id)], call.at)
    named = [plan.shop_id, offer.resale.agency_id if offer.resale else call.caller.party_id]
    parties = await identity.find_parties(call.tx, named)
    ratio = found.sub_item.ratio_ppm if found.sub_item else plan.ratio_ppm
    terms = wire.OfferTerms.of(offer, ratio, rates.get(plan.product_id))
    return wire.OfferReply(item=wire.OfferView.of(offer, terms, parties, mine.get(offer.key)))


@ENDPOINTS(
    "POST",
    f"{_PATH}/cooperativeitem/add",
    needs=Scope.AGENCY,
    refuses=(BadLink, NotSubmitted, NoShopTie),
)
async def take_in(call: Call, req: wire.ItemAsk) -> wire.ItemTaken:
    """Take in what a product link leads to; again it is the item that there is."""
    found = await supplying.follow(call, req.head_supplier_item_link)
    item = await supplying.take_in(call, found.offer, is_hidden=bool(req.hidden_flag))
    return wire.ItemTaken(cooperative_item_id=item.item_id)


@ENDPOINTS(
    "POST",
    f"{_PATH}/cooperativeitem/list/get",
    needs=Scope.AGENCY,
    refuses=(BadAgencyRequest,),
    reads=True,
)
async def list_taken(call: Call, req: wire.TakenQuery) -> wire.TakenPage:
    """The agency's items: of a commission type, taken in within a time."""
    kind = None
    if req.commission_type is not None:
        if req.commission_type not in set(CommissionType):
            raise BadAgencyRequest(field="commission_type", rule="is 0 or 1")
        kind = CommissionType(req.commission_type)
    span = req.listing_time_range or wire.Times()
    added = moment(span.min) or _FIRST, moment(span.max) or _LAST
    question = ("league.taken", call.caller.party_id, req.commission_type, *added)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_items(
        call.tx, call.caller.party_id, after, req.page_size + 1, kind=kind, added=added
    )
    shown = found[: req.page_size]
    offers = await supplying.offers_of(call, shown)
    return wire.TakenPage(
        items=[
            wire.TakenItem(one.product_id, one.item_id, offer.link)
            for one, offer in zip(shown, offers, strict=True)
        ],
        next_key=page.cursor(question, (shown[-1].item_id,)) if len(found) > len(shown) else "",
    )


@ENDPOINTS(
    "POST",
    f"{_PATH}/subitem/add",
    needs=Scope.AGENCY,
    refuses=(NoAgencyProduct, NotSubmitted, BadAgencyRequest),
)
async def add_sub_item(call: Call, req: wire.SubItemDraft) -> wire.SubItemAdded:
    """Say what is passed on to promoters of an item of which the agency has the whole fee.

    Several ratios may stand beside each other, each with a link of its own; never more than what
    comes to the agency itself. What the shop fixes for promoters takes no sub-plan.
    """
    item = await supplying.own_item(call, req.cooperative_item_id)
    if item.commission_type is not CommissionType.AGENCY_FIXES:
        raise NotSubmitted
    offer = await supplying.offer_of(call, item)
    ratio = supply.passed_ppm(req.ratio, req.ratio_ext, offer.arrives_ppm)
    sub = SubItem(item.agency_id, call.take_id(Ids.PLAN), item.item_id, ratio, SubItemState.LISTED)
    sub_item_id = await store.add_sub_item(call.tx, sub, call.at)
    await store.add_links(call.tx, {sub_item_id: item.agency_id}, LinkKind.SUB_ITEM)
    return wire.SubItemAdded(sub_item_id=sub_item_id)


@ENDPOINTS(
    "POST",
    f"{_PATH}/subitem/list/get",
    needs=Scope.AGENCY,
    refuses=(NoAgencyProduct,),
    reads=True,
)
async def list_sub_items(call: Call, req: wire.SubItemQuery) -> wire.SubItemPage:
    """What the agency passes on of an item, with the links that promoters are given."""
    item = await supplying.own_item(call, req.cooperative_item_id)
    question = ("league.sub_items", item.agency_id, item.item_id)
    after = page.after_number(question, req.next_key, 0)
    limit = req.page_size + 1
    found = await store.list_sub_items(call.tx, item.agency_id, item.item_id, after, limit)
    shown = found[: req.page_size]
    arrives = (await supplying.offer_of(call, item)).arrives_ppm
    return wire.SubItemPage(
        items=[wire.SubItemView.of(one, arrives) for one in shown],
        next_key=page.cursor(question, (shown[-1].sub_item_id,)) if len(found) > len(shown) else "",
    )
