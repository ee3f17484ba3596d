"""Accounts that cooperate with a shop (reference section 10.3; contract family cooperation).

An account is named by its appid: of a mini program or an official account anywhere, or of another
shop's program here, which then asks for goods and orders of the shops it works with.
"""

import base64
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.links import api as links
from tongshang.modules.media import api as media
from tongshang.modules.media.api import PictureRefused
from tongshang.modules.ordering import api as ordering
from tongshang.modules.partners.actions import cooperation as actions
from tongshang.modules.partners.domain.cooperation import INVITED_FOR, SHOPS_MAX, Bond, KeptFile
from tongshang.modules.partners.machine import BOND, BondMove, BondState
from tongshang.modules.partners.refusals import (
    FileElsewhere,
    NoFile,
    NoOrder,
    NotCooperating,
    NotInPool,
    TicketVoid,
    UnknownAccountType,
)
from tongshang.modules.partners.store import cooperation as store
from tongshang.modules.partners.wire import cooperation as wire
from tongshang.modules.partners.wire.words import number_of
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing, WireReply

ENDPOINTS: Final = Endpoints("partners")

_PATH: Final = "/channels/ec/cooperation/"
_NEWEST: Final = 2**62
_LISTED_MAX: Final = 500
_TYPES: Final = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif"))


# --- the shop's side ---------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    _PATH + "invitation/qrcode/generate",
    needs=Scope.SHOP,
    refuses=(UnknownAccountType,),
)
async def invite(call: Call, req: wire.AccountRef) -> wire.QrReply:
    """Invite an account, again if it did not answer; who holds it scans the code within 3 days."""
    kind = actions.checked_kind(req.sharer_type)
    known = await store.hold(call.tx, call.shop_id, req.sharer_id, kind)
    state = BOND.step(known.state if known else BondState.NONE, BondMove.INVITE)
    until = call.at + INVITED_FOR
    ticket = actions.ticket_of(call, req.sharer_id, kind, until)
    party = (await identity.find_by_appids(call.tx, [req.sharer_id])).get(req.sharer_id)
    name = party.name[:64] if party else ""
    told = call.shop_id, req.sharer_id, kind, name, state, ticket, call.at, until
    await store.invite(call.tx, Bond(*told))
    picture = links.qr_png(f"{call.house.address}/cooperation?ticket={ticket}")
    return wire.QrReply(data=wire.QrData(base64.b64encode(picture).decode()))


@ENDPOINTS(
    "POST",
    _PATH + "invitation/get",
    needs=Scope.SHOP,
    refuses=(UnknownAccountType, NotCooperating),
    reads=True,
)
async def get_invitation(call: Call, req: wire.AccountRef) -> wire.StatusReply:
    """What came of an invitation: 1 bound to 7 withdrawn, as section 10.3 numbers them."""
    kind = actions.checked_kind(req.sharer_type)
    bond = await store.find(call.tx, call.shop_id, req.sharer_id, kind)
    if bond is None:
        raise NotCooperating
    return wire.StatusReply(data=wire.StatusData(bond.status(call.at)))


@ENDPOINTS(
    "POST",
    _PATH + "invitation/cancel",
    needs=Scope.SHOP,
    refuses=(UnknownAccountType, NotCooperating),
)
async def cancel(call: Call, req: wire.AccountRef) -> WireReply:
    """Withdraw an invitation that nobody has answered."""
    await _move(call, req, BondMove.CANCEL)
    return WireReply()


@ENDPOINTS(
    "POST",
    _PATH + "invitation/unbind",
    needs=Scope.SHOP,
    refuses=(UnknownAccountType, NotCooperating),
)
@ENDPOINTS(
    "POST",
    _PATH + "unbind",
    needs=Scope.SHOP,
    refuses=(UnknownAccountType, NotCooperating),
)
async def unbind(call: Call, req: wire.AccountRef) -> WireReply:
    """End the cooperation with an account; the two spellings of the path do the same."""
    await _move(call, req, BondMove.UNBIND)
    return WireReply()


async def _move(call: Call, req: wire.AccountRef, by: BondMove) -> None:
    kind = actions.checked_kind(req.sharer_type)
    bond = await store.hold(call.tx, call.shop_id, req.sharer_id, kind)
    if bond is None:
        raise NotCooperating
    await store.save(call.tx, bond.moved(by, call.at))


@ENDPOINTS("POST", _PATH + "list", needs=Scope.SHOP, refuses=(UnknownAccountType,), reads=True)
async def list_accounts(call: Call, req: wire.ListQuery) -> wire.AccountList:
    """The accounts of a kind that the shop ever invited, the latest first."""
    kind = actions.checked_kind(req.sharer_type)
    found = await store.list_of_shop(call.tx, call.shop_id, kind, _LISTED_MAX)
    return wire.AccountList(data_list=[wire.Account.of(one, call.at) for one in found])


# --- the account's side ------------------------------------------------------------------------


@ENDPOINTS("POST", _PATH + "shop/list", needs=Scope.SHOP, reads=True)
async def list_shops(call: Call, req: WireNothing) -> wire.ShopList:
    """The shops that the calling program's account works with, or worked with."""
    own = await identity.get_party(call.tx, call.shop_id)
    found = await store.list_of_account(call.tx, own.appid, _LISTED_MAX)
    shops = await identity.find_parties(call.tx, [one.shop_id for one in found])
    return wire.ShopList(
        shop_list=[
            wire.Shop.of(one, shops[one.shop_id].appid, shops[one.shop_id].name, call.at)
            for one in found
        ]
    )


@ENDPOINTS("POST", _PATH + "product/list", needs=Scope.SHOP, refuses=(NotCooperating,), reads=True)
async def list_products(call: Call, req: wire.ProductQuery) -> wire.ProductPage:
    """What a cooperating shop has on sale, the newest first."""
    shop = await actions.find_shop(call, req.shop_appid)
    question = ("partners.cooperation", call.shop_id, shop.party_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await catalog.list_of_shop(call.tx, shop.party_id, before, req.page_size + 1)
    shown = found[: req.page_size]
    more = len(found) > req.page_size
    return wire.ProductPage(
        products=[wire.ProductLine(str(one.product_id)) for one in shown],
        total_num=await catalog.count_of_shop(call.tx, shop.party_id),
        next_key=page.cursor(question, (shown[-1].product_id,)) if more else "",
    )


@ENDPOINTS(
    "POST",
    _PATH + "product/get",
    needs=Scope.SHOP,
    refuses=(NotCooperating, NotInPool),
    reads=True,
)
async def get_product(call: Call, req: wire.ProductRef) -> wire.ProductReply:
    """A product that a cooperating shop has on sale."""
    shop = await actions.find_shop(call, req.shop_appid)
    owner_id, sheet = (await catalog.sheets(call.tx, [req.product_id])).get(
        req.product_id, (0, None)
    )
    if sheet is None or owner_id != shop.party_id:
        raise NotInPool
    lowest = min(sku.sale_price for sku in sheet.skus)
    told = str(req.product_id), sheet.title, list(sheet.head_imgs), lowest
    return wire.ProductReply(product=wire.Product(*told))


@ENDPOINTS(
    "POST",
    _PATH + "order/get",
    needs=Scope.SHOP,
    refuses=(NotCooperating, NoOrder),
    reads=True,
)
async def get_order(call: Call, req: wire.OrderRef) -> wire.OrderReply:
    """An order of a cooperating shop that the account itself brought; of its own shop any."""
    shop = await actions.find_shop(call, req.shop_appid)
    order_id = number_of(req.order_id)
    order = (await ordering.get_orders(call.tx, shop.party_id, [order_id])).get(order_id)
    is_own = shop.party_id == call.shop_id
    if order is None or not (is_own or any(one.promoter_id == call.shop_id for one in order.lines)):
        raise NoOrder
    people = await identity.find_buyers(call.tx, [order.buyer_id])
    openid = people[order.buyer_id].openid if order.buyer_id in people else ""
    view = ordering.order_view(order, openid, {}, (), ())
    detail = wire.OrderDetail(view.order_detail.product_infos, view.order_detail.price_info)
    return wire.OrderReply(order=wire.Order(detail, openid, openid))


# --- files -------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/channels/ec/open/upload",
    needs=Scope.SHOP,
    refuses=(FileElsewhere, PictureRefused),
)
async def upload(call: Call, req: wire.Upload) -> wire.UploadReply:
    """Keep a picture that a user of the account has made, for what he orders (5 MB)."""
    if not req.media:
        raise FileElsewhere
    (url,) = await media.keep_pictures(call, call.shop_id, [req.media])
    file_id = call.take_id(Named.MEDIA)
    await store.add_file(call.tx, KeptFile(call.shop_id, file_id, req.openid, url, call.at))
    return wire.UploadReply(media_id=str(file_id))


@ENDPOINTS(
    "POST",
    "/channels/ec/open/get_download_url",
    needs=Scope.SHOP,
    refuses=(NoOrder, NoFile),
    reads=True,
)
async def get_download_url(call: Call, req: wire.FileQuery) -> wire.FileReply:
    """Where the shop gets what the buyer of an order has made; the address ends after 2 hours."""
    order_id = number_of(req.order_id)
    order = (await ordering.get_orders(call.tx, call.shop_id, [order_id])).get(order_id)
    buyer_id = await identity.find_buyer_id(call.tx, req.openid)
    if order is None or buyer_id is None or order.buyer_id != buyer_id:
        raise NoOrder
    owners = [call.shop_id, *{one.promoter_id for one in order.lines if one.promoter_id}]
    kept = await store.last_file(call.tx, owners, req.openid)
    if kept is None:
        raise NoFile
    url, until = actions.file_url(call, kept.url)
    return wire.FileReply(url=url, expire_time=until)


@ENDPOINTS("GET", "/v1/buyer/file/get", needs=Scope.PUBLIC, refuses=(NoFile,), reads=True)
async def get_file(call: Call, req: wire.FileToken) -> wire.FileContent:
    """The file of a download's address, while that holds."""
    content = await media.read_picture(call.house, actions.read_file(call, req.token))
    if not content:
        raise NoFile
    kinds = [kind for start, kind in _TYPES if content.startswith(start)]
    return wire.FileContent(kinds[0] if kinds else "image/webp", content)


# --- who holds the account ---------------------------------------------------------------------


@ENDPOINTS("GET", "/v1/buyer/cooperation/get", needs=Scope.BUYER, refuses=(TicketVoid,), reads=True)
async def get_ticket(call: Call, req: wire.TicketRef) -> wire.TicketView:
    """Which shop invites which account; whoever holds the code may answer."""
    return await _view(call, await actions.answered(call, req.ticket))


@ENDPOINTS("POST", "/v1/buyer/cooperation/answer", needs=Scope.BUYER, refuses=(TicketVoid,))
async def answer(call: Call, req: wire.TicketAnswer) -> wire.TicketView:
    """Accept or refuse for the account; it fails where the account works with 20 shops already."""
    bond = await actions.answered(call, req.ticket, held=True)
    by = BondMove.ACCEPT if req.accepts else BondMove.REFUSE
    if bond.is_late(call.at) or not BOND.allows(bond.state, by):
        raise TicketVoid
    if req.accepts and await store.count_shops(call.tx, bond.sharer_id) >= SHOPS_MAX:
        by = BondMove.FAIL
    moved = bond.moved(by, call.at)
    await store.save(call.tx, moved)
    return await _view(call, moved)


async def _view(call: Call, bond: Bond) -> wire.TicketView:
    shop = await identity.get_party(call.tx, bond.shop_id)
    state = "timed_out" if bond.is_late(call.at) else bond.state.name.lower()
    told = bond.sharer_id, bond.name, bond.kind, state
    return wire.TicketView(str(shop.party_id), shop.name, shop.icon_url, *told)
