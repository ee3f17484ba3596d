"""Another SKU of a gift before its shipment (contract preshipmentchangesku, reference 4.4)."""

from typing import Final

from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.actions import reading, swapping
from tongshang.modules.ordering.store import changes
from tongshang.modules.ordering.wire import buyers, shops
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, WireReply
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("ordering")

_SWAPPING: Final = (
    refusals.OrderNotFound,
    refusals.SkuChangeTooLate,
    refusals.NotTheSameProduct,
    refusals.NotOnSale,
    refusals.NotTheSamePrice,
)


@ENDPOINTS("POST", "/channels/ec/order/preshipmentchangesku/get", needs=Scope.ORDER, reads=True)
async def list_changes(call: Call, req: shops.SkuChangePage) -> shops.SkuChangesReply:
    """Orders whose receivers wait for an answer about another SKU, the longest waiting first."""
    offset = (req.page - 1) * req.page_size
    found = await changes.list_waiting(call.tx, call.shop_id, req.page_size, offset)
    return shops.SkuChangesReply(order_ids=[str(order_id) for order_id in found])


@ENDPOINTS(
    "POST",
    "/channels/ec/order/preshipmentchangesku/approve",
    needs=Scope.ORDER,
    refuses=(refusals.NoSkuChange, *_SWAPPING, refusals.TooFewInStock),
)
async def approve_change(call: Call, req: shops.SkuChangeRef) -> WireReply:
    """Agree to another SKU: the order is of that one from now on."""
    await swapping.agree(call, (call.shop_id, req.order_id))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/order/preshipmentchangesku/reject",
    needs=Scope.ORDER,
    refuses=(refusals.OrderNotFound, refusals.NoSkuChange),
)
async def reject_change(call: Call, req: shops.SkuChangeRef) -> WireReply:
    """Refuse another SKU: the order stays as it is."""
    await swapping.refuse(call, (call.shop_id, req.order_id))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/v1/buyer/order/sku/change",
    needs=Scope.BUYER,
    refuses=(*_SWAPPING, refusals.SkuChangeWaits),
)
async def ask_for_change(call: Call, req: buyers.SkuWish) -> buyers.SkuChangeView:
    """Ask the shop of your gift for another SKU of the same price, before it is shipped."""
    order_id = number(req.order_id)
    shop_id = await reading.shop_of(call, call.buyer_id, order_id)
    change = await swapping.ask(call, (shop_id, order_id), number(req.sku_id))
    return buyers.SkuChangeView(
        str(order_id),
        change.state.value,
        str(change.old_sku_id),
        str(change.new_sku_id),
        change.deadline,
    )


@ENDPOINTS(
    "POST",
    "/v1/buyer/order/sku/keep",
    needs=Scope.BUYER,
    refuses=(refusals.OrderNotFound, refusals.NoSkuChange),
)
async def keep_sku(call: Call, req: buyers.OrderRef) -> Done:
    """Take your request for another SKU back."""
    order_id = number(req.order_id)
    shop_id = await reading.shop_of(call, call.buyer_id, order_id)
    await swapping.take_back(call, (shop_id, order_id))
    return Done()
