"""Windows (橱窗): creators' shelves, as their own programs and as buyers see them."""

from typing import Final

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.league.api import WindowItem
from tongshang.modules.surfaces.actions import cards
from tongshang.modules.surfaces.domain.card import CardRef
from tongshang.modules.surfaces.domain.surface import Surface, scene_of
from tongshang.modules.surfaces.wire import windows as wire
from tongshang.modules.surfaces.wire.cards import link
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

WINDOWS: Final = Endpoints("surfaces")

_NEWEST: Final = 2**63 - 1
_OF_SHOPS: Final = 1  # product_source


@WINDOWS("POST", "/channels/ec/talent/window/product/list/get", needs=Scope.WINDOW, reads=True)
async def list_talent_products(call: Call, req: wire.TalentQuery) -> wire.TalentPage:
    """What stands in one's window, by page_index or by last_buffer; the hidden too."""
    question = ("surfaces.talent_window", call.caller.party_id)
    before = page.after_number(question, req.last_buffer, _NEWEST)
    offset = (req.page_index - 1) * req.page_size if req.page_index and not req.last_buffer else 0
    found = await league.window_of(
        call.tx, call.caller.party_id, before, req.page_size, hidden=True, offset=offset
    )
    sheets = await catalog.sheets(call.tx, [one.product_id for one in found])
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in found}))
    return wire.TalentPage(
        products=[
            wire.TalentListed(
                str(one.product_id),
                _OF_SHOPS,
                shops[one.shop_id].appid,
                sheets[one.product_id][1].out_product_id if one.product_id in sheets else "",
            )
            for one in found
        ],
        last_buffer=page.cursor(question, (found[-1].place,)) if found else "",
    )


@WINDOWS(
    "POST",
    "/channels/ec/talent/window/product/get",
    needs=Scope.WINDOW,
    refuses=(league.NotInWindow,),
    reads=True,
)
async def get_talent_product(call: Call, req: wire.ProductRef) -> wire.TalentReply:
    """One product in one's window as it is now; the promotion link credits its owner."""
    item = await _item(call, req.product_id)
    key = item.shop_id, item.product_id
    (view,) = await cards.card_views(call, [card_of(item)])
    sheets = await catalog.sheets(call.tx, [item.product_id])
    product = (await catalog.cards(call.tx, [key]))[item.product_id]
    shops = await identity.find_parties(call.tx, [item.shop_id])
    sheet = sheets[item.product_id][1] if item.product_id in sheets else None
    sold = (await league.sold_of(call.tx, [key])).get(key, 0)
    return wire.TalentReply(product=wire.talent_product(item, view, sheet, product, shops, sold))


@WINDOWS(
    "POST",
    "/channels/ec/window/product/add",
    needs=Scope.WINDOW,
    refuses=(league.BadWindowProduct, league.CannotStandInWindow, league.WindowFailed),
)
async def add_product(call: Call, req: wire.WindowAdd) -> WireReply:
    """Put a shop's product in one's window, on the terms of its plan; again: on those of now."""
    shop_id = await _shop_id(call, req.appid)
    if (await catalog.shop_of(call.tx, [req.product_id])).get(req.product_id) != shop_id:
        raise league.BadWindowProduct
    await league.put_in_window(
        call, call.caller.party_id, req.product_id, is_hidden=req.is_hide_for_window
    )
    return WireReply()


@WINDOWS(
    "POST",
    "/channels/ec/window/product/get",
    needs=Scope.WINDOW,
    refuses=(league.NotInWindow,),
    reads=True,
)
async def get_product(call: Call, req: wire.WindowGet) -> wire.WindowReply:
    """One product in one's window: price, stock, what bars it, and a flash price that runs."""
    item = await _item(call, req.product_id)
    shop = await identity.get_party(call.tx, item.shop_id)
    if shop.appid != req.appid:
        raise league.NotInWindow
    key = item.shop_id, item.product_id
    (view,) = await cards.card_views(call, [card_of(item)])
    product = (await catalog.cards(call.tx, [key]))[item.product_id]
    sheets = await catalog.sheets(call.tx, [item.product_id])
    sheet = sheets[item.product_id][1] if item.product_id in sheets else None
    sold = (await league.sold_of(call.tx, [key])).get(key, 0)
    path = sheet.path if sheet else ()
    is_barred = view.why == "barred"
    shown = wire.WindowProduct(
        shop.appid,
        view.product_id,
        sheet.out_product_id if sheet else "",
        view.title,
        view.picture_url,
        path[:3][-1] if path else 0,
        path[-1] if path else 0,
        wire.in_window(product),
        view.market_price_fen,
        view.price_fen,
        view.stock,
        sold,
        wire.PagePath(shop.appid, link(view.token), link(view.token)),
        0,
        shop.name,
        item.is_hidden,
        is_barred,
    )
    if is_barred:
        shown.banned_details = wire.Ban()
    if view.flash_ends_at is not None:
        ends = int(view.flash_ends_at.timestamp() * 1000)
        shown.limit_discount_info = wire.Discount(True, view.flash_price_fen, view.flash_left, ends)
    return wire.WindowReply(product=shown)


@WINDOWS("POST", "/channels/ec/window/product/list/get", needs=Scope.WINDOW, reads=True)
async def list_products(call: Call, req: wire.WindowQuery) -> wire.WindowPage:
    """What stands in one's window: of one shop or of all. Shops have no branches here."""
    shop_id = await _shop_id(call, req.appid) if req.appid else 0
    question = ("surfaces.window", call.caller.party_id, shop_id)
    before = page.after_number(question, req.last_buffer, _NEWEST)
    offset = 0 if req.last_buffer else (req.page_index - 1) * req.page_size
    promoter_id = call.caller.party_id
    found: list[WindowItem] = []
    if not req.branch_id and shop_id >= 0:
        found = await league.window_of(
            call.tx, promoter_id, before, req.page_size, hidden=True, shop_id=shop_id, offset=offset
        )
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in found}))
    reply = wire.WindowPage(
        products=[
            wire.WindowListed(str(one.product_id), shops[one.shop_id].appid) for one in found
        ],
        last_buffer=page.cursor(question, (found[-1].place,)) if found else "",
    )
    if req.need_total_num:
        reply.total_num = await league.count_window(call.tx, promoter_id, shop_id=shop_id)
    return reply


@WINDOWS(
    "POST",
    "/channels/ec/window/product/off",
    needs=Scope.WINDOW,
    refuses=(league.NotInWindow,),
)
async def take_product(call: Call, req: wire.WindowRef) -> WireReply:
    """Take a product out of one's window."""
    item = await _item(call, req.product_id)
    if await _shop_id(call, req.appid) != item.shop_id:
        raise league.NotInWindow
    await league.take_out_of_window(call, call.caller.party_id, req.product_id)
    return WireReply()


@WINDOWS("GET", "/v1/buyer/window/list", needs=Scope.PUBLIC, reads=True)
async def list_window(call: Call, req: wire.BuyerQuery) -> wire.BuyerWindow:
    """A creator's window, in its order; what is off sale or barred there is left out.

    A page may hold fewer than `limit`; `next_key` says if more follow.
    """
    promoter_id = int(req.promoter_id)
    question = ("surfaces.buyer_window", promoter_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await league.window_of(call.tx, promoter_id, before, req.limit + 1)
    shown = found[: req.limit]
    refs = [card_of(one, position) for position, one in enumerate(shown, start=1)]
    views = await cards.card_views(call, refs)
    key = page.cursor(question, (shown[-1].place,)) if len(found) > len(shown) else ""
    hidden = {"gone", "off_sale", "barred"}
    return wire.BuyerWindow([one for one in views if one.why not in hidden], key)


def card_of(item: WindowItem, position: int = 0) -> CardRef:
    """A window's card: its owner's, on the deal by which the product stands there."""
    return CardRef(
        item.shop_id,
        item.product_id,
        item.promoter_id,
        scene=scene_of(Surface.WINDOW),
        surface=Surface.WINDOW,
        position=position,
        deal_id=item.deal_id,
    )


async def _item(call: Call, product_id: int) -> WindowItem:
    found = await league.window_items(call.tx, call.caller.party_id, [product_id])
    if product_id not in found:
        raise league.NotInWindow
    return found[product_id]


async def _shop_id(call: Call, appid: str) -> int:
    """The shop of an appid; -1: there is none, and so nothing of it."""
    party = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    return party.party_id if party and party.kind is PartyKind.SHOP else -1
