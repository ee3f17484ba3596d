"""What agencies have of shops' goods and supply to each other, in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.supply import Offer, Resale, ResaleState, Supplied
from tongshang.modules.league.store.named import COLUMNS as PLAN_COLUMNS
from tongshang.modules.league.store.named import plan_of
from tongshang.runtime.db import Row, Tx

RESALE_COLUMNS: Final = """
    resale.agency_id as from_agency_id, resale.resale_id, resale.item_id as from_item_id,
    resale.to_agency_id, resale.service_ppm as resold_ppm, resale.state as resale_state,
    resale.begins_at as resale_begins_at, resale.ends_at as resale_ends_at
"""
NO_RESALE: Final = """
    0::bigint as from_agency_id, 0::bigint as resale_id, 0::bigint as from_item_id,
    0::bigint as to_agency_id, 0 as resold_ppm, 1::smallint as resale_state,
    plan.begins_at as resale_begins_at, plan.ends_at as resale_ends_at
"""


def running(table: str, at: str) -> str:
    """Whether a plan or a resale runs, as a condition."""
    begun = f"{table}.begins_at <= {at}"
    return f"{table}.state = 1 and {begun} and ({table}.ends_at is null or {at} < {table}.ends_at)"


# A plan that names the agency, and what another supplies to it by name, it need not take in first.
_SUPPLIED: Final = f"""
    with way as (
        select {PLAN_COLUMNS}, {NO_RESALE} from named_plans as plan
        where plan.shop_id = $1 and plan.product_id = $2 and {running("plan", "$4")}
          and (plan.kind = 4 and plan.agency_id = $3 or plan.kind = 5)
        union all
        select {PLAN_COLUMNS}, {RESALE_COLUMNS}
        from resales as resale
        join named_plans as plan
          on plan.shop_id = resale.shop_id and plan.plan_id = resale.plan_id
        where resale.shop_id = $1 and resale.product_id = $2 and resale.to_agency_id in (0, $3)
          and resale.agency_id <> $3 and {running("resale", "$4")} and {running("plan", "$4")}
    )
    select way.*, sub.ratio_ppm as passes_ppm
    from way
    left join agency_items as item on item.agency_id = $3 and item.shop_id = way.shop_id
     and item.product_id = way.product_id and item.plan_id = way.plan_id
     and item.resale_id = way.resale_id
    left join lateral (
        select sub.sub_item_id, sub.ratio_ppm from sub_items as sub
        where sub.agency_id = $3 and sub.item_id = item.item_id
          and (sub.sub_item_id = $5 or sub.state = 1)
        order by sub.sub_item_id = $5 desc, sub.ratio_ppm desc limit 1
    ) as sub on true
    where (item.item_id is not null or way.agency_id = $3 or way.to_agency_id = $3)
      and ($5 = 0 or $5 in (sub.sub_item_id, item.item_id)
           or $5 = case when way.resale_id = 0 then way.plan_id else way.resale_id end)
"""

_ADD: Final = """
    insert into resales (
        agency_id, resale_id, item_id, shop_id, product_id, plan_id, to_agency_id, service_ppm,
        state, begins_at, ends_at, added_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11)
    on conflict do nothing returning resale_id
"""

_FIND: Final = f"""
    select resale.shop_id, resale.product_id, resale.plan_id, {RESALE_COLUMNS}
    from unnest($1::bigint[], $2::bigint[]) as wanted (agency_id, resale_id)
    join resales as resale
      on resale.agency_id = wanted.agency_id and resale.resale_id = wanted.resale_id
"""

_HOLD: Final = f"""
    select resale.shop_id, resale.product_id, resale.plan_id, {RESALE_COLUMNS}
    from resales as resale
    where resale.agency_id = $1 and resale.item_id = $2 and resale.to_agency_id = $3
      and resale.state = 1
    for update
"""

_SAVE: Final = """
    update resales set service_ppm = $3, state = $4 where agency_id = $1 and resale_id = $2
"""

_LIST: Final = f"""
    select resale.shop_id, resale.product_id, resale.plan_id, {RESALE_COLUMNS}
    from resales as resale
    where resale.agency_id = $1 and resale.resale_id > $2 and ($3::bigint = 0 or item_id = $3)
      and ($4 = 0 or (resale.to_agency_id <> 0) = ($4 = 1))
    order by resale.resale_id limit $5
"""


async def find_supplied(
    tx: Tx, key: tuple[int, int], agency_id: int, at: datetime, link_id: int = 0
) -> list[Supplied]:
    """The running ways by which an agency has a product (shop, product); or the linked one."""
    rows = await tx.fetch(_SUPPLIED, *key, agency_id, at, link_id)
    return [Supplied(offer_of(row), agency_id, row["passes_ppm"]) for row in rows]


async def add_resale(tx: Tx, resale: Resale, at: datetime) -> bool:
    """Supply another agency; False where it is supplied with the item. Of two at once one is."""
    added = await tx.fetchval(
        _ADD,
        resale.agency_id,
        resale.resale_id,
        resale.item_id,
        resale.shop_id,
        resale.product_id,
        resale.plan_id,
        resale.to_agency_id,
        resale.service_ppm,
        resale.begins_at,
        resale.ends_at,
        at,
    )
    return added is not None


async def find_resales(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Resale]:
    """Those of the resales that exist; keys are (agency, resale)."""
    wanted = sorted(set(keys))
    rows = await tx.fetch(_FIND, [one for one, _ in wanted], [one for _, one in wanted])
    return {(row["from_agency_id"], row["resale_id"]): resale_of(row) for row in rows}


async def hold_resale(tx: Tx, agency_id: int, item_id: int, to_agency_id: int) -> Resale | None:
    """What an agency supplies to another of an item, to change it."""
    row = await tx.fetchrow(_HOLD, agency_id, item_id, to_agency_id)
    return None if row is None else resale_of(row)


async def save_resale(tx: Tx, resale: Resale) -> None:
    """Write a held resale."""
    told = resale.agency_id, resale.resale_id, resale.service_ppm, resale.state
    await tx.execute(_SAVE, *told)


async def list_resales(
    tx: Tx, agency_id: int, after: int, limit: int, *, item_id: int = 0, whom: int = 0
) -> list[Resale]:
    """What an agency supplies, by id: to agencies by name (`whom` 1), to all (2), to both (0)."""
    rows: Sequence[Row] = await tx.fetch(_LIST, agency_id, after, item_id, whom, limit)
    return [resale_of(row) for row in rows]


def offer_of(row: Row) -> Offer:
    """An offer, from the columns of a plan and of a resale."""
    return Offer(plan_of(row), resale_of(row) if row["resale_id"] else None)


def resale_of(row: Row) -> Resale:
    """A resale, from its columns."""
    return Resale(
        row["from_agency_id"],
        row["resale_id"],
        row["from_item_id"],
        row["shop_id"],
        row["product_id"],
        row["plan_id"],
        row["to_agency_id"],
        row["resold_ppm"],
        ResaleState(row["resale_state"]),
        row["resale_begins_at"],
        row["resale_ends_at"],
    )
