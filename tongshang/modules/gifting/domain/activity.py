"""A shop's own giving (reference section 5.3): what, how much, from when until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from tongshang.modules.gifting import refusals


class ActivityState(IntEnum):
    """Where an activity is. The values are stored and on the wire."""

    NOT_STARTED = 1
    RUNNING = 2
    DRAWN = 4
    OVER = 5


@dataclass(frozen=True, slots=True)
class PoolItem:
    """A SKU that may be given: how many pieces, and how many are."""

    sku_id: int
    product_id: int
    pieces: int
    used: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """`is_free`: the shop gives; else whoever a present is made for pays it. Budget 0: no limit."""

    shop_id: int
    activity_id: int
    name: str
    is_free: bool
    state: ActivityState
    starts_at: datetime
    ends_at: datetime
    budget_fen: int
    spent_fen: int
    made_at: datetime
    pool: tuple[PoolItem, ...] = ()

    def state_at(self, at: datetime) -> ActivityState:
        """Where it is now, whether or not the clock's job has come by."""
        if self.state in {ActivityState.DRAWN, ActivityState.OVER}:
            return self.state
        if at >= self.ends_at:
            return ActivityState.OVER
        return ActivityState.RUNNING if at >= self.starts_at else ActivityState.NOT_STARTED


def item_for(activity: Activity, product_id: int, sku_id: int, at: datetime) -> PoolItem:
    """The item of the pool that is asked for; refuses when it does not run, or has none such."""
    if activity.state_at(at) is not ActivityState.RUNNING:
        raise refusals.ActivityNotRunning
    for item in activity.pool:
        if (item.product_id, item.sku_id) == (product_id, sku_id):
            return item
    raise refusals.NotInPool
