"""The ways in to partners."""

from typing import Final

from tongshang.modules.partners.endpoints import (
    contents,
    cooperation,
    coupons,
    lives,
    own,
    products,
    staff,
)

ENDPOINTS: Final = (
    products.ENDPOINTS,
    contents.ENDPOINTS,
    lives.ENDPOINTS,
    coupons.ENDPOINTS,
    staff.ENDPOINTS,
    cooperation.ENDPOINTS,
    own.ENDPOINTS,
)
