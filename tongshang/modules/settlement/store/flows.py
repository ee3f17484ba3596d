"""Funds flows of shops, and of those who are paid by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.ledger.api import Cause
from tongshang.modules.settlement.domain.values import (
    Flow,
    FlowType,
    FundsType,
    OrderKey,
)
from tongshang.modules.settlement.store.settlements import split
from tongshang.runtime.db import Row, Tx, add_rows

_COLUMNS: Final = (
    "shop_id", "flow_id", "funds_type", "flow_type", "amount_fen", "balance_fen", "at", "order_id",
    "aftersale_id", "transaction_id", "cause_kind", "cause_id", "present_id", "present_order_ids",
    "withdrawal_id",
)  # fmt: skip
_ADD_FLOWS: Final = f"""
    insert into funds_flows ({", ".join(_COLUMNS)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::timestamptz[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[],
        $13::bigint[], $14::text[], $15::bigint[]
    )
"""

_PAYMENTS_OF_PRESENTS: Final = """
    select f.* from funds_flows f
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
      on f.shop_id = w.shop_id and f.present_id = w.present_id
    where f.cause_kind = 'payment' and f.present_id > 0
    order by f.shop_id, f.present_id, f.at, f.flow_id
"""

_FLOWS_OF_ORDERS: Final = """
    select f.* from funds_flows f
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on f.shop_id = w.shop_id and f.order_id = w.order_id
    order by f.shop_id, f.order_id, f.at, f.flow_id
"""

_FLOW: Final = "select * from funds_flows where shop_id = $1 and flow_id = $2"

_FLOW_IDS: Final = """
    select flow_id, at from funds_flows
    where shop_id = $1 and at >= $2 and at < $3 and (at, flow_id) > ($4, $5)
      and ($6::smallint = 0 or flow_type = $6)
    order by at, flow_id
    limit $7 offset $8
"""

# Of one payment there are few: by its own index, whatever the range.
_FLOW_IDS_PAID: Final = """
    select flow_id, at from funds_flows
    where shop_id = $1 and transaction_id = $9 and at >= $2 and at < $3
      and (at, flow_id) > ($4, $5) and ($6::smallint = 0 or flow_type = $6)
    order by at, flow_id
    limit $7 offset $8
"""

_LATEST_FLOWS: Final = """
    select * from funds_flows
    where shop_id = $1 and (at, flow_id) < ($2, $3)
    order by at desc, flow_id desc
    limit $4
"""


_DAYS: Final = """
    select (at at time zone 'Asia/Shanghai')::date as day, funds_type,
           sum(case flow_type when 1 then amount_fen else -amount_fen end)::bigint as change_fen
    from funds_flows
    where shop_id = $1 and at >= $2
    group by 1, 2
"""

_SETTLED_DAYS: Final = """
    select (settled_at at time zone 'Asia/Shanghai')::date as day, sum(shop_fen)::bigint as fen
    from settlements
    where shop_id = $1 and state = 60 and settled_at >= $2
    group by 1
"""


async def add_flows(tx: Tx, flows: Sequence[Flow]) -> None:
    """Book flows."""
    rows = [
        (
            one.shop_id,
            one.flow_id,
            one.funds_type,
            one.flow_type,
            one.amount_fen,
            one.balance_fen,
            one.at,
            one.order_id,
            one.aftersale_id,
            one.transaction_id,
            one.cause.kind,
            one.cause.id,
            one.present_id,
            one.present_order_ids,
            one.withdrawal_id,
        )
        for one in flows
    ]
    await add_rows(tx, "funds_flows", _COLUMNS, rows, _ADD_FLOWS)


async def list_flows_of_orders(tx: Tx, keys: Sequence[OrderKey]) -> list[Flow]:
    """All flows of the orders, in the order of time."""
    return [_flow(row) for row in await tx.fetch(_FLOWS_OF_ORDERS, *split(sorted(set(keys))))]


async def list_payments_of_presents(tx: Tx, keys: Sequence[OrderKey]) -> list[Flow]:
    """The flows of what was paid for presents; keys are (shop_id, present_id)."""
    rows = await tx.fetch(_PAYMENTS_OF_PRESENTS, *split(sorted(set(keys))))
    return [_flow(row) for row in rows]


async def find_flow(tx: Tx, shop_id: int, flow_id: int) -> Flow | None:
    """A flow of the shop."""
    row = await tx.fetchrow(_FLOW, shop_id, flow_id)
    return _flow(row) if row else None


async def list_flow_ids(
    tx: Tx,
    shop_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    flow_type: int,
    transaction_id: str,
    limit: int,
    offset: int,
) -> list[tuple[int, datetime]]:
    """A shop's flows booked in [since, until) after a place, the oldest first."""
    # An index is entered at one place: at the later of the two.
    place = max(after, (since, 0))
    asked = (shop_id, since, until, *place, flow_type, limit, offset)
    if transaction_id:
        rows = await tx.fetch(_FLOW_IDS_PAID, *asked, transaction_id)
    else:
        rows = await tx.fetch(_FLOW_IDS, *asked)
    return [(row["flow_id"], row["at"]) for row in rows]


async def list_latest_flows(
    tx: Tx, shop_id: int, before: tuple[datetime, int], limit: int
) -> list[Flow]:
    """A shop's flows before a place, the newest first."""
    return [_flow(row) for row in await tx.fetch(_LATEST_FLOWS, shop_id, *before, limit)]


async def sum_days(
    tx: Tx, shop_id: int, since: datetime
) -> tuple[dict[str, dict[FundsType, int]], dict[str, int]]:
    """By day of Beijing: what flows of each type brought in all, and what was settled."""
    flows: dict[str, dict[FundsType, int]] = {}
    for row in await tx.fetch(_DAYS, shop_id, since):
        of_day = flows.setdefault(row["day"].isoformat(), {})
        of_day[FundsType(row["funds_type"])] = row["change_fen"]
    rows = await tx.fetch(_SETTLED_DAYS, shop_id, since)
    return flows, {row["day"].isoformat(): row["fen"] for row in rows}


def _flow(row: Row) -> Flow:
    values = dict(row)
    values["funds_type"] = FundsType(values["funds_type"])
    values["flow_type"] = FlowType(values["flow_type"])
    values["cause"] = Cause(values.pop("cause_kind"), values.pop("cause_id"))
    return Flow(**values)
