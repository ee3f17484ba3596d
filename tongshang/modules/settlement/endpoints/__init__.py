"""The ways in to money: for shops over the wire, for everybody over our own paths."""

from typing import Final

from tongshang.modules.settlement.endpoints import commissions, funds, orders, own, standing

ENDPOINTS: Final = (
    funds.ENDPOINTS,
    own.ENDPOINTS,
    commissions.ENDPOINTS,
    orders.ENDPOINTS,
    standing.ENDPOINTS,
)
