"""Commission orders of every receiver, told from the shops' books."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from tongshang.modules.league.api import Hand
from tongshang.modules.settlement.domain.values import Commission, CommissionState
from tongshang.runtime.db import Row, Tx

_NAMES: Final = tuple(one.name for one in fields(Commission))
_COLUMNS: Final = ", ".join(f"c.{name}" for name in _NAMES)

# What did not change is not written, and so it is not told again.
_TELL: Final = f"""
    insert into commissions as c ({", ".join(_NAMES)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[],
        $7::smallint[], $8::bigint[], $9::integer[], $10::bigint[], $11::bigint[],
        $12::timestamptz[], $13::timestamptz[], $14::bigint[], $15::smallint[], $16::smallint[],
        $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::timestamptz[]
    )
    on conflict (party_id, order_id, line) do update
    set state = excluded.state, paid_fen = excluded.paid_fen, amount_fen = excluded.amount_fen,
        received_fen = excluded.received_fen, returned_fen = excluded.returned_fen,
        settled_at = excluded.settled_at, updated_at = excluded.updated_at
    where (c.state, c.paid_fen, c.amount_fen, c.received_fen, c.returned_fen)
          is distinct from (excluded.state, excluded.paid_fen, excluded.amount_fen,
                            excluded.received_fen, excluded.returned_fen)
    returning c.party_id, c.order_id, c.line
"""

_LATEST: Final = f"""
    select {_COLUMNS} from commissions c
    where party_id = $1 and (paid_at, order_id, line) < ($2, $3, $4)
      and ($5::smallint = 0 or state = $5)
    order by paid_at desc, order_id desc, line desc
    limit $6
"""

_FILTERS: Final = """
    c.party_id = $1 and c.paid_at >= $2 and c.paid_at < $3 and c.updated_at >= $4
    and c.updated_at < $5 and ($6::bigint = 0 or c.order_id = $6)
    and ($7::bigint = 0 or c.shop_id = $7) and ($8::bigint = 0 or c.product_id = $8)
    and ($9::bigint = 0 or c.carrier_id = $9) and ($10::bigint = 0 or c.sharer_id = $10)
    and ($11::smallint = 0 or c.line = $11)
"""
_BY_PAYMENT: Final = f"""
    select {_COLUMNS} from commissions c
    where {_FILTERS} and (c.paid_at, c.order_id, c.line) > ($12, $13, $14)
    order by c.paid_at, c.order_id, c.line
    limit $15
"""
_BY_UPDATE: Final = f"""
    select {_COLUMNS} from commissions c
    where {_FILTERS} and (c.updated_at, c.order_id, c.line) > ($12, $13, $14)
    order by c.updated_at, c.order_id, c.line
    limit $15
"""

# Asked for one order, a party with a million lines has it found by the key.
_BY_ORDER: Final = _BY_PAYMENT.replace("($6::bigint = 0 or c.order_id = $6)", "c.order_id = $6")

_OF_ORDER: Final = f"""
    select {_COLUMNS} from commissions c
    where c.party_id = $1 and c.order_id = $2 order by c.line
"""

_SUM: Final = """
    select state, count(*) as lines, sum(amount_fen)::bigint as amount_fen,
           sum(returned_fen)::bigint as returned_fen
    from commissions where party_id = $1 group by state
"""

# Days of Beijing, as everywhere.
_DAYS: Final = """
    select (paid_at at time zone 'Asia/Shanghai')::date as day, count(*) as lines,
           sum(paid_fen)::bigint as sold_fen, sum(amount_fen - returned_fen)::bigint as earned_fen
    from commissions where party_id = $1 and paid_at >= $2 group by 1
"""
_SETTLED_DAYS: Final = """
    select (at at time zone 'Asia/Shanghai')::date as day, sum(amount_fen)::bigint as settled_fen
    from party_flows where party_id = $1 and at >= $2 and cause_kind = 'settlement' group by 1
"""

_PENDING: Final = """
    select coalesce(sum(amount_fen), 0)::bigint from commissions where party_id = $1 and state = 20
"""


SETTLED: Final = CommissionState.SETTLED.value
_AMOUNTS: Final = """
    select c.party_id, c.order_id, c.line, c.state, c.amount_fen, c.returned_fen
    from unnest($1::bigint[], $2::bigint[], $3::smallint[]) as wanted (party_id, order_id, line)
    join commissions as c on c.party_id = wanted.party_id and c.order_id = wanted.order_id
     and c.line = wanted.line
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which commission orders of a party are asked for; zero: any."""

    party_id: int
    paid: tuple[datetime, datetime]
    updated: tuple[datetime, datetime]
    by_update: bool = False
    order_id: int = 0
    shop_id: int = 0
    product_id: int = 0
    carrier_id: int = 0
    sharer_id: int = 0
    line: int = 0


async def save_commissions(tx: Tx, commissions: Sequence[Commission]) -> list[Commission]:
    """Tell lines as they are now; those that are new or changed."""
    ordered = sorted(commissions, key=lambda one: (one.party_id, one.order_id, one.line))
    rows = await tx.fetch(_TELL, *([getattr(one, name) for one in ordered] for name in _NAMES))
    changed = {(row["party_id"], row["order_id"], row["line"]) for row in rows}
    return [one for one in ordered if (one.party_id, one.order_id, one.line) in changed]


async def find_amounts(
    tx: Tx, keys: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], tuple[int, int]]:
    """What receivers were told of lines (party, order, line): the state, and what stays of it."""
    rows = await tx.fetch(_AMOUNTS, *([key[n] for key in keys] for n in range(3)))
    return {
        (row["party_id"], row["order_id"], row["line"]): (
            row["state"],
            row["amount_fen"] - (row["returned_fen"] if row["state"] == SETTLED else 0),
        )
        for row in rows
    }


async def list_latest(
    tx: Tx, party_id: int, before: tuple[datetime, int, int], state: int, limit: int
) -> list[Commission]:
    """A party's lines, the latest paid first."""
    return [_commission(row) for row in await tx.fetch(_LATEST, party_id, *before, state, limit)]


async def seek(
    tx: Tx, sought: Sought, after: tuple[datetime, int, int], limit: int
) -> list[Commission]:
    """The lines that are asked for after a place, in the order of payment or of change."""
    statement = _BY_UPDATE if sought.by_update else _BY_PAYMENT
    rows = await tx.fetch(
        _BY_ORDER if sought.order_id and not sought.by_update else statement,
        sought.party_id,
        *sought.paid,
        *sought.updated,
        sought.order_id,
        sought.shop_id,
        sought.product_id,
        sought.carrier_id,
        sought.sharer_id,
        sought.line,
        *after,
        limit,
    )
    return [_commission(row) for row in rows]


async def list_of_order(tx: Tx, party_id: int, order_id: int) -> list[Commission]:
    """A party's lines of an order."""
    return [_commission(row) for row in await tx.fetch(_OF_ORDER, party_id, order_id)]


async def sum_commissions(tx: Tx, party_id: int) -> dict[CommissionState, tuple[int, int, int]]:
    """By state: how many lines, what they earn, and what of it was given back."""
    rows = await tx.fetch(_SUM, party_id)
    return {
        CommissionState(row["state"]): (row["lines"], row["amount_fen"], row["returned_fen"])
        for row in rows
    }


async def sum_days(tx: Tx, party_id: int, since: datetime) -> dict[date, tuple[int, int, int]]:
    """By day of payment: how many lines, what buyers paid for them, what of that stays."""
    rows = await tx.fetch(_DAYS, party_id, since)
    return {row["day"]: (row["lines"], row["sold_fen"], row["earned_fen"]) for row in rows}


async def sum_settled_days(tx: Tx, party_id: int, since: datetime) -> dict[date, int]:
    """By day of settlement: what came."""
    return {
        row["day"]: row["settled_fen"] for row in await tx.fetch(_SETTLED_DAYS, party_id, since)
    }


async def sum_pending(tx: Tx, party_id: int) -> int:
    """What a party's lines will bring that are not settled."""
    total: int = await tx.fetchval(_PENDING, party_id)
    return total


def _commission(row: Row) -> Commission:
    values = dict(row)
    values["state"] = CommissionState(values["state"])
    values["hand"] = Hand(values["hand"])
    return Commission(**values)
