"""Money that goes out, and what news changes of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tongshang.modules.payment.domain.keys import SANDBOX, Key, Subject
from tongshang.modules.payment.machine import TRANSFER, TransferMove, TransferState
from tongshang.modules.payment.refusals import (
    AmountDiffers,
    NothingToPay,
    TransferNotFound,
    TransferSubjectUsed,
)

ATTEMPTS_MAX: Final = 3  # to pay somebody, before the money stays here
_RETRY_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """Money to be paid to a person's wallet, or to the `account` that is theirs elsewhere.

    `owner_id` is whose money it is: a shop, a promoter, a buyer.
    """

    owner_id: int
    subject_kind: str
    subject_id: int
    payee_id: int
    amount_fen: int
    account: str = ""
    channel: str = SANDBOX

    @property
    def subject(self) -> Subject:
        return (self.owner_id, self.subject_kind, self.subject_id)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that goes out; `attempt` counts from 1."""

    owner_id: int
    transfer_id: int
    subject_kind: str
    subject_id: int
    payee_id: int
    account: str
    amount_fen: int
    channel: str
    state: TransferState
    attempt: int
    retry_at: datetime | None
    transaction_id: str = ""

    @property
    def key(self) -> Key:
        return (self.owner_id, self.transfer_id)

    @property
    def subject(self) -> Subject:
        return (self.owner_id, self.subject_kind, self.subject_id)


@dataclass(frozen=True, slots=True)
class MoneyOut:
    """A gateway says: this attempt reached whom it was for, or could not."""

    owner_id: int
    transfer_id: int
    attempt: int
    transaction_id: str
    amount_fen: int
    succeeded: bool
    at: datetime

    @property
    def key(self) -> Key:
        return (self.owner_id, self.transfer_id)


@dataclass(frozen=True, slots=True)
class MoneyReturned:
    """A gateway says: the bank sent back what this attempt had brought it (退票)."""

    owner_id: int
    transfer_id: int
    attempt: int
    amount_fen: int
    at: datetime

    @property
    def key(self) -> Key:
        return (self.owner_id, self.transfer_id)


def new_transfers(drafts: Sequence[TransferDraft], ids: Sequence[int]) -> list[Transfer]:
    """Transfers to be, one a subject."""
    made: dict[Subject, Transfer] = {}
    for draft, new_id in zip(drafts, ids, strict=True):
        if draft.amount_fen <= 0:
            raise NothingToPay
        transfer = Transfer(
            draft.owner_id, new_id, draft.subject_kind, draft.subject_id, draft.payee_id,
            draft.account, draft.amount_fen, draft.channel, TRANSFER.start, 1, None,
        )  # fmt: skip
        check_same_transfer(made.setdefault(draft.subject, transfer), draft)
    return list(made.values())


def check_same_transfer(transfer: Transfer, draft: TransferDraft) -> None:
    """Refuse to pay a subject that was paid otherwise."""
    known = (transfer.amount_fen, transfer.payee_id, transfer.account)
    if known != (draft.amount_fen, draft.payee_id, draft.account):
        raise TransferSubjectUsed(subject_kind=draft.subject_kind, subject_id=str(draft.subject_id))


@dataclass(frozen=True, slots=True)
class TransferMoved:
    """A transfer before and after some news of it."""

    before: Transfer
    after: Transfer
    at: datetime


def settle_transfers(
    transfers: Mapping[Key, Transfer], news: Iterable[MoneyOut | MoneyReturned]
) -> list[TransferMoved]:
    """The transfers that `news` moves; of a failure only the attempt that is under way counts."""
    moved: dict[Key, TransferMoved] = {}
    for told in news:
        before = transfers.get(told.key)
        if before is None:
            raise TransferNotFound(transfer_id=str(told.transfer_id))
        if told.amount_fen != before.amount_fen:
            raise AmountDiffers(told_fen=told.amount_fen, known_fen=before.amount_fen)
        now = moved[told.key].after if told.key in moved else before
        move = _transfer_move(now, told)
        if move is not None and TRANSFER.allows(now.state, move):
            moved[told.key] = TransferMoved(before, _after(now, told, move), told.at)
    return list(moved.values())


def _after(now: Transfer, told: MoneyOut | MoneyReturned, move: TransferMove) -> Transfer:
    state = TRANSFER.step(now.state, move)
    if isinstance(told, MoneyReturned):
        return replace(now, state=state, retry_at=None)
    return replace(
        now,
        state=state,
        transaction_id=told.transaction_id if told.succeeded else "",
        retry_at=told.at + _RETRY_AFTER if move is TransferMove.FAIL else None,
    )


def _transfer_move(transfer: Transfer, told: MoneyOut | MoneyReturned) -> TransferMove | None:
    if isinstance(told, MoneyReturned):
        return TransferMove.RETURN if told.attempt == transfer.attempt else None
    if told.succeeded:
        return TransferMove.CONFIRM
    if told.attempt != transfer.attempt:
        return None
    return TransferMove.GIVE_UP if told.attempt >= ATTEMPTS_MAX else TransferMove.FAIL


def again(transfer: Transfer, at: datetime) -> TransferMoved:
    """The next attempt of a transfer that failed."""
    state = TRANSFER.step(transfer.state, TransferMove.ASK_AGAIN)
    after = replace(transfer, state=state, attempt=transfer.attempt + 1, retry_at=None)
    return TransferMoved(transfer, after, at)
