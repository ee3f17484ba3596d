"""What is on sale, for buyers."""

from collections.abc import Mapping, Sequence
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.catalog import copies, store, wire
from tongshang.modules.catalog.machine import ProductStatus
from tongshang.modules.catalog.refusals import ProductGone, ProductNotFound, WrongParameter
from tongshang.modules.catalog.sheet import ProductSheet
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.inventory import api as inventory
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Endpoints

BUYERS: Final = Endpoints("catalog")

PAGE_MAX: Final = 50
LAST_ID: Final = 2**63 - 1


@BUYERS(
    "GET",
    "/v1/buyer/product/get",
    needs=Scope.PUBLIC,
    refuses=(ProductNotFound, ProductGone),
    reads=True,
    lane="products",
)
async def show_products(
    call: Call, asked: Sequence[Asked[wire.BuyerProductRef]]
) -> Sequence[wire.BuyerProduct | Refusal]:
    """Show a product that is on sale: pictures, words, SKUs with prices and what is left of them."""
    ids = [one.request.product_id for one in asked]
    found = await store.read_online(call.tx, sorted(set(ids)))
    listed = {i: one for i, one in found.items() if one.is_sold}
    sheets = {i: copies.unpack(one.bodies[1]) for i, one in listed.items()}
    skus = {(listed[i].shop_id, sku_id) for i, sheet in sheets.items() for sku_id in sheet.sku_ids}
    stocks = await inventory.stocks_of_keys(call.tx, sorted(skus)) if skus else {}
    left = {sku_id: count for (_, sku_id), count in stocks.items()}
    return [
        _shown(listed[i], i, sheets[i], left) if i in listed else _absent(i, found.get(i))
        for i in ids
    ]


def _shown(
    found: store.Copies, product_id: int, sheet: ProductSheet, left: Mapping[int, int]
) -> wire.BuyerProduct:
    """A product as people see it; where information is hidden, without pictures and words."""
    view = wire.BuyerProduct.of(found.shop_id, product_id, sheet, left)
    if is_barred(found.barred, (Bar.HIDDEN_INFO,)):
        view.hide()
    return view


def _absent(product_id: int, found: store.Copies | None) -> Refusal:
    if found is None or found.status is ProductStatus.NEW:
        return ProductNotFound(product_id=str(product_id))
    return ProductGone()


@BUYERS(
    "GET",
    "/v1/buyer/product/list",
    needs=Scope.PUBLIC,
    refuses=(WrongParameter, CursorMismatch),
    reads=True,
)
async def browse_products(call: Call, req: wire.BuyerProductQuery) -> wire.BuyerProducts:
    """List what is on sale, the newest first: of a shop, of a category, of both, or all."""
    if not 1 <= req.page_size <= PAGE_MAX:
        raise WrongParameter(field="page_size", rule=f"is 1 to {PAGE_MAX}")
    question = ("buyer.products", req.shop_id, req.cat_id)
    before = page.after_number(question, req.next_key, LAST_ID)
    cards = await store.browse(call.tx, req.shop_id, req.cat_id, before, req.page_size)
    is_full = len(cards) == req.page_size
    return wire.BuyerProducts(
        [wire.BuyerCard.of(card) for card in cards],
        page.cursor(question, (cards[-1].product_id,)) if is_full else "",
    )
