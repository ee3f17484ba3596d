"""What discovery answers, by who asks for what."""

from typing import Final

from tongshang.modules.discovery.endpoints.arranging import ARRANGING
from tongshang.modules.discovery.endpoints.feed import FEED
from tongshang.modules.discovery.endpoints.homes import HOMES
from tongshang.modules.discovery.endpoints.own import OWN
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (FEED, OWN, HOMES, ARRANGING)
