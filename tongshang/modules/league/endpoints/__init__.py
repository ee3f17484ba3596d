"""The ways in to the alliance."""

from typing import Final

from tongshang.modules.league.endpoints import (
    agency_items,
    agency_plans,
    agency_shops,
    own_windows,
    plans,
    promoters,
    resales,
    results,
    sharers,
    sharing,
    square,
    ties,
    windows,
)

ENDPOINTS: Final = (
    plans.ENDPOINTS,
    promoters.ENDPOINTS,
    ties.ENDPOINTS,
    agency_plans.ENDPOINTS,
    agency_shops.ENDPOINTS,
    agency_items.ENDPOINTS,
    resales.ENDPOINTS,
    results.ENDPOINTS,
    square.ENDPOINTS,
    windows.ENDPOINTS,
    own_windows.ENDPOINTS,
    sharers.ENDPOINTS,
    sharing.ENDPOINTS,
)
