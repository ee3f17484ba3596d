"""The ways in to gifts: for people and shops over our own paths, for programs over the wire."""

from typing import Final

from tongshang.modules.gifting.endpoints import desks, givers, programs, receivers, wishes

ENDPOINTS: Final = (
    programs.ENDPOINTS,
    givers.ENDPOINTS,
    receivers.ENDPOINTS,
    wishes.ENDPOINTS,
    desks.ENDPOINTS,
)
