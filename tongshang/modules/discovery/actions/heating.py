"""What is hot: looks and saves of our own, and what compass says is wanted."""

from typing import Final

from tongshang.modules.compass import api as compass
from tongshang.modules.discovery.domain import HOT_FOR, HOT_MOST
from tongshang.modules.discovery.store import posts as store
from tongshang.runtime.call import Call

_WANTED_MOST: Final = 500


async def count_heat(call: Call) -> None:
    """Count anew what is hot."""
    since = call.at - HOT_FOR
    trends = await compass.trending(call.tx, since, _WANTED_MOST)
    wanted = {trend.product_id: trend.score for trend in trends}
    await store.count_heat(call.tx, since, call.at, HOT_MOST, wanted)
