"""Sharers, whom they share for, and what agencies may have shared, in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.sharers import (
    Bond,
    Pay,
    Sharer,
    Sharing,
    TalentBond,
)
from tongshang.modules.league.machine import BondState, SharerState
from tongshang.runtime.db import Row, Tx

_SHARER: Final = "party_id, buyer_id, state, is_simple, registered_at"
_BOND: Final = "agency_id, sharer_id, state, commission_type, ratio_ppm, bound_at"
_TALENT: Final = "agency_id, talent_id, state, passes_ppm, bound_at"

# Of two registrations of a person at once the second finds the first.
_ADD: Final = f"""
    insert into sharers ({_SHARER}) values ($1, $2, $3, $4, $5)
    on conflict (buyer_id) do nothing returning party_id
"""
_SAVE: Final = "update sharers set state = $2, is_simple = $3 where party_id = $1"
_OF_BUYERS: Final = f"select {_SHARER} from sharers where buyer_id = any($1::bigint[])"
_BY_PARTY: Final = f"select {_SHARER} from sharers where party_id = any($1::bigint[])"

_BIND: Final = f"""
    insert into agency_sharers ({_BOND}, changed_at) values ($1, $2, 1, $3, $4, $5, $5)
    on conflict (agency_id, sharer_id) do update
    set state = 1, commission_type = excluded.commission_type, ratio_ppm = excluded.ratio_ppm,
        bound_at = excluded.bound_at, changed_at = excluded.changed_at
    where agency_sharers.state = 2
    returning sharer_id
"""
_HELD: Final = f"select {_BOND} from agency_sharers where sharer_id = $1 and state = 1"
_UNBIND: Final = """
    update agency_sharers set state = 2, changed_at = $3
    where agency_id = $1 and sharer_id = $2 and state = 1 returning sharer_id
"""
_DROP_RATIOS: Final = "delete from sharer_ratios where agency_id = $1 and sharer_id = $2"
_PAY: Final = """
    update agency_sharers set commission_type = $3, ratio_ppm = $4, changed_at = $5
    where agency_id = $1 and sharer_id = $2 and state = 1 returning sharer_id
"""
_FIND_BOND: Final = f"""
    select {_BOND} from agency_sharers where agency_id = $1 and sharer_id = $2 and state = 1
"""
_LIST_BONDS: Final = f"""
    select {_BOND} from agency_sharers
    where agency_id = $1 and sharer_id > $2 and state = 1 and ($3::bigint = 0 or sharer_id = $3)
    order by sharer_id limit $4
"""
_SET_RATIO: Final = """
    insert into sharer_ratios (agency_id, sharer_id, product_id, ratio_ppm, set_at)
    values ($1, $2, $3, $4, $5)
    on conflict (agency_id, sharer_id, product_id) do update
    set ratio_ppm = excluded.ratio_ppm, set_at = excluded.set_at
"""
_RATIO: Final = """
    select ratio_ppm from sharer_ratios
    where agency_id = $1 and sharer_id = $2 and product_id = $3
"""
# On which terms a sharer shares: his own for the product, else those for all, nothing where the
# agency pays him itself; and what a promoter gives the agency of what he earns by his content.
_SHARINGS: Final = """
    select bond.agency_id, bond.sharer_id, wanted.product_id,
           case when bond.commission_type = 1 then 0
                else coalesce(own.ratio_ppm, bond.ratio_ppm) end as ratio_ppm,
           coalesce(talent.passes_ppm, 0) as passes_ppm
    from unnest($2::bigint[]) as wanted (product_id)
    join agency_sharers as bond on bond.sharer_id = $1 and bond.state = 1
    left join sharer_ratios as own on own.agency_id = bond.agency_id
     and own.sharer_id = bond.sharer_id and own.product_id = wanted.product_id
    left join agency_talents as talent on talent.agency_id = bond.agency_id
     and talent.talent_id = $3 and talent.state = 1
"""

_PARTED: Final = """
    select wanted.agency_id, wanted.sharer_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (agency_id, sharer_id)
    where not exists (
        select from agency_sharers as bond where bond.agency_id = wanted.agency_id
           and bond.sharer_id = wanted.sharer_id and bond.state = 1
    )
"""

_BIND_TALENT: Final = f"""
    insert into agency_talents ({_TALENT}, changed_at) values ($1, $2, 1, $3, $4, $4)
    on conflict (agency_id, talent_id) do update
    set passes_ppm = excluded.passes_ppm, changed_at = excluded.changed_at,
        bound_at = case when agency_talents.state = 1 then agency_talents.bound_at
                        else excluded.bound_at end,
        state = 1
"""
_UNBIND_TALENT: Final = """
    update agency_talents set state = 2, changed_at = $3
    where agency_id = $1 and talent_id = $2 and state = 1 returning talent_id
"""
_TALENTS: Final = f"""
    select {_TALENT} from agency_talents
    where agency_id = $1 and talent_id > $2 and state = 1 and ($3::bigint = 0 or talent_id = $3)
    order by talent_id limit $4
"""
_AGENCIES_OF_TALENT: Final = f"""
    select {_TALENT} from agency_talents where talent_id = $1 and state = 1 order by agency_id
"""


# --- registration ------------------------------------------------------------------------------


async def add_sharer(tx: Tx, sharer: Sharer) -> bool:
    """Keep a registration; False where the person has one."""
    told = sharer.party_id, sharer.buyer_id, sharer.state, sharer.is_simple, sharer.registered_at
    return await tx.fetchval(_ADD, *told) is not None


async def save_sharer(tx: Tx, sharer: Sharer) -> None:
    """Write a held registration."""
    await tx.execute(_SAVE, sharer.party_id, sharer.state, sharer.is_simple)


async def hold_of_buyer(tx: Tx, buyer_id: int) -> Sharer | None:
    """A person's registration, to be changed."""
    row = await tx.fetchrow(_OF_BUYERS + " for update", [buyer_id])
    return None if row is None else _sharer(row)


async def of_buyers(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, Sharer]:
    """Registrations by person; who has none is absent."""
    return {row["buyer_id"]: _sharer(row) for row in await tx.fetch(_OF_BUYERS, list(buyer_ids))}


async def find_sharers(tx: Tx, party_ids: Sequence[int]) -> dict[int, Sharer]:
    """Registrations by the sharer's party."""
    return {row["party_id"]: _sharer(row) for row in await tx.fetch(_BY_PARTY, list(party_ids))}


# --- bonds with agencies -----------------------------------------------------------------------


async def bind(tx: Tx, bond: Bond) -> bool:
    """Bind a sharer to an agency; False where he is bound to it.

    The unique index refuses a second agency: who binds looks first, and holds the sharer's row.
    """
    told = bond.agency_id, bond.sharer_id, bond.pay, bond.ratio_ppm, bond.bound_at
    return await tx.fetchval(_BIND, *told) is not None


async def bond_of(tx: Tx, sharer_id: int) -> Bond | None:
    """The agency a sharer is bound to."""
    row = await tx.fetchrow(_HELD, sharer_id)
    return None if row is None else _bond(row)


async def find_bond(tx: Tx, agency_id: int, sharer_id: int) -> Bond | None:
    """A sharer of an agency."""
    row = await tx.fetchrow(_FIND_BOND, agency_id, sharer_id)
    return None if row is None else _bond(row)


async def unbind(tx: Tx, agency_id: int, sharer_id: int, at: datetime) -> bool:
    """Let a sharer go, and what was set for him; False where he is not bound."""
    if await tx.fetchval(_UNBIND, agency_id, sharer_id, at) is None:
        return False
    await tx.execute(_DROP_RATIOS, agency_id, sharer_id)
    return True


async def list_bonds(
    tx: Tx, agency_id: int, after: int, limit: int, sharer_id: int = 0
) -> list[Bond]:
    """The sharers of an agency by id, or one of them."""
    return [_bond(row) for row in await tx.fetch(_LIST_BONDS, agency_id, after, sharer_id, limit)]


async def set_pay(tx: Tx, bond: Bond, at: datetime) -> bool:
    """How a sharer is paid from now on; False where he is bound no longer."""
    told = bond.agency_id, bond.sharer_id, bond.pay, bond.ratio_ppm, at
    return await tx.fetchval(_PAY, *told) is not None


async def set_ratio(
    tx: Tx, key: tuple[int, int], product_id: int, ratio_ppm: int, at: datetime
) -> None:
    """What part of the fee a sharer gets for one product; the key is (agency, sharer)."""
    await tx.execute(_SET_RATIO, *key, product_id, ratio_ppm, at)


async def find_ratio(tx: Tx, key: tuple[int, int], product_id: int) -> int | None:
    """What was set for one product."""
    ratio: int | None = await tx.fetchval(_RATIO, *key, product_id)
    return ratio


async def sharings(
    tx: Tx, sharer_id: int, product_ids: Sequence[int], promoter_id: int = 0
) -> dict[int, Sharing]:
    """The terms of a bound sharer by product; none where he is bound to nobody."""
    rows = await tx.fetch(_SHARINGS, sharer_id, list(product_ids), promoter_id)
    return {
        row["product_id"]: Sharing(
            row["sharer_id"], row["agency_id"], row["ratio_ppm"], row["passes_ppm"]
        )
        for row in rows
    }


async def parted(tx: Tx, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs (agency, sharer) that are not bound, or no longer."""
    wanted = sorted(set(pairs))
    rows = await tx.fetch(_PARTED, [one[0] for one in wanted], [one[1] for one in wanted])
    return {(row["agency_id"], row["sharer_id"]) for row in rows}


# --- promoters whose contents are shared -------------------------------------------------------


async def bind_talent(tx: Tx, bond: TalentBond) -> None:
    """A promoter lets an agency's sharers share his contents, for a part of what he earns."""
    told = bond.agency_id, bond.talent_id, bond.passes_ppm, bond.bound_at
    await tx.execute(_BIND_TALENT, *told)


async def unbind_talent(tx: Tx, agency_id: int, talent_id: int, at: datetime) -> bool:
    """And no longer; False where he did not."""
    return await tx.fetchval(_UNBIND_TALENT, agency_id, talent_id, at) is not None


async def list_talents(
    tx: Tx, agency_id: int, after: int, limit: int, talent_id: int = 0
) -> list[TalentBond]:
    """The promoters bound to an agency by id, or one of them."""
    rows = await tx.fetch(_TALENTS, agency_id, after, talent_id, limit)
    return [_talent(row) for row in rows]


async def agencies_of_talent(tx: Tx, talent_id: int) -> list[TalentBond]:
    """The agencies that a promoter is bound to."""
    return [_talent(row) for row in await tx.fetch(_AGENCIES_OF_TALENT, talent_id)]


def _sharer(row: Row) -> Sharer:
    return Sharer(
        row["party_id"],
        row["buyer_id"],
        SharerState(row["state"]),
        row["is_simple"],
        row["registered_at"],
    )


def _bond(row: Row) -> Bond:
    return Bond(
        row["agency_id"],
        row["sharer_id"],
        BondState(row["state"]),
        Pay(row["commission_type"]),
        row["ratio_ppm"],
        row["bound_at"],
    )


def _talent(row: Row) -> TalentBond:
    return TalentBond(
        row["agency_id"],
        row["talent_id"],
        BondState(row["state"]),
        row["passes_ppm"],
        row["bound_at"],
    )
