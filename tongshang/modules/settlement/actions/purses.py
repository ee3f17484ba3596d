"""What parties have over all books, and withdrawals, taken book by book."""

from datetime import datetime
from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.settlement.actions.booking import book
from tongshang.modules.settlement.domain import purses as domain
from tongshang.modules.settlement.domain.purses import (
    BookBalance,
    FlowPage,
    MoneyFlow,
    PartyBalance,
    Taken,
    WithdrawalPart,
)
from tongshang.modules.settlement.machine import PAYOUT, PayoutMove, PayoutState
from tongshang.modules.settlement.refusals import BalanceTooLow, NoWithdrawal, ReceiverSuspended
from tongshang.modules.settlement.store import commissions, flows, purses
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

FLOWS_MAX: Final = 1_000


async def own_accounts(tx: Tx, party_id: int) -> dict[Account, int]:
    """All that belongs to a party: a shop's own book, or the sub-accounts of others in all books."""
    kinds = (AccountKind.SHOP_AVAILABLE, AccountKind.SHOP_PENDING)
    book_of_its_own = await ledger.balances_of_books(tx, [party_id], kinds)
    return book_of_its_own | await ledger.accounts_of(tx, party_id)


async def balance_of(tx: Tx, party_id: int) -> PartyBalance:
    """What a party has, waits for and owes."""
    accounts = await own_accounts(tx, party_id)
    own = [fen for one, fen in accounts.items() if one.kind in domain.OWN_KINDS]
    pending = _sum(accounts, AccountKind.SHOP_PENDING)
    if not any(one.book_id == party_id for one in accounts):
        pending = await commissions.sum_pending(tx, party_id)
    return PartyBalance(
        available_fen=domain.withdrawable(own),
        pending_fen=pending,
        debt_fen=sum(-fen for fen in own if fen < 0),
        frozen_fen=_sum(accounts, AccountKind.WITHDRAWING),
        held_fen=_sum(accounts, AccountKind.SUSPENSE),
    )


def _sum(accounts: dict[Account, int], kind: AccountKind) -> int:
    return sum(fen for one, fen in accounts.items() if one.kind is kind)


async def books_of(tx: Tx, party_id: int) -> list[BookBalance]:
    """What a party has in each book that ever moved for it, by shop."""
    found: dict[int, int] = {}
    for one, fen in (await own_accounts(tx, party_id)).items():
        if one.kind in domain.OWN_KINDS:
            found[one.book_id] = found.get(one.book_id, 0) + fen
    return [BookBalance(shop_id, fen) for shop_id, fen in sorted(found.items())]


async def take_out(call: Call, party_id: int, withdrawal_id: int, amount_fen: int) -> list[Taken]:
    """Take a withdrawal from a party's books; asked again, the same is answered.

    The party's accounts are held, so of two withdrawals at once the second sees what the first
    left.
    """
    if await purses.find_suspended(call.tx, party_id):
        raise ReceiverSuspended
    accounts = await own_accounts(call.tx, party_id)
    own = [one for one in accounts if one.kind in domain.OWN_KINDS]
    held = await ledger.hold(call.tx, own)
    known = await purses.find_withdrawal(call.tx, withdrawal_id)
    if known:
        assert (known[0].party_id, sum(one.amount_fen for one in known)) == (party_id, amount_fen)
        return [Taken(one.shop_id, one.amount_fen) for one in known]
    available = domain.withdrawable(held.values())
    if not 0 < amount_fen <= available:
        raise BalanceTooLow(available_fen=available)
    parts = [
        WithdrawalPart(
            party_id, withdrawal_id, one.book_id, one.kind, fen, PayoutState.TAKEN, "", call.at
        )
        for one, fen in domain.draw(held, amount_fen)
    ]
    await purses.add_withdrawal(call.tx, parts)
    await book(call, [domain.taken_out(one) for one in parts])
    return [Taken(one.shop_id, one.amount_fen) for one in parts]


async def paid_out(call: Call, withdrawal_id: int) -> None:
    """The bank has the money of a withdrawal; told twice, it is booked once."""
    parts = await _held(call, withdrawal_id)
    if parts[0].state is not PayoutState.PAID:
        target = PAYOUT.step(parts[0].state, PayoutMove.ARRIVE)
        await purses.move_withdrawal(call.tx, parts, target, "")
        await book(call, [domain.paid_out(one, call.at) for one in parts])


async def give_back(call: Call, withdrawal_id: int, why: str) -> None:
    """A withdrawal's money is the party's again, in the books it came from; once."""
    parts = await _held(call, withdrawal_id)
    if parts[0].state is not PayoutState.BACK:
        target = PAYOUT.step(parts[0].state, PayoutMove.RETURN)
        await purses.move_withdrawal(call.tx, parts, target, why)
        await book(call, [domain.given_back(one, call.at) for one in parts])


async def _held(call: Call, withdrawal_id: int) -> list[WithdrawalPart]:
    parts = await purses.hold_withdrawal(call.tx, withdrawal_id)
    if not parts:
        raise NoWithdrawal
    return parts


async def flows_of(
    tx: Tx,
    party_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int] | None,
    limit: int,
) -> FlowPage:
    """A party's flows booked in [since, until), the oldest first, after a place."""
    most = min(limit, FLOWS_MAX)
    is_shop = await is_a_shop(tx, party_id)
    read = purses.list_shop_flows if is_shop else purses.list_party_flows
    found = await read(tx, party_id, since, until, after or (since, 0), most + 1)
    page = found[:most]
    return FlowPage(page, (page[-1].at, page[-1].flow_id) if len(found) > most else None)


async def flow_of(tx: Tx, party_id: int, flow_id: int) -> MoneyFlow | None:
    """One of a party's flows."""
    found = await purses.find_party_flow(tx, party_id, flow_id)
    if found:
        return found[0]
    one = await flows.find_flow(tx, party_id, flow_id)
    if one is None:
        return None
    return MoneyFlow(
        one.flow_id, one.at, one.funds_type, one.change_fen, party_id, one.order_id, 0,
        one.aftersale_id, one.withdrawal_id, one.balance_fen,
    )  # fmt: skip


async def balance_at(tx: Tx, party_id: int, at: datetime) -> int:
    """What a party had before a moment by its flows; a shop's is pending and available together."""
    if await is_a_shop(tx, party_id):
        return await purses.shop_balance_at(tx, party_id, at)
    return await purses.party_balance_at(tx, party_id, at)


async def is_a_shop(tx: Tx, party_id: int) -> bool:
    """Whether the party has a book of its own."""
    party = (await identity.find_parties(tx, [party_id])).get(party_id)
    return party is not None and party.kind is PartyKind.SHOP
