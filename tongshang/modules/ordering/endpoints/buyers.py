"""Orders as their buyer asks for them."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.delivery.api import DestinationNotServed
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions import moving, paying, placing, reading
from tongshang.modules.ordering.domain.order import CancelType, ConfirmType
from tongshang.modules.ordering.domain.paying import PayDraft
from tongshang.modules.ordering.domain.placing import Placed
from tongshang.modules.ordering.machine import states_of
from tongshang.modules.ordering.store import lists, orders
from tongshang.modules.ordering.wire import buyers as wire
from tongshang.modules.ordering.wire.view import address_view, parcel_view
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Done, Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("ordering")

_PLACING: Final = (
    refusals.SkuNotFound,
    refusals.NotOnSale,
    refusals.AddressNotFound,
    DestinationNotServed,
    refusals.NothingToPay,
    refusals.PriceChanged,
    refusals.TooFewInStock,
)


@ENDPOINTS("POST", "/v1/buyer/order/place", needs=Scope.BUYER, refuses=_PLACING, lane="orders")
async def place_orders(
    call: Call, asked: Sequence[Asked[wire.OrderDraft]]
) -> Sequence[wire.PlacedView | Refusal]:
    """Place an order with one shop; its stock is yours until the time to pay is over."""
    drafts = [one.request.draft(one.caller.buyer_id) for one in asked]
    placed = await placing.place(call, drafts)
    return [wire.PlacedView.of(one) if isinstance(one, Placed) else one for one in placed]


@ENDPOINTS(
    "POST",
    "/v1/buyer/order/pay",
    needs=Scope.BUYER,
    refuses=(refusals.OrderNotFound, refusals.NotUnpaid),
    lane="orders",
)
async def pay_orders(
    call: Call, asked: Sequence[Asked[wire.PayRequest]]
) -> Sequence[wire.ChargeView | Refusal]:
    """Begin to pay your unpaid order; the answer says where the cashier is."""
    drafts = [
        PayDraft(one.caller.buyer_id, number(one.request.order_id), one.request.confirm)
        for one in asked
    ]
    return [
        one
        if isinstance(one, Refusal)
        else wire.ChargeView(str(one.payment_id), one.prepay_id, f"/cashier/{one.prepay_id}")
        for one in await paying.pay(call, drafts)
    ]


@ENDPOINTS("POST", "/v1/buyer/order/price", needs=Scope.BUYER, refuses=_PLACING, reads=True)
async def price_order(call: Call, req: wire.OrderDraft) -> wire.QuoteView:
    """What an order would cost now, line by line; nothing is written or reserved."""
    return wire.QuoteView.of(await placing.price(call, req.draft(call.buyer_id)))


@ENDPOINTS(
    "POST",
    "/v1/buyer/order/confirm",
    needs=Scope.BUYER,
    refuses=(refusals.OrderNotFound, IllegalMove),
)
async def confirm_order(call: Call, req: wire.OrderRef) -> Done:
    """Say that you have the goods."""
    order_id = number(req.order_id)
    shop_id = await reading.shop_of(call, call.buyer_id, order_id)
    await moving.receive(call, [(shop_id, order_id)], ConfirmType.BY_BUYER)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/order/cancel",
    needs=Scope.BUYER,
    refuses=(refusals.OrderNotFound, IllegalMove),
)
async def cancel_order(call: Call, req: wire.OrderRef) -> Done:
    """Cancel your unpaid order; a paid one goes through aftersale."""
    order_id = number(req.order_id)
    shop_id = await reading.shop_of(call, call.buyer_id, order_id)
    await moving.cancel(call, [(shop_id, order_id)], CancelType.BY_BUYER)
    return Done()


@ENDPOINTS(
    "GET",
    "/v1/buyer/order/get",
    needs=Scope.BUYER,
    refuses=(refusals.OrderNotFound,),
    reads=True,
)
async def get_own_order(call: Call, req: wire.OrderRef) -> wire.OrderDetailView:
    """Your order with its parcels, and what you may do with it now."""
    found = await reading.get_own_dossier(call, call.buyer_id, number(req.order_id))
    order = found.order
    shop = found.parties.get(order.shop_id)
    return wire.OrderDetailView(
        wire.OrderView.of(order, shop.name if shop else ""),
        order.notes,
        address_view(order.address),
        [parcel_view(order, parcel) for parcel in found.parcels],
    )


@ENDPOINTS("GET", "/v1/buyer/order/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True)
async def list_own_orders(call: Call, req: wire.OrderPageQuery) -> wire.OrderPage:
    """Your orders of all shops, the newest first."""
    question = ["buyer.order.list", call.buyer_id, req.status]
    last = after(question, req.next_key)
    before = int(last[0]) if last else ID_MAX
    keys = await lists.list_of_buyer(
        call.tx, call.buyer_id, before, states_of(req.status), req.page_size + 1
    )
    page = keys[: req.page_size]
    found = await orders.find_orders(call.tx, page)
    shops = await identity.find_parties(call.tx, sorted({shop_id for shop_id, _ in page}))
    has_more = len(keys) > req.page_size
    return wire.OrderPage(
        [
            wire.OrderView.of(found[key], shops[key[0]].name if key[0] in shops else "")
            for key in page
        ],
        cursor(question, (page[-1][1],)) if has_more else "",
        has_more,
    )
