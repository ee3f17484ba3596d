"""The ways in to funds: for shops over the wire, for everybody over our own paths."""

from typing import Final

from tongshang.modules.funds.endpoints import banks, codes, minishop, own, phone, shop, subjects

ENDPOINTS: Final = (
    shop.ENDPOINTS,
    minishop.ENDPOINTS,
    banks.ENDPOINTS,
    codes.ENDPOINTS,
    own.ENDPOINTS,
    subjects.ENDPOINTS,
    phone.ENDPOINTS,
)
