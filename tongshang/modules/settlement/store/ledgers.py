"""Funds flows as the ledgers beside the shop's own one list them: by kind, by day, of a party."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.settlement.domain.purses import MoneyFlow
from tongshang.modules.settlement.store.purses import find_party_flow, money_flow
from tongshang.runtime.db import Tx

# By the index of time, until a page is full: flows of these kinds are frequent.
_SHOP_KINDS: Final = """
    select flow_id, at from funds_flows
    where shop_id = $1 and at >= $2 and at < $3 and (at, flow_id) > ($4, $5)
      and funds_type = any($6::smallint[]) and ($7::smallint = 0 or flow_type = $7)
    order by at, flow_id
    limit $8 offset $9
"""

# Of one payment there are few: by its own index.
_SHOP_KINDS_PAID: Final = """
    select flow_id, at from funds_flows
    where shop_id = $1 and transaction_id = $10 and at >= $2 and at < $3
      and (at, flow_id) > ($4, $5)
      and funds_type = any($6::smallint[]) and ($7::smallint = 0 or flow_type = $7)
    order by at, flow_id
    limit $8 offset $9
"""

_PARTY_KINDS: Final = """
    select flow_id, at from party_flows
    where party_id = $1 and at >= $2 and at < $3 and (at, flow_id) > ($4, $5)
      and funds_type = any($6::smallint[])
    order by at, flow_id
    limit $7 offset $8
"""

_LATEST: Final = """
    select flow_id, at, funds_type, amount_fen, shop_id, order_id, line, aftersale_id,
           withdrawal_id
    from party_flows
    where party_id = $1 and (at, flow_id) < ($2, $3)
    order by at desc, flow_id desc
    limit $4
"""

_LATEST_OF_SHOP: Final = """
    select flow_id, at, funds_type,
           case flow_type when 1 then amount_fen else -amount_fen end as amount_fen, shop_id,
           order_id, 0 as line, aftersale_id, withdrawal_id, balance_fen
    from funds_flows
    where shop_id = $1 and (at, flow_id) < ($2, $3)
    order by at desc, flow_id desc
    limit $4
"""

_BALANCE_AFTER: Final = """
    select coalesce(sum(amount_fen), 0)::bigint from party_flows
    where party_id = $1 and at <= $2 and (at, flow_id) <= ($2, $3)
"""

_COUNT: Final = """
    select count(*) from funds_flows where shop_id = $1 and at >= $2 and at < $3
"""


async def list_shop_kinds(
    tx: Tx,
    shop_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    kinds: Sequence[int],
    flow_type: int,
    transaction_id: str,
    limit: int,
    offset: int,
) -> list[tuple[int, datetime]]:
    """A shop's flows of some kinds booked in [since, until) after a place, the oldest first."""
    # An index is entered at one place: at the later of the two.
    place = max(after, (since, 0))
    asked = (shop_id, since, until, *place, kinds, flow_type, limit, offset)
    if transaction_id:
        rows = await tx.fetch(_SHOP_KINDS_PAID, *asked, transaction_id)
    else:
        rows = await tx.fetch(_SHOP_KINDS, *asked)
    return [(row["flow_id"], row["at"]) for row in rows]


async def list_party_kinds(
    tx: Tx,
    party_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    kinds: Sequence[int],
    limit: int,
    offset: int,
) -> list[tuple[int, datetime]]:
    """The same of a promoter, agency or sharer, over all books."""
    place = max(after, (since, 0))
    rows = await tx.fetch(_PARTY_KINDS, party_id, since, until, *place, kinds, limit, offset)
    return [(row["flow_id"], row["at"]) for row in rows]


async def list_latest(
    tx: Tx, party_id: int, before: tuple[datetime, int], limit: int, *, is_shop: bool
) -> list[MoneyFlow]:
    """A party's flows before a place, the newest first."""
    if is_shop:
        rows = await tx.fetch(_LATEST_OF_SHOP, party_id, *before, limit)
        return [money_flow(row, row["balance_fen"]) for row in rows]
    return [money_flow(row) for row in await tx.fetch(_LATEST, party_id, *before, limit)]


async def count_flows(tx: Tx, shop_id: int, since: datetime, until: datetime) -> int:
    """How many flows of a shop were booked in [since, until)."""
    return int(await tx.fetchval(_COUNT, shop_id, since, until))


async def find_with_balance(tx: Tx, party_id: int, flow_id: int) -> tuple[MoneyFlow, int] | None:
    """A flow of a promoter, agency or sharer, and what there was after it in all books."""
    found = await find_party_flow(tx, party_id, flow_id)
    if found is None:
        return None
    balance_fen: int = await tx.fetchval(_BALANCE_AFTER, party_id, found[0].at, flow_id)
    return found[0], balance_fen
