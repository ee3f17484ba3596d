"""The ways in to the alliance."""

from typing import Final

from tongshang.modules.league.endpoints import plans, ties

ENDPOINTS: Final = (plans.ENDPOINTS, ties.ENDPOINTS)
