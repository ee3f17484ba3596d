"""Plans for named promoters and agencies, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel.money import Ppm
from tongshang.modules.league.domain.named import CommissionType, Named, NamedPlan
from tongshang.modules.league.domain.plans import PlanKind, Span
from tongshang.modules.league.machine import PlanState
from tongshang.runtime.db import Row, Tx

COLUMNS: Final = """
    plan.shop_id, plan.plan_id, plan.product_id, plan.kind, plan.ratio_ppm, plan.agency_id,
    plan.commission_type, plan.service_ppm, plan.held_ppm, plan.held_until, plan.state,
    plan.begins_at, plan.ends_at
"""
# At $4.
_RUNS: Final = """
    plan.state = 1 and plan.begins_at <= $4 and (plan.ends_at is null or $4 < plan.ends_at)
"""

# Who holds these rows is the only one to change the products' plans.
_HOLD: Final = """
    insert into promoted_products (shop_id, product_id)
    select $1, product_id from unnest($2::bigint[]) as wanted (product_id) order by product_id
    on conflict (shop_id, product_id) do update set product_id = excluded.product_id
"""

_STANDING: Final = """
    select product_id, kind, state, begins_at, ends_at, 0::bigint as plan_id
    from plans where shop_id = $1 and product_id = any($2::bigint[]) and state <> 4
    union all
    select product_id, kind, state, begins_at, ends_at, plan_id
    from named_plans where shop_id = $1 and product_id = any($2::bigint[]) and state <> 4
"""

# Unique indexes decide that an agency has one plan of a product, and all agencies another.
_ADD: Final = """
    insert into named_plans (
        shop_id, plan_id, product_id, kind, agency_id, commission_type, ratio_ppm, service_ppm,
        state, begins_at, ends_at, added_at
    )
    select $1, plan_id, product_id, kind, agency_id, commission_type, ratio_ppm, service_ppm,
           1, begins_at, ends_at, $2
    from unnest(
        $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[], $7::smallint[], $8::integer[],
        $9::integer[], $10::timestamptz[], $11::timestamptz[]
    ) as draft (
        plan_id, product_id, kind, agency_id, commission_type, ratio_ppm, service_ppm, begins_at,
        ends_at
    )
    on conflict do nothing
    returning plan_id
"""

_FIND: Final = f"""
    select {COLUMNS} from named_plans as plan
    where plan.shop_id = $1 and plan.plan_id = $2 and plan.kind = any($3::smallint[])
"""

_SAVE: Final = """
    update named_plans set ratio_ppm = $3, state = $4, begins_at = $5, ends_at = $6,
           held_ppm = $7, held_until = $8
    where shop_id = $1 and plan_id = $2
"""

_FILTERS: Final = """
    plan.shop_id = $1 and plan.kind = any($2::smallint[]) and plan.state <> 4
    and ($3::bigint = 0 or plan.product_id = $3) and ($4::bigint = 0 or plan.plan_id = $4)
    and ($5::bigint = 0 or exists (
        select from plan_promoters as named where named.shop_id = plan.shop_id
           and named.plan_id = plan.plan_id and named.promoter_id = $5
    ))
"""

_LIST: Final = f"""
    select {COLUMNS} from named_plans as plan
    where {_FILTERS} and plan.plan_id > $6
    order by plan.plan_id limit $7 offset $8
"""

_COUNT: Final = f"select count(*) from named_plans as plan where {_FILTERS}"

_TAKEN: Final = """
    select product_id, promoter_id from plan_promoters
    where shop_id = $1 and product_id = any($2::bigint[]) and promoter_id = any($3::bigint[])
"""

_NAME: Final = """
    insert into plan_promoters (shop_id, product_id, promoter_id, plan_id, deal_id, added_at)
    select $1, product_id, promoter_id, plan_id, deal_id, $2
    from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        as draft (product_id, promoter_id, plan_id, deal_id)
"""

_UNNAME: Final = """
    delete from plan_promoters
    where shop_id = $1 and plan_id = $2 and ($3::bigint[] is null or promoter_id = any($3))
"""

_NAMED: Final = """
    select promoter_id, added_at, deal_id from plan_promoters
    where shop_id = $1 and plan_id = $2
    order by promoter_id limit $3 offset $4
"""

_NAMED_COUNT: Final = "select count(*) from plan_promoters where shop_id = $1 and plan_id = $2"

_NAMES: Final = """
    select plan_id, promoter_id from plan_promoters
    where shop_id = $1 and plan_id = any($2::bigint[]) order by plan_id, promoter_id
"""

# What was paid before a cut is kept for the lock's time, unless something is kept already.
_REPAY: Final = """
    update plan_promoters as named
    set held_deal_id = case when not $5 then 0 when $6 then named.deal_id
                            else named.held_deal_id end,
        deal_id = draft.deal_id
    from unnest($3::bigint[], $4::bigint[]) as draft (promoter_id, deal_id)
    where named.shop_id = $1 and named.plan_id = $2 and named.promoter_id = draft.promoter_id
"""

# What everybody is paid and what who is named is, in one statement: orders are placed by it.
_TERMS: Final = f"""
    select wanted.shop_id, wanted.product_id, wanted.promoter_id,
           case when $4 < everybody.held_until
                then greatest(everybody.ratio_ppm, everybody.held_ppm)
                else everybody.ratio_ppm end as ratio_ppm,
           coalesce(own.deal_id, shelf.deal_id) as deal_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[])
        as wanted (shop_id, product_id, promoter_id)
    left join plans as everybody on everybody.shop_id = wanted.shop_id
     and everybody.product_id = wanted.product_id and everybody.kind = 1
     and everybody.state = 1 and everybody.begins_at <= $4
     and (everybody.ends_at is null or $4 < everybody.ends_at)
    left join lateral (
        select case when $4 < plan.held_until and named.held_deal_id <> 0
                    then named.held_deal_id else named.deal_id end as deal_id
        from plan_promoters as named
        join named_plans as plan
          on plan.shop_id = named.shop_id and plan.plan_id = named.plan_id
        where named.shop_id = wanted.shop_id and named.product_id = wanted.product_id
          and named.promoter_id = wanted.promoter_id and {_RUNS}
    ) as own on true
    left join window_items as shelf on shelf.promoter_id = wanted.promoter_id
     and shelf.product_id = wanted.product_id and shelf.shop_id = wanted.shop_id
     and shelf.agency_id <> 0
"""

_OF_PROMOTER: Final = f"""
    select {COLUMNS} from plan_promoters as named
    join named_plans as plan on plan.shop_id = named.shop_id and plan.plan_id = named.plan_id
    where named.promoter_id = $1 and named.plan_id < $2 and plan.state <> 4
      and (plan.ends_at is null or $3 < plan.ends_at)
    order by named.plan_id desc limit $4
"""

_BY_ID: Final = f"""
    select {COLUMNS}
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, plan_id)
    join named_plans as plan on plan.shop_id = wanted.shop_id and plan.plan_id = wanted.plan_id
"""


async def hold_products(tx: Tx, shop_id: int, product_ids: Iterable[int]) -> None:
    """Nobody else changes plans of these products until the transaction ends."""
    await tx.execute(_HOLD, shop_id, sorted(set(product_ids)))


async def standing(
    tx: Tx, shop_id: int, product_ids: Sequence[int], but: int = -1
) -> dict[int, list[tuple[PlanKind, Span]]]:
    """The plans of products, of all kinds; without the plan `but`."""
    found: dict[int, list[tuple[PlanKind, Span]]] = {}
    for row in await tx.fetch(_STANDING, shop_id, product_ids):
        if row["plan_id"] != but:
            span = Span(PlanState(row["state"]), row["begins_at"], row["ends_at"])
            found.setdefault(row["product_id"], []).append((PlanKind(row["kind"]), span))
    return found


async def add_plans(tx: Tx, plans: Sequence[NamedPlan], at: datetime) -> set[int]:
    """Add plans of one shop; the ids of those that are no duplicates."""
    if not plans:
        return set()
    rows = await tx.fetch(
        _ADD,
        plans[0].shop_id,
        at,
        [plan.plan_id for plan in plans],
        [plan.product_id for plan in plans],
        [plan.kind for plan in plans],
        [plan.agency_id for plan in plans],
        [plan.commission_type for plan in plans],
        [plan.ratio_ppm for plan in plans],
        [plan.service_ppm for plan in plans],
        [plan.begins_at for plan in plans],
        [plan.ends_at for plan in plans],
    )
    return {row["plan_id"] for row in rows}


async def find_plan(tx: Tx, shop_id: int, plan_id: int, *kinds: PlanKind) -> NamedPlan | None:
    """A shop's plan of one of the kinds."""
    row = await tx.fetchrow(_FIND, shop_id, plan_id, kinds)
    return None if row is None else plan_of(row)


async def find_plans(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], NamedPlan]:
    """Those of the plans that exist; keys are (shop, plan)."""
    wanted = sorted(set(keys))
    rows = await tx.fetch(_BY_ID, [shop for shop, _ in wanted], [plan for _, plan in wanted])
    return {(row["shop_id"], row["plan_id"]): plan_of(row) for row in rows}


async def save_plan(tx: Tx, plan: NamedPlan) -> None:
    """Write a plan whose product is held."""
    await tx.execute(
        _SAVE,
        plan.shop_id,
        plan.plan_id,
        plan.ratio_ppm,
        plan.state,
        plan.begins_at,
        plan.ends_at,
        plan.held_ppm,
        plan.held_until,
    )


# Shop, kinds, product, plan, promoter; 0: any.
Filter = tuple[int, Sequence[PlanKind], int, int, int]


async def list_plans(tx: Tx, which: Filter, after: int, limit: int, offset: int) -> list[NamedPlan]:
    """A shop's plans of some kinds after the plan `after`."""
    return [plan_of(row) for row in await tx.fetch(_LIST, *which, after, limit, offset)]


async def count_plans(tx: Tx, which: Filter) -> int:
    """How many `list_plans` has in all."""
    count: int = await tx.fetchval(_COUNT, *which)
    return count


async def taken(
    tx: Tx, shop_id: int, product_ids: Sequence[int], promoter_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Which (product, promoter) stand on a plan already."""
    rows = await tx.fetch(_TAKEN, shop_id, product_ids, promoter_ids)
    return {(row["product_id"], row["promoter_id"]) for row in rows}


async def name_promoters(
    tx: Tx, shop_id: int, named: Sequence[tuple[int, int, int, int]], at: datetime
) -> None:
    """Put promoters on plans; each is (product, promoter, plan, deal)."""
    await tx.execute(_NAME, shop_id, at, *([one[n] for one in named] for n in range(4)))


async def unname_promoters(
    tx: Tx, shop_id: int, plan_id: int, promoter_ids: Sequence[int] | None = None
) -> None:
    """Take promoters off a plan; None: all of them."""
    await tx.execute(_UNNAME, shop_id, plan_id, promoter_ids)


async def list_named(
    tx: Tx, shop_id: int, plan_id: int, limit: int | None = None, offset: int = 0
) -> list[Named]:
    """The promoters on a plan."""
    rows = await tx.fetch(_NAMED, shop_id, plan_id, limit, offset)
    return [Named(row["promoter_id"], row["added_at"], row["deal_id"]) for row in rows]


async def names_of(tx: Tx, shop_id: int, plan_ids: Sequence[int]) -> dict[int, list[int]]:
    """The promoters on a shop's plans, by plan."""
    found: dict[int, list[int]] = {}
    for row in await tx.fetch(_NAMES, shop_id, plan_ids):
        found.setdefault(row["plan_id"], []).append(row["promoter_id"])
    return found


async def count_named(tx: Tx, shop_id: int, plan_id: int) -> int:
    """How many promoters are on a plan."""
    count: int = await tx.fetchval(_NAMED_COUNT, shop_id, plan_id)
    return count


async def list_of_promoter(
    tx: Tx, promoter_id: int, before: int, at: datetime, limit: int
) -> list[NamedPlan]:
    """The plans on which a promoter is named and that are not over, the newest first."""
    rows = await tx.fetch(_OF_PROMOTER, promoter_id, before, at, limit)
    return [plan_of(row) for row in rows]


async def repay(
    tx: Tx, plan: NamedPlan, deals: Mapping[int, int], *, is_held: bool, begins_lock: bool
) -> None:
    """Give the promoters of a plan new deals, keeping those before a cut for the lock's time."""
    await tx.execute(
        _REPAY,
        plan.shop_id,
        plan.plan_id,
        list(deals),
        list(deals.values()),
        is_held,
        begins_lock,
    )


async def terms(
    tx: Tx, keys: Iterable[tuple[int, int, int]], at: datetime
) -> tuple[dict[int, Ppm], dict[tuple[int, int, int], int]]:
    """The ratios of normal plans by product, and the deals of promoters who are named, by key.

    Keys are (shop, product, promoter).
    """
    wanted = sorted(set(keys))
    rows = await tx.fetch(_TERMS, *([key[n] for key in wanted] for n in range(3)), at)
    rates = {row["product_id"]: Ppm(row["ratio_ppm"]) for row in rows if row["ratio_ppm"]}
    named = {
        (row["shop_id"], row["product_id"], row["promoter_id"]): row["deal_id"]
        for row in rows
        if row["deal_id"]
    }
    return rates, named


def plan_of(row: Row) -> NamedPlan:
    """A plan, from the columns of `COLUMNS`."""
    return NamedPlan(
        state=PlanState(row["state"]),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        shop_id=row["shop_id"],
        plan_id=row["plan_id"],
        product_id=row["product_id"],
        kind=PlanKind(row["kind"]),
        ratio_ppm=row["ratio_ppm"],
        agency_id=row["agency_id"],
        commission_type=CommissionType(row["commission_type"]),
        service_ppm=row["service_ppm"],
        held_ppm=row["held_ppm"],
        held_until=row["held_until"],
    )
