"""Where shops, promoters and the platform's staff work."""

from typing import Final

from tongshang.sites.desk import (
    contents,
    funnel,
    gifts,
    home,
    live,
    money,
    orders,
    platform,
    products,
    promoter,
    promoter_goods,
    promoter_orders,
    promoter_ties,
    pushes,
    refunds,
    reports,
    restrictions,
)
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (
    home.PAGES,
    orders.PAGES,
    refunds.PAGES,
    gifts.PAGES,
    products.PAGES,
    money.PAGES,
    pushes.PAGES,
    promoter.PAGES,
    promoter_goods.PAGES,
    promoter_orders.PAGES,
    promoter_ties.PAGES,
    *contents.PAGES,
    live.PAGES,
    funnel.PAGES,
    platform.PAGES,
    restrictions.PAGES,
    reports.PAGES,
)
