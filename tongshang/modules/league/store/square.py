"""Where promoters and agencies choose: goods with running plans, of all shops, by filters."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from tongshang.modules.league.domain.square import Chosen, Goods, SquareFilter
from tongshang.modules.league.domain.supply import Offer
from tongshang.modules.league.store.named import COLUMNS as PLAN_COLUMNS
from tongshang.modules.league.store.plans import COLUMNS as NORMAL_COLUMNS
from tongshang.modules.league.store.plans import normal_plan
from tongshang.modules.league.store.resales import NO_RESALE, RESALE_COLUMNS, offer_of, running
from tongshang.runtime.db import Tx

_NOTE: Final = """
    insert into promoted_products as goods (
        shop_id, product_id, title, price_fen, cat_ids, flags, is_offered, checked_at
    )
    select shop_id, product_id, title, price_fen,
           coalesce(string_to_array(nullif(cats, ''), ',')::bigint[], '{}'),
           coalesce(string_to_array(nullif(flags, ''), ',')::smallint[], '{}'), is_offered, $8
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::boolean[]
    ) as draft (shop_id, product_id, title, price_fen, cats, flags, is_offered)
    order by shop_id, product_id
    on conflict (shop_id, product_id) do update
    set title = excluded.title, price_fen = excluded.price_fen,
        cat_ids = excluded.cat_ids, flags = excluded.flags, is_offered = excluded.is_offered,
        checked_at = excluded.checked_at
"""

_KNOWN: Final = """
    select goods.shop_id, goods.product_id, goods.is_offered
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, product_id)
    join promoted_products as goods
      on goods.shop_id = wanted.shop_id and goods.product_id = wanted.product_id
"""

_UNCHECKED: Final = """
    select shop_id, product_id from promoted_products
    where checked_at is null or checked_at < $1
    order by checked_at nulls first, shop_id, product_id limit $2
"""

_CHECKED: Final = """
    update promoted_products as goods set checked_at = $3
    from unnest($1::bigint[], $2::bigint[]) as one (shop_id, product_id)
    where goods.shop_id = one.shop_id and goods.product_id = one.product_id
"""

# What goes off sale, or is barred, is below the standard until it is back.
_FALL: Final = """
    update {table} as plan set state = case when goods.is_offered then 1 else 5 end
    from promoted_products as goods, unnest($1::bigint[], $2::bigint[]) as one (shop_id, product_id)
    where goods.shop_id = one.shop_id and goods.product_id = one.product_id
      and plan.shop_id = one.shop_id and plan.product_id = one.product_id
      and plan.state = case when goods.is_offered then 5 else 1 end
"""

_NOTE_DAYS: Final = """
    insert into alliance_days as sales (shop_id, product_id, day, pieces, sold_fen)
    select shop_id, product_id, day, sum(pieces), sum(sold_fen)
    from unnest($1::bigint[], $2::bigint[], $3::date[], $4::bigint[], $5::bigint[])
        as one (shop_id, product_id, day, pieces, sold_fen)
    group by shop_id, product_id, day order by shop_id, product_id, day
    on conflict (shop_id, product_id, day) do update
    set pieces = sales.pieces + excluded.pieces, sold_fen = sales.sold_fen + excluded.sold_fen
"""

_SOLD: Final = """
    select days.shop_id, days.product_id, sum(days.pieces)::bigint as pieces
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, product_id)
    join alliance_days as days
      on days.shop_id = wanted.shop_id and days.product_id = wanted.product_id and days.day > $3
    group by days.shop_id, days.product_id
"""

_GOODS_FILTER: Final = """
    goods.is_offered and goods.price_fen between $3::bigint and $4::bigint
    and ($5 = '' or strpos(lower(goods.title), lower($5)) > 0)
    and (cardinality($6::bigint[]) = 0 or goods.cat_ids && $6::bigint[])
    and ($7::bigint = 0 or goods.shop_id = $7)
    and coalesce(month.pieces, 0) between $8::bigint and $9::bigint and goods.flags @> $22::smallint[]
"""
_MONTH: Final = """
    left join lateral (
        select sum(days.pieces)::bigint as pieces from alliance_days as days
        where days.shop_id = goods.shop_id and days.product_id = goods.product_id
          and days.day > $10::date
    ) as month on true
"""

_NORMAL: Final = f"""
    select {NORMAL_COLUMNS}, coalesce(month.pieces, 0) as month
    from plans as plan
    join promoted_products as goods
      on goods.shop_id = plan.shop_id and goods.product_id = plan.product_id
    {_MONTH}
    where plan.kind = 1 and {running("plan", "$2")} and plan.product_id < $1 and {_GOODS_FILTER.replace("$22", "$13")}
      and plan.ratio_ppm between $11::bigint and $12::bigint
    order by plan.product_id desc limit $14
"""

_SERVED: Final = """
    service.ppm between $13::bigint and $14::bigint
    and way.ratio_ppm between $11::bigint and $12::bigint
    and way.begins_at <= $16 and (way.ends_at is null or way.ends_at > $15)
    and way.added_at between $17 and $18
"""

_OFFERS: Final = f"""
    with way as (
        select {PLAN_COLUMNS}, {NO_RESALE}, plan.added_at, plan.plan_id as offer_id
        from named_plans as plan
        where {running("plan", "$2")} and plan.plan_id < $1
          and ($20 = 1 and plan.kind = 4 and plan.agency_id = $19 or $20 = 2 and plan.kind = 5)
        union all
        select {PLAN_COLUMNS}, {RESALE_COLUMNS}, resale.added_at, resale.resale_id as offer_id
        from resales as resale
        join named_plans as plan
          on plan.shop_id = resale.shop_id and plan.plan_id = resale.plan_id
        where {running("resale", "$2")} and {running("plan", "$2")} and resale.resale_id < $1
          and resale.agency_id <> $19
          and ($20 = 3 and resale.to_agency_id = $19 or $20 = 4 and resale.to_agency_id = 0)
    )
    select way.*, coalesce(month.pieces, 0) as month
    from way
    join promoted_products as goods
      on goods.shop_id = way.shop_id and goods.product_id = way.product_id
    cross join lateral (
        select case when way.resale_id = 0 then way.service_ppm
                    else least(way.service_ppm, way.resold_ppm) end as ppm
    ) as service
    {_MONTH}
    where {_GOODS_FILTER} and {_SERVED}
    order by way.offer_id desc limit $21
"""


async def note_goods(tx: Tx, goods: Sequence[Goods], at: datetime) -> None:
    """Keep what the square shows of products, and put their plans below the standard or back."""
    if not goods:
        return
    keys = [one.shop_id for one in goods], [one.product_id for one in goods]
    await tx.execute(
        _NOTE,
        *keys,
        [one.title for one in goods],
        [one.price_fen for one in goods],
        [",".join(map(str, one.cat_ids)) for one in goods],
        [",".join(map(str, one.flags)) for one in goods],
        [one.is_offered for one in goods],
        at,
    )
    for table in ("plans", "named_plans"):
        await tx.execute(_FALL.format(table=table), *keys)


async def known(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bool]:
    """Which of the products (shop, product) have plans or had, and whether they were on offer."""
    rows = await tx.fetch(_KNOWN, [shop for shop, _ in keys], [product for _, product in keys])
    return {(row["shop_id"], row["product_id"]): row["is_offered"] for row in rows}


async def list_unchecked(tx: Tx, since: datetime, limit: int) -> list[tuple[int, int]]:
    """Products that were not looked at since then."""
    rows = await tx.fetch(_UNCHECKED, since, limit)
    return [(row["shop_id"], row["product_id"]) for row in rows]


async def note_checked(tx: Tx, keys: Sequence[tuple[int, int]], at: datetime) -> None:
    """Products that were looked at."""
    await tx.execute(_CHECKED, [key[0] for key in keys], [key[1] for key in keys], at)


async def note_days(tx: Tx, sold: Mapping[tuple[int, int, date], tuple[int, int]]) -> None:
    """Add what was sold: (shop, product, day) to pieces and fen."""
    keys = sorted(sold)
    await tx.execute(
        _NOTE_DAYS,
        *([key[n] for key in keys] for n in range(3)),
        *([sold[key][n] for key in keys] for n in range(2)),
    )


async def sold_after(
    tx: Tx, keys: Sequence[tuple[int, int]], day: date
) -> dict[tuple[int, int], int]:
    """How many pieces of products (shop, product) the alliance sold after a day; none: absent."""
    rows = await tx.fetch(_SOLD, [shop for shop, _ in keys], [product for _, product in keys], day)
    return {(row["shop_id"], row["product_id"]): row["pieces"] for row in rows}


async def list_normal(
    tx: Tx, before: int, at: datetime, which: SquareFilter, limit: int
) -> list[Chosen]:
    """Running normal plans of goods on offer, the newest product first."""
    rows = await tx.fetch(
        _NORMAL, before, at, *_goods(which), *which.commission, list(which.flags), limit
    )
    return [Chosen(normal_plan(row), row["month"]) for row in rows]


async def list_offers(
    tx: Tx, before: int, at: datetime, which: SquareFilter, limit: int, *, agency: tuple[int, int]
) -> list[tuple[Offer, int]]:
    """What an agency (id, type of offer) may take in, the newest first, with a month's sales."""
    rows = await tx.fetch(
        _OFFERS,
        before,
        at,
        *_goods(which),
        *which.commission,
        *which.service,
        *which.promoted,
        *which.added,
        *agency,
        limit,
        list(which.flags),
    )
    return [(offer_of(row), row["month"]) for row in rows]


def _goods(which: SquareFilter) -> tuple[object, ...]:
    return (
        *which.price,
        which.keyword,
        list(which.cat_ids),
        which.shop_id,
        *which.month,
        which.month_began,
    )
