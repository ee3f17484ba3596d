"""The ways in to money: for shops over the wire, for everybody over our own paths."""

from typing import Final

from tongshang.modules.settlement.endpoints import (
    commissions,
    earning,
    funds,
    ledgers,
    orders,
    own,
    standing,
)

ENDPOINTS: Final = (
    funds.ENDPOINTS,
    own.ENDPOINTS,
    commissions.ENDPOINTS,
    earning.ENDPOINTS,
    ledgers.ENDPOINTS,
    orders.ENDPOINTS,
    standing.ENDPOINTS,
)
