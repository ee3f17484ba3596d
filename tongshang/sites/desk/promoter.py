"""A promoter's first screen: what waits, how today is against last week, what changed."""

import asyncio
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from tongshang.sites.desk.trends import trends
from tongshang.sites.shown import day
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

_SEEN: Final = {"clicks": "今天点击"}
_EARNED: Final = {
    "lines": "今天卖出",
    "sold_fen": "今天带来成交",
    "earned_fen": "今天的佣金",
}
_DAYS: Final = 15
_LATEST: Final = 6
_INVITED: Final = 1


@PAGES.get("/desk/promoter")
async def home(visit: Visit) -> Response:
    """What needs the promoter now, and what the fortnight brought."""
    now = visit.house.clock.now()
    money, days, funds, orders, invited, windows, funnel, feed = await asyncio.gather(
        visit.ask("/v1/promoter/money/summary"),
        visit.ask("/v1/promoter/money/days"),
        visit.ask("/v1/promoter/funds/balance"),
        visit.ask("/v1/promoter/order/list", page_size=_LATEST),
        visit.ask("/v1/promoter/invitation/list", limit=100),
        visit.ask("/v1/promoter/windowauth/list", limit=50),
        visit.ask(
            "/v1/promoter/funnel/get", since=day(now - timedelta(days=_DAYS - 1)), until=day(now)
        ),
        visit.ask("/v1/buyer/content/list", promoter_id=str(visit.session.owner_id), limit=_LATEST),
    )
    return visit.show(
        "promoter_desk/home.html",
        money=money,
        funds=funds,
        orders=orders.orders,
        windows=[one for one in windows.agencies if not one.state],
        asking=[one for one in invited.invitations if one.state == _INVITED],
        trends=trends(funnel.days, _SEEN) + trends(days.days, _EARNED),
        feed=feed,
    )
