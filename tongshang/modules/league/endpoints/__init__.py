"""The ways in to the alliance."""

from typing import Final

from tongshang.modules.league.endpoints import agency_plans, plans, sharers, sharing, ties

ENDPOINTS: Final = (
    plans.ENDPOINTS,
    ties.ENDPOINTS,
    agency_plans.ENDPOINTS,
    sharers.ENDPOINTS,
    sharing.ENDPOINTS,
)
