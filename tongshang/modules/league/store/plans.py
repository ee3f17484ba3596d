"""Plans in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel.money import Ppm
from tongshang.modules.league.domain.plans import RATE_LOCK, Plan, PlanDraft, PlanKind
from tongshang.modules.league.machine import PlanState
from tongshang.runtime.db import Row, Tx

_RATES: Final = """
    select plan.product_id, case when $3 < plan.held_until
        then greatest(plan.ratio_ppm, plan.held_ppm) else plan.ratio_ppm end as ratio_ppm
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, product_id)
    join plans as plan on plan.shop_id = wanted.shop_id and plan.product_id = wanted.product_id
     and plan.kind = 1
    where plan.state = 1 and plan.begins_at <= $3 and (plan.ends_at is null or $3 < plan.ends_at)
"""

_SET: Final = """
    insert into plans (
        shop_id, product_id, kind, ratio_ppm, state, begins_at, ends_at, added_at
    )
    select shop_id, product_id, 1, ratio_ppm, 1, coalesce(begins_at, $6), ends_at, $6
    from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
        as draft (shop_id, product_id, ratio_ppm, begins_at, ends_at)
    on conflict (shop_id, product_id, kind) do update set
        ratio_ppm = excluded.ratio_ppm, state = excluded.state,
        begins_at = excluded.begins_at, ends_at = excluded.ends_at, added_at = excluded.added_at
"""

# A plan that was deleted may be added again; any other is a duplicate. What it paid when it was
# deleted is held as after a cut: leaving and coming back is no way round the lock.
_ADD: Final = (
    _SET
    + """, held_ppm = case when excluded.ratio_ppm < plans.ratio_ppm then plans.ratio_ppm else 0 end,
        held_until = case when excluded.ratio_ppm < plans.ratio_ppm then plans.left_at + $7 end,
        left_at = null
    where plans.state = 4 returning product_id
"""
)

COLUMNS: Final = """
    plan.shop_id, plan.product_id, plan.kind, plan.ratio_ppm, plan.state, plan.begins_at,
    plan.ends_at, plan.held_ppm, plan.held_until
"""

_FIND: Final = f"""
    select {COLUMNS} from plans as plan
    where plan.shop_id = $1 and plan.product_id = $2 and plan.kind = 1
"""

_LIST: Final = f"""
    select {COLUMNS} from plans as plan
    where plan.shop_id = $1 and plan.product_id > $2 and plan.kind = 1 and plan.state <> 4
      and ($3::bigint = 0 or plan.product_id = $3)
    order by plan.product_id
    limit $4 offset $5
"""

_COUNT: Final = """
    select count(*) from plans
    where shop_id = $1 and kind = 1 and state <> 4 and ($2::bigint = 0 or product_id = $2)
"""

_SAVE: Final = """
    update plans set ratio_ppm = $3, state = $4, begins_at = $5, ends_at = $6,
           held_ppm = $7, held_until = $8, left_at = $9
    where shop_id = $1 and product_id = $2 and kind = 1
"""


async def rates(tx: Tx, keys: Sequence[tuple[int, int]], at: datetime) -> dict[int, Ppm]:
    """What running normal plans pay, by product; products without one are absent."""
    rows = await tx.fetch(_RATES, [shop for shop, _ in keys], [product for _, product in keys], at)
    return {row["product_id"]: Ppm(row["ratio_ppm"]) for row in rows}


async def set_plans(tx: Tx, drafts: Sequence[PlanDraft], at: datetime) -> None:
    """Set normal plans, whatever was there; drafts in key order, one a product."""
    await tx.execute(_SET, *_arrays(drafts), at)


async def add_plans(tx: Tx, drafts: Sequence[PlanDraft], at: datetime) -> set[int]:
    """Add normal plans; the products that had none. Of two adders at once one is told."""
    return {row["product_id"] for row in await tx.fetch(_ADD, *_arrays(drafts), at, RATE_LOCK)}


async def find_plan(tx: Tx, shop_id: int, product_id: int) -> Plan | None:
    """A shop's normal plan for a product."""
    row = await tx.fetchrow(_FIND, shop_id, product_id)
    return None if row is None else normal_plan(row)


async def hold_plan(tx: Tx, shop_id: int, product_id: int) -> Plan | None:
    """The same, to change it: nobody else does until the transaction ends."""
    row = await tx.fetchrow(_FIND + "for update", shop_id, product_id)
    return None if row is None else normal_plan(row)


async def save_plan(tx: Tx, plan: Plan, at: datetime) -> None:
    """Write a held plan."""
    await tx.execute(
        _SAVE,
        plan.shop_id,
        plan.product_id,
        plan.ratio_ppm,
        plan.state,
        plan.begins_at,
        plan.ends_at,
        plan.held_ppm,
        plan.held_until,
        at if plan.state is PlanState.DELETED else None,
    )


async def list_plans(
    tx: Tx, shop_id: int, after: int, product_id: int, limit: int, offset: int
) -> list[Plan]:
    """A shop's plans after the product `after`; `product_id` 0: of all products."""
    rows = await tx.fetch(_LIST, shop_id, after, product_id, limit, offset)
    return [normal_plan(row) for row in rows]


async def count_plans(tx: Tx, shop_id: int, product_id: int) -> int:
    """How many `list_plans` has in all."""
    count: int = await tx.fetchval(_COUNT, shop_id, product_id)
    return count


def _arrays(drafts: Sequence[PlanDraft]) -> tuple[list[object], ...]:
    return (
        [draft.shop_id for draft in drafts],
        [draft.product_id for draft in drafts],
        [draft.ratio_ppm for draft in drafts],
        [draft.begins_at for draft in drafts],
        [draft.ends_at for draft in drafts],
    )


def normal_plan(row: Row) -> Plan:
    """A plan, from the columns of `COLUMNS`."""
    return Plan(
        state=PlanState(row["state"]),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        shop_id=row["shop_id"],
        product_id=row["product_id"],
        kind=PlanKind(row["kind"]),
        ratio_ppm=row["ratio_ppm"],
        held_ppm=row["held_ppm"],
        held_until=row["held_until"],
    )
