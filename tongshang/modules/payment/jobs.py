"""What payment does later: hears notices, and asks about what it never heard of."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.modules.payment import actions
from tongshang.modules.payment.domain import Notice
from tongshang.modules.payment.gateway.sandbox import NOTICE_JOB
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Periodic, Task

_decode = msgspec.json.Decoder(Notice).decode


async def _hear(call: Call, due: Sequence[Due]) -> None:
    await actions.receive_notices(call, [_decode(job.body) for job in due])


async def _reconcile(call: Call) -> bool:
    return await actions.reconcile(call)


NOTICES: Final = Task(NOTICE_JOB, _hear)
RECONCILE: Final = Periodic("payment.reconcile", timedelta(seconds=20), _reconcile)
