"""An agency's first screen: what waits, how today is against last week, what changed."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.sites.desk.trends import trends
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

_LATEST: Final = 6
_FIGURES: Final = {
    "lines": "今天卖出",
    "sold_fen": "今天带来成交",
    "earned_fen": "今天的服务费",
    "settled_fen": "今天结算",
}


@PAGES.get("/desk/agency")
async def home(visit: Visit) -> Response:
    """What needs the agency now, and what it earns."""
    money, days, orders = await asyncio.gather(
        visit.ask("/v1/agency/money/summary"),
        visit.ask("/v1/agency/money/days"),
        visit.ask("/v1/agency/commission/list", page_size=_LATEST),
    )
    return visit.show(
        "agency_desk/home.html",
        money=money,
        orders=orders.orders,
        trends=trends(days.days, _FIGURES),
    )
