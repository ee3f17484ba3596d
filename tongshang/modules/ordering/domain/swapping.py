"""Another SKU before the shipment, asked by who receives the goods (reference section 4.4).

Only gifts are swapped: whoever bought for himself cancels what was not shipped, and buys again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow
from tongshang.modules.catalog.api import Offer
from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.gifts import swapped
from tongshang.modules.ordering.domain.order import Order
from tongshang.modules.ordering.machine import OrderState

# A setting of ours, as long as shops have for an aftersale case (reference section 6.4).
ANSWER_WAIT: Final = timedelta(hours=48)


class ChangeState(IntEnum):
    """Where a request is. The values are stored and on the wire: add, never change."""

    WAITING = 3
    AGREED = 4
    REFUSED = 5
    TAKEN_BACK = 6
    LAPSED = 7


class ChangeMove(StrEnum):
    """What may be done with a request."""

    AGREE = "agree"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    LAPSE = "lapse"


_S, _M = ChangeState, ChangeMove

SKU_CHANGE: Final = Machine(
    name="sku_change",
    start=_S.WAITING,
    ends=frozenset({_S.AGREED, _S.REFUSED, _S.TAKEN_BACK, _S.LAPSED}),
    moves={
        _M.AGREE:     arrow(_S.WAITING, to=_S.AGREED),
        _M.REFUSE:    arrow(_S.WAITING, to=_S.REFUSED),
        _M.TAKE_BACK: arrow(_S.WAITING, to=_S.TAKEN_BACK),
        _M.LAPSE:     arrow(_S.WAITING, to=_S.LAPSED),
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SkuChange:
    """A request for another SKU, and what became of it."""

    shop_id: int
    order_id: int
    number: int
    line: int
    state: ChangeState
    old_sku_id: int
    new_sku_id: int
    asked_at: datetime
    deadline: datetime

    @property
    def key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id


def ask(order: Order, latest: SkuChange | None, offer: Offer | None, at: datetime) -> SkuChange:
    """The request of an order's receiver; refuses what could not be agreed to."""
    if order.gift is None or order.state is not OrderState.TO_SHIP:
        raise refusals.SkuChangeTooLate(state=order.state.name.lower())
    if latest is not None and latest.state is ChangeState.WAITING:
        raise refusals.SkuChangeWaits
    line = order.lines[0]
    after = swapped(order, offer).lines[0]
    return SkuChange(
        order.shop_id,
        order.order_id,
        latest.number + 1 if latest else 1,
        line.line,
        SKU_CHANGE.start,
        line.sku_id,
        after.sku_id,
        at,
        at + ANSWER_WAIT,
    )


def agree(order: Order, change: SkuChange | None, offer: Offer | None, left: int) -> Order:
    """The order with the SKU that was asked for; its shipment ends what was not answered."""
    if change is None or change.state is not ChangeState.WAITING:
        raise refusals.NoSkuChange(order_id=str(order.order_id))
    if order.state is not OrderState.TO_SHIP or order.lines[0].on_aftersale_count:
        raise refusals.SkuChangeTooLate(state=order.state.name.lower())
    after = swapped(order, offer)
    if left < 1:
        raise refusals.TooFewInStock(sku_id=str(change.new_sku_id), left=left)
    return after
