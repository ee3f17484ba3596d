"""The cart, by shop."""

from typing import Final

from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")


@PAGES.get("/cart")
async def cart(visit: Visit) -> Response:
    """What a buyer put aside."""
    page = await visit.ask("/v1/buyer/cart/list")
    return visit.show("storefront/cart.html", shops=page.shops)


@PAGES.get("/cart/count", role="")
async def count(visit: Visit) -> Response:
    """How many pieces, for the mark on the tab; nothing where there are none."""
    pieces = 0
    if visit.session.role == "buyer":
        page = await visit.ask("/v1/buyer/cart/list")
        pieces = sum(item.count for shop in page.shops for item in shop.items)
    return Response(str(pieces) if pieces else "", media_type="text/plain")


@PAGES.post("/cart")
async def change(visit: Visit) -> Response:
    """Another number of one SKU, or none of it."""
    sku_id, count = visit.fields.get("sku_id", ""), visit.whole("count")
    if visit.fields.get("do") == "remove" or not count:
        await visit.ask("/v1/buyer/cart/remove", sku_ids=[sku_id])
    else:
        await visit.ask("/v1/buyer/cart/update", sku_id=sku_id, count=count)
    return visit.go("/cart")
