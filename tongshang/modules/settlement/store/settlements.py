"""Orders' money as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from tongshang.modules.settlement.domain.values import OrderKey, OrderNote, Settlement
from tongshang.modules.settlement.machine import SettleState
from tongshang.runtime.db import Row, Tx

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


_BY_PLACING: Final = """
    select order_id, placed_at from settlements
    where shop_id = $1 and placed_at >= $2 and placed_at < $3 and (placed_at, order_id) > ($4, $5)
      and ($6::smallint = 0 or state = $6)
      and (cardinality($7::smallint[]) = 0 or order_state = any($7))
    order by placed_at, order_id
    limit $8 offset $9
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
    return _settlements(await tx.fetch(_HOLD, *split(keys)))


async def find_settlements(tx: Tx, keys: Sequence[OrderKey]) -> dict[OrderKey, Settlement]:
    """Orders' money, as far as there is any."""
    return _settlements(await tx.fetch(_READ, *split(keys)))


async def list_due(tx: Tx, at: datetime, limit: int) -> list[OrderKey]:
    """Orders whose time has come, not held yet."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_DUE, at, limit)]


async def hold_due(tx: Tx, keys: Sequence[OrderKey], at: datetime) -> dict[OrderKey, Settlement]:
    """Those of the orders that are still due and that nobody else holds."""
    return _settlements(await tx.fetch(_HOLD_DUE, *split(keys), at))


async def note_orders(tx: Tx, notes: Sequence[OrderNote]) -> None:
    """Write down what became of orders; a window that is open stays as it is."""
    ordered = sorted(notes, key=lambda note: note.key)
    await tx.execute(
        _NOTE_ORDER,
        *split([note.key for note in ordered]),
        [note.order_state for note in ordered],
        [note.received_at for note in ordered],
        [note.due_at for note in ordered],
    )


async def postpone(tx: Tx, keys: Sequence[OrderKey], due_at: datetime) -> None:
    """Look at the orders again at `due_at`."""
    await tx.execute(_POSTPONE, *split(keys), due_at)


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


def _settlements(rows: Sequence[Row]) -> dict[OrderKey, Settlement]:
    found = {}
    for row in rows:
        values = dict(row)
        values["state"] = SettleState(values["state"])
        one = Settlement(**values)
        found[one.key] = one
    return found


def split(keys: Sequence[OrderKey]) -> tuple[list[int], list[int]]:
    """Shops and orders, as two arrays."""
    return [shop_id for shop_id, _ in keys], [order_id for _, order_id in keys]
