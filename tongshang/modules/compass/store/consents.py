"""Who allows that events bear their name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from tongshang.modules.compass.domain.events import OF_MONEY, begin_of
from tongshang.runtime.db import Tx

_FIND: Final = """
    select buyer_id, consents from event_consents where buyer_id = any($1::bigint[])
"""
_SET: Final = """
    insert into event_consents (buyer_id, consents, said_at) values ($1, $2, $3)
    on conflict (buyer_id) do update
    set consents = excluded.consents, said_at = excluded.said_at
"""
_FORGET: Final = """
    update events set buyer_id = 0, consent = false, visit_id = 0
    where at >= $2 and at < $3 and buyer_id = $1 and kind <> all($4::smallint[])
"""


async def find(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, bool]:
    """What buyers said; who said nothing is absent."""
    rows = await tx.fetch(_FIND, list(buyer_ids))
    return {row["buyer_id"]: row["consents"] for row in rows}


async def save(tx: Tx, buyer_id: int, consents: bool, at: datetime) -> None:
    await tx.execute(_SET, buyer_id, consents, at)


async def forget(tx: Tx, buyer_id: int, day: date) -> None:
    """Take a buyer's name off what pages saw of a day; his orders stay his."""
    begins, ends = begin_of(day), begin_of(day + timedelta(days=1))
    await tx.execute(_FORGET, buyer_id, begins, ends, sorted(OF_MONEY))
