"""What time does to confirmation codes."""

from datetime import timedelta
from typing import Final

from tongshang.modules.funds.actions import codes
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Periodic

_BATCH: Final = 500


async def _expire(call: Call) -> bool:
    return await codes.expire_due(call, _BATCH) == _BATCH


EXPIRE: Final = Periodic("funds.codes", timedelta(seconds=20), _expire)
