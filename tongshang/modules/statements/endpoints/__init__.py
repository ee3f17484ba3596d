"""Statements for everybody who has money here, comparison with the channel, explanations."""

from typing import Final

from tongshang.modules.statements.endpoints import explaining, reconciling, statements
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (
    statements.ENDPOINTS,
    reconciling.ENDPOINTS,
    explaining.ENDPOINTS,
)
