"""What rooms above, and rehearsals on another clock, may ask of settlement."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.league.api import Hand
from tongshang.modules.settlement.actions import explaining, purses
from tongshang.modules.settlement.actions.settling import settle_due
from tongshang.modules.settlement.domain.explaining import Fact, Subject
from tongshang.modules.settlement.domain.purses import (
    BookBalance,
    FlowPage,
    MoneyFlow,
    PartyBalance,
    Taken,
)
from tongshang.modules.settlement.domain.standing import Standing, Suspended
from tongshang.modules.settlement.domain.values import (
    SETTLE_BATCH,
    WINDOW,
    Commission,
    CommissionState,
    FundsType,
)
from tongshang.modules.settlement.machine import SETTLEMENT, SettleState
from tongshang.modules.settlement.refusals import (
    BalanceTooLow,
    NoMoneyYet,
    NoWithdrawal,
    ReceiverSuspended,
)
from tongshang.modules.settlement.store import commissions as lines
from tongshang.modules.settlement.store import ledgers, settlements
from tongshang.modules.settlement.store import purses as store
from tongshang.runtime.call import Call

__all__ = [
    "SETTLEMENT",
    "SETTLE_BATCH",
    "WINDOW",
    "BalanceTooLow",
    "BookBalance",
    "Commission",
    "CommissionState",
    "Fact",
    "FlowPage",
    "FundsType",
    "MoneyFlow",
    "NoMoneyYet",
    "NoWithdrawal",
    "PartyBalance",
    "ReceiverSuspended",
    "SettleState",
    "Standing",
    "Subject",
    "Suspended",
    "Taken",
    "balance_at",
    "balance_of",
    "books_of",
    "commissions_of",
    "explain",
    "flow_of",
    "flows_of",
    "give_back",
    "latest_flows",
    "paid_out",
    "parts_of",
    "settle_due",
    "settled_among",
    "standing_of",
    "take_out",
]


async def balance_of(call: Call, party_id: int, hand: Hand | None = None) -> PartyBalance:
    """What a shop, promoter, agency or sharer has over all books, waits for and owes.

    A party has one purse whatever its hand in a sale: `hand` changes nothing.
    """
    return await purses.balance_of(call.tx, party_id)


async def books_of(call: Call, party_id: int) -> list[BookBalance]:
    """What it has in each shop's book, by shop; negative: it owes."""
    return await purses.books_of(call.tx, party_id)


async def take_out(call: Call, party_id: int, withdrawal_id: int, amount_fen: int) -> list[Taken]:
    """Take a withdrawal from its books, debts netted first; once for the withdrawal's id.

    Refuses with BalanceTooLow or ReceiverSuspended.
    """
    return await purses.take_out(call, party_id, withdrawal_id, amount_fen)


async def paid_out(call: Call, withdrawal_id: int) -> None:
    """The bank has the money of a withdrawal."""
    await purses.paid_out(call, withdrawal_id)


async def give_back(call: Call, withdrawal_id: int, why: str) -> None:
    """The money of a withdrawal is back where it came from; also after it was paid out (退票)."""
    await purses.give_back(call, withdrawal_id, why)


async def parts_of(call: Call, withdrawal_id: int) -> list[Taken]:
    """From which shops' books a withdrawal was taken; none before it was."""
    parts = await store.find_withdrawal(call.tx, withdrawal_id)
    return [Taken(one.shop_id, one.amount_fen) for one in parts]


async def flows_of(
    call: Call,
    party_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int] | None = None,
    limit: int = 100,
) -> FlowPage:
    """Its flows booked in [since, until), the oldest first, going on after a page's `after`."""
    return await purses.flows_of(call.tx, party_id, since, until, after, limit)


async def commissions_of(
    call: Call, party_id: int, before: tuple[datetime, int, int], limit: int, state: int = 0
) -> list[tuple[Commission, datetime | None]]:
    """Lines that a party has a part in, the latest paid first, and when each is to be settled.

    `before` is (paid at, order, line) of the last one seen; `state` 0: in any.
    """
    found = await lines.list_latest(call.tx, party_id, before, state, limit)
    waiting = sorted({(one.shop_id, one.order_id) for one in found if not one.settled_at})
    money = await settlements.find_settlements(call.tx, waiting) if waiting else {}
    due = {order_id: one.due_at for (_, order_id), one in money.items()}
    return [(one, one.settled_at or due.get(one.order_id)) for one in found]


async def flow_of(call: Call, party_id: int, flow_id: int) -> MoneyFlow | None:
    """One of its flows."""
    return await purses.flow_of(call.tx, party_id, flow_id)


async def latest_flows(
    call: Call, party_id: int, before: tuple[datetime, int], limit: int
) -> list[MoneyFlow]:
    """Its flows before a place (time and id), the newest first, as soon as they are booked."""
    is_shop = await purses.is_a_shop(call.tx, party_id)
    return await ledgers.list_latest(call.tx, party_id, before, limit, is_shop=is_shop)


async def settled_among(call: Call, keys: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the orders whose money was divided; keys are (shop_id, order_id)."""
    found = await settlements.find_settlements(call.tx, keys) if keys else {}
    return {key for key, one in found.items() if one.state is SettleState.SETTLED}


async def balance_at(call: Call, party_id: int, at: datetime) -> int:
    """What it had before a moment, by its flows: a shop's is pending and available together."""
    return await purses.balance_at(call.tx, party_id, at)


async def standing_of(call: Call, party_id: int) -> Suspended | None:
    """Whether the platform holds its money, and why; None: in good standing."""
    return await store.find_suspended(call.tx, party_id)


async def explain(call: Call, party_id: int, subject: Subject, of: int) -> Sequence[Fact]:
    """Why money of a party moved: what is known of an order, a flow or a withdrawal, in words.

    A shop is told of its whole book; another party what came to it, stayed and was passed on.
    Refuses with NoMoneyYet where nothing of that is the party's.
    """
    return await explaining.facts_of(call.tx, party_id, subject, of)
