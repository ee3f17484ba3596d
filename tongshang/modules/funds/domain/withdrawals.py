"""Withdrawals: how much, how often, and what becomes of them (reference section 9.4)."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, TypeAlias

from tongshang.modules.funds.machine import WITHDRAWAL, WithdrawalMove, WithdrawalState
from tongshang.modules.funds.refusals import AboveBalance, FundsSuspended, HeldForDisputes

BEIJING: Final = timezone(timedelta(hours=8))
# All time, as a range.
ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

Key: TypeAlias = tuple[int, int]  # party_id, withdrawal_id

# The steps of channels_ec_withdraw_notify.
ASKED: Final = 1
STEPS: Final = {
    WithdrawalState.CREATE_SUCCESS: 2,
    WithdrawalState.SUCCESS: 3,
    WithdrawalState.FAIL: 4,
    WithdrawalState.REFUND: 4,
}


@dataclass(frozen=True, slots=True)
class WithdrawalDraft:
    """Money that a party wants at its bank."""

    party_id: int
    amount_fen: int
    remark: str = ""
    bank_memo: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Money on its way to a party's bank; the account is the one of the day it was asked."""

    party_id: int
    withdrawal_id: int
    state: WithdrawalState
    amount_fen: int
    remark: str
    bank_memo: str
    account_id: int
    bank_name: str
    bank_number: str
    ticket: str
    reason: str
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> Key:
        """Party and withdrawal."""
        return self.party_id, self.withdrawal_id


@dataclass(frozen=True, slots=True)
class Means:
    """What a party has. `disputed_fen` of it may have to go back to buyers."""

    available_fen: int
    pending_fen: int
    debt_fen: int
    withdrawing_fen: int
    suspended_fen: int = 0
    disputed_fen: int = 0
    suspended_for: str = ""

    @property
    def free_fen(self) -> int:
        """What may be withdrawn now."""
        return 0 if self.suspended_for else max(self.available_fen - self.disputed_fen, 0)


def day_of(at: datetime) -> date:
    """The platform's day: Beijing's."""
    return at.astimezone(BEIJING).date()


def check_amount(amount_fen: int, means: Means) -> None:
    """Refuse more than may be withdrawn, saying what holds it."""
    if means.suspended_for:
        raise FundsSuspended(reason=means.suspended_for)
    if amount_fen <= means.free_fen:
        return
    if amount_fen <= means.available_fen:
        raise HeldForDisputes(held_fen=means.disputed_fen, left_fen=means.free_fen)
    raise AboveBalance(asked_fen=amount_fen, left_fen=means.free_fen)


def moved(
    withdrawal: Withdrawal, move: WithdrawalMove, at: datetime, reason: str = ""
) -> Withdrawal:
    """The withdrawal after a move."""
    state = WITHDRAWAL.step(withdrawal.state, move)
    return replace(withdrawal, state=state, updated_at=at, reason=reason or withdrawal.reason)
