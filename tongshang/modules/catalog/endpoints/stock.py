"""The stock of products, for shops.

These calls stand here, not in inventory: whether stock may be changed is a matter of the product
(listed once, draft not in audit; reference section 3.4), and inventory knows no products.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import actions, copies, store, wire
from tongshang.modules.catalog.machine import ProductStatus
from tongshang.modules.catalog.refusals import (
    DraftInAudit,
    NeverListed,
    ProductNotFound,
    SkuNotFound,
    WrongParameter,
)
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockOp, StockTooLow
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

STOCK: Final = Endpoints("catalog")

BATCH_MAX: Final = 50
PAGE_MAX: Final = 100
FLOW_DAYS_MAX: Final = 180
LAST_ID: Final = 2**63 - 1
_NORMAL: Final = 1  # sub-kinds of stock (reference section 3.4)
_LIMITED: Final = 2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@STOCK(
    "POST",
    "/channels/ec/product/stock/get",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, SkuNotFound),
    reads=True,
)
async def get_stock(call: Call, req: wire.StockRef) -> wire.StockFound:
    """Read how many of a SKU can be sold."""
    count = (await _stocks(call, [req.product_id]))[req.product_id].get(req.sku_id)
    if count is None:
        raise SkuNotFound(product_id=str(req.product_id), sku_id=str(req.sku_id))
    apart = (await inventory.apart_of_products(call.tx, call.shop_id, [req.product_id])).get(
        req.sku_id, 0
    )
    view = wire.StockView(
        normal_stock_num=count, limited_discount_stock_num=apart, total_stock_num=count + apart
    )
    return wire.StockFound(data=view)


@STOCK(
    "POST",
    "/channels/ec/product/stock/batchget",
    needs=Scope.PRODUCT,
    refuses=(WrongParameter, ProductNotFound),
    reads=True,
)
async def get_stocks(call: Call, req: wire.StockBatch) -> wire.StocksFound:
    """Read how many of all SKUs of up to 50 products can be sold."""
    if not 1 <= len(req.product_id) <= BATCH_MAX:
        raise WrongParameter(field="product_id", rule=f"has 1 to {BATCH_MAX} products")
    asked = list(dict.fromkeys(req.product_id))
    stocks = await _stocks(call, asked)
    apart = await inventory.apart_of_products(call.tx, call.shop_id, asked)
    views = [
        wire.SpuStockView(
            str(product_id),
            [
                wire.SkuStockView(
                    sku_id=str(sku_id),
                    normal_stock_num=n,
                    limited_discount_stock_num=apart.get(sku_id, 0),
                    total_stock_num=n + apart.get(sku_id, 0),
                )
                for sku_id, n in skus.items()
            ],
        )
        for product_id, skus in stocks.items()
    ]
    return wire.StocksFound(data=wire.SpuStocks(views))


async def _stocks(call: Call, product_ids: list[int]) -> dict[int, dict[int, int]]:
    """For each product the stock of the SKUs that its copies name now, in their order."""
    found = await store.find_copies(call.tx, [(call.shop_id, i) for i in product_ids])
    counts = await inventory.stocks_of_products(call.tx, call.shop_id, product_ids)
    stocks: dict[int, dict[int, int]] = {}
    for product_id in product_ids:
        bodies = found.get((call.shop_id, product_id))
        if bodies is None:
            raise ProductNotFound(product_id=str(product_id))
        named = dict.fromkeys(i for kind in sorted(bodies) for i in copies.sku_ids(bodies[kind]))
        stocks[product_id] = {i: counts.get(product_id, {}).get(i, 0) for i in named}
    return stocks


@STOCK(
    "POST",
    "/channels/ec/product/stock/update",
    needs=Scope.PRODUCT,
    refuses=(
        WrongParameter,
        ProductNotFound,
        NeverListed,
        DraftInAudit,
        SkuNotFound,
        StockTooLow,
    ),
)
async def update_stock(call: Call, req: wire.StockUpdate) -> WireReply:
    """Add to the stock of a SKU (diff_type 1), subtract from it (2) or set it (3), at once."""
    product = await store.find_product(call.tx, call.shop_id, req.product_id)
    if product is None or product.status is ProductStatus.DELETED:
        raise ProductNotFound(product_id=str(req.product_id))
    if not product.is_online:
        raise NeverListed(product_id=str(req.product_id))
    actions.not_in_audit(product)
    change = actions.StockChange(req.sku_id, req.diff_type, req.num)
    await actions.change_stocks(call, req.product_id, [change])
    return WireReply()


@STOCK(
    "POST",
    "/channels/ec/product/stock/getflow",
    needs=Scope.PRODUCT,
    refuses=(WrongParameter, CursorMismatch, SkuNotFound),
    reads=True,
)
async def list_stock_flows(call: Call, req: wire.FlowQuery) -> wire.FlowsFound:
    """List what moved the stock of a SKU within the last 180 days, the latest first."""
    since, until = _span(call.at, req)
    question = ("stock.flow", call.shop_id, req.product_id, req.sku_id, *req.op_type_list)
    before = _before(question, req.next_key, until)
    counts = await inventory.stocks_of_products(call.tx, call.shop_id, [req.product_id])
    if req.sku_id not in counts.get(req.product_id, {}):
        raise SkuNotFound(product_id=str(req.product_id), sku_id=str(req.sku_id))
    ops = [op for op in StockOp if not req.op_type_list or op in req.op_type_list]
    flows = await inventory.flows_of(
        call.tx, (call.shop_id, req.sku_id), since, before, ops, req.page_size
    )
    last = flows[-1] if len(flows) == req.page_size else None
    views = [
        wire.FlowView(
            amount=abs(flow.move.change),
            beginning_amount=flow.beginning,
            ending_amount=flow.ending,
            stock_sub_type=_LIMITED if flow.move.discount_id else _NORMAL,
            op_type=flow.move.op,
            update_time=int(flow.at.timestamp()),
            ext_info=wire.FlowCause.of(flow.move, _LIMITED),
        )
        for flow in flows
    ]
    next_key = page.cursor(question, (_micros(last.at), last.flow_id)) if last else ""
    return wire.FlowsFound(data=wire.Flows(views, next_key))


def _span(at: datetime, req: wire.FlowQuery) -> tuple[datetime, datetime]:
    """The time asked for, both ends in it; refuses what is too long ago or not kept here."""
    if req.stock_type != 0:
        raise WrongParameter(field="stock_type", rule="is 0: finders have no stock of their own")
    if not 1 <= req.page_size <= PAGE_MAX:
        raise WrongParameter(field="page_size", rule=f"is 1 to {PAGE_MAX}")
    if req.begin_time > req.end_time:
        raise WrongParameter(field="begin_time", rule="is not after end_time")
    since = datetime.fromtimestamp(req.begin_time, UTC)
    if since < at - timedelta(days=FLOW_DAYS_MAX):
        raise WrongParameter(field="begin_time", rule=f"is within the last {FLOW_DAYS_MAX} days")
    return since, datetime.fromtimestamp(req.end_time + 1, UTC)


def _before(question: tuple[object, ...], text: str, until: datetime) -> tuple[datetime, int]:
    """The move that the last page ended with; on the first page the end of the time asked for."""
    match page.after(question, text):
        case None:
            return until, 0
        case (int(micros), int(flow_id)) if (
            0 <= micros <= _micros(until) and 0 <= flow_id <= LAST_ID
        ):
            return _EPOCH + timedelta(microseconds=micros), flow_id
        case _:
            raise CursorMismatch


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
