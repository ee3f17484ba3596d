"""The ways in to money: for shops over the wire, for everybody over our own paths."""

from typing import Final

from tongshang.modules.settlement.endpoints import funds, own

ENDPOINTS: Final = (funds.ENDPOINTS, own.ENDPOINTS)
