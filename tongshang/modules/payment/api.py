"""What rooms above may ask of payment, inside their transaction."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.payment import store
from tongshang.modules.payment.actions import charge, close, receive_notices, refund, transfer
from tongshang.modules.payment.domain import (
    Charge,
    ChargeDraft,
    Notice,
    Payment,
    RefundDraft,
    Subject,
    Transfer,
    TransferDraft,
)
from tongshang.modules.payment.domain.bills import Bill, BillKind, day_file
from tongshang.modules.payment.machine import PaymentState, RefundState, TransferState
from tongshang.modules.payment.refusals import (
    NothingToPay,
    NotPaid,
    PaymentUnderWay,
    RefundCauseUsed,
    RefundTooHigh,
    TransferSubjectUsed,
)
from tongshang.modules.payment.store import told
from tongshang.modules.payment.store import transfers as transfer_store
from tongshang.runtime.db import Tx

__all__ = [
    "Bill",
    "BillKind",
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
    "Transfer",
    "TransferDraft",
    "TransferState",
    "TransferSubjectUsed",
    "channels_of",
    "charge",
    "close",
    "day_file",
    "day_file_of",
    "next_bill_at",
    "payments_of",
    "receive_notices",
    "refund",
    "subjects_of",
    "transfer",
    "transfers_of",
]


async def payments_of(
    tx: Tx, shop_id: int, subject_kind: str, subject_ids: Sequence[int]
) -> dict[int, Payment]:
    """The payment of each subject: the paid one, or else the latest; none, where none was asked."""
    return await store.of_subjects(tx, shop_id, subject_kind, subject_ids)


async def transfers_of(tx: Tx, subjects: Sequence[Subject]) -> dict[Subject, Transfer]:
    """The transfer of each subject; none, where none was asked."""
    return await transfer_store.of_subjects(tx, subjects)


async def subjects_of(
    tx: Tx, keys: Sequence[tuple[int, str, int]]
) -> dict[tuple[int, str, int], tuple[str, int]]:
    """What payments, refunds and transfers were for, by (owner, kind, id); of others nothing."""
    return await told.find_subjects(tx, keys)


async def channels_of(
    tx: Tx, keys: Sequence[tuple[int, str, int]]
) -> dict[tuple[int, str, int], str]:
    """By which channel payments, refunds and transfers went, by (owner, kind, id)."""
    return await told.find_channels(tx, keys)


async def next_bill_at(tx: Tx, since: datetime) -> datetime | None:
    """When the sandbox gateway next did anything, at or after a moment."""
    return await told.next_bill_at(tx, since)


async def day_file_of(tx: Tx, since: datetime, until: datetime) -> str:
    """The sandbox gateway's file of what it did in [since, until): CSV, a line for each."""
    return day_file(await told.list_bills(tx, since, until))
