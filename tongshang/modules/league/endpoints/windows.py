"""Agencies change promoters' windows, as far as those let them (reference section 7.3)."""

from typing import Final

from tongshang.kernel import page
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.actions import supplying
from tongshang.modules.league.actions import windows as actions
from tongshang.modules.league.domain.supply import number_in
from tongshang.modules.league.machine import AuthState
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    BadOpenid,
    BadWindowProduct,
    CannotStandInWindow,
    NoFinder,
    NotInWindow,
    WindowAllowed,
    WindowFailed,
    WindowNotAllowed,
)
from tongshang.modules.league.store import windows as store
from tongshang.modules.league.wire import windows as wire
from tongshang.modules.league.wire.agencies import ProductInfo
from tongshang.modules.league.wire.subscriptions import QrReply
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing, WireReply

ENDPOINTS = Endpoints("league")

_PATH: Final = "/channels/ec/league/headsupplier"
_NORMAL: Final = 1  # plan_type: what the shop's own plan pays, the agency gets nothing
_ANYBODY: Final = -1
_NEWEST: Final = 2**63 - 1
_WHOM: Final = (BadAgencyRequest, NoFinder, BadAppid)


@ENDPOINTS(
    "POST",
    f"{_PATH}/windowauth/get",
    needs=Scope.AGENCY,
    refuses=(*_WHOM, BadOpenid, WindowAllowed),
)
async def ask_for_window(call: Call, req: wire.AuthAsk) -> wire.AuthReply:
    """Ask a promoter for his window, and get the link by which he says yes."""
    promoter = await actions.promoter_named(
        call, finder_id=req.finder_id, openid=req.openid, appid=req.talent_appid
    )
    agency_id = call.caller.party_id
    auth = await store.find_auth(call.tx, agency_id, promoter.party_id)
    if auth is not None and auth.state is AuthState.GIVEN:
        raise WindowAllowed
    await store.ask(call.tx, agency_id, promoter.party_id, call.at)
    platform = (await identity.list_parties(call.tx, PartyKind.PLATFORM, limit=1) or [promoter])[0]
    place = f"/desk/promoter/window?agency_id={agency_id}"
    info = wire.AuthInfo(
        platform.appid,
        place,
        platform.username,
        call.house.address + place,
        promoter.name,
        promoter.icon_url,
    )
    return wire.AuthReply(auth_info=info, openfinderid=str(promoter.party_id))


@ENDPOINTS(
    "POST",
    f"{_PATH}/windowauth/status/get",
    needs=Scope.AGENCY,
    refuses=(*_WHOM, BadOpenid),
    reads=True,
)
async def get_status(call: Call, req: wire.AuthQuery) -> wire.AuthStatus:
    """Whether a promoter lets the agency change his window: 1 he does."""
    promoter = await actions.promoter_named(
        call,
        finder_id=req.openfinderid or req.finder_id,
        openid=req.openid,
        appid=req.talent_appid,
    )
    auth = await store.find_auth(call.tx, call.caller.party_id, promoter.party_id)
    state = auth.state if auth else AuthState.NOT_GIVEN
    return wire.AuthStatus(
        window_auth_status=state,
        openfinderid=str(promoter.party_id),
        opentalentid=promoter.appid,
    )


@ENDPOINTS(
    "POST",
    f"{_PATH}/window/add",
    needs=Scope.AGENCY,
    refuses=(
        *_WHOM,
        WindowNotAllowed,
        BadLink,
        BadWindowProduct,
        CannotStandInWindow,
        WindowFailed,
    ),
)
async def add_product(call: Call, req: wire.WindowAdd) -> WireReply:
    """Put a product in a promoter's window: the agency's own, or (plan_type 1) of the shop's plan.

    Where the agency fixes what promoters get, it needs a sub-plan first; `product_link` names one.
    """
    promoter_id = await _window_of(call, req)
    link_id = number_in(req.product_link)
    if req.product_link and not link_id:
        raise BadLink
    agency_id = 0 if req.plan_type == _NORMAL else call.caller.party_id
    await actions.put_in(
        call,
        promoter_id,
        req.product_id,
        agency_id=agency_id,
        link_id=link_id if agency_id else 0,
        is_hidden=req.is_hide_for_window,
    )
    return WireReply()


@ENDPOINTS(
    "POST",
    f"{_PATH}/window/getall",
    needs=Scope.AGENCY,
    refuses=(*_WHOM, WindowNotAllowed),
    reads=True,
)
async def list_products(call: Call, req: wire.WindowQuery) -> wire.WindowPage:
    """The agency's products in a promoter's window, or (is_get_all) all that stands there."""
    promoter_id = await _window_of(call, req)
    whose = _ANYBODY if req.is_get_all else call.caller.party_id
    found = await store.list_items(
        call.tx,
        promoter_id,
        _NEWEST,
        req.page_size + 1,
        hidden=True,
        agency_id=whose,
        offset=req.offset,
    )
    shown = found[: req.page_size]
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in shown}))
    reply = wire.WindowPage(
        items=[wire.WindowListed.of(one, shops) for one in shown],
        next_offset=req.offset + len(shown),
        have_more=len(found) > len(shown),
    )
    if req.need_total_num:
        reply.total_num = await store.count(call.tx, promoter_id, hidden=True, agency_id=whose)
    return reply


@ENDPOINTS(
    "POST",
    f"{_PATH}/window/getdetail",
    needs=Scope.AGENCY,
    refuses=(*_WHOM, WindowNotAllowed, NotInWindow),
    reads=True,
)
async def get_detail(call: Call, req: wire.WindowProduct) -> wire.WindowReply:
    """What is said of a product in a promoter's window."""
    promoter_id = await _window_of(call, req)
    item = (await store.find_items(call.tx, promoter_id, [req.product_id])).get(req.product_id)
    if item is None:
        raise NotInWindow
    shop = await identity.get_party(call.tx, item.shop_id)
    card, sheet = await supplying.sheet_of(call, item.shop_id, item.product_id)
    info = ProductInfo.of(card, sheet)
    return wire.WindowReply(product_detail=wire.WindowDetail(shop.appid, item.product_id, info))


@ENDPOINTS(
    "POST",
    f"{_PATH}/window/remove",
    needs=Scope.AGENCY,
    refuses=(*_WHOM, WindowNotAllowed, NotInWindow, WindowFailed),
)
async def remove_product(call: Call, req: wire.WindowTake) -> WireReply:
    """Take a product out of a window: one that the agency put in, or whose goods are its own."""
    promoter_id = await _window_of(call, req)
    await store.hold_window(call.tx, promoter_id)
    item = (await store.find_items(call.tx, promoter_id, [req.product_id])).get(req.product_id)
    if item is None:
        raise NotInWindow
    if not item.may_be_removed_by(call.caller.party_id):
        raise WindowFailed(reason="neither are the goods yours, nor did you put them there")
    await store.take(call.tx, promoter_id, req.product_id)
    return WireReply()


@ENDPOINTS("POST", f"{_PATH}/liveprotection/getqrcode", needs=Scope.AGENCY, reads=True)
async def get_protection(call: Call, req: WireNothing) -> QrReply:
    """The address to be shown as a QR code: a host who opens it lets the agency stand behind the goods
    in his window, and so in his live rooms. It holds for a day and for any promoter.
    """
    key = actions.protection_key(call)
    return QrReply(qrcode_url=f"{call.house.address}/desk/promoter/window?protect={key}")


@ENDPOINTS("GET", "/v1/agency/window/list", needs=Scope.AGENCY, reads=True)
async def list_promoters(call: Call, req: wire.Paged) -> wire.PromoterPage:
    """The promoters whose windows the agency asked for, and which of them said yes."""
    question = ("league.windows", call.caller.party_id)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_promoters(call.tx, call.caller.party_id, after, req.limit + 1)
    shown = found[: req.limit]
    promoters = await identity.find_parties(call.tx, [one.promoter_id for one in shown])
    key = page.cursor(question, (shown[-1].promoter_id,)) if len(found) > len(shown) else ""
    return wire.PromoterPage([wire.PromoterView.of(one, promoters) for one in shown], key)


async def _window_of(call: Call, req: wire.WindowRef) -> int:
    """The window that the agency may change; `appid` is its own, or left out."""
    if req.appid not in {"", call.caller.appid}:
        found = await identity.find_by_appids(call.tx, [req.appid])
        if req.appid not in found or found[req.appid].party_id != call.caller.party_id:
            raise BadAppid(appid=req.appid)
    promoter = await actions.promoter_named(call, **req.names())
    await actions.check_allowed(call, promoter.party_id)
    return promoter.party_id
