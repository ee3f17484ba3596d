"""The ways in: what people read, what authors write, what the operator bars."""

from typing import Final

from tongshang.modules.surfaces.endpoints.articles import ARTICLES
from tongshang.modules.surfaces.endpoints.authors import AUTHORS
from tongshang.modules.surfaces.endpoints.readers import READERS
from tongshang.modules.surfaces.endpoints.restrictions import RESTRICTIONS
from tongshang.modules.surfaces.endpoints.windows import WINDOWS
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final[tuple[Endpoints, ...]] = (READERS, AUTHORS, RESTRICTIONS, ARTICLES, WINDOWS)
