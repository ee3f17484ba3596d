"""Gifts that were given away: their money is a charity's, and nobody else's any more."""

from collections.abc import Sequence

from tongshang.modules.settlement.actions.booking import book
from tongshang.modules.settlement.domain import dividing, flows, postings
from tongshang.modules.settlement.domain.values import Booking, Donated
from tongshang.modules.settlement.store import settlements
from tongshang.runtime.call import Call


async def donate(call: Call, gifts: Sequence[Donated]) -> None:
    """Book donations: the orders' money is gone from what is to be settled, once each."""
    before = await settlements.hold_settlements(call.tx, sorted({one.key for one in gifts}))
    held = dict(before)
    for one in gifts:
        held[one.key] = dividing.refunded(held[one.key], one.amount_fen)
    await settlements.save_settlements(call.tx, list(held.values()), before)
    await book(
        call, [Booking(postings.donated(one), (flows.flow_of_donation(one),)) for one in gifts]
    )
