"""What higher rooms and the demo's furnishing ask of discovery."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.discovery.actions.heating import count_heat as count_heat
from tongshang.modules.discovery.domain import lane_of
from tongshang.modules.discovery.store import own
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.discovery.store.own import Choices as Choices
from tongshang.modules.discovery.store.own import Standing as Standing
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


async def add_follows(call: Call, pairs: Sequence[tuple[int, int, datetime]]) -> None:
    """Many follows at once: (buyer, party, since)."""
    if pairs:
        await own.follow(call.tx, pairs)


async def add_saved(call: Call, kept: Sequence[tuple[int, int, datetime]]) -> None:
    """Many kept items at once: (buyer, item, when)."""
    lanes = [(buyer, item, lane, at) for buyer, item, at in kept if (lane := lane_of(item))]
    if lanes:
        await own.save(call.tx, lanes)


async def add_looks(call: Call, looks: Sequence[tuple[int, int, datetime]]) -> None:
    """Many looks at once: (buyer, item, when); one a buyer and item."""
    lanes = [(buyer, item, lane, at) for buyer, item, at in looks if (lane := lane_of(item))]
    if lanes:
        await own.look(call.tx, lanes)


async def set_choices(call: Call, buyer_ids: Sequence[int], choices: Choices) -> None:
    """What many buyers allow."""
    await own.set_choices(call.tx, buyer_ids, choices, call.at)


async def set_place(call: Call, party_id: int, province: str, city: str) -> None:
    """Where a shop or creator is."""
    await store.set_place(call.tx, party_id, province, city, call.at)


async def standings(tx: Tx, party_ids: Sequence[int], buyer_id: int = 0) -> dict[int, Standing]:
    """How many follow each party, and whether the buyer does."""
    return await own.standings(tx, party_ids, buyer_id)
