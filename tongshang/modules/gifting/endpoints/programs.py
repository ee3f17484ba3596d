"""Gifts as shops and their programs ask for them over the wire (contract family order_present)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField, Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import merchants, reading
from tongshang.modules.gifting.domain.activity import Activity
from tongshang.modules.gifting.store import activities, lists, portions, presents, returns
from tongshang.modules.gifting.wire import shops as wire
from tongshang.modules.identity import api as identity
from tongshang.modules.inventory import api as inventory
from tongshang.modules.ordering import api as ordering
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply
from tongshang.runtime.wire import number, seconds

ENDPOINTS: Final = Endpoints("gifting")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = (_EPOCH, 0)
_MICROSECOND: Final = timedelta(microseconds=1)
_PAGE_MAX: Final = 100


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentsuborder/get",
    needs=Scope.ORDER,
    refuses=(refusals.WrongPresentId,),
    reads=True,
)
async def list_sub_orders(call: Call, req: wire.PresentRef) -> wire.SubOrderIds:
    """The orders that the portions of a present are."""
    key = (call.shop_id, number(req.present_order_id))
    parts = (await portions.list_portions(call.tx, [key])).get(key)
    if parts is None:
        raise refusals.WrongPresentId(present_id=str(key[1]))
    return wire.SubOrderIds(order_ids=[str(one.order_id) for one in parts])


@ENDPOINTS(
    "POST",
    "/channels/ec/order/present/get",
    needs=Scope.ORDER,
    refuses=(refusals.WrongPresentId,),
    reads=True,
)
async def get_present(call: Call, req: wire.PresentRef) -> wire.PresentReply:
    """A present with what was paid for it and its sub orders."""
    key = (call.shop_id, number(req.present_order_id))
    present = (await presents.find_presents(call.tx, [key])).get(key)
    if present is None:
        raise refusals.WrongPresentId(present_id=str(key[1]))
    parts = (await portions.list_portions(call.tx, [key]))[key]
    orders = await ordering.get_orders(call.tx, key[0], [one.order_id for one in parts])
    who = {one.receiver_id or one.named_id for one in parts} - {0}
    buyers = await identity.find_buyers(call.tx, sorted(who)) if who else {}
    openids = {buyer_id: buyer.openid for buyer_id, buyer in buyers.items()}
    return wire.PresentReply(present=wire.WirePresent.of(present, parts, orders, openids))


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentlist/get",
    needs=Scope.ORDER,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_presents(call: Call, req: wire.PresentListQuery) -> wire.PresentIdPage:
    """Presents of the shop by the time they were made or changed, the oldest first."""
    ids, next_key = await _page(call, req, "presents", -1)
    return wire.PresentIdPage(
        present_order_list=[wire.PresentId(str(one)) for one in ids], next_key=next_key
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentorderlist/get",
    needs=Scope.ORDER,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_user_presents(call: Call, req: wire.UserListQuery) -> wire.UserPresentPage:
    """Presents that a user gave (without an open_id: anybody), each with its sub orders."""
    giver_id = -1
    if req.open_id:
        giver_id = await merchants.buyer_of(call, "open_id", req.open_id)
    ids, next_key = await _page(call, req, "user.presents", giver_id)
    parts = await portions.list_portions(call.tx, [(call.shop_id, one) for one in ids])
    listed = [
        wire.PresentOrders(str(one), [str(part.order_id) for part in parts[call.shop_id, one]])
        for one in ids
    ]
    return wire.UserPresentPage(present_order_list=listed, next_key=next_key)


async def _page(
    call: Call, req: wire.PresentListQuery | wire.UserListQuery, name: str, giver_id: int
) -> tuple[list[int], str]:
    await check_appid(call, req.shop_appid)
    since, until, by_change = wire.span_of(req.create_time_range, req.update_time_range)
    question = [name, call.shop_id, since, until, by_change, giver_id]
    place = _place(after(question, req.next_key))
    found = await lists.list_presents(
        call.tx, call.shop_id, (since, until), place, giver_id, req.page_size + 1,
        by_change=by_change,
    )  # fmt: skip
    page = found[: req.page_size]
    more = len(found) > req.page_size
    next_key = cursor(question, _key(page[-1][1], page[-1][0])) if more else ""
    return [present_id for present_id, _ in page], next_key


@ENDPOINTS(
    "POST",
    "/channels/ec/order/receiverorderlist/get",
    needs=Scope.ORDER,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_received(call: Call, req: wire.ReceiverListQuery) -> wire.ReceivedPage:
    """Orders that a user received as gifts, by the time of acceptance, the oldest first."""
    await check_appid(call, req.shop_appid)
    since, until, _ = wire.span_of(req.create_time_range, req.update_time_range)
    buyer_id = await merchants.buyer_of(call, "openid", req.openid)
    question = ["received", call.shop_id, since, until, buyer_id]
    place = _place(after(question, req.next_key))
    found = await lists.list_received(
        call.tx, buyer_id, call.shop_id, (since, until), place, req.page_size + 1
    )
    page, more = found[: req.page_size], len(found) > req.page_size
    return wire.ReceivedPage(
        order_list=[wire.ReceivedOrder(str(one[0]), str(one[1])) for one in page],
        next_key=cursor(question, _key(page[-1][2], page[-1][1])) if more else "",
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentnote/add",
    needs=Scope.ORDER,
    refuses=(refusals.WrongPresentId,),
)
async def add_note(call: Call, req: wire.PresentNote) -> WireReply:
    """Set the merchant's own note on all orders of a present."""
    present_id = number(req.present_order_id)
    if not await ordering.note_present(call, call.shop_id, present_id, req.notes):
        raise refusals.WrongPresentId(present_id=str(present_id))
    return WireReply()


# --- programs that give ------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentorder/create",
    needs=Scope.ORDER,
    refuses=(
        InvalidField,
        refusals.RequestUsed,
        refusals.ActivityNotFound,
        refusals.ActivityNotRunning,
        refusals.NotInPool,
        refusals.NoStock,
        refusals.NotSellable,
        refusals.MerchantPriceTooHigh,
        refusals.RiskControl,
        refusals.BudgetSpent,
    ),
)
async def create_present(call: Call, req: wire.CreateRequest) -> wire.Created:
    """Make a present of an activity: free for its receiver, or to be paid by the user named."""
    await check_appid(call, req.shop_appid)
    present_id = await merchants.create(
        call,
        req.activity_id,
        req.openid,
        req.product_id,
        req.sku_id,
        req.wishmessage.strip(),
        req.idempotent_id,
    )
    return wire.Created(present_order_id=str(present_id))


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentorder/receiver/set",
    needs=Scope.ORDER,
    refuses=(
        refusals.NoSubOrders,
        refusals.WrongPresentId,
        refusals.ReceiversNotSupported,
        refusals.WrongPresentState,
        refusals.WrongSubOrder,
        refusals.ReceiverSet,
        InvalidField,
        refusals.SameReceiver,
        refusals.ReceiverIsGiver,
        refusals.MovedMeanwhile,
    ),
)
async def set_receivers(call: Call, req: wire.ReceiversRequest) -> WireReply:
    """Say who may have which sub order of a present; all or none."""
    named = [(number(one.order_id), one.openid) for one in req.sub_order_list]
    await merchants.set_receivers(call, (call.shop_id, number(req.present_order_id)), named)
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/order/presentorder/get",
    needs=Scope.ORDER,
    refuses=(refusals.WrongPresentId, InvalidField),
    reads=True,
)
async def get_user_present(call: Call, req: wire.UserPresentQuery) -> wire.UserPresentReply:
    """A present as a user of the program sees it, and whether that user can take it."""
    key = (call.shop_id, number(req.present_order_id))
    buyer_id = await merchants.buyer_of(call, "open_id", req.open_id) if req.open_id else 0
    try:
        found = await reading.open_link(call, key, buyer_id)
    except refusals.PresentNotFound:
        raise refusals.WrongPresentId(present_id=str(key[1])) from None
    return wire.UserPresentReply(present_order_info=_seen_by(found, buyer_id))


def _seen_by(found: reading.Dossier, buyer_id: int) -> wire.PresentOrderInfo:
    present, verdict = found.present, found.verdict
    is_his = any(one.receiver_id == buyer_id for one in found.portions)
    who = wire.RECEIVER if buyer_id and is_his else wire.STRANGER
    if buyer_id and present.giver_id == buyer_id:
        who = wire.GIVER
    gift = wire.EcsGift(
        present.present_id,
        wire.gift_status(present, found.portions, buyer_id),
        present.message,
        seconds(present.expires_at),
    )
    return wire.PresentOrderInfo(
        wire.EcsGiftInfo(wire.EcsGifts([gift]), who, present.message),
        int(isinstance(verdict, Refusal)),
        verdict.message_zh() if isinstance(verdict, Refusal) else "",
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/b2c/activity/list/promoter/get",
    needs=Scope.ORDER,
    refuses=(InvalidField,),
    reads=True,
)
async def list_activities(call: Call, req: wire.ActivityListQuery) -> wire.ActivityListReply:
    """The shop's activities of giving, the newest first."""
    await check_appid(call, req.shop_appid)
    shop = await identity.get_party(call.tx, call.shop_id)
    found, count = await activities.list_activities(
        call.tx, call.shop_id, req.status, req.limit, req.offset
    )
    listed = [wire.listed(one, shop.appid, shop.name, call.at) for one in found]
    return wire.ActivityListReply(list=listed, total_num=count)


@ENDPOINTS(
    "POST",
    "/channels/ec/b2c/activity/info/promoter/get",
    needs=Scope.ORDER,
    refuses=(InvalidField, refusals.ActivityNotFound),
    reads=True,
)
async def get_activity(call: Call, req: wire.ActivityQuery) -> wire.ActivityReply:
    """One activity of giving with its pool."""
    await check_appid(call, req.shop_appid)
    activity = await activities.find_activity(call.tx, call.shop_id, req.activity_id)
    if activity is None:
        raise refusals.ActivityNotFound
    shop = await identity.get_party(call.tx, call.shop_id)
    basic = wire.BasicInfo(
        seconds(activity.starts_at), seconds(activity.ends_at), wire.ShopInfo(shop.appid, shop.name)
    )
    info = wire.ActivityInfo(basic, wire.PrizeInfo(await _prizes(call, activity)))
    state = activity.state_at(call.at).value
    return wire.ActivityReply(activity=wire.WireActivity(activity.activity_id, state, info))


async def _prizes(call: Call, activity: Activity) -> list[wire.PrizeProduct]:
    """The pool with today's names, prices and stock."""
    keys = [(activity.shop_id, item.sku_id) for item in activity.pool]
    offers = await catalog.offers(call.tx, keys)
    left = await inventory.stocks_of(
        call.tx, activity.shop_id, [item.sku_id for item in activity.pool]
    )
    shown = []
    for item in activity.pool:
        offer = offers.get((activity.shop_id, item.sku_id))
        if offer is not None:
            stock = left.get(item.sku_id, 0)
            name = " ".join(value for _, value in offer.attrs)
            shown.append(
                wire.PrizeProduct(
                    str(item.product_id), offer.title, offer.thumb_url, str(item.sku_id), name,
                    offer.price_fen, stock, min(stock, wire.left_of(item)),
                )
            )  # fmt: skip
    return shown


# --- present aftersale -------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/getpresentaftersalelist",
    needs=Scope.ORDER,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_returns(call: Call, req: wire.ReturnQuery) -> wire.ReturnIdPage:
    """What went back of presents by itself within at most 24 hours, the oldest first."""
    since, until = req.span()
    question = ["present.aftersales", call.shop_id, since, until]
    place = _place(after(question, req.next_key))
    found = await returns.list_by_creation(
        call.tx, call.shop_id, since, until, place, _PAGE_MAX + 1
    )
    page, more = found[:_PAGE_MAX], len(found) > _PAGE_MAX
    return wire.ReturnIdPage(
        after_sale_order_id_list=[str(one) for one, _ in page],
        next_key=cursor(question, _key(page[-1][1], page[-1][0])) if more else "",
        has_more=more,
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/getpresentaftersaleorder",
    needs=Scope.ORDER,
    refuses=(refusals.ReturnNotFound,),
    reads=True,
)
async def get_return(call: Call, req: wire.ReturnRef) -> wire.ReturnReply:
    """What goes back of a present by itself, order by order."""
    key = (call.shop_id, number(req.after_sale_order_id))
    case = (await returns.find_returns(call.tx, [key])).get(key)
    if case is None:
        raise refusals.ReturnNotFound(aftersale_id=str(key[1]))
    owner = (case.shop_id, case.present_id)
    present = (await presents.find_presents(call.tx, [owner]))[owner]
    parts = (await portions.list_portions(call.tx, [owner]))[owner]
    giver = (await identity.find_buyers(call.tx, [case.giver_id])).get(case.giver_id)
    shown = wire.WireReturn.of(case, present, parts, giver.openid if giver else "")
    return wire.ReturnReply(after_sale_order=shown)


# --- what they share ---------------------------------------------------------------------------


async def check_appid(call: Call, appid: str) -> None:
    """Refuse another shop's appid; without one it is the caller's own."""
    if appid and appid != call.caller.appid:
        shop = await identity.get_party(call.tx, call.shop_id)
        if appid != shop.appid:
            raise InvalidField(field="shop_appid", rule="is not the shop's that calls")


def _place(last: tuple[int | str, ...] | None) -> tuple[datetime, int]:
    return _FIRST if last is None else (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]))


def _key(at: datetime, last_id: int) -> tuple[int, int]:
    return (at - _EPOCH) // _MICROSECOND, last_id
