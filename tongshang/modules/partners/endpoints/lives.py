"""Live rooms and announcements of bound promoters and shops (reference section 7.4)."""

from typing import Final

from tongshang.kernel import page
from tongshang.modules.league import api as league
from tongshang.modules.league.api import NoSharer
from tongshang.modules.links import api as links
from tongshang.modules.links.api import LiveRef
from tongshang.modules.live import api as live
from tongshang.modules.live.api import RoomState
from tongshang.modules.partners.actions import contents as actions
from tongshang.modules.partners.actions.contents import Account, Goods
from tongshang.modules.partners.refusals import NoContent, NoShop, NoTalent
from tongshang.modules.partners.store import visits
from tongshang.modules.partners.wire import contents as wire
from tongshang.modules.partners.wire.words import number_of
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import seconds

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/promoter/"
_OF_TALENT: Final = (NoTalent, NoSharer, NoContent)
_OF_SHOP: Final = (NoShop, NoSharer, NoContent)


async def _shop(call: Call, req: wire.ShopRef) -> Account:
    told = req.shop_appid, req.promoter_id, req.promoter_type
    return await actions.find_account(call, *told, actions.CHANNELS)


# --- what is in the bag ------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    _PATH + "get_live_commission_product_list",
    needs=Scope.AGENCY,
    refuses=(NoTalent,),
    reads=True,
)
async def list_goods(call: Call, req: wire.FeedQuery) -> wire.BagPage:
    """What is in the bags of a bound promoter's rooms on air and brings the agency something."""
    account = await actions.find_talent(call, req.talent_appid)
    shown, key = await _goods(call, account, req.next_key, req.page_size)
    return _bag(shown, key)


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_live_commission_product_list",
    needs=Scope.AGENCY,
    refuses=(NoShop,),
    reads=True,
)
async def list_shop_goods(call: Call, req: wire.ShopFeedQuery) -> wire.BagPage:
    """What is in the bags of a bound shop's rooms on air and brings the agency something."""
    shown, key = await _goods(call, await _shop(call, req), req.next_key, req.page_size)
    reply = _bag(shown, key)
    for view, goods in zip(reply.product_list, shown, strict=True):
        view.commission_rate = goods.ratio_ppm
    return reply


async def _goods(call: Call, account: Account, next_key: str, size: int) -> tuple[list[Goods], str]:
    question = ("partners.bag", call.caller.party_id, account.party.party_id)
    before = page.after_number(question, next_key, 2**62)
    rooms = await actions.list_rooms(call, account, RoomState.ON_AIR)
    bags = await live.bags_of(call.tx, [room.content_id for room, _ in rooms])
    keys = {(item.shop_id, item.product_id) for bag in bags.values() for item in bag}
    goods = await actions.goods_of(call, account, sorted(keys)) if keys else {}
    left = sorted((i for i in goods if i < before), reverse=True)
    shown = left[:size]
    key = page.cursor(question, (shown[-1],)) if len(left) > size else ""
    return [goods[i] for i in shown], key


def _bag(shown: list[Goods], key: str) -> wire.BagPage:
    views = [
        wire.BagProduct(
            product_id=one.card.product_id,
            product_name=one.card.title,
            product_img_url=one.card.picture_url,
            product_price=one.card.price_fen,
            predict_commission_amount=one.brings_fen,
        )
        for one in shown
    ]
    return wire.BagPage(product_list=views, next_key=key, has_more=bool(key))


# --- rooms on air ------------------------------------------------------------------------------


@ENDPOINTS("POST", _PATH + "get_live_record_list", needs=Scope.AGENCY, refuses=(NoTalent, NoSharer))
async def list_records(call: Call, req: wire.TalentRef) -> wire.RecordList:
    """A bound promoter's rooms on air, with links in a sharer's name."""
    account = await actions.find_talent(call, req.talent_appid)
    return await _records(call, account, req.sharer_appid)


@ENDPOINTS(
    "POST", _PATH + "get_shop_live_record_list", needs=Scope.AGENCY, refuses=(NoShop, NoSharer)
)
async def list_shop_records(call: Call, req: wire.ShopRef) -> wire.RecordList:
    """A bound shop's rooms on air, with links in a sharer's name."""
    return await _records(call, await _shop(call, req), req.sharer_appid)


async def _records(call: Call, account: Account, sharer_appid: str) -> wire.RecordList:
    carrier_id = await actions.carrier_of(call, sharer_appid)
    found = await actions.list_rooms(call, account, RoomState.ON_AIR)
    refs = [LiveRef(room.content_id, carrier_id) for room, _ in found]
    urls = await actions.share_links(call, refs)
    return wire.RecordList(
        live_record_list=[
            wire.Record(str(room.content_id), content.title, url)
            for (room, content), url in zip(found, urls, strict=True)
        ]
    )


@ENDPOINTS("POST", _PATH + "get_live_record_qr_code", needs=Scope.AGENCY, refuses=_OF_TALENT)
async def get_record_code(call: Call, req: wire.RecordRef) -> wire.QrReply:
    """A QR code of a bound promoter's room on air, in a sharer's name."""
    account = await actions.find_talent(call, req.talent_appid)
    ref = await _ref(call, account, RoomState.ON_AIR, req.export_id, req.sharer_appid)
    return wire.QrReply(qrcode_url=await links.qr_url(call, ref))


@ENDPOINTS("POST", _PATH + "get_shop_live_record_qr_code", needs=Scope.AGENCY, refuses=_OF_SHOP)
async def get_shop_record_code(call: Call, req: wire.ShopRecordRef) -> wire.QrReply:
    """A QR code of a bound shop's room on air, in a sharer's name."""
    account = await _shop(call, req)
    ref = await _ref(call, account, RoomState.ON_AIR, req.export_id, req.sharer_appid)
    return wire.QrReply(qrcode_url=await links.qr_url(call, ref))


async def _ref(
    call: Call, account: Account, state: RoomState, text: str, sharer_appid: str
) -> LiveRef:
    carrier_id = await actions.carrier_of(call, sharer_appid)
    room = await actions.find_room(call, account, state, text)
    return LiveRef(room.content_id, carrier_id)


# --- announcements -----------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    _PATH + "get_live_notice_record_list",
    needs=Scope.AGENCY,
    refuses=(NoTalent,),
    reads=True,
)
async def list_notices(call: Call, req: wire.TalentRef) -> wire.NoticeList:
    """The rooms that a bound promoter has announced, the earliest first."""
    account = await actions.find_talent(call, req.talent_appid)
    return wire.NoticeList(live_notice_record_list=await _notices(call, account))


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_live_notice_record_list",
    needs=Scope.AGENCY,
    refuses=(NoShop,),
    reads=True,
)
async def list_shop_notices(call: Call, req: wire.ShopRef) -> wire.ShopNoticeList:
    """The rooms that a bound shop has announced, the earliest first."""
    return wire.ShopNoticeList(live_record_list=await _notices(call, await _shop(call, req)))


async def _notices(call: Call, account: Account) -> list[wire.Notice]:
    return [
        wire.Notice(str(room.content_id), content.title, seconds(room.starts_at))
        for room, content in await actions.list_rooms(call, account, RoomState.SCHEDULED)
    ]


@ENDPOINTS(
    "POST",
    _PATH + "get_live_notice_promoter_share_link",
    needs=Scope.AGENCY,
    refuses=_OF_TALENT,
)
async def get_notice_link(call: Call, req: wire.NoticeRef) -> wire.ShareLinkReply:
    """A link to a bound promoter's announcement, in a sharer's name."""
    account = await actions.find_talent(call, req.talent_appid)
    ref = await _ref(call, account, RoomState.SCHEDULED, req.notice_id, req.sharer_appid)
    return wire.ShareLinkReply(promoter_share_link=await links.short_link(call, ref))


@ENDPOINTS(
    "POST",
    _PATH + "get_shop_live_notice_promoter_share_link",
    needs=Scope.AGENCY,
    refuses=_OF_SHOP,
)
async def get_shop_notice_link(call: Call, req: wire.ShopNoticeRef) -> wire.ShareLinkReply:
    """A link to a bound shop's announcement, in a sharer's name."""
    account = await _shop(call, req)
    ref = await _ref(call, account, RoomState.SCHEDULED, req.notice_id, req.sharer_appid)
    return wire.ShareLinkReply(promoter_share_link=await links.short_link(call, ref))


@ENDPOINTS("POST", _PATH + "get_live_notice_record_qr_code", needs=Scope.AGENCY, refuses=_OF_TALENT)
async def get_notice_code(call: Call, req: wire.NoticeRef) -> wire.QrReply:
    """A QR code of a bound promoter's announcement, in a sharer's name."""
    account = await actions.find_talent(call, req.talent_appid)
    ref = await _ref(call, account, RoomState.SCHEDULED, req.notice_id, req.sharer_appid)
    return wire.QrReply(qrcode_url=await links.qr_url(call, ref))


@ENDPOINTS(
    "POST", _PATH + "get_shop_live_notice_record_qr_code", needs=Scope.AGENCY, refuses=_OF_SHOP
)
async def get_shop_notice_code(call: Call, req: wire.ShopNoticeRef) -> wire.QrReply:
    """A QR code of a bound shop's announcement, in a sharer's name."""
    account = await _shop(call, req)
    ref = await _ref(call, account, RoomState.SCHEDULED, req.notice_id, req.sharer_appid)
    return wire.QrReply(qrcode_url=await links.qr_url(call, ref))


@ENDPOINTS(
    "POST",
    _PATH + "get_live_notice_reservation_info",
    needs=Scope.AGENCY,
    refuses=(NoSharer,),
    reads=True,
)
async def count_reservations(call: Call, req: wire.ReservationQuery) -> wire.CountReply:
    """How many who came by a sharer's links, or those of all the agency's, booked a room."""
    carrier_id = 0
    if req.sharer_appid:
        sharer, _ = await league.bound_sharer(call, req.sharer_appid)
        carrier_id = sharer.party_id
    content_id = number_of(req.live_notice_id)
    came = await visits.who_came(call.tx, call.caller.party_id, content_id, carrier_id)
    return wire.CountReply(count=await live.count_booked(call.tx, content_id, came))
