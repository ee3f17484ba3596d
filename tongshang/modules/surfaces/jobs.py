"""What time does to contents: those that are scheduled are published."""

from datetime import timedelta
from typing import Final

from tongshang.modules.surfaces.actions import contents
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Periodic

BATCH_MAX: Final = 200


async def _publish(call: Call) -> bool:
    return await contents.publish_due(call, BATCH_MAX) == BATCH_MAX


PUBLISH: Final = Periodic("surfaces.publish", timedelta(seconds=5), _publish)
