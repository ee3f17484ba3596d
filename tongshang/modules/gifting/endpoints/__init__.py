"""The ways in to gifts: for people and shops over our own paths, for programs over the wire."""

from typing import Final

from tongshang.modules.gifting.endpoints import givers, receivers

ENDPOINTS: Final = (givers.ENDPOINTS, receivers.ENDPOINTS)
