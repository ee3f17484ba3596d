"""A shop's first screen: what needs it now, and how today is against last week."""

import asyncio
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.sites.desk.trends import trends
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_ASKS: Final = 1
_FIGURES: Final = {
    "paid_fen": "今天收款",
    "refunded_fen": "今天退款",
    "settled_fen": "今天结算",
    "commissions_fen": "今天付出佣金",
}


@PAGES.get("/desk/shop")
async def home(visit: Visit) -> Response:
    """What needs the shop now."""
    today, money, agencies = await asyncio.gather(
        visit.ask("/v1/shop/today"),
        visit.ask("/v1/shop/money/summary"),
        visit.ask("/v1/shop/agency/list", limit=50),
    )
    asking = [one for one in agencies.agencies if one.state == _ASKS]
    figures = trends(money.days, _FIGURES)
    return visit.show(
        "shop_desk/home.html", today=today, money=money, trends=figures, asking=asking
    )


async def get_product(visit: Visit, product_id: str | int) -> dict[str, Any]:
    """A product's document: the draft where there is one, else the online copy."""
    path = "/channels/ec/product/get"
    found = await visit.ask(path, product_id=product_id, data_type=3)
    raw = found.edit_product if found.edit_product is not msgspec.UNSET else found.product
    document: dict[str, Any] = msgspec.json.decode(raw)
    return document
