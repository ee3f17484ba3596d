"""What agencies may have shared, in the database."""

from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.sharers import PoolFilter, PoolItem
from tongshang.runtime.db import Tx


def _running(table: str) -> str:
    ends = f"({table}.ends_at is null or $2 < {table}.ends_at)"
    return f"{table}.state = 1 and {table}.begins_at <= $2 and {ends}"


# Of a plan whose promoters the shop pays itself, no sharer can be paid (reference section 7.7).
_PLAN: Final = f"plan.commission_type = 1 and {_running('plan')}"
_TAKEN: Final = """
    item.agency_id = $1 and item.shop_id = plan.shop_id and item.product_id = plan.product_id
    and item.plan_id = plan.plan_id
"""

# What a shop or another agency offers the agency by name it has; what they offer to all, when it
# took it in. The four are the wire's plan types (reference section 7.7).
_WAYS: Final = f"""
    select plan.shop_id, plan.product_id, 1 as plan_type, plan.plan_id as link_id,
           0::bigint as supplier_id, plan.service_ppm as arrives_ppm, plan.begins_at, plan.ends_at
    from named_plans as plan
    where plan.kind = 4 and plan.agency_id = $1 and {_PLAN}
    union all
    select plan.shop_id, plan.product_id, 2, plan.plan_id, 0, plan.service_ppm, plan.begins_at,
           plan.ends_at
    from agency_items as item join named_plans as plan on {_TAKEN}
    where item.agency_id = $1 and item.resale_id = 0 and plan.kind = 5 and {_PLAN}
    union all
    select plan.shop_id, plan.product_id, 3, resale.resale_id, resale.agency_id,
           least(plan.service_ppm, resale.service_ppm), resale.begins_at, resale.ends_at
    from resales as resale
    join named_plans as plan on plan.shop_id = resale.shop_id and plan.plan_id = resale.plan_id
    where resale.to_agency_id = $1 and {_running("resale")} and {_PLAN}
    union all
    select plan.shop_id, plan.product_id, 4, resale.resale_id, resale.agency_id,
           least(plan.service_ppm, resale.service_ppm), resale.begins_at, resale.ends_at
    from agency_items as item
    join resales as resale
      on resale.agency_id = item.from_agency_id and resale.resale_id = item.resale_id
    join named_plans as plan on {_TAKEN}
    where item.agency_id = $1 and resale.to_agency_id = 0 and {_running("resale")} and {_PLAN}
"""

_POOL: Final = f"""
    select best.*, coalesce(days.sold, 0)::bigint as sold
    from (
        select distinct on (way.product_id) way.*
        from ({_WAYS}) as way
        where way.product_id < $3 and ($5::bigint = 0 or way.shop_id = $5)
          and ($6 = 0 or way.plan_type = $6) and ($7::bigint = 0 or way.supplier_id = $7)
          and ($8::bigint[] is null or way.product_id = any($8))
        order by way.product_id desc, way.arrives_ppm desc, way.link_id
        limit $4
    ) as best
    left join lateral (
        select sum(pieces) as sold from alliance_days as one
        where one.shop_id = best.shop_id and one.product_id = best.product_id
          and one.day > ($2 at time zone 'Asia/Shanghai')::date - 30
    ) as days on true
    order by best.product_id desc
"""

_SHOPS: Final = """
    select shop_id, changed_at from agency_ties
    where agency_id = $1 and shop_id > $2 and state = 2 and ($3::bigint = 0 or shop_id = $3)
    order by shop_id limit $4
"""


async def list_pool(tx: Tx, agency_id: int, which: PoolFilter, at: datetime) -> list[PoolItem]:
    """What the agency may have shared, the newest product first; each by the way that pays most."""
    rows = await tx.fetch(
        _POOL,
        agency_id,
        at,
        which.before,
        which.limit,
        which.shop_id,
        which.plan_type,
        which.supplier_id,
        None if which.product_ids is None else list(which.product_ids),
    )
    return [PoolItem(*row.values()) for row in rows]


async def list_shops(
    tx: Tx, agency_id: int, after: int, limit: int, shop_id: int = 0
) -> list[tuple[int, datetime]]:
    """Shops that work with an agency, by id, and since when."""
    rows = await tx.fetch(_SHOPS, agency_id, after, shop_id, limit)
    return [(row["shop_id"], row["changed_at"]) for row in rows]
