"""What is on sale, for buyers."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import copies, store, wire
from tongshang.modules.catalog.machine import ProductStatus
from tongshang.modules.catalog.refusals import ProductGone, ProductNotFound, WrongParameter
from tongshang.modules.inventory import api as inventory
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

BUYERS: Final = Endpoints("catalog")

PAGE_MAX: Final = 50
LAST_ID: Final = 2**63 - 1


@BUYERS(
    "GET",
    "/v1/buyer/product/get",
    needs=Scope.PUBLIC,
    refuses=(ProductNotFound, ProductGone),
    reads=True,
)
async def show_product(call: Call, req: wire.BuyerProductRef) -> wire.BuyerProduct:
    """Show a product that is on sale: pictures, words, SKUs with prices and what is left of them."""
    found = await store.read_online(call.tx, req.product_id)
    if found is None or found.status is ProductStatus.NEW:
        raise ProductNotFound(product_id=str(req.product_id))
    if found.status is not ProductStatus.LISTED:
        raise ProductGone
    sheet = copies.unpack(found.bodies[1])
    stocks = await inventory.stocks_of(call.tx, found.shop_id, sheet.sku_ids)
    return wire.BuyerProduct.of(found.shop_id, found.product_id, sheet, stocks)


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
