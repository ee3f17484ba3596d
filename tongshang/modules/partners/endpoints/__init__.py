"""The ways in to partners."""

from typing import Final

from tongshang.modules.partners.endpoints import products

ENDPOINTS: Final = (products.ENDPOINTS,)
