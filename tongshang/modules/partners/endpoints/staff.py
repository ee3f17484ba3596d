"""A shop's own people share what it sells (contract family sharer): no commission is paid.

The platform ended the old sharers in 2025; a shop's own people are the part of them that shops
still ask for (reference sections 7.1 and 15).
"""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductStatus
from tongshang.modules.identity import api as identity
from tongshang.modules.links import api as links
from tongshang.modules.links.api import CardRef, ShareDraft
from tongshang.modules.live import api as live
from tongshang.modules.live.api import RoomState
from tongshang.modules.partners.actions import staff as actions
from tongshang.modules.partners.domain.staff import SharerType, Staff, share_scene, surfaces_of
from tongshang.modules.partners.events import ShopSharerMoved
from tongshang.modules.partners.machine import STAFF, StaffMove, StaffState
from tongshang.modules.partners.refusals import (
    NoContent,
    NoPerson,
    NotInPool,
    NotSharing,
    TicketVoid,
)
from tongshang.modules.partners.store import staff as store
from tongshang.modules.partners.wire import staff as wire
from tongshang.modules.partners.wire.words import number_of
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import ContentKind, Surface
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/sharer/"
_LINKING: Final = (NotSharing, NotInPool)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def _person(call: Call, openid: str) -> int:
    buyer_id = await identity.find_buyer_id(call.tx, openid) if openid else None
    if buyer_id is None:
        raise NoPerson
    return buyer_id


async def _bound(call: Call, openid: str) -> Staff:
    buyer_id = await identity.find_buyer_id(call.tx, openid) if openid else None
    found = await store.find_bound(call.tx, call.shop_id, [buyer_id]) if buyer_id else {}
    if not buyer_id or buyer_id not in found:
        raise NotSharing
    return found[buyer_id]


# --- binding -----------------------------------------------------------------------------------


@ENDPOINTS("POST", _PATH + "bind", needs=Scope.SHOP, refuses=(NoPerson,))
async def invite(call: Call, req: wire.BindRequest) -> wire.BindReply:
    """Invite a person, by openid, to share for the shop; the QR code opens what he answers.

    Who is bound already gets no new code of use: he stays bound.
    """
    buyer_id = await _person(call, req.username)
    known = await store.hold(call.tx, call.shop_id, [buyer_id])
    state = known[buyer_id].state if buyer_id in known else StaffState.NONE
    STAFF.step(state, StaffMove.INVITE)
    ticket = actions.ticket_of(call, buyer_id)
    await store.invite(call.tx, call.shop_id, buyer_id, ticket, call.at)
    url = f"{call.house.address}/sharing/shop?ticket={ticket}"
    picture = base64.b64encode(links.qr_png(url)).decode()
    return wire.BindReply(qrcode_img=url, qrcode_img_base64=picture)


@ENDPOINTS("POST", _PATH + "unbind", needs=Scope.SHOP)
async def unbind(call: Call, req: wire.UnbindRequest) -> wire.UnbindReply:
    """Let people go, each with his own result: who is unknown fails, who is not bound is refused."""
    reply = wire.UnbindReply()
    ids = {
        one: await identity.find_buyer_id(call.tx, one) for one in dict.fromkeys(req.openid_list)
    }
    held = await store.hold(call.tx, call.shop_id, [one for one in ids.values() if one])
    for openid, buyer_id in ids.items():
        staff = held.get(buyer_id or 0)
        if staff is None:
            reply.fail_openid.append(openid)
        elif not STAFF.allows(staff.state, StaffMove.UNBIND):
            reply.refuse_openid.append(openid)
        else:
            state = STAFF.step(staff.state, StaffMove.UNBIND)
            await store.save(call.tx, replace(staff, state=state))
            told = call.shop_id, staff.buyer_id, openid, SharerType.OF_SHOP, state, call.at
            await call.tell(ShopSharerMoved(*told))
            reply.success_openid.append(openid)
    return reply


@ENDPOINTS("POST", _PATH + "get_sharer_list", needs=Scope.SHOP, reads=True)
async def list_sharers(call: Call, req: wire.SharerQuery) -> wire.SharerPage:
    """The shop's people who share (sharer_type 1); of the ordinary ones (0) there are none left."""
    if req.sharer_type != SharerType.OF_SHOP:
        return wire.SharerPage()
    offset = (req.page - 1) * req.page_size
    found = await store.list_bound(call.tx, call.shop_id, req.page_size, offset)
    people = await identity.find_buyers(call.tx, [one.buyer_id for one in found])
    views = [wire.SharerInfo(*actions.told(one, people[one.buyer_id])) for one in found]
    return wire.SharerPage(sharer_info_list=views)


@ENDPOINTS("POST", _PATH + "search_sharer", needs=Scope.SHOP, refuses=(NotSharing,), reads=True)
async def find_sharer(call: Call, req: wire.SearchQuery) -> wire.SearchReply:
    """One of the shop's people, by openid; `username` is the same here."""
    staff = await _bound(call, req.openid or req.username)
    person = await identity.get_buyer(call.tx, staff.buyer_id)
    openid, unionid, nickname, kind, bound = actions.told(staff, person)
    return wire.SearchReply(
        openid=openid, unionid=unionid, nickname=nickname, sharer_type=kind, bind_time=bound
    )


# --- links -------------------------------------------------------------------------------------


async def _card(call: Call, req: wire.ProductRef) -> CardRef:
    """The card of one of the shop's products, as one of its people shows it."""
    staff = await _bound(call, req.openid)
    card = (await catalog.cards(call.tx, [(call.shop_id, req.product_id)])).get(req.product_id)
    if card is None or card.status is not ProductStatus.LISTED:
        raise NotInPool
    key = call.shop_id, staff.buyer_id, req.product_id
    share_id = await store.find_share(call.tx, *key)
    if not share_id:
        draft = ShareDraft(
            staff.buyer_id, CardRef(call.shop_id, req.product_id), Surface.SHORT_LINK
        )
        share_id = await store.keep_share(call.tx, *key, await links.share(call, draft))
    return CardRef(call.shop_id, req.product_id, share_id=share_id)


@ENDPOINTS("POST", _PATH + "get_sharer_product_h5url", needs=Scope.SHOP, refuses=_LINKING)
async def get_h5url(call: Call, req: wire.ProductRef) -> wire.H5Url:
    """A short link to a product, as one of the shop's people shows it."""
    return wire.H5Url(product_h5url=await links.short_link(call, await _card(call, req)))


@ENDPOINTS("POST", _PATH + "get_sharer_product_taglink", needs=Scope.SHOP, refuses=_LINKING)
async def get_taglink(call: Call, req: wire.ProductRef) -> wire.Taglink:
    """A 口令 of a product, as one of the shop's people shows it."""
    return wire.Taglink(product_taglink=await links.taglink(call, await _card(call, req)))


@ENDPOINTS("POST", _PATH + "get_sharer_product_qrcode", needs=Scope.SHOP, refuses=_LINKING)
async def get_qrcode(call: Call, req: wire.ProductRef) -> wire.Qrcode:
    """The address of a picture: a QR code of a product, as one of the shop's people shows it."""
    return wire.Qrcode(product_qrcode=await links.qr_url(call, await _card(call, req)))


@ENDPOINTS(
    "POST", _PATH + "get_shop_finder_live_sharer_url", needs=Scope.SHOP, refuses=(NoContent,)
)
async def get_live_url(call: Call, req: wire.LiveRef) -> wire.UrlReply:
    """A link to a room on air that has goods of the shop in its bag."""
    return await _live_url(call, req.export_id, req.finder_id, RoomState.ON_AIR)


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_finder_live_notice_sharer_url",
    needs=Scope.SHOP,
    refuses=(NoContent,),
)
async def get_notice_url(call: Call, req: wire.NoticeRef) -> wire.UrlReply:
    """A link to an announced room that has goods of the shop in its bag."""
    return await _live_url(call, req.notice_id, req.finder_id, RoomState.SCHEDULED)


async def _live_url(call: Call, text: str, finder_id: str, state: RoomState) -> wire.UrlReply:
    content_id = number_of(text)
    room = (await live.rooms_of(call.tx, [content_id])).get(content_id)
    bag = (await live.bags_of(call.tx, [content_id])).get(content_id, [])
    has_goods = any(item.shop_id == call.shop_id for item in bag)
    if not room or room.state is not state or room.host_id != number_of(finder_id):
        raise NoContent
    if not has_goods and room.host_id != call.shop_id:
        raise NoContent
    return wire.UrlReply(url=await links.short_link(call, links.LiveRef(content_id)))


# --- orders ------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST", _PATH + "get_sharer_order_list", needs=Scope.SHOP, refuses=(NotSharing,), reads=True
)
async def list_orders(call: Call, req: wire.OrderQuery) -> wire.OrderPage:
    """What the shop's people brought, a line an item, the latest paid first; within 30 days."""
    buyer_id = (await _bound(call, req.openid)).buyer_id if req.openid else 0
    among = surfaces_of(req.share_scene) if req.share_scene else None
    until = _EPOCH + timedelta(seconds=req.end_time) if req.end_time else call.at
    since = until - timedelta(days=30)
    if req.start_time:
        since = _EPOCH + timedelta(seconds=req.start_time)
    when = since, until + timedelta(seconds=1)
    part = req.page_size, (req.page - 1) * req.page_size
    found = await store.list_orders(call.tx, call.shop_id, (buyer_id, among), when, part)
    people = await identity.find_buyers(call.tx, sorted({one.buyer_id for one in found}))
    parties = await identity.find_parties(call.tx, sorted({one.promoter_id for one in found}))
    contents = await surfaces.get_contents(call.tx, sorted({one.content_id for one in found}))
    lines = []
    for one in found:
        line = wire.OrderLine(
            order_id=str(one.order_id),
            share_scene=share_scene(one.surface),
            sharer_openid=people[one.buyer_id].openid,
            sharer_type=SharerType.OF_SHOP,
            sku_id=str(one.sku_id),
            product_id=str(one.product_id),
        )
        if finder := parties.get(one.promoter_id):
            content = contents.get(one.content_id)
            number = str(one.content_id) if content else ""
            is_live = content is not None and content.kind is ContentKind.LIVE_ROOM
            line.finder_scene_info = wire.FinderScene(
                promoter_id=str(finder.party_id),
                finder_nickname=finder.name,
                live_export_id=number if is_live else "",
                video_export_id="" if is_live else number,
                video_title=content.title if content and not is_live else "",
            )
        lines.append(line)
    return wire.OrderPage(order_list=lines)


# --- the person who is invited -----------------------------------------------------------------


@ENDPOINTS("GET", "/v1/sharer/shop/get", needs=Scope.BUYER, refuses=(TicketVoid,), reads=True)
async def get_ticket(call: Call, req: wire.TicketRef) -> wire.TicketView:
    """Which shop invites the caller to share for it, and what came of it."""
    shop_id = actions.read_ticket(call, req.ticket)
    staff = await store.find(call.tx, shop_id, call.buyer_id)
    if staff is None or staff.ticket != req.ticket:
        raise TicketVoid
    shop = await identity.get_party(call.tx, shop_id)
    return wire.TicketView(str(shop_id), shop.name, shop.icon_url, staff.state.name.lower())


@ENDPOINTS("POST", "/v1/sharer/shop/answer", needs=Scope.BUYER, refuses=(TicketVoid,))
async def answer_ticket(call: Call, req: wire.TicketAnswer) -> wire.TicketView:
    """Accept or refuse a shop's invitation to share for it."""
    shop_id = actions.read_ticket(call, req.ticket)
    staff = (await store.hold(call.tx, shop_id, [call.buyer_id])).get(call.buyer_id)
    if staff is None or staff.ticket != req.ticket:
        raise TicketVoid
    by = StaffMove.ACCEPT if req.accepts else StaffMove.REFUSE
    if not STAFF.allows(staff.state, by):
        raise TicketVoid
    state = STAFF.step(staff.state, by)
    bound_at = call.at if state is StaffState.BOUND else None
    await store.save(call.tx, replace(staff, state=state, bound_at=bound_at))
    if state is StaffState.BOUND:
        openid = (await identity.get_buyer(call.tx, call.buyer_id)).openid
        told = shop_id, call.buyer_id, openid, SharerType.OF_SHOP, state, call.at
        await call.tell(ShopSharerMoved(*told))
    shop = await identity.get_party(call.tx, shop_id)
    return wire.TicketView(str(shop_id), shop.name, shop.icon_url, state.name.lower())
