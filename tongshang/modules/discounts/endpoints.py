"""Limited discounts: the shop's four calls, and what buyers see (reference section 3.5)."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.discounts import actions, refusals, store, wire
from tongshang.modules.inventory import api as inventory
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Endpoints, WireReply
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("discounts")

_RULES: Final = (
    refusals.NotOurs,
    refusals.NotOnSale,
    refusals.WrongTime,
    refusals.NoSkus,
    refusals.WrongPrice,
    refusals.WrongStock,
    refusals.DiscountRuns,
)


@ENDPOINTS(
    "POST", "/channels/ec/product/limiteddiscounttask/add", needs=Scope.PRODUCT, refuses=_RULES
)
async def add_task(call: Call, req: wire.TaskDraft) -> wire.TaskAdded:
    """Open a limited discount of a product; its pieces are set apart at once."""
    return wire.TaskAdded(task_id=str(await actions.start(call, req.draft(call.shop_id))))


@ENDPOINTS(
    "POST",
    "/channels/ec/product/limiteddiscounttask/list/get",
    needs=Scope.PRODUCT,
    refuses=(CursorMismatch,),
    reads=True,
)
async def list_tasks(call: Call, req: wire.TaskQuery) -> wire.TaskPage:
    """List limited discounts of a status, or all, the newest first."""
    question = ("discounts", call.shop_id, req.status)
    before = page.after_number(question, req.next_key, ID_MAX)
    found = await store.list_discounts(
        call.tx, call.shop_id, req.status, call.at, before, req.page_size + 1
    )
    shown = found[: req.page_size]
    skus = await store.find_skus(call.tx, [(one.shop_id, one.discount_id) for one in shown])
    has_more = len(found) > req.page_size
    return wire.TaskPage(
        limited_discount_tasks=[
            wire.TaskView.of(one, skus.get(one.discount_id, ()), call.at) for one in shown
        ],
        next_key=page.cursor(question, (shown[-1].discount_id,)) if has_more else "",
        total_num=await store.count_discounts(call.tx, call.shop_id, req.status, call.at),
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/product/limiteddiscounttask/stop",
    needs=Scope.PRODUCT,
    refuses=(refusals.DiscountNotFound, refusals.DiscountOver),
)
async def stop_task(call: Call, req: wire.TaskRef) -> WireReply:
    """Stop a limited discount for good; what it did not sell is normal stock again."""
    await actions.stop(call, call.shop_id, number(req.task_id))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/product/limiteddiscounttask/delete",
    needs=Scope.PRODUCT,
    refuses=(refusals.DiscountNotFound, refusals.DiscountNotOver),
)
async def delete_task(call: Call, req: wire.TaskRef) -> WireReply:
    """Delete a limited discount that is over."""
    await actions.delete(call, call.shop_id, number(req.task_id))
    return WireReply()


@ENDPOINTS("GET", "/v1/buyer/flash/get", needs=Scope.PUBLIC, reads=True, lane="products")
async def get_flashes(
    call: Call, asked: Sequence[Asked[wire.FlashQuery]]
) -> Sequence[wire.FlashFound | Refusal]:
    """The limited discount of a product that runs now, or will: prices, what is left, until when."""
    ids = [number(one.request.product_id) for one in asked]
    shops = await catalog.shop_of(call.tx, sorted(set(ids)))
    keys = sorted((shop_id, product_id) for product_id, shop_id in shops.items())
    found = await store.find_of_products(call.tx, keys, call.at)
    discounts = [(one.shop_id, one.discount_id) for one in found.values()]
    skus = await store.find_skus(call.tx, discounts) if discounts else {}
    places = [
        (shop_id, sku.sku_id, discount_id)
        for shop_id, discount_id in discounts
        for sku in skus[discount_id]
    ]
    apart = await inventory.apart(call.tx, places) if places else {}
    left = {place[1]: count for place, count in apart.items()}
    views = {
        product_id: wire.FlashView.of(one, skus[one.discount_id], left, call.at)
        for product_id, one in found.items()
    }
    return [wire.FlashFound(views.get(product_id)) for product_id in ids]
