"""The life of an order (reference section 4.1)."""

from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class OrderState(IntEnum):
    """Where an order stands. The values are stored and on the wire: add, never change."""

    UNPAID = 10
    GIFT_WAITING = 12
    TO_SHIP = 20
    PARTLY_SHIPPED = 21
    SHIPPED = 30
    FINISHED = 100
    REFUNDED = 200
    CANCELLED = 250


class OrderMove(StrEnum):
    """What may be done with an order. The values are stored: add, never rename."""

    PAY = "pay"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SHIP_PART = "ship_part"
    SHIP_REST = "ship_rest"
    RECEIVE = "receive"
    RECEIVE_IN_TIME = "receive_in_time"
    REFUND_ALL = "refund_all"
    PAY_GIFT = "pay_gift"
    ACCEPT_GIFT = "accept_gift"
    END_GIFT = "end_gift"


_S, _M = OrderState, OrderMove

# A gift that is paid waits for its receiver before it waits for shipment (reference section 5.2).
# A finished order is no end: when everything is refunded afterwards it is cancelled after all.
ORDER: Final = Machine(
    name="order",
    start=_S.UNPAID,
    ends=frozenset({_S.REFUNDED, _S.CANCELLED}),
    moves={
        _M.PAY:             arrow(_S.UNPAID,                     to=_S.TO_SHIP),
        _M.PAY_GIFT:        arrow(_S.UNPAID,                     to=_S.GIFT_WAITING),
        _M.ACCEPT_GIFT:     arrow(_S.GIFT_WAITING,               to=_S.TO_SHIP),
        _M.END_GIFT:        arrow(_S.GIFT_WAITING,               to=_S.REFUNDED),
        _M.CANCEL:          arrow(_S.UNPAID,                     to=_S.CANCELLED),
        _M.EXPIRE:          arrow(_S.UNPAID,                     to=_S.CANCELLED),
        _M.SHIP_PART:       arrow(_S.TO_SHIP, _S.PARTLY_SHIPPED, to=_S.PARTLY_SHIPPED),
        _M.SHIP_REST:       arrow(_S.TO_SHIP, _S.PARTLY_SHIPPED, to=_S.SHIPPED),
        _M.RECEIVE:         arrow(_S.SHIPPED,                    to=_S.FINISHED),
        _M.RECEIVE_IN_TIME: arrow(_S.SHIPPED,                    to=_S.FINISHED),
        _M.REFUND_ALL:      arrow(
            _S.TO_SHIP, _S.PARTLY_SHIPPED, _S.SHIPPED, _S.FINISHED, to=_S.REFUNDED
        ),
    },
)  # fmt: skip

# What the list filters of the wire mean (reference section 4.1): 20 includes partly shipped, 250
# is any cancellation.
FILTERS: Final = {
    _S.TO_SHIP.value: (_S.TO_SHIP, _S.PARTLY_SHIPPED),
    _S.CANCELLED.value: (_S.REFUNDED, _S.CANCELLED),
}


def states_of(status: int) -> tuple[int, ...]:
    """The states that a filter asks for; none: any."""
    if not status:
        return ()
    return tuple(state.value for state in FILTERS.get(status, ())) or (status,)
