"""An agency's first screen: what waits, how today is against last week, what changed."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.offers import product_of
from tongshang.sites.desk.trends import trends
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

_LATEST: Final = 6
_LOOKED_AT: Final = 6
_COUNTED: Final = 50
_FAMILY: Final = "/channels/ec/league/headsupplier"
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
    by_shops, by_agencies, mine, shops, windows = await asyncio.gather(
        visit.ask(f"{_FAMILY}/selectionproducts/list/get", plan_type=1, page_size=_LOOKED_AT),
        visit.ask(f"{_FAMILY}/selectionproducts/list/get", plan_type=3, page_size=_LOOKED_AT),
        visit.ask(f"{_FAMILY}/cooperativeitem/list/get", commission_type=1, page_size=_LOOKED_AT),
        visit.ask("/v1/agency/shop/list", state=1, limit=_COUNTED),
        visit.ask("/v1/agency/window/list", limit=_COUNTED),
    )
    found = [*by_shops.product_list, *by_agencies.product_list]
    offered = await _not_taken(visit, [one.head_supplier_item_link for one in found])
    first = await product_of(visit, offered[0].product_id) if offered else None
    said = await asyncio.gather(
        *(
            visit.ask(f"{_FAMILY}/subitem/list/get", cooperative_item_id=one.cooperative_item_id)
            for one in mine.items
        )
    )
    return {
        "offered": len(offered),
        "offered_kind": offered[0].commission_info.plan_type if offered else 1,
        "offered_first": first.title if first else "",
        "unsaid": sum(not any(sub.status == 1 for sub in one.items) for one in said),
        "invited": len(shops.shops),
        "asked": sum(not one.state for one in windows.promoters),
    }


async def _not_taken(visit: Visit, links: list[str]) -> list[Any]:
    """What of the offers the agency has not taken in; those that just ended are left out."""
    path = f"{_FAMILY}/item/promotiondetail/get"

    async def look(link: str) -> Any:
        try:
            return (await visit.ask(path, head_supplier_item_link=link)).item
        except Refusal:
            return None

    items = await asyncio.gather(*(look(link) for link in links))
    return [one for one in items if one and not one.cooperative_info.cooperative_status]
