"""The ways in: what people read, and what authors write."""

from typing import Final

from tongshang.modules.surfaces.endpoints.authors import AUTHORS
from tongshang.modules.surfaces.endpoints.readers import READERS
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (READERS, AUTHORS)
