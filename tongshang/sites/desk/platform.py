"""What the platform's staff watch: the books as a whole, and the work behind them."""

from typing import Final

from starlette.responses import Response

from tongshang.runtime import jobs
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="operator")


@PAGES.get("/desk/platform")
async def home(visit: Visit) -> Response:
    """All accounts by kind, and the jobs that wait or gave up."""
    money = await visit.ask("/v1/platform/money/summary")
    async with visit.house.pool.acquire() as tx:
        backlog = await jobs.backlog(tx)
    return visit.show("platform_desk/home.html", money=money, backlog=backlog)
