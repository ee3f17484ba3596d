"""Codes, shares and openings in the database."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.links.domain import Link, Opening, Parent, Share
from tongshang.runtime.call import Call
from tongshang.runtime.db import Row, Tx

_LINK: Final = (
    "kind, subject_id, shop_id, promoter_id, content_id, scene, surface, share_id, corp_id, "
    "staff_id, deal_id"
)

_ADD_LINKS: Final = f"""
    insert into links (code, {_LINK}, made_at)
    select draft.*, $13 from unnest(
        $1::text[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::smallint[], $8::smallint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[]
    ) as draft
    on conflict (code) do nothing
"""

_FIND_LINKS: Final = f"select code, {_LINK} from links where code = any($1::text[])"

_SHARE: Final = (
    "sharer_id, share_id, parent_share_id, root_share_id, depth, kind, subject_id, shop_id, "
    "promoter_id, to_surface, at"
)

_ADD_SHARES: Final = f"""
    insert into link_shares ({_SHARE})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::smallint[],
        $7::bigint[], $8::bigint[], $9::bigint[], $10::smallint[], $11::timestamptz[]
    )
"""

_PARENTS: Final = """
    select sharer_id, share_id, parent_share_id, root_share_id, depth
    from link_shares where share_id = any($1::bigint[])
"""

# What somebody shows on came from the share they opened last, of the same thing.
_LAST_OPENED: Final = """
    select wanted.buyer_id, wanted.subject_id, last.share_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (buyer_id, subject_id)
    cross join lateral (
        select opening.share_id from share_openings as opening
        where opening.buyer_id = wanted.buyer_id and opening.subject_id = wanted.subject_id
          and opening.buyer_id > 0 and opening.at >= $3
        order by opening.opening_id desc limit 1
    ) as last
"""

# A link opened by who shared it shows nothing to anybody; one that names no share of ours neither.
_ADD_OPENINGS: Final = """
    insert into share_openings (share_id, opening_id, buyer_id, subject_id, surface, at)
    select draft.* from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::timestamptz[]
    ) as draft (share_id, opening_id, buyer_id, subject_id, surface, at)
    join link_shares as shown on shown.share_id = draft.share_id
    where shown.sharer_id <> draft.buyer_id
"""

_LIST_SHARES: Final = f"""
    select {_SHARE} from link_shares where sharer_id = $1 and share_id < $2
    order by share_id desc limit $3
"""

_FIND_SHARE: Final = f"select {_SHARE} from link_shares where sharer_id = $1 and share_id = $2"

# Somebody not signed in is an opening, but nobody whom we could count once.
_COUNT_OPENINGS: Final = """
    select share_id, count(*) as openings, count(distinct nullif(buyer_id, 0)) as openers
    from share_openings where share_id = any($1::bigint[]) group by share_id
"""

_COUNT_CHILDREN: Final = """
    select parent_share_id as share_id, count(*) as shown_on
    from link_shares where parent_share_id = any($1::bigint[]) and parent_share_id > 0
    group by parent_share_id
"""

# All that came of a share, below it: its root's tree is read once, and walked by generations.
_GENERATIONS: Final = """
    with recursive below as (
        select share_id, 0 as step from link_shares where share_id = $1
        union all
        select child.share_id, below.step + 1
        from below join link_shares as child
          on child.parent_share_id = below.share_id and child.parent_share_id > 0
        where below.step < 1000
    )
    select below.step, count(distinct below.share_id) as shares,
           count(opening.opening_id) as openings,
           count(distinct nullif(opening.buyer_id, 0)) as openers
    from below left join share_openings as opening on opening.share_id = below.share_id
    group by below.step order by below.step
"""


async def add_links(call: Call, coded: Sequence[tuple[str, Link]]) -> None:
    """Keep links under their codes; a code that is taken stays what it was."""
    columns = zip(*(astuple(link) for _, link in coded), strict=True)
    await call.tx.execute(
        _ADD_LINKS, [code for code, _ in coded], *(list(column) for column in columns), call.at
    )


async def find_links(tx: Tx, codes: Sequence[str]) -> dict[str, Link]:
    """What codes stand for; unknown ones are absent."""
    rows = await tx.fetch(_FIND_LINKS, list(codes))
    return {row["code"]: _link(row) for row in rows}


def _link(row: Row) -> Link:
    _, *values = row.values()
    return Link(*values)


async def add_shares(tx: Tx, shares: Sequence[Share]) -> None:
    """Add knots to the graph."""
    columns = zip(*(astuple(share) for share in shares), strict=True)
    await tx.execute(_ADD_SHARES, *(list(column) for column in columns))


async def find_parents(tx: Tx, share_ids: Sequence[int]) -> dict[int, Parent]:
    """Shares as parents of others; unknown ones are absent."""
    rows = await tx.fetch(_PARENTS, list(share_ids))
    return {row["share_id"]: Parent(*row.values()) for row in rows}


async def last_opened(
    tx: Tx, keys: Sequence[tuple[int, int]], since: datetime
) -> dict[tuple[int, int], int]:
    """The share by which each (buyer, subject) was last opened, not before `since`."""
    rows = await tx.fetch(_LAST_OPENED, [key[0] for key in keys], [key[1] for key in keys], since)
    return {(row["buyer_id"], row["subject_id"]): row["share_id"] for row in rows}


async def add_openings(call: Call, openings: Sequence[Opening]) -> None:
    """Keep openings of shares by others than who shared."""
    await call.tx.execute(
        _ADD_OPENINGS,
        [opening.share_id for opening in openings],
        call.take_ids(Named.SHARE, len(openings)),
        [opening.buyer_id for opening in openings],
        [opening.subject_id for opening in openings],
        [opening.surface for opening in openings],
        [opening.at for opening in openings],
    )


async def list_shares(tx: Tx, sharer_id: int, before: int, limit: int) -> list[Share]:
    """A person's shares, the newest first."""
    rows = await tx.fetch(_LIST_SHARES, sharer_id, before, limit)
    return [Share(*row.values()) for row in rows]


async def find_share(tx: Tx, sharer_id: int, share_id: int) -> Share | None:
    """One share of a person's own."""
    row = await tx.fetchrow(_FIND_SHARE, sharer_id, share_id)
    return Share(*row.values()) if row else None


async def count_shares(tx: Tx, share_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """For each share: openings, people who opened it, shares that came from it."""
    opened = {r["share_id"]: r for r in await tx.fetch(_COUNT_OPENINGS, list(share_ids))}
    shown = {r["share_id"]: r["shown_on"] for r in await tx.fetch(_COUNT_CHILDREN, list(share_ids))}
    counts = {}
    for share_id in share_ids:
        row = opened.get(share_id)
        seen = (row["openings"], row["openers"]) if row else (0, 0)
        counts[share_id] = (*seen, shown.get(share_id, 0))
    return counts


async def generations(tx: Tx, share_id: int) -> list[tuple[int, int, int, int]]:
    """By steps below a share: step, shares, openings, people who opened; step 0 is the share."""
    return [tuple(row.values()) for row in await tx.fetch(_GENERATIONS, share_id)]
