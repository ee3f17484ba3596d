"""Where shops, promoters and the platform's staff work."""

from typing import Final

from tongshang.sites.desk import (
    funnel,
    home,
    live,
    money,
    orders,
    platform,
    products,
    promoter,
    pushes,
    refunds,
    reports,
)
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (
    home.PAGES,
    orders.PAGES,
    refunds.PAGES,
    products.PAGES,
    money.PAGES,
    pushes.PAGES,
    promoter.PAGES,
    live.PAGES,
    funnel.PAGES,
    platform.PAGES,
    reports.PAGES,
)
