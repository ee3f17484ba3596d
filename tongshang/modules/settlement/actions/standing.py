"""Parties that are frozen or gone: their money held, freed, given back to shops, their debts paid."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tongshang.kernel.ids import Named
from tongshang.modules.ledger import api as ledger
from tongshang.modules.settlement.actions import purses as purse_actions
from tongshang.modules.settlement.actions.booking import book
from tongshang.modules.settlement.actions.telling import tell_receivers
from tongshang.modules.settlement.domain import standing as domain
from tongshang.modules.settlement.domain.purses import OWN_KINDS
from tongshang.modules.settlement.domain.standing import HeldLine, Standing, Suspended
from tongshang.modules.settlement.domain.values import Booking, Share
from tongshang.modules.settlement.refusals import HeldTooShortly, NotGone, NothingHeld
from tongshang.modules.settlement.store import purses, settlements, shares
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_Booked = Callable[[Sequence[HeldLine], int, int, datetime], list[Booking]]
_Changed = Callable[[Share, int], Share]


async def suspend(call: Call, party_id: int, standing: Standing, reason: str) -> Suspended:
    """Hold what the party earns from now on; of one that is gone the debts are paid as well."""
    before = await purses.find_suspended(call.tx, party_id)
    since = before.since if before and before.standing is standing else call.at
    suspended = Suspended(party_id, standing, reason, since)
    await purses.set_standing(call.tx, suspended)
    if suspended.rule.covers_debts:
        await cover(call, party_id)
    return suspended


async def release(call: Call, party_id: int) -> int:
    """The party is in good standing again, and what was held is its own: how many fen."""
    if await purses.find_suspended(call.tx, party_id) is None:
        raise NothingHeld
    await purses.clear_standing(call.tx, party_id)
    return await free(call, party_id)


async def free(call: Call, party_id: int) -> int:
    """What is held for the party becomes its own: how many fen."""
    return await _end(call, party_id, domain.released, domain.freed)


async def forfeit(call: Call, party_id: int) -> int:
    """What is held for a party that left long ago goes back to the shops: how many fen."""
    suspended = await purses.find_suspended(call.tx, party_id)
    if suspended is None:
        raise NothingHeld
    wait = suspended.rule.forfeits_after
    if wait is None:
        raise NotGone
    if call.at < suspended.since + wait:
        raise HeldTooShortly(days=wait.days)
    return await _end(call, party_id, domain.forfeited, domain.given_up)


async def _end(call: Call, party_id: int, booked: _Booked, changed: _Changed) -> int:
    """End that parts are held: orders' money held first, as by whoever refunds them."""
    keys = await shares.list_held(call.tx, party_id)
    if not keys:
        return 0
    await settlements.hold_settlements(call.tx, keys)
    lines = await held_lines(call.tx, party_id)
    bookings = booked(lines, party_id, call.take_id(Named.ENTRY), call.at)
    await shares.save_shares(
        call.tx,
        {
            ((one.shop_id, one.order_id), one.share.line): changed(one.share, party_id)
            for one in lines
        },
    )
    await book(call, bookings)
    await tell_receivers(call, keys)
    return sum(posting.amount_fen for one in bookings for posting in one.entry.postings)


async def held_lines(tx: Tx, party_id: int) -> list[HeldLine]:
    """The lines of whose commission something is held for a party."""
    found = await shares.list_shares(tx, await shares.list_held(tx, party_id))
    return [
        HeldLine(*key, one)
        for key, of_order in found.items()
        for one in of_order.values()
        if any(part.held and part.party_id == party_id for part in one.parts)
    ]


async def cover(call: Call, party_id: int) -> int:
    """Pay what a party that is gone owes out of the platform's reserve: how many fen."""
    accounts = await purse_actions.own_accounts(call.tx, party_id)
    owing = [one for one, fen in accounts.items() if one.kind in OWN_KINDS and one.party_id]
    held = await ledger.hold(call.tx, owing)
    bookings = domain.covered(held, call.take_id(Named.ENTRY), call.at)
    await book(call, bookings)
    return sum(posting.amount_fen for one in bookings for posting in one.entry.postings)


async def look_after(call: Call) -> None:
    """Debts of those who left since, and what a settlement held of who is back in good standing."""
    suspended = await purses.list_suspended(call.tx)
    for one in suspended:
        if one.rule.covers_debts:
            await cover(call, one.party_id)
    known = {one.party_id for one in suspended}
    for party_id in await shares.list_held_parties(call.tx):
        if party_id not in known:
            await free(call, party_id)
