"""Booking: entries posted once each, with the flows that people read of them."""

from collections.abc import Sequence

from tongshang.kernel.ids import Named
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import AccountKind
from tongshang.modules.settlement.domain import flows as domain
from tongshang.modules.settlement.domain.values import Booking
from tongshang.modules.settlement.store import flows as store
from tongshang.modules.settlement.store import purses
from tongshang.runtime.call import Call


async def book(call: Call, bookings: Sequence[Booking]) -> list[bool]:
    """Post entries, and book the flows of those that are the first of their cause: which were.

    A shop's balance is read after posting, when its accounts are held: a fact of a shop's money
    moves two of channel, pending and available, so no other one is under way. (A division that
    leaves the shop nothing moves one of them, and may show a balance a moment old.)
    """
    if not bookings:
        return []
    posted = await ledger.post(call, [one.entry for one in bookings])
    firsts = [one for one, first in zip(bookings, posted, strict=True) if first]
    flows = [flow for one in firsts for flow in one.flows]
    if flows:
        shops = sorted({flow.shop_id for flow in flows})
        own = (AccountKind.SHOP_PENDING, AccountKind.SHOP_AVAILABLE)
        closing: dict[int, int] = {}
        for account, fen in (await ledger.balances_of_books(call.tx, shops, own)).items():
            closing[account.book_id] = closing.get(account.book_id, 0) + fen
        ids = call.take_ids(Named.FLOW, len(flows))
        await store.add_flows(call.tx, domain.booked(flows, ids, closing))
    told = [flow for one in firsts for flow in one.party_flows]
    if told:
        await purses.add_party_flows(call.tx, told, call.take_ids(Named.FLOW, len(told)))
    return posted
