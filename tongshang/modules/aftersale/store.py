from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import asyncpg

from tongshang.modules.aftersale.domain import RUNNING, Aftersale, Moved, Reason
from tongshang.modules.aftersale.machine import AftersaleState
from tongshang.modules.aftersale.refusals import AftersaleRunning, MovedMeanwhile
from tongshang.runtime.db import Row, Tx

Key = tuple[int, int]  # shop_id and aftersale_id, or shop_id and order_id

_COLUMNS: Final = ", ".join(f"a.{one.name}" for one in fields(Aftersale))
_RUNNING: Final = sorted(state.value for state in RUNNING)

_ADD: Final = """
    insert into aftersales (shop_id, aftersale_id, order_id, line, buyer_id, product_id, sku_id,
        sku_code, count, amount_fen, state, reason, reason_text, received, deadline, created_at,
        updated_at, present_id, giver_id, is_price_hidden)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::text[], $9::integer[], $10::bigint[], $11::text[], $12::text[],
        $13::text[], $14::boolean[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[],
        $18::bigint[], $19::bigint[], $20::boolean[]
    )
"""

_ADD_OF_BUYERS: Final = """
    insert into buyer_aftersales (buyer_id, aftersale_id, shop_id)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
"""

_READ: Final = f"""
    select {_COLUMNS} from aftersales a
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, aftersale_id)
      on a.shop_id = w.shop_id and a.aftersale_id = w.aftersale_id
    order by a.shop_id, a.aftersale_id
"""
_HOLD: Final = _READ + "for update of a"

_OF_ORDERS: Final = f"""
    select {_COLUMNS} from aftersales a
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on a.shop_id = w.shop_id and a.order_id = w.order_id
    order by a.shop_id, a.order_id, a.aftersale_id
"""

_RUNNING_OF: Final = """
    select distinct a.shop_id, a.order_id from aftersales a
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on a.shop_id = w.shop_id and a.order_id = w.order_id
    where a.state = any($3::text[])
"""

# Of a shop: the index of running cases begins with it.
_AMOUNTS_RUNNING: Final = """
    select order_id, sum(amount_fen)::bigint as fen from aftersales
    where shop_id = $1 and state = any($2::text[])
    group by order_id
"""

# Of two movers one finds the state changed, moves nothing, and is told to read again.
_MOVE: Final = """
    with moved as (
        update aftersales a
        set state = w.target, moves = a.moves + 1, updated_at = $10, deadline = w.deadline,
            refund_reason = w.refund_reason, reject_reason = w.reject_reason,
            reject_reason_type = w.reject_reason_type, accepted_at = w.accepted_at,
            completed_at = w.completed_at, cancelled_at = w.cancelled_at
        from unnest(
            $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
            $7::smallint[], $8::text[], $9::smallint[], $11::timestamptz[], $12::timestamptz[],
            $13::timestamptz[]
        ) w(shop_id, aftersale_id, move, source, target, deadline, refund_reason, reject_reason,
            reject_reason_type, accepted_at, completed_at, cancelled_at)
        where a.shop_id = w.shop_id and a.aftersale_id = w.aftersale_id and a.state = w.source
        returning a.shop_id, a.aftersale_id, a.moves, w.move, w.source, w.target
    )
    insert into aftersale_moves (shop_id, aftersale_id, number, move, source, target, at)
    select shop_id, aftersale_id, moves, move, source, target, $10 from moved
"""

_LAPSED: Final = """
    select shop_id, aftersale_id from aftersales where deadline <= $1
    order by deadline, shop_id, aftersale_id limit $2
"""

_ACCEPTED: Final = """
    select max(accepted_at) from aftersales where shop_id = $1 and order_id = $2
"""

_BY_CREATION: Final = """
    select aftersale_id, created_at as at from aftersales
    where shop_id = $1 and created_at >= $2 and created_at <= $3
      and (created_at, aftersale_id) > ($4, $5)
    order by created_at, aftersale_id
    limit $6
"""

_BY_CHANGE: Final = """
    select aftersale_id, updated_at as at from aftersales
    where shop_id = $1 and updated_at >= $2 and updated_at <= $3
      and (updated_at, aftersale_id) > ($4, $5)
    order by updated_at, aftersale_id
    limit $6
"""

_WAITING: Final = f"""
    select {_COLUMNS}, count(*) over () as in_all from aftersales a
    where a.shop_id = $1 and a.state = '{AftersaleState.MERCHANT_PROCESSING.value}'
    order by a.deadline, a.aftersale_id
    limit $2
"""

_SHOP_OF: Final = "select shop_id from buyer_aftersales where buyer_id = $1 and aftersale_id = $2"

_OF_BUYER: Final = """
    select shop_id, aftersale_id from buyer_aftersales
    where buyer_id = $1 and aftersale_id < $2
    order by aftersale_id desc
    limit $3
"""


async def add_aftersales(tx: Tx, cases: Sequence[Aftersale]) -> None:
    """Write new cases; the table refuses a second one that runs of a line."""
    try:
        await tx.execute(
            _ADD,
            [case.shop_id for case in cases],
            [case.aftersale_id for case in cases],
            [case.order_id for case in cases],
            [case.line for case in cases],
            [case.buyer_id for case in cases],
            [case.product_id for case in cases],
            [case.sku_id for case in cases],
            [case.sku_code for case in cases],
            [case.count for case in cases],
            [case.amount_fen for case in cases],
            [case.state.value for case in cases],
            [case.reason.value for case in cases],
            [case.reason_text for case in cases],
            [case.received for case in cases],
            [case.deadline for case in cases],
            [case.created_at for case in cases],
            [case.updated_at for case in cases],
            [case.present_id for case in cases],
            [case.giver_id for case in cases],
            [case.is_price_hidden for case in cases],
        )
    except asyncpg.UniqueViolationError:
        raise AftersaleRunning from None
    await tx.execute(
        _ADD_OF_BUYERS,
        [case.buyer_id for case in cases],
        [case.aftersale_id for case in cases],
        [case.shop_id for case in cases],
    )


async def find_aftersales(tx: Tx, keys: Sequence[Key]) -> dict[Key, Aftersale]:
    """Those of the cases that exist."""
    return _by_key(await tx.fetch(_READ, *_split(keys)))


async def hold_aftersales(tx: Tx, keys: Sequence[Key]) -> dict[Key, Aftersale]:
    """The same, to decide on: nobody else moves them until the transaction ends."""
    return _by_key(await tx.fetch(_HOLD, *_split(keys)))


async def list_of_orders(tx: Tx, order_keys: Sequence[Key]) -> dict[Key, list[Aftersale]]:
    """The cases of orders, the oldest first."""
    found: dict[Key, list[Aftersale]] = {}
    for row in await tx.fetch(_OF_ORDERS, *_split(order_keys)):
        case = _aftersale(row)
        found.setdefault(case.order_key, []).append(case)
    return found


async def list_running(tx: Tx, order_keys: Sequence[Key]) -> set[Key]:
    """Those of the orders of which a case runs."""
    rows = await tx.fetch(_RUNNING_OF, *_split(order_keys), _RUNNING)
    return {(row["shop_id"], row["order_id"]) for row in rows}


async def amounts_running(tx: Tx, shop_id: int) -> dict[int, int]:
    """What the running cases of a shop ask back, by order."""
    rows = await tx.fetch(_AMOUNTS_RUNNING, shop_id, _RUNNING)
    return {row["order_id"]: row["fen"] for row in rows}


async def move_aftersales(tx: Tx, moved: Sequence[Moved], at: datetime) -> None:
    """Move cases along their machine and record the moves; all of them, or nobody."""
    done = await tx.execute(
        _MOVE,
        [one.after.shop_id for one in moved],
        [one.after.aftersale_id for one in moved],
        [one.move.value for one in moved],
        [one.before.state.value for one in moved],
        [one.after.state.value for one in moved],
        [one.after.deadline for one in moved],
        [one.after.refund_reason for one in moved],
        [one.after.reject_reason for one in moved],
        [one.after.reject_reason_type for one in moved],
        at,
        [one.after.accepted_at for one in moved],
        [one.after.completed_at for one in moved],
        [one.after.cancelled_at for one in moved],
    )
    if done != f"INSERT 0 {len(moved)}":
        raise MovedMeanwhile


async def list_lapsed(tx: Tx, at: datetime, limit: int) -> list[Key]:
    """Cases whose deadline has passed, not held yet."""
    return [(row["shop_id"], row["aftersale_id"]) for row in await tx.fetch(_LAPSED, at, limit)]


async def find_last_acceptance(tx: Tx, shop_id: int, order_id: int) -> datetime | None:
    """When a refund of the order was agreed to last."""
    found: datetime | None = await tx.fetchval(_ACCEPTED, shop_id, order_id)
    return found


async def list_by_time(
    tx: Tx,
    shop_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    limit: int,
    *,
    by_change: bool,
) -> list[tuple[int, datetime]]:
    """A shop's cases created, or changed, in [since, until], the oldest first."""
    statement = _BY_CHANGE if by_change else _BY_CREATION
    rows = await tx.fetch(statement, shop_id, since, until, *after, limit)
    return [(row["aftersale_id"], row["at"]) for row in rows]


async def list_waiting(tx: Tx, shop_id: int, limit: int) -> tuple[list[Aftersale], int]:
    """Cases that wait for the shop's answer, the most pressing first, and how many in all."""
    rows = [dict(row) for row in await tx.fetch(_WAITING, shop_id, limit)]
    in_all = max((row.pop("in_all") for row in rows), default=0)
    return [_aftersale(row) for row in rows], in_all


async def find_shop(tx: Tx, buyer_id: int, aftersale_id: int) -> int | None:
    """The shop of a buyer's own case."""
    found: int | None = await tx.fetchval(_SHOP_OF, buyer_id, aftersale_id)
    return found


async def list_of_buyer(tx: Tx, buyer_id: int, before: int, limit: int) -> list[Key]:
    """A buyer's cases below the id `before`, the newest first."""
    rows = await tx.fetch(_OF_BUYER, buyer_id, before, limit)
    return [(row["shop_id"], row["aftersale_id"]) for row in rows]


def _by_key(rows: Sequence[Row]) -> dict[Key, Aftersale]:
    cases = [_aftersale(row) for row in rows]
    return {case.key: case for case in cases}


def _aftersale(row: Row | dict[str, Any]) -> Aftersale:
    values = dict(row)
    values["state"] = AftersaleState(values["state"])
    values["reason"] = Reason(values["reason"])
    return Aftersale(**values)


def _split(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    wanted = sorted(set(keys))
    return [shop_id for shop_id, _ in wanted], [one for _, one in wanted]
