"""Where shops, promoters and the platform's staff work."""

from typing import Final

from tongshang.sites.desk import (
    home,
    money,
    orders,
    platform,
    products,
    promoter,
    pushes,
    refunds,
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
    platform.PAGES,
)
