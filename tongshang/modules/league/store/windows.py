"""Promoters' windows in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.windows import WindowAuth, WindowItem
from tongshang.modules.league.machine import AuthState
from tongshang.runtime.db import Row, Tx

_AUTH: Final = "agency_id, promoter_id, state, asked_at"

_ASK: Final = """
    insert into window_auths (agency_id, promoter_id, state, asked_at, changed_at)
    values ($1, $2, 0, $3, $3)
    on conflict (agency_id, promoter_id) do update set asked_at = excluded.asked_at
    where window_auths.state = 0
"""
_FIND_AUTH: Final = f"select {_AUTH} from window_auths where agency_id = $1 and promoter_id = $2"
_SAVE_AUTH: Final = """
    update window_auths set state = $3, changed_at = $4 where agency_id = $1 and promoter_id = $2
"""
_ASKED: Final = f"""
    select {_AUTH} from window_auths where promoter_id = $1 and agency_id > $2
    order by agency_id limit $3
"""
_ALLOWING: Final = f"""
    select {_AUTH} from window_auths where agency_id = $1 and promoter_id > $2
    order by promoter_id limit $3
"""

_COLUMNS: Final = """
    promoter_id, product_id, shop_id, agency_id, added_by, link_id, deal_id, is_hidden, place,
    added_at
"""

# Who holds this lock is the only one to add to the window, so that its limit holds.
_HOLD: Final = "select pg_advisory_xact_lock(hashtextextended('window', $1))"

_COUNT: Final = """
    select count(*) from window_items
    where promoter_id = $1 and ($2 or not is_hidden) and ($3::bigint = 0 or shop_id = $3)
      and ($4::bigint = -1 or agency_id = $4)
"""

# What stands there already is put there anew, on the terms of who does it now.
_PUT: Final = f"""
    insert into window_items ({_COLUMNS})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (promoter_id, product_id) do update
    set agency_id = excluded.agency_id, added_by = excluded.added_by, link_id = excluded.link_id,
        deal_id = excluded.deal_id, is_hidden = excluded.is_hidden
"""

_FIND: Final = f"""
    select {_COLUMNS} from window_items where promoter_id = $1 and product_id = any($2::bigint[])
"""
_TAKE: Final = "delete from window_items where promoter_id = $1 and product_id = $2"
_ARRANGE: Final = """
    update window_items set is_hidden = coalesce($3, is_hidden), place = coalesce($4, place)
    where promoter_id = $1 and product_id = $2 returning product_id
"""

_LIST: Final = f"""
    select {_COLUMNS} from window_items
    where promoter_id = $1 and place < $2 and ($3 or not is_hidden)
      and ($4::bigint = 0 or shop_id = $4) and ($5::bigint = -1 or agency_id = $5)
    order by place desc limit $6 offset $7
"""


async def ask(tx: Tx, agency_id: int, promoter_id: int, at: datetime) -> None:
    """Note that an agency asks for a promoter's window; who has it already keeps it."""
    await tx.execute(_ASK, agency_id, promoter_id, at)


async def find_auth(tx: Tx, agency_id: int, promoter_id: int) -> WindowAuth | None:
    """Whether an agency may change a promoter's window; None: it never asked."""
    row = await tx.fetchrow(_FIND_AUTH, agency_id, promoter_id)
    return None if row is None else _auth(row)


async def hold_auth(tx: Tx, agency_id: int, promoter_id: int) -> WindowAuth | None:
    """The same, to change it."""
    row = await tx.fetchrow(_FIND_AUTH + " for update", agency_id, promoter_id)
    return None if row is None else _auth(row)


async def save_auth(tx: Tx, auth: WindowAuth, at: datetime) -> None:
    """Write a held authorisation."""
    await tx.execute(_SAVE_AUTH, auth.agency_id, auth.promoter_id, auth.state, at)


async def list_asked(tx: Tx, promoter_id: int, after: int, limit: int) -> list[WindowAuth]:
    """The agencies that asked for a promoter's window."""
    return [_auth(row) for row in await tx.fetch(_ASKED, promoter_id, after, limit)]


async def list_promoters(tx: Tx, agency_id: int, after: int, limit: int) -> list[WindowAuth]:
    """The promoters whose windows an agency asked for."""
    return [_auth(row) for row in await tx.fetch(_ALLOWING, agency_id, after, limit)]


async def hold_window(tx: Tx, promoter_id: int) -> None:
    """Nobody else adds to the window until the transaction ends."""
    await tx.execute(_HOLD, promoter_id)


async def count(
    tx: Tx, promoter_id: int, *, hidden: bool, shop_id: int = 0, agency_id: int = -1
) -> int:
    """How many products stand in a window."""
    number: int = await tx.fetchval(_COUNT, promoter_id, hidden, shop_id, agency_id)
    return number


async def put(tx: Tx, item: WindowItem) -> None:
    """Put a product in a window, or put it there on other terms."""
    await tx.execute(
        _PUT,
        item.promoter_id,
        item.product_id,
        item.shop_id,
        item.agency_id,
        item.added_by,
        item.link_id,
        item.deal_id,
        item.is_hidden,
        item.place,
        item.added_at,
    )


async def find_items(tx: Tx, promoter_id: int, product_ids: Sequence[int]) -> dict[int, WindowItem]:
    """Those of the products that stand in a window."""
    rows = await tx.fetch(_FIND, promoter_id, product_ids)
    return {row["product_id"]: _item(row) for row in rows}


async def take(tx: Tx, promoter_id: int, product_id: int) -> None:
    """Take a product out of a window."""
    await tx.execute(_TAKE, promoter_id, product_id)


async def arrange(
    tx: Tx, promoter_id: int, product_id: int, *, is_hidden: bool | None, place: int | None
) -> bool:
    """Hide or show a product, or move it; False where it does not stand there."""
    return await tx.fetchval(_ARRANGE, promoter_id, product_id, is_hidden, place) is not None


async def list_items(
    tx: Tx,
    promoter_id: int,
    before: int,
    limit: int,
    *,
    hidden: bool,
    shop_id: int = 0,
    agency_id: int = -1,
    offset: int = 0,
) -> list[WindowItem]:
    """What stands in a window, in its order; `agency_id` -1: whosever goods."""
    told = promoter_id, before, hidden, shop_id, agency_id, limit, offset
    return [_item(row) for row in await tx.fetch(_LIST, *told)]


def _auth(row: Row) -> WindowAuth:
    state = AuthState(row["state"])
    return WindowAuth(row["agency_id"], row["promoter_id"], state, row["asked_at"])


def _item(row: Row) -> WindowItem:
    return WindowItem(*row.values())
