"""Agencies and their sharers: bound, paid, let go (reference section 7.4)."""

from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.actions import sharers as actions
from tongshang.modules.league.domain import sharers as rules
from tongshang.modules.league.domain.sharers import PoolFilter
from tongshang.modules.league.machine import SharerState
from tongshang.modules.league.refusals import (
    NoProduct,
    NoSharer,
    SharerRatioOutOfRange,
    SimpleSharer,
    UnknownPay,
)
from tongshang.modules.league.store import sharers as store
from tongshang.modules.league.store import sharers_pool as pool
from tongshang.modules.league.wire import sharers as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS: Final = Endpoints("league")

_PATH: Final = "/channels/ec/promoter/"
# A shop publishes as itself: its videos as a Channels account, its articles as an official one.
CHANNELS: Final = 1
OFFICIAL: Final = 4
_ACCOUNTS: Final = (CHANNELS, OFFICIAL)


@ENDPOINTS(
    "POST",
    _PATH + "get_promoter_register_and_bind_status",
    needs=Scope.AGENCY,
    refuses=(NoSharer,),
    reads=True,
)
async def get_status(call: Call, req: wire.StatusQuery) -> wire.StatusReply:
    """Whether a person is registered and bound to the agency, and with what he becomes so.

    The query strings are opened as `businessType` CreatorApplyments, seven days long; they are this
    person's only. Registered simply (`is_simple_register`), only the agency itself can pay him; who
    is may register wholly later.
    """
    buyer_id, sharer = await actions.find_person(call, req.sharer_appid, req.sharer_openid)
    if not buyer_id:
        raise NoSharer
    bond = None
    if sharer:
        bond = await store.find_bond(call.tx, call.caller.party_id, sharer.party_id)
    query = actions.invite(call, buyer_id, is_simple=req.is_simple_register)
    reply = wire.StatusReply(bind_status=int(bond is not None))
    if bond is None:
        reply.bind_business_type, reply.bind_query_string = actions.BUSINESS, query
    if sharer:
        reply.register_status = sharer.state
        party = await identity.get_party(call.tx, sharer.party_id)
        reply.sharer_appid = party.appid
    asks_more = sharer is not None and sharer.is_simple and not req.is_simple_register
    if asks_more or reply.register_status != SharerState.DONE:
        reply.register_business_type, reply.register_query_string = actions.BUSINESS, query
    return reply


@ENDPOINTS("POST", _PATH + "get_bind_sharer_list", needs=Scope.AGENCY, reads=True)
async def list_sharers(call: Call, req: wire.SharerQuery) -> wire.SharerPage:
    """The agency's sharers, all or one of them; `next_key` is empty on the last page."""
    agency_id = call.caller.party_id
    question = ("league.sharers", agency_id, req.sharer_appid, req.sharer_openid)
    after, only = page.after_number(question, req.next_key, 0), 0
    if req.sharer_appid or req.sharer_openid:
        _, sharer = await actions.find_person(call, req.sharer_appid, req.sharer_openid)
        if sharer is None:
            return wire.SharerPage()
        only = sharer.party_id
    found = await store.list_bonds(call.tx, agency_id, after, req.page_size + 1, only)
    shown = found[: req.page_size]
    parties = await identity.find_parties(call.tx, [bond.sharer_id for bond in shown])
    more = len(found) > req.page_size
    return wire.SharerPage(
        sharer_info_list=[wire.SharerInfo.of(bond, parties[bond.sharer_id]) for bond in shown],
        next_key=page.cursor(question, (shown[-1].sharer_id,)) if more else "",
    )


@ENDPOINTS("POST", _PATH + "headsupplier_unbind_promoter", needs=Scope.AGENCY, refuses=(NoSharer,))
async def let_go(call: Call, req: wire.SharerRef) -> WireReply:
    """Let a sharer go; what was ordered by his links before is paid as it was promised."""
    sharer, bond = await actions.bound_sharer(call, req.sharer_appid)
    await actions.unbind(call, sharer, bond)
    return WireReply()


@ENDPOINTS(
    "POST",
    _PATH + "set_sharer_commission_info",
    needs=Scope.AGENCY,
    refuses=(NoSharer, UnknownPay, SimpleSharer, SharerRatioOutOfRange),
)
async def set_pay(call: Call, req: wire.PayRequest) -> WireReply:
    """Who pays a sharer: the platform a part of the agency's fee (0), or the agency itself (1)."""
    sharer, bond = await actions.bound_sharer(call, req.sharer_appid)
    pay, ratio = rules.checked_pay(sharer, req.commission_type, req.commission_ratio)
    if not await store.set_pay(call.tx, replace(bond, pay=pay, ratio_ppm=ratio), call.at):
        raise NoSharer
    return WireReply()


@ENDPOINTS(
    "POST",
    _PATH + "set_sharer_product_commission_info",
    needs=Scope.AGENCY,
    refuses=(NoSharer, SharerRatioOutOfRange, NoProduct),
)
async def set_ratio(call: Call, req: wire.RatioRequest) -> WireReply:
    """What part of the fee a sharer gets for one product of the agency's pool."""
    agency_id = call.caller.party_id
    _, bond = await actions.bound_sharer(call, req.sharer_appid)
    ratio = rules.checked_ratio(req.commission_ratio)
    which = PoolFilter(product_ids=(req.product_id,))
    if not await pool.list_pool(call.tx, agency_id, which, call.at):
        raise NoProduct
    await store.set_ratio(call.tx, (agency_id, bond.sharer_id), req.product_id, ratio, call.at)
    return WireReply()


@ENDPOINTS(
    "POST",
    _PATH + "get_sharer_product_commission_info",
    needs=Scope.AGENCY,
    refuses=(NoSharer,),
    reads=True,
)
async def get_ratio(call: Call, req: wire.RatioQuery) -> wire.RatioReply:
    """What part of the fee was set for a sharer and a product; else that of all products holds."""
    agency_id = call.caller.party_id
    _, bond = await actions.bound_sharer(call, req.sharer_appid)
    ratio = await store.find_ratio(call.tx, (agency_id, bond.sharer_id), req.product_id)
    return wire.RatioReply(is_set=ratio is not None, commission_ratio=ratio or 0)


@ENDPOINTS("POST", _PATH + "get_bind_shop_list", needs=Scope.AGENCY, reads=True)
async def list_shops(call: Call, req: wire.ShopQuery) -> wire.ShopPage:
    """The shops that work with the agency, and since when."""
    question = ("league.bound_shops", call.caller.party_id)
    after = page.after_number(question, req.next_key, 0)
    found = await pool.list_shops(call.tx, call.caller.party_id, after, req.page_size + 1)
    shown, more = found[: req.page_size], len(found) > req.page_size
    shops = await identity.find_parties(call.tx, [shop_id for shop_id, _ in shown])
    views = [
        wire.ShopInfo(shop.appid, shop.name, shop.icon_url, int(since.timestamp()))
        for shop_id, since in shown
        if (shop := shops.get(shop_id))
    ]
    key = page.cursor(question, (shown[-1][0],)) if more else ""
    return wire.ShopPage(shop_list=views, next_key=key, has_more=more)


@ENDPOINTS(
    "POST",
    _PATH + "get_bind_shop_promoter_list",
    needs=Scope.AGENCY,
    refuses=(NoProduct,),
    reads=True,
)
async def list_accounts(call: Call, req: wire.ShopPromoterQuery) -> wire.ShopPromoterPage:
    """The accounts as which a bound shop publishes: 1 its videos and rooms, 4 its articles."""
    shop = (await identity.find_by_appids(call.tx, [req.shop_appid])).get(req.shop_appid)
    bound = shop and shop.kind is PartyKind.SHOP
    if not (shop and bound) or not await pool.list_shops(
        call.tx, call.caller.party_id, 0, 1, shop.party_id
    ):
        raise NoProduct
    question = ("league.shop_accounts", shop.party_id)
    start = page.after_number(question, req.next_key, 0)
    shown = _ACCOUNTS[start : start + req.page_size]
    more = start + req.page_size < len(_ACCOUNTS)
    told = shop.name, shop.icon_url
    return wire.ShopPromoterPage(
        promoter_list=[wire.ShopPromoter(str(shop.party_id), kind, *told) for kind in shown],
        next_key=page.cursor(question, (start + req.page_size,)) if more else "",
        has_more=more,
    )


@ENDPOINTS("POST", _PATH + "get_bind_talent_list", needs=Scope.AGENCY, reads=True)
async def list_talents(call: Call, req: wire.TalentQuery) -> wire.TalentPage:
    """The promoters who let the agency's sharers share their contents, all or one of them."""
    agency_id = call.caller.party_id
    question = ("league.talents", agency_id, req.talent_appid)
    after, only = page.after_number(question, req.next_key, 0), 0
    if req.talent_appid:
        named = (await identity.find_by_appids(call.tx, [req.talent_appid])).get(req.talent_appid)
        if named is None:
            return wire.TalentPage()
        only = named.party_id
    found = await store.list_talents(call.tx, agency_id, after, req.page_size + 1, only)
    shown, more = found[: req.page_size], len(found) > req.page_size
    parties = await identity.find_parties(call.tx, [bond.talent_id for bond in shown])
    return wire.TalentPage(
        talent_list=[wire.TalentInfo.of(bond, parties) for bond in shown],
        next_key=page.cursor(question, (shown[-1].talent_id,)) if more else "",
        has_more=more,
    )
