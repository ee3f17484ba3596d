"""The lives of a payment and of a refund."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class PaymentState(StrEnum):
    """Whether the money is here. The values are stored: add, never rename."""

    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"


class PaymentMove(StrEnum):
    TAKE = "take"
    CLOSE = "close"


# Money that comes in for a closed payment came in: it is taken, and whoever charged gives it back.
# A failed attempt moves nothing: the buyer may try again.
PAYMENT: Final = Machine(
    name="payment",
    start=PaymentState.WAITING,
    ends={PaymentState.PAID},
    moves={
        PaymentMove.TAKE:  arrow(PaymentState.WAITING, PaymentState.CLOSED, to=PaymentState.PAID),
        PaymentMove.CLOSE: arrow(PaymentState.WAITING,                      to=PaymentState.CLOSED),
    },
)  # fmt: skip


class RefundState(StrEnum):
    """Whether the money is back. The values are stored: add, never rename."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class RefundMove(StrEnum):
    CONFIRM = "confirm"
    FAIL = "fail"
    ASK_AGAIN = "ask_again"


# Confirmed also after it failed: an old notice of the failure may overtake the success.
REFUND: Final = Machine(
    name="refund",
    start=RefundState.ASKED,
    ends={RefundState.DONE},
    moves={
        RefundMove.CONFIRM:   arrow(RefundState.ASKED, RefundState.FAILED, to=RefundState.DONE),
        RefundMove.FAIL:      arrow(RefundState.ASKED,                     to=RefundState.FAILED),
        RefundMove.ASK_AGAIN: arrow(RefundState.FAILED,                    to=RefundState.ASKED),
    },
)  # fmt: skip
