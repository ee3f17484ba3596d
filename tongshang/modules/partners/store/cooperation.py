"""Accounts that cooperate with shops, in the database."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Final

from tongshang.modules.partners.domain.cooperation import AccountType, Bond, KeptFile
from tongshang.modules.partners.machine import BondState
from tongshang.runtime.db import Row, Tx

_BOND: Final = """
    shop_id, sharer_id, sharer_type, name, state, ticket, invited_at, expires_at, bound_at,
    unbound_at, rejected_at, cancelled_at
"""
_KEY: Final = "shop_id = $1 and sharer_id = $2 and sharer_type = $3"

# Of two invitations at once the later ticket is the good one; who is bound stays bound.
_INVITE: Final = f"""
    insert into cooperations ({_BOND})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    on conflict (shop_id, sharer_id, sharer_type) do update
    set state = excluded.state, ticket = excluded.ticket, invited_at = excluded.invited_at,
        expires_at = excluded.expires_at, name = excluded.name
    where cooperations.state <> 1
    returning shop_id
"""
_FIND: Final = f"select {_BOND} from cooperations where {_KEY}"
_SAVE: Final = f"""
    update cooperations set state = $4, bound_at = $5, unbound_at = $6, rejected_at = $7,
           cancelled_at = $8
    where {_KEY}
"""
_LIST: Final = f"""
    select {_BOND} from cooperations where shop_id = $1 and sharer_type = $2
    order by invited_at desc, sharer_id limit $3
"""
_OF_ACCOUNT: Final = f"""
    select {_BOND} from cooperations
    where sharer_id = $1 and state in (1, 2, 7) order by shop_id limit $2
"""
_COUNT: Final = "select count(*) from cooperations where sharer_id = $1 and state = 1"
_IS_BOUND: Final = """
    select exists (
        select from cooperations where sharer_id = $1 and shop_id = $2 and state = 1
    )
"""
_FILE: Final = "owner_id, file_id, openid, url, kept_at"
_ADD_FILE: Final = f"insert into account_files ({_FILE}) values ($1, $2, $3, $4, $5)"
_LAST_FILE: Final = f"""
    select {_FILE} from account_files where owner_id = any($1::bigint[]) and openid = $2
    order by file_id desc limit 1
"""


async def invite(tx: Tx, bond: Bond) -> bool:
    """Invite an account, again if need be; False where it is bound."""
    return await tx.fetchval(_INVITE, *astuple(bond)) is not None


async def find(tx: Tx, shop_id: int, sharer_id: str, kind: int) -> Bond | None:
    """What an account is to a shop."""
    row = await tx.fetchrow(_FIND, shop_id, sharer_id, kind)
    return None if row is None else _bond(row)


async def hold(tx: Tx, shop_id: int, sharer_id: str, kind: int) -> Bond | None:
    """The same, to change it."""
    row = await tx.fetchrow(_FIND + " for update", shop_id, sharer_id, kind)
    return None if row is None else _bond(row)


async def save(tx: Tx, bond: Bond) -> None:
    """Write what was held."""
    times = bond.bound_at, bond.unbound_at, bond.rejected_at, bond.cancelled_at
    await tx.execute(_SAVE, bond.shop_id, bond.sharer_id, bond.kind, bond.state, *times)


async def list_of_shop(tx: Tx, shop_id: int, kind: int, limit: int) -> list[Bond]:
    """A shop's accounts of a kind, the latest invited first."""
    return [_bond(row) for row in await tx.fetch(_LIST, shop_id, kind, limit)]


async def list_of_account(tx: Tx, sharer_id: str, limit: int) -> list[Bond]:
    """The shops that an account works with or worked with."""
    return [_bond(row) for row in await tx.fetch(_OF_ACCOUNT, sharer_id, limit)]


async def count_shops(tx: Tx, sharer_id: str) -> int:
    """How many shops an account works with."""
    count: int = await tx.fetchval(_COUNT, sharer_id)
    return count


async def is_bound(tx: Tx, sharer_id: str, shop_id: int) -> bool:
    """Whether an account works with a shop."""
    bound: bool = await tx.fetchval(_IS_BOUND, sharer_id, shop_id)
    return bound


async def add_file(tx: Tx, kept: KeptFile) -> None:
    """Keep where a file is."""
    await tx.execute(_ADD_FILE, *astuple(kept))


async def last_file(tx: Tx, owner_ids: Sequence[int], openid: str) -> KeptFile | None:
    """What one of the owners last uploaded for a user."""
    row = await tx.fetchrow(_LAST_FILE, list(owner_ids), openid)
    return None if row is None else KeptFile(*row.values())


def _bond(row: Row) -> Bond:
    shop_id, sharer_id, kind, name, state, *rest = row.values()
    return Bond(shop_id, sharer_id, AccountType(kind), name, BondState(state), *rest)
