"""An agency's first screen: what waits, how today is against last week, what changed."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.sites.desk.agency_goods import goods_of
from tongshang.sites.desk.offers import described
from tongshang.sites.desk.trends import trends
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

_LATEST: Final = 6
_LOOKED_AT: Final = 10
_SELECTION: Final = "/channels/ec/league/headsupplier/selectionproducts/list/get"
_FIGURES: Final = {
    "lines": "今天卖出",
    "sold_fen": "今天带来成交",
    "earned_fen": "今天的服务费",
    "settled_fen": "今天结算",
}


@PAGES.get("/desk/agency")
async def home(visit: Visit) -> Response:
    """What needs the agency now, and what it earns."""
    money, days, waiting, orders = await asyncio.gather(
        visit.ask("/v1/agency/money/summary"),
        visit.ask("/v1/agency/money/days"),
        _waiting(visit),
        visit.ask("/v1/agency/commission/list", page_size=_LATEST),
    )
    return visit.show(
        "agency_desk/home.html",
        money=money,
        orders=orders.orders,
        trends=trends(days.days, _FIGURES),
        **waiting,
    )


async def _waiting(visit: Visit) -> dict[str, Any]:
    """What waits: offers by name, goods of which promoters' part is not said, open invitations."""
    by_shops, by_agencies, goods, shops, windows = await asyncio.gather(
        visit.ask(_SELECTION, plan_type=1, page_size=_LOOKED_AT),
        visit.ask(_SELECTION, plan_type=3, page_size=_LOOKED_AT),
        goods_of(visit, _LOOKED_AT),
        visit.ask("/v1/agency/shop/list", state=1, limit=_LOOKED_AT),
        visit.ask("/v1/agency/window/list", limit=_LOOKED_AT),
    )
    found = [*by_shops.product_list, *by_agencies.product_list]
    offers = await described(visit, [one.head_supplier_item_link for one in found])
    return {
        "offered": [one for one in offers if not one.is_taken],
        "unsaid": [one for one in goods if one.needs_word],
        "invited": shops.shops,
        "asked": [one for one in windows.promoters if not one.state],
    }
