"""What payment does later: hears notices, and asks about what it never heard of."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.modules.payment import actions
from tongshang.modules.payment.domain import (
    MoneyBack,
    MoneyIn,
    MoneyOut,
    MoneyReturned,
    News,
    Notice,
)
from tongshang.modules.payment.gateway.sandbox import NOTICE_JOB
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Due, Periodic, Task

_decode = msgspec.json.Decoder(Notice).decode
_NEWS: Final[dict[str, type[News]]] = {
    "MoneyIn": MoneyIn,
    "MoneyBack": MoneyBack,
    "MoneyOut": MoneyOut,
    "MoneyReturned": MoneyReturned,
}


async def _hear(call: Call, due: Sequence[Due]) -> None:
    await actions.receive_notices(call, [_decode(job.body) for job in due])


async def _apply_found(call: Call, due: Sequence[Due]) -> None:
    news: list[News] = []
    for job in due:
        name, body = msgspec.json.decode(job.body, type=tuple[str, msgspec.Raw])
        news.append(msgspec.json.decode(body, type=_NEWS[name]))
    await actions.apply(call, news)


async def _ask_returned(call: Call, due: Sequence[Due]) -> None:
    keys = [msgspec.json.decode(job.body, type=tuple[int, int]) for job in due]
    await actions.ask_returned(call, keys)


async def _reconcile(call: Call) -> bool:
    return await actions.reconcile(call)


async def _retry(call: Call) -> bool:
    return await actions.retry_transfers(call)


NOTICES: Final = Task(NOTICE_JOB, _hear)
FOUND: Final = Task(actions.FOUND_JOB, _apply_found)
RETURNED: Final = Task(actions.RETURNED_JOB, _ask_returned)
RECONCILE: Final = Periodic("payment.reconcile", timedelta(seconds=20), _reconcile)
RETRY: Final = Periodic("payment.retry", timedelta(seconds=20), _retry)
