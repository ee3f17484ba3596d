"""The ways in: for shops their products and their stock, for buyers what is on sale."""

from typing import Final

from tongshang.modules.catalog.endpoints.buyers import BUYERS
from tongshang.modules.catalog.endpoints.products import PRODUCTS
from tongshang.modules.catalog.endpoints.stock import STOCK
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (PRODUCTS, STOCK, BUYERS)
