"""Where a promoter chooses what to carry, and makes cards of it."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")


@PAGES.get("/desk/promoter/goods")
async def goods(visit: Visit) -> Response:
    """Products whose shops pay promoters."""
    page = await visit.ask("/v1/promoter/plan/list", limit=20, next_key=visit.asked("after"))
    return visit.show("promoter_desk/goods.html", page=page, refusal=None)


@PAGES.post("/desk/promoter/card")
async def make_card(visit: Visit) -> Response:
    """A card of one's own for a product, in all forms in which it travels."""
    wanted = {"shop_id": visit.fields.get("shop_id"), "product_id": visit.fields.get("product_id")}
    try:
        made = await visit.ask("/v1/promoter/card/make", visit.form_key, **wanted)
    except Refusal as refusal:
        page = await visit.ask("/v1/promoter/plan/list", limit=20)
        return visit.show("promoter_desk/goods.html", 400, page=page, refusal=refusal)
    forms, product = await asyncio.gather(
        visit.ask("/v1/promoter/link/make", product_id=visit.whole("product_id")),
        visit.ask("/v1/buyer/product/get", product_id=visit.whole("product_id")),
    )
    return visit.show("promoter_desk/card.html", place=made.url, forms=forms, product=product)
