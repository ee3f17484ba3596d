"""Why somebody earned by a sale: the card, the terms, the hands, told to each as far as it is his."""

from typing import Final

from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()


@PAGES.get("/desk/promoter/why/{order_id:int}/{line:int}", role="promoter")
async def of_promoter(visit: Visit) -> Response:
    """Why a line brought a promoter commission."""
    return await _show(visit)


@PAGES.get("/desk/agency/why/{order_id:int}/{line:int}", role="agency")
async def of_agency(visit: Visit) -> Response:
    """Why a line brought an agency its fee."""
    return await _show(visit)


@PAGES.get("/desk/shop/why/{order_id:int}/{line:int}", role="shop")
async def of_shop(visit: Visit) -> Response:
    """Why a line cost a shop commission, and who received it."""
    return await _show(visit)


async def _show(visit: Visit) -> Response:
    why = await visit.ask(
        f"/v1/{visit.session.role}/order/why",
        order_id=str(visit.part("order_id")),
        line=visit.part("line"),
    )
    return visit.show("desk_why.html", why=why)
