"""What rooms above may ask of payment, inside their transaction."""

from collections.abc import Sequence

from tongshang.modules.payment import store
from tongshang.modules.payment.actions import charge, close, receive_notices, refund
from tongshang.modules.payment.domain import (
    Charge,
    ChargeDraft,
    Notice,
    Payment,
    RefundDraft,
    Subject,
)
from tongshang.modules.payment.machine import PaymentState, RefundState
from tongshang.modules.payment.refusals import (
    NothingToPay,
    NotPaid,
    PaymentUnderWay,
    RefundCauseUsed,
    RefundTooHigh,
)
from tongshang.runtime.db import Tx

__all__ = [
    "Charge",
    "ChargeDraft",
    "NotPaid",
    "NothingToPay",
    "Notice",
    "Payment",
    "PaymentState",
    "PaymentUnderWay",
    "RefundCauseUsed",
    "RefundDraft",
    "RefundState",
    "RefundTooHigh",
    "Subject",
    "charge",
    "close",
    "payments_of",
    "receive_notices",
    "refund",
]


async def payments_of(
    tx: Tx, shop_id: int, subject_kind: str, subject_ids: Sequence[int]
) -> dict[int, Payment]:
    """The payment of each subject: the paid one, or else the latest; none, where none was asked."""
    return await store.of_subjects(tx, shop_id, subject_kind, subject_ids)
