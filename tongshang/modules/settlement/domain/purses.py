"""What parties have over all books, and which book a withdrawal is taken from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.kernel.money import Fen
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.modules.settlement.domain.postings import channel
from tongshang.modules.settlement.domain.values import (
    Booking,
    Flow,
    FlowType,
    FundsType,
    PartyFlow,
)
from tongshang.modules.settlement.machine import PayoutState

WITHDRAWAL: Final = "withdrawal"
WITHDRAWAL_PAID: Final = "withdrawal_paid"
WITHDRAWAL_BACK: Final = "withdrawal_back"

# The accounts in which a party has what is its own.
OWN_KINDS: Final = frozenset(
    {
        AccountKind.SHOP_AVAILABLE,
        AccountKind.PROMOTER,
        AccountKind.AGENCY,
        AccountKind.SHARER,
    }
)


@dataclass(frozen=True, slots=True)
class PartyBalance:
    """What a party has, all books together.

    `available_fen` may be withdrawn: what it owes in some books (`debt_fen`) is taken off it.
    `pending_fen` waits for its settlement, `frozen_fen` is on its way to a bank, `held_fen` lies in
    suspense.
    """

    available_fen: int
    pending_fen: int
    debt_fen: int
    frozen_fen: int
    held_fen: int


@dataclass(frozen=True, slots=True)
class BookBalance:
    """What a party has in a shop's book; negative: it owes."""

    shop_id: int
    available_fen: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The part of a withdrawal that a shop's book gives."""

    shop_id: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class WithdrawalPart:
    """The same, as it is kept."""

    party_id: int
    withdrawal_id: int
    shop_id: int
    kind: AccountKind
    amount_fen: int
    state: PayoutState
    why: str
    at: datetime

    @property
    def own(self) -> Account:
        """The account it was taken from."""
        is_shops = self.kind is AccountKind.SHOP_AVAILABLE
        return Account(self.shop_id, self.kind, 0 if is_shops else self.party_id)

    @property
    def way(self) -> Account:
        """Where it lies until the bank has it."""
        return Account(self.shop_id, AccountKind.WITHDRAWING, self.party_id)


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """One movement of a party's money: negative where it went.

    `balance_after_fen` is known of shops only: what they have, pending and available together.
    """

    flow_id: int
    at: datetime
    type: FundsType
    amount_fen: int
    shop_id: int
    order_id: int
    line: int
    aftersale_id: int
    withdrawal_id: int
    balance_after_fen: int | None = None


@dataclass(frozen=True, slots=True)
class FlowPage:
    """Some of a party's flows, the oldest first, and where to go on; None: there are no more."""

    flows: Sequence[MoneyFlow]
    after: tuple[datetime, int] | None


def withdrawable(balances: Iterable[int]) -> int:
    """What may leave: debts of some books are taken off what others hold."""
    return max(sum(balances), 0)


def draw(balances: Mapping[Account, int], amount_fen: int) -> list[tuple[Account, int]]:
    """From which accounts an amount is taken: the earlier book first, none below zero."""
    assert 0 < amount_fen <= withdrawable(balances.values())
    left, drawn = amount_fen, []
    for account, fen in sorted(balances.items()):
        taken = min(max(fen, 0), left)
        if taken:
            drawn.append((account, taken))
            left -= taken
    assert left == 0
    return drawn


def taken_out(part: WithdrawalPart) -> Booking:
    """A party's money sets out."""
    return _booking(part, WITHDRAWAL, part.own, part.way, part.at)


def given_back(part: WithdrawalPart, at: datetime) -> Booking:
    """It did not arrive, or the bank sent it back (退票): the party has it again."""
    source = channel(part.shop_id) if part.state is PayoutState.PAID else part.way
    return _booking(part, WITHDRAWAL_BACK, source, part.own, at)


def paid_out(part: WithdrawalPart, at: datetime) -> Booking:
    """The bank has it."""
    cause = Cause(WITHDRAWAL_PAID, part.withdrawal_id)
    posting = Posting(part.way, channel(part.shop_id), Fen(part.amount_fen))
    return Booking(Entry(part.shop_id, cause, (posting,), at))


def _booking(
    part: WithdrawalPart, kind: str, source: Account, target: Account, at: datetime
) -> Booking:
    cause = Cause(kind, part.withdrawal_id)
    entry = Entry(part.shop_id, cause, (Posting(source, target, Fen(part.amount_fen)),), at)
    is_return = kind == WITHDRAWAL_BACK
    what = FundsType.WITHDRAWAL_RETURNED if is_return else FundsType.WITHDRAWAL
    if part.kind is AccountKind.SHOP_AVAILABLE:
        way = FlowType.IN if is_return else FlowType.OUT
        flow = Flow(
            part.shop_id, what, way, part.amount_fen, at, 0, cause, withdrawal_id=part.withdrawal_id
        )
        return Booking(entry, (flow,))
    change = part.amount_fen if is_return else -part.amount_fen
    told = PartyFlow(
        part.party_id, part.shop_id, what, change, at, cause, withdrawal_id=part.withdrawal_id
    )
    return Booking(entry, (), (told,))
