"""The ways in to orders: for shops over the wire, for buyers over our own paths."""

from typing import Final

from tongshang.modules.ordering.endpoints import buyers, carts, shops, swaps

ENDPOINTS: Final = (shops.ENDPOINTS, swaps.ENDPOINTS, buyers.ENDPOINTS, carts.ENDPOINTS)
