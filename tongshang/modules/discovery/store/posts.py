"""What may be found, where it is, how hot it is, and how much the ranking weighs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.discovery.domain import (
    Edition,
    Facts,
    Lane,
    Part,
    Post,
    PostKind,
    micros,
    moment,
)
from tongshang.runtime.db import Row, Tx

# How far each lane is read ahead of what was shown, and what else is thought of.
_AHEAD: Final = {Lane.CONTENT: 40, Lane.PRODUCT: 24, Lane.SHOP: 4}
_FOLLOWED_MAX: Final = 300  # of whom the newest contents are thought of
_EXTRAS_MAX: Final = 30
_RANKED_MAX: Final = 300

_COLUMNS: Final = "item_id, lane, kind, author_id, city, at"

_WALK: Final = """
    select p.item_id, p.lane, p.kind, p.author_id, p.city, p.at
    from unnest($1::smallint[], $2::timestamptz[], $3::bigint[], $4::integer[])
         as way (lane, at, item_id, ahead)
    cross join lateral (
        select * from posts
        where posts.lane = way.lane and (posts.at, posts.item_id) < (way.at, way.item_id)
        order by posts.at desc, posts.item_id desc
        limit way.ahead
    ) as p
"""

# What the followed published last, what friends bought last, what is hot.
_EXTRAS: Final = """
    with followed as (
        select p.item_id from (
            select party_id from follows where buyer_id = $1
            order by at desc, party_id desc limit $2
        ) as f
        cross join lateral (
            select item_id, at from posts where author_id = f.party_id and lane = 1 and at <= $3
            order by at desc, item_id desc limit 2
        ) as p
        order by p.at desc, p.item_id desc limit $4
    ), bought as (
        select b.product_id from unnest($5::bigint[]) as friend (buyer_id)
        cross join lateral (
            select product_id, at from shown_purchases where buyer_id = friend.buyer_id and at <= $3
            order by at desc, product_id desc limit 5
        ) as b
        order by b.at desc, b.product_id desc limit $4
    ), hot as (
        select item_id from hot_items order by heat desc, item_id desc limit $4
    )
    select item_id, lane, kind, author_id, city, at from posts
    where item_id in (
        select item_id from followed union select product_id from bought
        union select item_id from hot
    )
"""

# The newest of many is among those whose newest is newest: only of so many is more read.
_FOLLOWING: Final = """
    with foremost as (
        select f.party_id
        from follows as f
        cross join lateral (
            select at, item_id from posts
            where author_id = f.party_id and lane in (1, 2) and (at, item_id) < ($2, $3)
            order by at desc, item_id desc limit 1
        ) as newest
        where f.buyer_id = $1
        order by newest.at desc, newest.item_id desc limit $4
    )
    select p.item_id, p.lane, p.kind, p.author_id, p.city, p.at
    from foremost
    cross join lateral (
        select * from posts
        where author_id = foremost.party_id and lane in (1, 2) and (at, item_id) < ($2, $3)
        order by at desc, item_id desc limit $4
    ) as p
    order by p.at desc, p.item_id desc limit $4
"""
_NEARBY: Final = """
    select item_id, lane, kind, author_id, city, at from posts
    where city = $1 and city <> '' and (at, item_id) < ($2, $3)
    order by at desc, item_id desc limit $4
"""
_OF_AUTHOR: Final = """
    select p.item_id, p.lane, p.kind, p.author_id, p.city, p.at
    from unnest($1::bigint[]) as a (author_id)
    cross join lateral (
        select * from posts
        where posts.author_id = a.author_id and posts.lane = $2 and (at, item_id) < ($3, $4)
          and ($5::smallint is null or kind = $5)
        order by at desc, item_id desc limit $6
    ) as p
"""
_OF_SHOP: Final = """
    select item_id, lane, kind, author_id, city, at from posts
    where author_id = $1 and lane = 2 and (at, item_id) < ($2, $3)
      and item_id <> all($5::bigint[])
    order by at desc, item_id desc limit $4
"""
_FRIENDS: Final = """
    with bought as (
        select b.product_id, max(b.at) as at
        from unnest($1::bigint[]) as friend (buyer_id)
        cross join lateral (
            select product_id, at from shown_purchases
            where buyer_id = friend.buyer_id and at <= $2
            order by at desc, product_id desc limit 20
        ) as b
        group by b.product_id
        order by max(b.at) desc, b.product_id desc limit $3
    )
    select p.item_id, p.lane, p.kind, p.author_id, p.city, bought.at
    from bought join posts as p on p.item_id = bought.product_id
    order by bought.at desc, p.item_id desc
"""
_HOT: Final = """
    select p.item_id, p.lane, p.kind, p.author_id, p.city, p.at
    from (select item_id, heat from hot_items order by heat desc, item_id desc limit $1) as h
    join posts as p using (item_id)
    order by h.heat desc, p.item_id desc
"""
_FIND: Final = """
    select item_id, lane, kind, author_id, city, at from posts where item_id = any($1)
"""
_FACTS: Final = """
    select 'follow' as part, party_id as id, 1::bigint as value from follows
    where buyer_id = $1 and party_id = any($2)
    union all
    select 'friend', product_id, count(*) from shown_purchases
    where buyer_id = any($3) and product_id = any($4) group by product_id
    union all
    select 'hot', item_id, heat from hot_items where item_id = any($4)
"""
_WEIGHTS: Final = "select part, points from feed_weights"
_SET_WEIGHT: Final = "update feed_weights set points = $2 where part = $1 returning part"

_ADD_POSTS: Final = """
    insert into posts (item_id, lane, kind, author_id, city, at)
    select n.item_id, n.lane, n.kind, n.author_id, coalesce(places.city, ''), n.at
    from unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::bigint[], $5::timestamptz[])
         as n (item_id, lane, kind, author_id, at)
    left join places on places.party_id = n.author_id
    on conflict (item_id) do nothing
"""
_DROP_POSTS: Final = "delete from posts where item_id = any($1)"
_SET_PLACE: Final = """
    insert into places (party_id, province, city, set_at) values ($1, $2, $3, $4)
    on conflict (party_id)
    do update set province = excluded.province, city = excluded.city, set_at = excluded.set_at
"""
_MOVE_POSTS: Final = "update posts set city = $2 where author_id = $1 and city <> $2"
_PLACES: Final = "select party_id, province, city from places where party_id = any($1)"


def _post(row: Row) -> Post:
    return Post(
        row["item_id"], Lane(row["lane"]), PostKind(row["kind"]), row["author_id"], row["city"],
        row["at"],
    )  # fmt: skip


# --- reading posts -------------------------------------------------------------------------------


async def walk(tx: Tx, edition: Edition) -> list[Post]:
    """What each lane has next in an edition, the newest first, a stretch of each."""
    lanes = list(Lane)
    rows = await tx.fetch(
        _WALK,
        lanes,
        [moment(edition.places[lane][0]) for lane in lanes],
        [edition.places[lane][1] for lane in lanes],
        [_AHEAD[lane] for lane in lanes],
    )
    return [_post(row) for row in rows]


async def find_extras(tx: Tx, buyer_id: int, friends: Sequence[int], until: datetime) -> list[Post]:
    """What else to think of for a buyer, wherever it stands in time."""
    rows = await tx.fetch(_EXTRAS, buyer_id, _FOLLOWED_MAX, until, _EXTRAS_MAX, list(friends))
    return [_post(row) for row in rows]


async def list_following(tx: Tx, buyer_id: int, before: tuple[int, int], limit: int) -> list[Post]:
    """What the followed brought, the newest first."""
    rows = await tx.fetch(_FOLLOWING, buyer_id, moment(before[0]), before[1], limit)
    return [_post(row) for row in rows]


async def list_nearby(tx: Tx, city: str, before: tuple[int, int], limit: int) -> list[Post]:
    """What is of a city, the newest first."""
    rows = await tx.fetch(_NEARBY, city, moment(before[0]), before[1], limit)
    return [_post(row) for row in rows]


async def list_of_authors(
    tx: Tx,
    author_ids: Sequence[int],
    lane: Lane,
    before: tuple[int, int],
    limit: int,
    kind: PostKind | None = None,
) -> list[Post]:
    """So many of each author's, the newest first."""
    rows = await tx.fetch(
        _OF_AUTHOR, list(author_ids), lane, moment(before[0]), before[1], kind, limit
    )
    return [_post(row) for row in rows]


async def list_of_shop(
    tx: Tx, shop_id: int, before: tuple[int, int], limit: int, without: Sequence[int]
) -> list[Post]:
    """A shop's goods without some, the newest first."""
    rows = await tx.fetch(_OF_SHOP, shop_id, moment(before[0]), before[1], limit, list(without))
    return [_post(row) for row in rows]


async def list_friends(tx: Tx, friends: Sequence[int], until: datetime) -> list[Post]:
    """What friends bought and let others see, the latest purchase first; that is its time."""
    rows = await tx.fetch(_FRIENDS, list(friends), until, _RANKED_MAX)
    return [_post(row) for row in rows]


async def list_hot(tx: Tx) -> list[Post]:
    """What is hot, the hottest first."""
    return [_post(row) for row in await tx.fetch(_HOT, _RANKED_MAX)]


async def find_posts(tx: Tx, item_ids: Sequence[int]) -> dict[int, Post]:
    """Those of the items that may be found."""
    return {row["item_id"]: _post(row) for row in await tx.fetch(_FIND, list(item_ids))}


async def find_facts(
    tx: Tx, posts: Sequence[Post], buyer_id: int, friends: Sequence[int], at: datetime, city: str
) -> Facts:
    """What the ranking has to know of posts and of who looks."""
    rows = await tx.fetch(
        _FACTS,
        buyer_id,
        sorted({post.author_id for post in posts}),
        list(friends),
        sorted({post.item_id for post in posts}),
    )
    by_part: dict[str, dict[int, int]] = {"follow": {}, "friend": {}, "hot": {}}
    for row in rows:
        by_part[row["part"]][row["id"]] = row["value"]
    return Facts(at, city, frozenset(by_part["follow"]), by_part["friend"], by_part["hot"])


async def find_weights(tx: Tx) -> dict[Part, int]:
    """How much each part weighs."""
    return {Part(row["part"]): row["points"] for row in await tx.fetch(_WEIGHTS)}


async def set_weight(tx: Tx, part: Part, points: int) -> bool:
    """Weigh a part anew; False where there is none such."""
    return await tx.fetchval(_SET_WEIGHT, part.value, points) is not None


# --- writing posts -------------------------------------------------------------------------------


async def add_posts(tx: Tx, posts: Sequence[Post]) -> None:
    """Let posts be found; what may be found already stays where it stands. Cities are looked up."""
    once = list({post.item_id: post for post in posts}.values())
    await tx.execute(
        _ADD_POSTS,
        [post.item_id for post in once],
        [post.lane for post in once],
        [post.kind for post in once],
        [post.author_id for post in once],
        [post.at for post in once],
    )


async def drop_posts(tx: Tx, item_ids: Iterable[int]) -> None:
    """Let them be found no more."""
    await tx.execute(_DROP_POSTS, sorted(item_ids))


async def set_place(tx: Tx, party_id: int, province: str, city: str, at: datetime) -> None:
    """Where a party is, and all of its posts."""
    await tx.execute(_SET_PLACE, party_id, province, city, at)
    await tx.execute(_MOVE_POSTS, party_id, city)


async def find_places(tx: Tx, party_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Province and city of those who told theirs."""
    rows = await tx.fetch(_PLACES, list(party_ids))
    return {row["party_id"]: (row["province"], row["city"]) for row in rows}


# --- what is hot ---------------------------------------------------------------------------------

_COOL: Final = "delete from hot_items where counted_at < $1"
_HEAT: Final = """
    with told as (
        select item_id, sum(points) as points
        from (
            select item_id, 1 as points from looks where at > $1
            union all select item_id, 4 from saved where at > $1
            union all select * from unnest($4::bigint[], $5::bigint[]) as wanted (item_id, points)
        ) as each
        group by item_id
        order by sum(points) desc, item_id desc limit $3
    )
    insert into hot_items (item_id, heat, counted_at)
    select item_id, greatest(1000 * points / max(points) over (), 1), $2
    from told join posts using (item_id)
    on conflict (item_id) do update set heat = excluded.heat, counted_at = excluded.counted_at
"""


async def count_heat(
    tx: Tx, since: datetime, at: datetime, most: int, wanted: Mapping[int, int]
) -> None:
    """Count anew what is hot since a time; the hottest has 1000. `wanted`: points by product."""
    await tx.execute(_HEAT, since, at, most, list(wanted), list(wanted.values()))
    await tx.execute(_COOL, at)


def begin_at(at: datetime) -> tuple[int, int]:
    """Where a list in time begins: now."""
    return micros(at), 2**62
