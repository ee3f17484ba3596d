"""Products, as shops write and read them."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import UNSET

from tongshang.kernel import page
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import CursorMismatch, InvalidField, Refusal
from tongshang.modules.catalog import actions, copies, store, wire
from tongshang.modules.catalog.machine import ProductStatus
from tongshang.modules.catalog.refusals import (
    DraftInAudit,
    DraftNotInAudit,
    NeverListed,
    ProductNotFound,
    SkuNotFound,
    WrongParameter,
)
from tongshang.modules.governance import api as governance
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockTooLow
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Endpoints, WireReply

PRODUCTS: Final = Endpoints("catalog")

QUOTA: Final = "product"
KINDS: Final = {1: (1,), 2: (2,), 3: (1, 2)}  # which copies a data_type names
PAGE_MAX: Final = 30


async def _submit(call: Call, product_ids: list[int]) -> None:
    tickets = await actions.list_products(call, call.shop_id, product_ids)
    await actions.judge_later(call, tickets)


@PRODUCTS("POST", "/channels/ec/product/add", needs=Scope.PRODUCT, refuses=(InvalidField,))
async def add_product(call: Call, req: wire.ProductDraft) -> wire.Added:
    """Write a new product as a draft; with listing=1, hand it in to be listed."""
    await governance.use_quota(call, call.shop_id, QUOTA)
    (product,) = await actions.add_products(call, call.shop_id, [req.as_sheet()])
    if req.listing:
        await _submit(call, [product.product_id])
    return wire.Added(
        data=wire.AddedData(str(product.product_id), copies.time_text(product.created_at))
    )


@PRODUCTS(
    "POST",
    "/channels/ec/product/update",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, DraftInAudit, InvalidField, IllegalMove),
)
async def update_product(call: Call, req: wire.ProductUpdate) -> wire.Updated:
    """Overwrite the whole draft of a product; with listing=1, hand it in to be listed."""
    await governance.use_quota(call, call.shop_id, QUOTA)
    await actions.update_drafts(call, call.shop_id, {req.product_id: req.as_sheet()})
    if req.listing:
        await _submit(call, [req.product_id])
    return wire.Updated(data=wire.UpdatedData(str(req.product_id), copies.time_text(call.at)))


@PRODUCTS(
    "POST",
    "/channels/ec/product/get",
    needs=Scope.PRODUCT,
    refuses=(WrongParameter, ProductNotFound),
    reads=True,
    lane="products",
)
async def get_products(
    call: Call, asked: Sequence[Asked[wire.ProductGet]]
) -> Sequence[wire.ProductFound | Refusal]:
    """Read a product's online copy (data_type 1), its draft (2) or both (3)."""
    keys = [(one.caller.party_id, one.request.product_id) for one in asked]
    wanted = {kind for one in asked for kind in KINDS.get(one.request.data_type, ())}
    found = await store.read_copies(call.tx, sorted(set(keys)), sorted(wanted))
    skus = {
        (shop_id, sku_id)
        for (shop_id, _), one in found.items()
        for body in one.bodies.values()
        for sku_id in copies.sku_ids(body)
    }
    stocks = await inventory.stocks_of_keys(call.tx, sorted(skus)) if skus else {}
    left = {sku_id: count for (_, sku_id), count in stocks.items()}
    return [_shown(one.request, found.get(key), left) for key, one in zip(keys, asked, strict=True)]


def _shown(
    req: wire.ProductGet, found: store.Copies | None, left: Mapping[int, int]
) -> wire.ProductFound | Refusal:
    kinds = KINDS.get(req.data_type)
    if kinds is None:
        return WrongParameter(field="data_type", rule="is 1, 2 or 3")
    if found is None:
        return ProductNotFound(product_id=str(req.product_id))
    views = {
        kind: copies.answer(body, found.status, found.draft_status, left)
        for kind, body in found.bodies.items()
        if kind in kinds
    }
    return wire.ProductFound(product=views.get(1, UNSET), edit_product=views.get(2, UNSET))


@PRODUCTS(
    "POST",
    "/channels/ec/product/list/get",
    needs=Scope.PRODUCT,
    refuses=(WrongParameter, CursorMismatch),
    reads=True,
)
async def list_products(call: Call, req: wire.ProductQuery) -> wire.ProductPage:
    """List ids of the shop's products, of one status or all that are not deleted."""
    if not 1 <= req.page_size <= PAGE_MAX:
        raise WrongParameter(field="page_size", rule=f"is 1 to {PAGE_MAX}")
    if req.status is not None and req.status not in set(ProductStatus):
        raise WrongParameter(field="status", rule="is a status of products")
    question = ("product.list", call.shop_id, req.status)
    after = page.after_number(question, req.next_key, 0)
    ids, total = await store.list_ids(call.tx, call.shop_id, req.status, after, req.page_size)
    is_full = len(ids) == req.page_size
    return wire.ProductPage(
        product_ids=[str(product_id) for product_id in ids],
        next_key=page.cursor(question, (ids[-1],)) if is_full else "",
        total_num=total,
    )


@PRODUCTS(
    "POST",
    "/channels/ec/product/listing",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, DraftInAudit, IllegalMove),
)
async def list_product(call: Call, req: wire.ProductRef) -> WireReply:
    """Put a product on sale: after the audit of its draft, or at once where that is unchanged."""
    await governance.use_quota(call, call.shop_id, QUOTA)
    await _submit(call, [req.product_id])
    return WireReply()


@PRODUCTS(
    "POST",
    "/channels/ec/product/delisting",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, IllegalMove),
)
async def delist_product(call: Call, req: wire.ProductRef) -> WireReply:
    """Take a product off sale; a draft in audit is withdrawn with it."""
    await actions.delist(call, call.shop_id, [req.product_id])
    return WireReply()


@PRODUCTS(
    "POST",
    "/channels/ec/product/delete",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, DraftInAudit),
)
async def delete_product(call: Call, req: wire.ProductRef) -> WireReply:
    """Delete a product for good."""
    await actions.delete(call, call.shop_id, [req.product_id])
    return WireReply()


@PRODUCTS(
    "POST",
    "/channels/ec/product/auditfree",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, NeverListed, SkuNotFound, InvalidField, WrongParameter, StockTooLow),
)
async def change_product(call: Call, req: wire.ProductChange) -> WireReply:
    """Change price, stock, codes, delivery or SKUs of a listed product at once, without audit."""
    await actions.change_online(call, call.shop_id, {req.product_id: req.patch()})
    diffs = [(sku.sku_id, sku.stock_info) for sku in req.skus if sku.stock_info]
    await actions.change_stocks(
        call,
        req.product_id,
        [actions.StockChange(sku_id, diff.diff_type, diff.num) for sku_id, diff in diffs],
    )
    return WireReply()


@PRODUCTS(
    "POST",
    "/channels/ec/product/audit/cancel",
    needs=Scope.PRODUCT,
    refuses=(ProductNotFound, DraftNotInAudit),
)
async def withdraw_product(call: Call, req: wire.ProductRef) -> WireReply:
    """Take a draft out of the audit, to edit it again."""
    await governance.use_quota(call, call.shop_id, QUOTA)
    await actions.withdraw(call, call.shop_id, [req.product_id])
    return WireReply()
