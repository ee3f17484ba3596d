"""What is done later and on the clock: days are closed, statements are made."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.modules.statements.actions import closing, making, reconciling
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Periodic, Task

_decode = msgspec.json.Decoder(making.Step).decode


async def _close(call: Call) -> bool:
    return await closing.close_due(call)


async def _compare(call: Call) -> bool:
    return await reconciling.compare_due(call)


async def _make(call: Call, due: Sequence[Due]) -> None:
    for job in due:
        await making.take_step(call, _decode(job.body))


MAKE: Final = Task(making.MAKE_JOB, _make, batch=1)  # a step is a transaction: others see how far
CLOSE: Final = Periodic("statements.close", timedelta(minutes=1), _close)
COMPARE: Final = Periodic("statements.compare", timedelta(minutes=1), _compare)

TASKS: Final = (MAKE,)
PERIODICS: Final = (CLOSE, COMPARE)
