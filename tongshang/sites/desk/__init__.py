"""Where shops, promoters and the platform's staff work."""

from typing import Final

from tongshang.sites.desk import orders, pushes
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (orders.PAGES, pushes.PAGES)
