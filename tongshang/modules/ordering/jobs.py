"""What time does to orders (reference section 4.2), in bounded batches."""

from datetime import timedelta
from typing import Final

from tongshang.modules.ordering.actions import moving
from tongshang.modules.ordering.domain.order import CancelType, ConfirmType
from tongshang.modules.ordering.store import changes, orders
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Periodic

BATCH_MAX: Final = 500


async def _expire(call: Call) -> bool:
    keys = await orders.take_expired(call.tx, call.at, BATCH_MAX)
    if keys:
        await moving.cancel(call, keys, CancelType.UNPAID_IN_TIME)
    return len(keys) == BATCH_MAX


async def _receive(call: Call) -> bool:
    keys = await orders.take_receivable(call.tx, call.at, BATCH_MAX)
    if keys:
        await moving.receive(call, keys, ConfirmType.IN_TIME)
    return len(keys) == BATCH_MAX


async def _lapse_changes(call: Call) -> bool:
    return len(await changes.lapse(call.tx, call.at, BATCH_MAX)) == BATCH_MAX


LAPSE_CHANGES: Final = Periodic("ordering.sku_changes", timedelta(minutes=1), _lapse_changes)
EXPIRE: Final = Periodic("ordering.expire", timedelta(seconds=5), _expire)
RECEIVE: Final = Periodic("ordering.receive", timedelta(seconds=30), _receive)
