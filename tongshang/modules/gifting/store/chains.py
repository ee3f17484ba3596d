"""How a shop's gifts travel: from who received one to whom he gives the next."""

from datetime import datetime
from typing import Final

from tongshang.modules.gifting.domain.generation import Flow, Group, Reach
from tongshang.runtime.db import Tx

# `is_asked`: of the product and campaign that are asked for; the others tell what must stay hidden.
_IS_ASKED: Final = """
    (($3::bigint = 0 or g.product_id = $3) and ($4::text = '' or g.campaign = $4))
"""

# Gifts by where they stand in their chain and where they were begun.
_GROUPS: Final = f"""
    select {_IS_ASKED} as is_asked, g.generation, g.surface, count(*) as presents,
           count(distinct g.giver_id) as givers, sum(p.portions)::bigint as portions,
           sum(p.ordered)::bigint as ordered, sum(p.lapsed)::bigint as lapsed,
           sum(g.each_fen * p.ordered)::bigint as revenue_fen
    from presents g
    cross join lateral (
        select count(*) as portions, count(*) filter (where q.state = 'ordered') as ordered,
               count(*) filter (where q.state in ('expired', 'refunded', 'declined', 'recalled'))
                   as lapsed
        from portions q where q.shop_id = g.shop_id and q.present_id = g.present_id
    ) p
    where g.shop_id = $1 and g.paid_at >= $2
    group by 1, 2, 3 order by 1 desc, 2, 3
"""

# People counted once, however many groups they are in: by generation, and in all.
_GIVERS: Final = f"""
    select {_IS_ASKED} as is_asked, g.generation, count(distinct g.giver_id) as givers
    from presents g
    where g.shop_id = $1 and g.paid_at >= $2
    group by grouping sets ((1, 2), (1))
"""

_REACH: Final = f"""
    with shown as (
        select g.present_id, g.giver_id, g.sent_at, g.parent_id, p.receiver_id, p.claimed_at
        from presents g
        join portions p on p.shop_id = g.shop_id and p.present_id = g.present_id
        where g.shop_id = $1 and g.paid_at >= $2 and {_IS_ASKED}
    )
    select count(distinct receiver_id) filter (where claimed_at is not null),
           (select count(distinct giver_id) from shown s where s.parent_id > 0),
           (select count(distinct present_id) from shown s where s.parent_id > 0),
           coalesce((select max(children) from (
               select count(distinct giver_id) as children from shown
               where parent_id > 0 group by parent_id) c), 0),
           coalesce(percentile_disc(0.5) within group (
               order by extract(epoch from claimed_at - sent_at)
           ) filter (where claimed_at is not null and sent_at is not null), 0)::bigint
    from shown
"""

# What led to what: the parent is found by its key.
_FLOWS: Final = f"""
    select parent.generation, parent.surface, g.generation, g.surface, count(*),
           count(distinct g.giver_id)
    from presents g
    join presents parent on parent.shop_id = g.shop_id and parent.present_id = g.parent_id
    where g.shop_id = $1 and g.paid_at >= $2 and g.generation > 0 and {_IS_ASKED}
    group by 1, 2, 3, 4 order by 1, 5 desc
"""

Question = tuple[int, datetime, int, str]  # shop_id, since, product_id, campaign
Givers = dict[tuple[bool, int | None], int]


async def list_groups(tx: Tx, question: Question) -> list[Group]:
    """The shop's paid gifts by generation and surface, those that are not asked for too."""
    return [Group(*row) for row in await tx.fetch(_GROUPS, *question)]


async def count_givers(tx: Tx, question: Question) -> Givers:
    """How many people gave, by whether it is asked for and by generation (None: in all)."""
    rows = await tx.fetch(_GIVERS, *question)
    return {(row["is_asked"], row["generation"]): row["givers"] for row in rows}


async def measure_reach(tx: Tx, question: Question) -> Reach:
    """Who received, and who of them gave on."""
    (row,) = await tx.fetch(_REACH, *question)
    return Reach(*row)


async def list_flows(tx: Tx, question: Question) -> list[Flow]:
    """Which gifts came from which, by generation and surface."""
    return [Flow(*row) for row in await tx.fetch(_FLOWS, *question)]
