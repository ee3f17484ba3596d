"""How a shop's gifts travel: from who received one to whom he gives the next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.gifting.domain.generation import Flow, Generation, Node, Reach
from tongshang.runtime.db import Tx

_WHERE: Final = """
    g.shop_id = $1 and g.paid_at >= $2 and ($3::bigint = 0 or g.product_id = $3)
    and ($4::text = '' or g.campaign = $4)
"""

_GENERATIONS: Final = f"""
    select g.generation, count(distinct g.present_id), count(distinct g.giver_id),
           count(p.number), count(*) filter (where p.state = 'ordered'),
           count(*) filter (where p.state in ('expired', 'refunded', 'declined', 'recalled')),
           coalesce(sum(g.each_fen) filter (where p.state = 'ordered'), 0)::bigint
    from presents g join portions p using (shop_id, present_id)
    where {_WHERE}
    group by g.generation order by g.generation
"""

_REACH: Final = f"""
    with shown as (
        select g.present_id, g.giver_id, g.sent_at, g.parent_id, p.receiver_id, p.claimed_at
        from presents g join portions p using (shop_id, present_id)
        where {_WHERE}
    )
    select count(distinct receiver_id) filter (where claimed_at is not null),
           (select count(distinct giver_id) from shown s where s.parent_id > 0),
           (select count(distinct present_id) from shown s where s.parent_id > 0),
           coalesce((select max(children) from (
               select count(distinct present_id) as children from shown
               where parent_id > 0 group by parent_id) c), 0),
           coalesce(percentile_disc(0.5) within group (
               order by extract(epoch from claimed_at - sent_at)
           ) filter (where claimed_at is not null and sent_at is not null), 0)::bigint
    from shown
"""

_SURFACES: Final = f"""
    select g.surface, count(distinct g.present_id),
           coalesce(sum(g.each_fen) filter (where p.state = 'ordered'), 0)::bigint
    from presents g join portions p using (shop_id, present_id)
    where {_WHERE}
    group by g.surface order by 2 desc
"""

# What led to what: gifts by where they stand in their chain and where they were begun.
_NODES: Final = f"""
    select g.generation, g.surface, count(*), count(distinct g.giver_id)
    from presents g where {_WHERE}
    group by g.generation, g.surface order by g.generation, 3 desc, g.surface
"""

_FLOWS: Final = f"""
    select parent.generation, parent.surface, g.surface, count(*), count(distinct g.giver_id)
    from presents g
    join presents parent on parent.shop_id = g.shop_id and parent.present_id = g.parent_id
    where {_WHERE} and g.generation > 0
    group by parent.generation, parent.surface, g.surface order by parent.generation, 4 desc
"""

Question = tuple[int, datetime, int, str]  # shop_id, since, product_id, campaign


async def list_generations(tx: Tx, question: Question) -> list[Generation]:
    """The shop's paid gifts by their place in the chain."""
    return [Generation(*row) for row in await tx.fetch(_GENERATIONS, *question)]


async def measure_reach(tx: Tx, question: Question) -> Reach:
    """Who received, and who of them gave on."""
    (row,) = await tx.fetch(_REACH, *question)
    return Reach(*row)


async def list_surfaces(tx: Tx, question: Question) -> Sequence[tuple[int, int, int]]:
    """Where gifts were begun: surface, presents, revenue."""
    return [(row[0], row[1], row[2]) for row in await tx.fetch(_SURFACES, *question)]


async def list_nodes(tx: Tx, question: Question) -> list[Node]:
    """Gifts by generation and surface."""
    return [Node(*row) for row in await tx.fetch(_NODES, *question)]


async def list_flows(tx: Tx, question: Question) -> list[Flow]:
    """Which gifts came from which, by generation and surface."""
    return [Flow(*row) for row in await tx.fetch(_FLOWS, *question)]
