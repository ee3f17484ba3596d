"""The lives of a payment, of a refund and of a transfer."""

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


class TransferState(StrEnum):
    """Whether money reached a wallet. The values are stored: add, never rename."""

    ASKED = "asked"
    FAILED = "failed"
    DONE = "done"
    GIVEN_UP = "given_up"
    RETURNED = "returned"


class TransferMove(StrEnum):
    CONFIRM = "confirm"
    FAIL = "fail"
    ASK_AGAIN = "ask_again"
    GIVE_UP = "give_up"
    RETURN = "return"


# Given up only when the last attempt failed: nothing is on its way any more. Returned, days after it
# arrived, from whatever was known of it: notices may overtake each other.
TRANSFER: Final = Machine(
    name="transfer",
    start=TransferState.ASKED,
    ends={TransferState.GIVEN_UP, TransferState.RETURNED},
    moves={
        TransferMove.CONFIRM: arrow(
            TransferState.ASKED, TransferState.FAILED, to=TransferState.DONE
        ),
        TransferMove.FAIL:      arrow(TransferState.ASKED,  to=TransferState.FAILED),
        TransferMove.ASK_AGAIN: arrow(TransferState.FAILED, to=TransferState.ASKED),
        TransferMove.GIVE_UP:   arrow(TransferState.ASKED,  to=TransferState.GIVEN_UP),
        TransferMove.RETURN: arrow(
            TransferState.ASKED, TransferState.FAILED, TransferState.DONE, to=TransferState.RETURNED
        ),
    },
)  # fmt: skip
