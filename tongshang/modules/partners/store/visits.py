"""Who came to a content by whose link, in the database."""

from datetime import datetime
from typing import Final

from tongshang.runtime.db import Tx

_ADD: Final = """
    insert into shared_visits (carrier_id, content_id, buyer_id, agency_id, came_at)
    values ($1, $2, $3, $4, $5)
    on conflict (carrier_id, content_id, buyer_id) do nothing
"""
_WHO: Final = """
    select distinct buyer_id from shared_visits
    where agency_id = $1 and content_id = $2 and ($3::bigint = 0 or carrier_id = $3)
"""


async def add_visit(
    tx: Tx, carrier_id: int, content_id: int, buyer_id: int, agency_id: int, at: datetime
) -> None:
    """A buyer came; the first time counts."""
    await tx.execute(_ADD, carrier_id, content_id, buyer_id, agency_id, at)


async def who_came(tx: Tx, agency_id: int, content_id: int, carrier_id: int = 0) -> list[int]:
    """Who came by an agency's links, or by those of one of its sharers."""
    return [row["buyer_id"] for row in await tx.fetch(_WHO, agency_id, content_id, carrier_id)]
