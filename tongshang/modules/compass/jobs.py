"""What compass does on the clock, and what it hears of the trade after the commit."""

from datetime import timedelta
from typing import Final

from tongshang.modules.compass.actions import consenting, crowding, rolling, trading
from tongshang.modules.links.events import LinkShared
from tongshang.modules.live.events import LiveCheered
from tongshang.modules.ordering.events import OrderPaid, OrderPlaced
from tongshang.modules.payment.events import RefundDone
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

FACTS: Final = (OrderPlaced, OrderPaid, RefundDone)
CROWD_FACTS: Final = (LinkShared, LiveCheered)


async def _roll_up(call: Call) -> bool:
    return await rolling.roll_up(call) == rolling.ROLL_LOADS


ROLL_UP: Final = jobs.Periodic("compass.roll_up", timedelta(seconds=3), _roll_up)
DAYS: Final = jobs.Periodic("compass.days", timedelta(minutes=10), rolling.keep_days)
TRADE: Final = jobs.listener("compass.trade", FACTS, trading.hear)
CROWD: Final = jobs.listener("compass.crowd", CROWD_FACTS, crowding.hear)
FORGET: Final = jobs.Task(consenting.FORGET_JOB, consenting.forget)
