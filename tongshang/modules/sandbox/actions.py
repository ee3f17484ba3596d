"""Giving sessions of buyers to everybody, and moving the platform's clock with all its work."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.sandbox import domain, store
from tongshang.modules.sandbox.domain import DemoBuyer
from tongshang.modules.sandbox.refusals import EnoughBuyers
from tongshang.runtime import jobs, platform
from tongshang.runtime.call import Call
from tongshang.runtime.clock import machine_now

BUYERS_MAX: Final = 200


async def open_sessions(call: Call, buyer_ids: Sequence[int]) -> list[DemoBuyer]:
    """New sessions for buyers of the demo, noted in plain text."""
    tokens = await identity.open_sessions(call, buyer_ids)
    ends_at = call.at + identity.SESSION_LIFE
    await store.save_buyers(call.tx, buyer_ids, tokens, ends_at)
    return [DemoBuyer(b, token, ends_at) for b, token in zip(buyer_ids, tokens, strict=True)]


async def living_sessions(call: Call) -> dict[int, str]:
    """The token of each buyer of the demo; sessions near their end are opened anew."""
    known = await store.hold_buyers(call.tx, BUYERS_MAX)
    ending = [buyer.buyer_id for buyer in known if domain.is_ending(buyer, call.at)]
    renewed = await open_sessions(call, ending) if ending else []
    return {buyer.buyer_id: buyer.token for buyer in (*known, *renewed)}


async def move_clock(call: Call, seconds: int, to: int) -> None:
    """Move the platform's clock for all processes, and do what is due by then.

    The call has no transaction of its own: the work that it waits for has transactions, and must
    see the time that this one has written.
    """
    house = call.house
    assert house.works is not None
    domain.check_move(call.at, seconds, to)
    at_least = datetime.fromtimestamp(to, UTC) - machine_now() if to else timedelta(0)
    offset = await platform.move_clock(call.tx, timedelta(seconds=seconds), at_least)
    house.clock.offset = max(house.clock.offset, offset)
    await jobs.settle(house, house.works)


async def add_buyer(call: Call, nickname: str) -> tuple[str, str, str, str]:
    """A new buyer of the demo: id, nickname, picture, token."""
    if len(await store.hold_buyers(call.tx, BUYERS_MAX)) >= BUYERS_MAX:
        raise EnoughBuyers(most=BUYERS_MAX)
    (buyer_id,) = await identity.add_buyers(call, [identity.BuyerDraft(nickname)])
    (session,) = await open_sessions(call, [buyer_id])
    return str(buyer_id), nickname, "", session.token
