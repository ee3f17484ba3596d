"""Orders as their shop sees them (contract family order)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.delivery.api import CompanyUnknown, WaybillMalformed
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions import moving, noting, reading
from tongshang.modules.ordering.machine import states_of
from tongshang.modules.ordering.store import gifts, lists
from tongshang.modules.ordering.wire import shops as wire
from tongshang.modules.ordering.wire.order import OrderReply
from tongshang.modules.ordering.wire.view import order_view
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS: Final = Endpoints("ordering")

RANGE_MAX: Final = timedelta(days=7)
_SECOND: Final = timedelta(seconds=1)
_FIRST: Final = (datetime(1970, 1, 1, tzinfo=UTC), 0)
_EVER: Final = (_FIRST[0], datetime(2200, 1, 1, tzinfo=UTC))
_LAST: Final = (datetime(2100, 1, 1, tzinfo=UTC), 2**63 - 1)


@ENDPOINTS(
    "POST",
    "/channels/ec/order/list/get",
    needs=Scope.ORDER,
    refuses=(refusals.RangeTooWide, CursorMismatch),
    reads=True,
)
async def list_orders(call: Call, req: wire.OrderListQuery) -> wire.OrderIdPage:
    """List order ids by the time they were placed or changed, the oldest first."""
    placed, changed = _span(req.create_time_range), _span(req.update_time_range)
    if placed is None and changed is None:
        raise refusals.RangeTooWide(days=RANGE_MAX.days)
    question = ["order.list", call.shop_id, placed, changed, req.status, req.openid]
    start = _key(after(question, req.next_key)) or _FIRST
    states, size = states_of(req.status), req.page_size + 1
    buyer_id = await reading.buyer_of(call, req.openid) if req.openid else 0
    if changed:
        found = await lists.list_by_change(
            call.tx, call.shop_id, changed, placed or _EVER, start, states, buyer_id, size
        )
    else:
        found = await lists.list_by_placing(
            call.tx, call.shop_id, placed or _EVER, start, states, buyer_id, size
        )
    ids, next_key = _page(found, req.page_size, question)
    return wire.OrderIdPage(order_id_list=ids, next_key=next_key, has_more=bool(next_key))


def _span(asked: wire.TimeRange | None) -> lists.Span | None:
    """The span asked for; its last second belongs to it."""
    if asked is None:
        return None
    if not 0 <= asked.end_time - asked.start_time <= RANGE_MAX.total_seconds():
        raise refusals.RangeTooWide(days=RANGE_MAX.days)
    start, end = (datetime.fromtimestamp(at, UTC) for at in (asked.start_time, asked.end_time))
    return start, end + _SECOND


@ENDPOINTS(
    "POST",
    "/channels/ec/order/search",
    needs=Scope.ORDER,
    refuses=(CursorMismatch,),
    reads=True,
)
async def search_orders(call: Call, req: wire.OrderSearch) -> wire.OrdersFound:
    """Find orders by what is known of goods, receiver or notes, the newest first."""
    if req.search_condition.asks_for_none:
        return wire.OrdersFound.of([])
    condition, order_id = req.search_condition.texts(), req.search_condition.order_id or 0
    if req.search_condition.present_order_id:
        return await _of_present(call, req, req.search_condition.present_order_id)
    exists = req.on_aftersale_order_exist
    question = ["order.search", call.shop_id, req.status, exists, order_id, *condition.values()]
    found = await lists.search_orders(
        call.tx,
        call.shop_id,
        _key(after(question, req.next_key)) or _LAST,
        states_of(req.status),
        condition,
        order_id,
        req.page_size + 1,
        in_aftersale=None if exists is None else bool(exists),
    )
    ids, next_key = _page(found, req.page_size, question)
    return wire.OrdersFound.of(ids, next_key)


async def _of_present(call: Call, req: wire.OrderSearch, present_id: int) -> wire.OrdersFound:
    """The orders of a present; it names them all, so other conditions are not asked."""
    question = ["order.search.present", call.shop_id, req.status, present_id]
    found = await gifts.list_of_present(
        call.tx,
        call.shop_id,
        present_id,
        _key(after(question, req.next_key)) or _LAST,
        states_of(req.status),
        req.page_size + 1,
    )
    return wire.OrdersFound.of(*_page(found, req.page_size, question))


def _key(last: tuple[int | str, ...] | None) -> tuple[datetime, int] | None:
    if last is None:
        return None
    micros, order_id = int(last[0]), int(last[1])
    return _FIRST[0] + timedelta(microseconds=micros), order_id


def _page(
    found: list[tuple[int, datetime]], size: int, question: Sequence[object]
) -> tuple[list[str], str]:
    """The ids of a page, and the cursor after it where there is more."""
    page = found[:size]
    next_key = ""
    if len(found) > size:
        order_id, at = page[-1]
        next_key = cursor(question, ((at - _FIRST[0]) // timedelta(microseconds=1), order_id))
    return [str(order_id) for order_id, _ in page], next_key


@ENDPOINTS(
    "POST",
    "/channels/ec/order/get",
    needs=Scope.ORDER,
    refuses=(refusals.OrderNotFound,),
    reads=True,
)
async def get_order(call: Call, req: wire.OrderQuery) -> OrderReply:
    """Read one order; personal data of the receiver is masked."""
    found = await reading.get_dossier(call, call.shop_id, req.order_id)
    openid = found.buyer.openid if found.buyer else ""
    giver = found.giver.openid if found.giver else ""
    view = order_view(
        found.order, openid, found.parties, found.parcels, found.aftersales, giver, found.change,
        found.deals,
    )  # fmt: skip
    return OrderReply(order=view)


@ENDPOINTS(
    "POST",
    "/channels/ec/order/price/update",
    needs=Scope.ORDER,
    refuses=(
        refusals.OrderNotFound,
        refusals.GiftPriceFixed,
        refusals.NotUnpaid,
        refusals.TooManyPriceChanges,
        refusals.PriceOfNothing,
        refusals.PriceNotLower,
        refusals.NothingToPay,
    ),
)
async def update_price(call: Call, req: wire.PriceUpdate) -> WireReply:
    """Lower what an unpaid order costs: goods by the total of a SKU, and freight."""
    if not req.change_order_infos and not req.change_express:
        raise InvalidField(field="change_order_infos", rule="a price or the freight to change")
    await noting.reprice(call, [req.draft(call.shop_id)])
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/order/merchantnotes/update",
    needs=Scope.ORDER,
    refuses=(refusals.OrderNotFound,),
)
async def update_notes(call: Call, req: wire.NotesUpdate) -> WireReply:
    """Set the merchant's own note on an order."""
    await noting.note(call, (call.shop_id, req.order_id), req.merchant_notes)
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/order/delivery/send",
    needs=Scope.ORDER,
    refuses=(
        refusals.OrderNotFound,
        refusals.MayNotShip,
        refusals.NotInOrder,
        CompanyUnknown,
        WaybillMalformed,
    ),
)
async def send_order(call: Call, req: wire.DeliverySend) -> WireReply:
    """Ship an order, in whole or in part, in one parcel or several."""
    for parcel in req.delivery_list:
        if parcel.deliver_type == wire.VIRTUAL:
            raise InvalidField(field="deliver_type", rule="1: goods of this order go by express")
    await moving.ship(call, [req.draft(call.shop_id)])
    return WireReply()
