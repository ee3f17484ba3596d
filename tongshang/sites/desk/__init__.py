"""Where shops, promoters and the platform's staff work."""

from typing import Final

from tongshang.sites.desk import (
    agency,
    agency_sharers,
    commissions,
    contents,
    discounts,
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
    promoter_ties,
    pushes,
    refunds,
    reports,
    restrictions,
    shop_home,
    why,
)
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (
    home.PAGES,
    orders.PAGES,
    refunds.PAGES,
    gifts.PAGES,
    products.PAGES,
    discounts.PAGES,
    shop_home.PAGES,
    money.PAGES,
    pushes.PAGES,
    promoter.PAGES,
    promoter_goods.PAGES,
    promoter_ties.PAGES,
    *contents.PAGES,
    live.PAGES,
    funnel.PAGES,
    commissions.PAGES,
    why.PAGES,
    agency.PAGES,
    agency_sharers.PAGES,
    platform.PAGES,
    restrictions.PAGES,
    reports.PAGES,
)
