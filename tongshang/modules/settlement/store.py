from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from tongshang.modules.ledger.api import Cause
from tongshang.modules.settlement.domain import (
    Commission,
    CommissionState,
    Flow,
    FlowType,
    FundsType,
    OrderKey,
    OrderNote,
    Settlement,
    Share,
)
from tongshang.modules.settlement.machine import SettleState
from tongshang.runtime.db import Row, Tx

# --- settlements -------------------------------------------------------------------------------

_COLUMNS: Final = ", ".join(f"s.{one.name}" for one in fields(Settlement))

_OPEN: Final = """
    insert into settlements (shop_id, order_id, state, order_state, placed_at, paid_at, paid_fen)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::timestamptz[],
        $6::timestamptz[], $7::bigint[]
    )
    on conflict do nothing
"""

_READ: Final = f"""
    select {_COLUMNS} from settlements s
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on s.shop_id = w.shop_id and s.order_id = w.order_id
    order by s.shop_id, s.order_id
"""
_HOLD: Final = _READ + "for update of s"

_DUE: Final = """
    select shop_id, order_id from settlements
    where state = 1 and due_at <= $1
    order by due_at, shop_id, order_id
    limit $2
"""

# What another settler holds or has settled meanwhile is left to it.
_HOLD_DUE: Final = f"""
    select {_COLUMNS} from settlements s
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on s.shop_id = w.shop_id and s.order_id = w.order_id
    where s.state = 1 and s.due_at <= $3
    order by s.shop_id, s.order_id
    for update of s skip locked
"""

_NOTE_ORDER: Final = """
    update settlements s
    set order_state = w.order_state,
        received_at = coalesce(s.received_at, w.received_at),
        due_at = coalesce(s.due_at, w.due_at)
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::timestamptz[])
         w(shop_id, order_id, order_state, received_at, due_at)
    where s.shop_id = w.shop_id and s.order_id = w.order_id
"""

_POSTPONE: Final = """
    update settlements s set due_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
    where s.shop_id = w.shop_id and s.order_id = w.order_id and s.state = 1
"""

# The state that the row was read in decides: of two that divide or give back, one finds it changed.
_SAVE: Final = """
    update settlements s
    set state = w.state, refunded_before_fen = w.refunded_before_fen,
        refunded_after_fen = w.refunded_after_fen, settled_at = w.settled_at,
        fee_fen = w.fee_fen, commission_fen = w.commission_fen, shop_fen = w.shop_fen
    from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::timestamptz[], $8::bigint[], $9::bigint[], $10::bigint[]
    ) w(shop_id, order_id, source, state, refunded_before_fen, refunded_after_fen, settled_at,
        fee_fen, commission_fen, shop_fen)
    where s.shop_id = w.shop_id and s.order_id = w.order_id and s.state = w.source
"""


async def add_settlements(tx: Tx, settlements: Sequence[Settlement]) -> None:
    """Begin to keep orders' money; those kept already stay as they are."""
    ordered = sorted(settlements, key=lambda one: one.key)
    await tx.execute(
        _OPEN,
        [one.shop_id for one in ordered],
        [one.order_id for one in ordered],
        [one.state for one in ordered],
        [one.order_state for one in ordered],
        [one.placed_at for one in ordered],
        [one.paid_at for one in ordered],
        [one.paid_fen for one in ordered],
    )


async def hold_settlements(tx: Tx, keys: Sequence[OrderKey]) -> dict[OrderKey, Settlement]:
    """Orders' money, to decide on; held in the order of their keys."""
    return _settlements(await tx.fetch(_HOLD, *_split(keys)))


async def find_settlements(tx: Tx, keys: Sequence[OrderKey]) -> dict[OrderKey, Settlement]:
    """Orders' money, as far as there is any."""
    return _settlements(await tx.fetch(_READ, *_split(keys)))


async def list_due(tx: Tx, at: datetime, limit: int) -> list[OrderKey]:
    """Orders whose time has come, not held yet."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_DUE, at, limit)]


async def hold_due(tx: Tx, keys: Sequence[OrderKey], at: datetime) -> dict[OrderKey, Settlement]:
    """Those of the orders that are still due and that nobody else holds."""
    return _settlements(await tx.fetch(_HOLD_DUE, *_split(keys), at))


async def note_orders(tx: Tx, notes: Sequence[OrderNote]) -> None:
    """Write down what became of orders; a window that is open stays as it is."""
    ordered = sorted(notes, key=lambda note: note.key)
    await tx.execute(
        _NOTE_ORDER,
        *_split([note.key for note in ordered]),
        [note.order_state for note in ordered],
        [note.received_at for note in ordered],
        [note.due_at for note in ordered],
    )


async def postpone(tx: Tx, keys: Sequence[OrderKey], due_at: datetime) -> None:
    """Look at the orders again at `due_at`."""
    await tx.execute(_POSTPONE, *_split(keys), due_at)


async def save_settlements(
    tx: Tx, settlements: Sequence[Settlement], sources: Mapping[OrderKey, Settlement]
) -> None:
    """Write what changed of settlements that are held."""
    done = await tx.execute(
        _SAVE,
        [one.shop_id for one in settlements],
        [one.order_id for one in settlements],
        [sources[one.key].state for one in settlements],
        [one.state for one in settlements],
        [one.refunded_before_fen for one in settlements],
        [one.refunded_after_fen for one in settlements],
        [one.settled_at for one in settlements],
        [one.fee_fen for one in settlements],
        [one.commission_fen for one in settlements],
        [one.shop_fen for one in settlements],
    )
    assert done == f"UPDATE {len(settlements)}"


def _settlements(rows: Sequence[Row]) -> dict[OrderKey, Settlement]:
    found = {}
    for row in rows:
        values = dict(row)
        values["state"] = SettleState(values["state"])
        one = Settlement(**values)
        found[one.key] = one
    return found


def _split(keys: Sequence[OrderKey]) -> tuple[list[int], list[int]]:
    return [shop_id for shop_id, _ in keys], [order_id for _, order_id in keys]


# --- shares ------------------------------------------------------------------------------------

_ADD_SHARES: Final = """
    insert into shares (shop_id, order_id, line, base_fen, goods_fen, fee_fen, promoter_id,
                        commission_fen, shop_fen)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::bigint[]
    )
"""

_SHARES: Final = """
    select s.* from shares s
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on s.shop_id = w.shop_id and s.order_id = w.order_id
    order by s.shop_id, s.order_id, s.line
"""

_TAKE_BACK: Final = """
    update shares s
    set refunded_fen = w.refunded_fen, fee_back_fen = w.fee_back_fen,
        commission_back_fen = w.commission_back_fen
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[])
         w(shop_id, order_id, line, refunded_fen, fee_back_fen, commission_back_fen)
    where s.shop_id = w.shop_id and s.order_id = w.order_id and s.line = w.line
"""


async def add_shares(tx: Tx, shares: Sequence[tuple[OrderKey, Share]]) -> None:
    """Write down who got what of each line."""
    await tx.execute(
        _ADD_SHARES,
        *_split([key for key, _ in shares]),
        [one.line for _, one in shares],
        [one.base_fen for _, one in shares],
        [one.goods_fen for _, one in shares],
        [one.fee_fen for _, one in shares],
        [one.promoter_id for _, one in shares],
        [one.commission_fen for _, one in shares],
        [one.shop_fen for _, one in shares],
    )


async def list_shares(tx: Tx, keys: Sequence[OrderKey]) -> dict[OrderKey, dict[int, Share]]:
    """The shares of settled orders, by line."""
    found: dict[OrderKey, dict[int, Share]] = {}
    for row in await tx.fetch(_SHARES, *_split(keys)):
        values = dict(row)
        key = values.pop("shop_id"), values.pop("order_id")
        found.setdefault(key, {})[values["line"]] = Share(**values)
    return found


async def save_shares(tx: Tx, shares: Mapping[tuple[OrderKey, int], Share]) -> None:
    """Write what came back of lines of orders that are held."""
    done = await tx.execute(
        _TAKE_BACK,
        *_split([key for key, _ in shares]),
        [line for _, line in shares],
        [one.refunded_fen for one in shares.values()],
        [one.fee_back_fen for one in shares.values()],
        [one.commission_back_fen for one in shares.values()],
    )
    assert done == f"UPDATE {len(shares)}"


# --- funds flows -------------------------------------------------------------------------------

_ADD_FLOWS: Final = """
    insert into funds_flows (shop_id, flow_id, funds_type, flow_type, amount_fen, balance_fen, at,
                             order_id, aftersale_id, transaction_id, cause_kind, cause_id,
                             present_id, present_order_ids)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::timestamptz[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[],
        $13::bigint[], $14::text[]
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
      and ($6::smallint = 0 or flow_type = $6) and ($7::text = '' or transaction_id = $7)
    order by at, flow_id
    limit $8 offset $9
"""

_LATEST_FLOWS: Final = """
    select * from funds_flows
    where shop_id = $1 and (at, flow_id) < ($2, $3)
    order by at desc, flow_id desc
    limit $4
"""


async def add_flows(tx: Tx, flows: Sequence[Flow]) -> None:
    """Book flows."""
    await tx.execute(
        _ADD_FLOWS,
        [flow.shop_id for flow in flows],
        [flow.flow_id for flow in flows],
        [flow.funds_type for flow in flows],
        [flow.flow_type for flow in flows],
        [flow.amount_fen for flow in flows],
        [flow.balance_fen for flow in flows],
        [flow.at for flow in flows],
        [flow.order_id for flow in flows],
        [flow.aftersale_id for flow in flows],
        [flow.transaction_id for flow in flows],
        [flow.cause.kind for flow in flows],
        [flow.cause.id for flow in flows],
        [flow.present_id for flow in flows],
        [flow.present_order_ids for flow in flows],
    )


async def list_flows_of_orders(tx: Tx, keys: Sequence[OrderKey]) -> list[Flow]:
    """All flows of the orders, in the order of time."""
    return [_flow(row) for row in await tx.fetch(_FLOWS_OF_ORDERS, *_split(sorted(set(keys))))]


async def list_payments_of_presents(tx: Tx, keys: Sequence[OrderKey]) -> list[Flow]:
    """The flows of what was paid for presents; keys are (shop_id, present_id)."""
    rows = await tx.fetch(_PAYMENTS_OF_PRESENTS, *_split(sorted(set(keys))))
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
    rows = await tx.fetch(
        _FLOW_IDS, shop_id, since, until, *after, flow_type, transaction_id, limit, offset
    )
    return [(row["flow_id"], row["at"]) for row in rows]


async def list_latest_flows(
    tx: Tx, shop_id: int, before: tuple[datetime, int], limit: int
) -> list[Flow]:
    """A shop's flows before a place, the newest first."""
    return [_flow(row) for row in await tx.fetch(_LATEST_FLOWS, shop_id, *before, limit)]


def _flow(row: Row) -> Flow:
    values = dict(row)
    values["funds_type"] = FundsType(values["funds_type"])
    values["flow_type"] = FlowType(values["flow_type"])
    values["cause"] = Cause(values.pop("cause_kind"), values.pop("cause_id"))
    return Flow(**values)


# --- lists and sums ----------------------------------------------------------------------------

_BY_PLACING: Final = """
    select order_id, placed_at from settlements
    where shop_id = $1 and placed_at >= $2 and placed_at < $3 and (placed_at, order_id) > ($4, $5)
      and ($6::smallint = 0 or state = $6)
      and (cardinality($7::smallint[]) = 0 or order_state = any($7))
    order by placed_at, order_id
    limit $8 offset $9
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


async def list_by_placing(
    tx: Tx,
    shop_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    state: int,
    order_states: Sequence[int],
    limit: int,
    offset: int,
) -> list[tuple[int, datetime]]:
    """A shop's paid orders placed in [since, until) after a place, the oldest first."""
    rows = await tx.fetch(
        _BY_PLACING, shop_id, since, until, *after, state, order_states, limit, offset
    )
    return [(row["order_id"], row["placed_at"]) for row in rows]


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


# --- promoters' commission orders --------------------------------------------------------------


_TELL_COMMISSIONS: Final = """
    insert into commissions (promoter_id, order_id, line, shop_id, product_id, title, state,
        paid_fen, rate_ppm, amount_fen, returned_fen, paid_at, settled_at)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[],
        $7::smallint[], $8::bigint[], $9::integer[], $10::bigint[], $11::bigint[],
        $12::timestamptz[], $13::timestamptz[]
    )
    on conflict (promoter_id, order_id, line) do update
    set state = excluded.state, paid_fen = excluded.paid_fen, amount_fen = excluded.amount_fen,
        returned_fen = excluded.returned_fen, settled_at = excluded.settled_at
"""

_COMMISSIONS: Final = """
    select * from commissions
    where promoter_id = $1 and (paid_at, order_id, line) < ($2, $3, $4)
      and ($5::smallint = 0 or state = $5)
    order by paid_at desc, order_id desc, line desc
    limit $6
"""

_SUM_COMMISSIONS: Final = """
    select state, count(*) as lines, sum(amount_fen)::bigint as amount_fen,
           sum(returned_fen)::bigint as returned_fen
    from commissions where promoter_id = $1 group by state
"""


async def save_commissions(tx: Tx, commissions: Sequence[Commission]) -> None:
    """Tell promoters' lines as they are now."""
    await tx.execute(
        _TELL_COMMISSIONS,
        *([getattr(one, field.name) for one in commissions] for field in fields(Commission)),
    )


async def list_commissions(
    tx: Tx, promoter_id: int, before: tuple[datetime, int, int], state: int, limit: int
) -> list[Commission]:
    """A promoter's lines, the latest paid first."""
    rows = await tx.fetch(_COMMISSIONS, promoter_id, *before, state, limit)
    return [Commission(**{**row, "state": CommissionState(row["state"])}) for row in rows]


async def sum_commissions(tx: Tx, promoter_id: int) -> dict[CommissionState, tuple[int, int, int]]:
    """By state: how many lines, what they earn, and what of it was given back."""
    rows = await tx.fetch(_SUM_COMMISSIONS, promoter_id)
    return {
        CommissionState(row["state"]): (row["lines"], row["amount_fen"], row["returned_fen"])
        for row in rows
    }
