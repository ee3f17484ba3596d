"""What payment decides: which news changes what, what may go back, what goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from tongshang.modules.payment.domain.keys import SANDBOX as SANDBOX
from tongshang.modules.payment.domain.keys import Key as Key
from tongshang.modules.payment.domain.keys import Subject as Subject
from tongshang.modules.payment.domain.transfers import ATTEMPTS_MAX as ATTEMPTS_MAX
from tongshang.modules.payment.domain.transfers import MoneyOut as MoneyOut
from tongshang.modules.payment.domain.transfers import MoneyReturned as MoneyReturned
from tongshang.modules.payment.domain.transfers import Transfer as Transfer
from tongshang.modules.payment.domain.transfers import TransferDraft as TransferDraft
from tongshang.modules.payment.domain.transfers import TransferMoved as TransferMoved
from tongshang.modules.payment.domain.transfers import again as again
from tongshang.modules.payment.domain.transfers import check_same_transfer as check_same_transfer
from tongshang.modules.payment.domain.transfers import new_transfers as new_transfers
from tongshang.modules.payment.domain.transfers import settle_transfers as settle_transfers
from tongshang.modules.payment.machine import (
    PAYMENT,
    REFUND,
    PaymentMove,
    PaymentState,
    RefundMove,
    RefundState,
)
from tongshang.modules.payment.refusals import (
    AmountDiffers,
    NothingToPay,
    NotPaid,
    PaymentNotFound,
    RefundCauseUsed,
    RefundNotFound,
    RefundTooHigh,
)


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """Money to be asked of a buyer. `confirm`: the sandbox buyer pays at once (test wallet)."""

    shop_id: int
    subject_kind: str
    subject_id: int
    buyer_id: int
    amount_fen: int
    channel: str = SANDBOX
    confirm: bool = False

    @property
    def subject(self) -> Subject:
        return (self.shop_id, self.subject_kind, self.subject_id)


@dataclass(frozen=True, slots=True)
class Charge:
    """What was asked for, and under which number the buyer pays it."""

    payment_id: int
    prepay_id: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money asked for. `refunded_fen` counts what is on its way back as gone."""

    shop_id: int
    payment_id: int
    subject_kind: str
    subject_id: int
    buyer_id: int
    amount_fen: int
    channel: str
    prepay_id: str
    state: PaymentState
    transaction_id: str
    refunded_fen: int
    created_at: datetime
    paid_at: datetime | None

    @property
    def key(self) -> Key:
        return (self.shop_id, self.payment_id)

    @property
    def subject(self) -> Subject:
        return (self.shop_id, self.subject_kind, self.subject_id)

    @property
    def left_fen(self) -> int:
        """What can still go back."""
        return self.amount_fen - self.refunded_fen if self.state is PaymentState.PAID else 0


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """Money to go back for a cause; of `payment_id`, or of whichever payment has it left."""

    shop_id: int
    subject_kind: str
    subject_id: int
    cause_kind: str
    cause_id: int
    amount_fen: int
    payment_id: int = 0

    @property
    def subject(self) -> Subject:
        return (self.shop_id, self.subject_kind, self.subject_id)

    @property
    def cause(self) -> Subject:
        return (self.shop_id, self.cause_kind, self.cause_id)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back."""

    shop_id: int
    refund_id: int
    payment_id: int
    subject_kind: str
    subject_id: int
    cause_kind: str
    cause_id: int
    amount_fen: int
    state: RefundState

    @property
    def key(self) -> Key:
        return (self.shop_id, self.refund_id)

    @property
    def cause(self) -> Subject:
        return (self.shop_id, self.cause_kind, self.cause_id)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a gateway sends: a body, and what it signed over time, nonce and body."""

    channel: str
    timestamp: str
    nonce: str
    signature: str
    body: str


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """A gateway says: this was paid."""

    shop_id: int
    payment_id: int
    transaction_id: str
    amount_fen: int
    at: datetime

    @property
    def key(self) -> Key:
        return (self.shop_id, self.payment_id)


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """A gateway says: this went back, or could not."""

    shop_id: int
    refund_id: int
    amount_fen: int
    succeeded: bool
    at: datetime

    @property
    def key(self) -> Key:
        return (self.shop_id, self.refund_id)


News: TypeAlias = MoneyIn | MoneyBack | MoneyOut | MoneyReturned


# --- numbers -----------------------------------------------------------------------------------


def prepay_id(at: datetime, shop_id: int, payment_id: int) -> str:
    """The number a buyer pays under: wx, the time, and whose it is, so that it needs no index."""
    return f"wx{at:%Y%m%d%H%M%S}{shop_id:016x}{payment_id:016x}"


def read_prepay_id(text: str) -> Key:
    """The payment that a prepay_id names; refuses what was never one."""
    try:
        if len(text) != 48 or not text.startswith("wx"):
            raise PaymentNotFound
        key = (int(text[16:32], 16), int(text[32:], 16))
    except ValueError:
        raise PaymentNotFound from None
    if max(key) >= 2**63 or min(key) < 0:
        raise PaymentNotFound
    return key


# --- charging ----------------------------------------------------------------------------------


def distinct(drafts: Sequence[ChargeDraft]) -> list[ChargeDraft]:
    """One draft a subject: whoever asks twice is charged once."""
    by_subject: dict[Subject, ChargeDraft] = {}
    for draft in drafts:
        if draft.amount_fen <= 0:
            raise NothingToPay
        first = by_subject.setdefault(draft.subject, draft)
        assert first.amount_fen == draft.amount_fen, "one subject, one price"
    return list(by_subject.values())


def is_repriced(payment: Payment, draft: ChargeDraft) -> bool:
    """Whether the payment waits for another amount than is asked now."""
    return payment.state is PaymentState.WAITING and payment.amount_fen != draft.amount_fen


# --- news of gateways --------------------------------------------------------------------------


def take(payments: Mapping[Key, Payment], news: Iterable[MoneyIn]) -> list[Payment]:
    """The payments that `news` moves to paid, once each; what is known already moves nothing."""
    moved: dict[Key, Payment] = {}
    for told in news:
        payment = moved.get(told.key) or payments.get(told.key)
        if payment is None:
            raise PaymentNotFound(payment_id=str(told.payment_id))
        if told.amount_fen != payment.amount_fen:
            raise AmountDiffers(told_fen=told.amount_fen, known_fen=payment.amount_fen)
        if PAYMENT.allows(payment.state, PaymentMove.TAKE):
            moved[told.key] = replace(
                payment,
                state=PAYMENT.step(payment.state, PaymentMove.TAKE),
                transaction_id=told.transaction_id,
                paid_at=told.at,
            )
    return list(moved.values())


def paid_twice(payments: Mapping[Key, Payment], news: Iterable[MoneyIn]) -> list[MoneyIn]:
    """News of a second transaction for a payment that is paid: for people to look at."""
    return [
        told
        for told in news
        if (payment := payments.get(told.key)) is not None
        and payment.state is PaymentState.PAID
        and payment.transaction_id != told.transaction_id
    ]


@dataclass(frozen=True, slots=True)
class RefundMoved:
    """A refund before and after some news of it."""

    before: Refund
    after: Refund
    at: datetime


def settle_refunds(refunds: Mapping[Key, Refund], news: Iterable[MoneyBack]) -> list[RefundMoved]:
    """The refunds that `news` moves, each from where it was to where it ends."""
    moved: dict[Key, RefundMoved] = {}
    for told in news:
        before = refunds.get(told.key)
        if before is None:
            raise RefundNotFound(refund_id=str(told.refund_id))
        if told.amount_fen != before.amount_fen:
            raise AmountDiffers(told_fen=told.amount_fen, known_fen=before.amount_fen)
        now = moved[told.key].after if told.key in moved else before
        move = RefundMove.CONFIRM if told.succeeded else RefundMove.FAIL
        if REFUND.allows(now.state, move):
            after = replace(now, state=REFUND.step(now.state, move))
            moved[told.key] = RefundMoved(before, after, told.at)
    return [one for one in moved.values() if one.before.state is not one.after.state]


def reserve_change_fen(moved: RefundMoved) -> int:
    """How the refunded sum of its payment changes: a failed refund holds nothing."""
    held_before = moved.before.state is not RefundState.FAILED
    held_after = moved.after.state is not RefundState.FAILED
    return moved.after.amount_fen * (held_after - held_before)


# --- refunding ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """What asking for refunds comes to: new ones, failed ones to try again, and an id for each."""

    fresh: tuple[Refund, ...]
    again: tuple[Refund, ...]
    ids: tuple[int, ...]


def plan_refunds(
    drafts: Sequence[RefundDraft],
    payments: Mapping[Subject, Sequence[Payment]],
    known: Mapping[Subject, Refund],
    new_ids: Sequence[int],
) -> RefundPlan:
    """Decide each draft in turn: once per cause, and never more than was paid and is left."""
    left = {p.key: p.left_fen for paid in payments.values() for p in paid}
    refunds = dict(known)
    fresh: dict[Key, Refund] = {}
    again: dict[Key, Refund] = {}
    for draft, new_id in zip(drafts, new_ids, strict=True):
        refund = refunds.get(draft.cause)
        if refund is not None:
            _check_same(refund, draft)
            if REFUND.allows(refund.state, RefundMove.ASK_AGAIN):
                _take_from(left, (refund.shop_id, refund.payment_id), draft.amount_fen)
                refund = replace(refund, state=REFUND.step(refund.state, RefundMove.ASK_AGAIN))
                again[refund.key] = refunds[draft.cause] = refund
            continue
        source = _source(draft, payments.get(draft.subject, ()), left)
        _take_from(left, source.key, draft.amount_fen)
        refund = Refund(
            draft.shop_id, new_id, source.payment_id, draft.subject_kind, draft.subject_id,
            draft.cause_kind, draft.cause_id, draft.amount_fen, REFUND.start,
        )  # fmt: skip
        fresh[refund.key] = refunds[draft.cause] = refund
    ids = tuple(refunds[draft.cause].refund_id for draft in drafts)
    return RefundPlan(tuple(fresh.values()), tuple(again.values()), ids)


def _check_same(refund: Refund, draft: RefundDraft) -> None:
    same = (
        refund.amount_fen == draft.amount_fen
        and (refund.subject_kind, refund.subject_id) == (draft.subject_kind, draft.subject_id)
        and draft.payment_id in (0, refund.payment_id)
    )
    if not same:
        raise RefundCauseUsed(cause_kind=draft.cause_kind, cause_id=str(draft.cause_id))


def _source(draft: RefundDraft, payments: Sequence[Payment], left: Mapping[Key, int]) -> Payment:
    """The payment a refund is taken from: the first that has enough left."""
    if draft.amount_fen <= 0:
        raise NothingToPay
    paid = [
        payment
        for payment in payments
        if payment.state is PaymentState.PAID and draft.payment_id in (0, payment.payment_id)
    ]
    if not paid:
        raise NotPaid(subject_kind=draft.subject_kind, subject_id=str(draft.subject_id))
    most = max(paid, key=lambda payment: left[payment.key])
    enough = (payment for payment in paid if left[payment.key] >= draft.amount_fen)
    source = next(enough, None)
    if source is None:
        raise RefundTooHigh(asked_fen=draft.amount_fen, left_fen=left[most.key])
    return source


def _take_from(left: dict[Key, int], key: Key, amount_fen: int) -> None:
    if left.get(key, 0) < amount_fen:
        raise RefundTooHigh(asked_fen=amount_fen, left_fen=left.get(key, 0))
    left[key] -= amount_fen
