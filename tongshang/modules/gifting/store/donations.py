"""Gifts that were given to charities."""

from dataclasses import astuple
from datetime import datetime
from typing import Final

from tongshang.modules.gifting.domain.present import Donation
from tongshang.runtime.db import Tx

_ADD: Final = """
    insert into gift_donations
        (shop_id, order_id, present_id, party_id, giver_id, donor_id, amount_fen, at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_LIST: Final = """
    select shop_id, order_id, present_id, party_id, giver_id, donor_id, amount_fen, at
    from gift_donations
    where party_id = $1 and (at, order_id) < ($2, $3)
    order by at desc, order_id desc limit $4
"""
_SUM: Final = """
    select count(*) as count, coalesce(sum(amount_fen), 0)::bigint as fen
    from gift_donations where party_id = $1
"""


async def add_donation(tx: Tx, given: Donation) -> None:
    """Write who gave what away; a portion is given away once."""
    await tx.execute(_ADD, *astuple(given))


async def list_donations(
    tx: Tx, party_id: int, before: tuple[datetime, int], limit: int
) -> list[Donation]:
    """What a charity was given, the latest first."""
    return [Donation(*row) for row in await tx.fetch(_LIST, party_id, *before, limit)]


async def sum_donations(tx: Tx, party_id: int) -> tuple[int, int]:
    """How many gifts a charity was given, and how much they are together."""
    row = await tx.fetchrow(_SUM, party_id)
    return (row["count"], row["fen"]) if row else (0, 0)
