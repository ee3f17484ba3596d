"""Where a promoter picks goods, makes cards, and sees what they earned."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")


@PAGES.get("/desk/promoter")
async def home(visit: Visit) -> Response:
    """What was earned, and what was published."""
    money, feed = await asyncio.gather(
        visit.ask("/v1/promoter/money/summary"),
        visit.ask(
            "/v1/buyer/content/list",
            promoter_id=str(visit.session.owner_id),
            limit=20,
            next_key=visit.asked("after"),
        ),
    )
    return visit.show("promoter_desk/home.html", money=money, feed=feed)


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


@PAGES.get("/desk/promoter/orders")
async def orders(visit: Visit) -> Response:
    """Lines sold by one's cards."""
    status = visit.number("status")
    page = await visit.ask(
        "/v1/promoter/order/list", status=status, page_size=20, next_key=visit.asked("after")
    )
    return visit.show("promoter_desk/orders.html", page=page, status=status)
