"""The ways in: shops over the wire, people, and other sites."""

from typing import Final

from tongshang.modules.links.endpoints.people import PEOPLE
from tongshang.modules.links.endpoints.shops import SHOPS
from tongshang.modules.links.endpoints.web import WEB

ENDPOINTS: Final = (SHOPS, PEOPLE, WEB)
