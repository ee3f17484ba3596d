"""Facts of money: what came in, what went back, what went out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """Money came in, once per payment; also where the payment had been closed meanwhile."""

    shop_id: int
    payment_id: int
    subject_kind: str
    subject_id: int
    buyer_id: int
    amount_fen: int
    channel: str
    transaction_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundDone:
    """Money went back, once per refund."""

    shop_id: int
    refund_id: int
    payment_id: int
    subject_kind: str
    subject_id: int
    cause_kind: str
    cause_id: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """The channel could not give the money back; asking again for the same cause tries anew."""

    shop_id: int
    refund_id: int
    payment_id: int
    subject_kind: str
    subject_id: int
    cause_kind: str
    cause_id: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferDone:
    """Money reached a wallet or an account, once per transfer."""

    owner_id: int
    transfer_id: int
    subject_kind: str
    subject_id: int
    payee_id: int
    amount_fen: int
    transaction_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """The money stays here for good: the last attempt failed, and none follows."""

    owner_id: int
    transfer_id: int
    subject_kind: str
    subject_id: int
    payee_id: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferReturned:
    """The bank sent the money back, days after it had arrived there; once per transfer."""

    owner_id: int
    transfer_id: int
    subject_kind: str
    subject_id: int
    payee_id: int
    amount_fen: int
    at: datetime
