"""What goes back of presents by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from tongshang.modules.gifting.domain.present import PresentAftersale
from tongshang.modules.gifting.machine import ReturnState
from tongshang.modules.gifting.refusals import MovedMeanwhile
from tongshang.runtime.db import Row, Tx

Key = tuple[int, int]  # shop_id, aftersale_id

_COLUMNS: Final = ", ".join(f"a.{one.name}" for one in fields(PresentAftersale))

_ADD: Final = """
    insert into present_aftersales (
        shop_id, aftersale_id, present_id, giver_id, state, cause, amount_fen, created_at,
        updated_at
    )
    select w.*, $8, $8 from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
        $7::bigint[]
    ) w
"""

_READ: Final = f"""
    select {_COLUMNS} from present_aftersales a
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, aftersale_id)
      on a.shop_id = w.shop_id and a.aftersale_id = w.aftersale_id
    order by a.shop_id, a.aftersale_id
"""
_HOLD: Final = _READ + "for update of a"

_MOVE: Final = """
    update present_aftersales a
    set state = w.target, updated_at = $7, retry_at = w.retry_at, tries = w.tries
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::smallint[]
    ) w(shop_id, aftersale_id, source, target, retry_at, tries)
    where a.shop_id = w.shop_id and a.aftersale_id = w.aftersale_id and a.state = w.source
    returning a.aftersale_id
"""

_TO_RETRY: Final = """
    select shop_id, aftersale_id from present_aftersales
    where retry_at <= $1 order by retry_at limit $2 for update skip locked
"""

_BY_CREATION: Final = """
    select aftersale_id, created_at as at from present_aftersales
    where shop_id = $1 and created_at >= $2 and created_at <= $3
      and (created_at, aftersale_id) > ($4, $5)
    order by created_at, aftersale_id limit $6
"""


async def add_returns(tx: Tx, returns: Sequence[PresentAftersale], at: datetime) -> None:
    """Write what begins to go back."""
    if not returns:
        return
    await tx.execute(
        _ADD,
        [one.shop_id for one in returns],
        [one.aftersale_id for one in returns],
        [one.present_id for one in returns],
        [one.giver_id for one in returns],
        [one.state.value for one in returns],
        [one.cause for one in returns],
        [one.amount_fen for one in returns],
        at,
    )


async def find_returns(tx: Tx, keys: Iterable[Key]) -> dict[Key, PresentAftersale]:
    """Those of the cases that exist."""
    return _by_key(await tx.fetch(_READ, *_split(keys)))


async def hold_returns(tx: Tx, keys: Iterable[Key]) -> dict[Key, PresentAftersale]:
    """The same, to decide on."""
    return _by_key(await tx.fetch(_HOLD, *_split(keys)))


async def move_returns(
    tx: Tx, moved: Sequence[tuple[PresentAftersale, PresentAftersale]], at: datetime
) -> None:
    """Write cases as they are after a move, from as they were before."""
    if not moved:
        return
    rows = await tx.fetch(
        _MOVE,
        [after.shop_id for _, after in moved],
        [after.aftersale_id for _, after in moved],
        [before.state.value for before, _ in moved],
        [after.state.value for _, after in moved],
        [after.retry_at for _, after in moved],
        [after.tries for _, after in moved],
        at,
    )
    if len(rows) != len(moved):
        raise MovedMeanwhile


async def take_to_retry(tx: Tx, at: datetime, limit: int) -> list[Key]:
    """Cases whose refund failed and is to be tried again, held."""
    return [(row["shop_id"], row["aftersale_id"]) for row in await tx.fetch(_TO_RETRY, at, limit)]


async def list_by_creation(
    tx: Tx,
    shop_id: int,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int],
    limit: int,
) -> list[tuple[int, datetime]]:
    """A shop's cases begun in a span of time, the oldest first."""
    rows = await tx.fetch(_BY_CREATION, shop_id, since, until, *after, limit)
    return [(row["aftersale_id"], row["at"]) for row in rows]


def _split(keys: Iterable[Key]) -> tuple[list[int], list[int]]:
    wanted = sorted(set(keys))
    return [shop_id for shop_id, _ in wanted], [one for _, one in wanted]


def _by_key(rows: Sequence[Row]) -> dict[Key, PresentAftersale]:
    found = {}
    for row in rows:
        values = dict(row)
        values["state"] = ReturnState(values["state"])
        one = PresentAftersale(**values)
        found[one.key] = one
    return found
