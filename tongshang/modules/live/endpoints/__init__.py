"""The ways in: for viewers, hosts, and shops that allow flash prices."""

from typing import Final

from tongshang.modules.live.endpoints.hosts import ENDPOINTS as HOSTS
from tongshang.modules.live.endpoints.shops import ENDPOINTS as SHOPS
from tongshang.modules.live.endpoints.viewers import ENDPOINTS as VIEWERS
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (VIEWERS, HOSTS, SHOPS)
