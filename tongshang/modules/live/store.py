"""The SQL of live rooms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.live.domain import BagItem, Comment, Grant, GrantSku, Mark, Room
from tongshang.modules.live.machine import RoomState
from tongshang.runtime.db import Row, Tx

_ROOM: Final = """
    content_id, host_id, state, starts_at, began_at, ended_at, likes, comments, viewers_most,
    viewers_now, explaining
"""
_OPEN: Final = """
    insert into live_rooms (content_id, host_id, state, starts_at, created_at)
    select content_id, host_id, 1, starts_at, $4
    from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) w(content_id, host_id, starts_at)
    on conflict (content_id) do nothing
"""
_FIND: Final = f"select {_ROOM} from live_rooms where content_id = any($1::bigint[])"
_HOLD: Final = f"select {_ROOM} from live_rooms where content_id = $1 for update"
_IN_STATE: Final = f"""
    select {_ROOM} from live_rooms where state = $1 and ($2::bigint = 0 or host_id = $2)
    order by starts_at, content_id limit $3
"""
_ENDED: Final = f"""
    select {_ROOM} from live_rooms where state = 3 and ($1::bigint = 0 or host_id = $1)
    order by ended_at desc, content_id desc limit $2
"""
_OF_HOST: Final = f"""
    select {_ROOM} from live_rooms where host_id = $1 and content_id < $2
    order by content_id desc limit $3
"""
_MOVE: Final = """
    update live_rooms
    set state = $3::smallint, began_at = case when $3 = 2::smallint then $4 else began_at end,
        ended_at = case when $3 = 3::smallint then $4 else ended_at end,
        viewers_now = 0, explaining = 0
    where content_id = $1 and state = $2 returning content_id
"""
_POSTPONE: Final = "update live_rooms set starts_at = $2 where content_id = $1 and state = 1"
_LIKE: Final = """
    update live_rooms r set likes = r.likes + w.count
    from unnest($1::bigint[], $2::bigint[]) w(content_id, count)
    where r.content_id = w.content_id
"""
_VIEWERS: Final = """
    update live_rooms r
    set viewers_now = w.now, viewers_most = greatest(r.viewers_most, w.now)
    from unnest($1::bigint[], $2::integer[]) w(content_id, now)
    where r.content_id = w.content_id and r.viewers_now <> w.now
"""
_EXPLAIN: Final = "update live_rooms set explaining = $2 where content_id = $1"
_OVERDUE: Final = f"""
    select {_ROOM} from live_rooms where state = 2 and began_at <= $1 limit 20
"""

_BOOK: Final = """
    insert into live_bookings (content_id, buyer_id, booked_at) values ($1, $2, $3)
    on conflict (content_id, buyer_id) do nothing
"""
_UNBOOK: Final = "delete from live_bookings where content_id = $1 and buyer_id = $2"
_BOOKED: Final = """
    select content_id from live_bookings where content_id = any($1::bigint[]) and buyer_id = $2
"""
_BOOKED_OF: Final = """
    select count(*) from live_bookings where content_id = $1 and buyer_id = any($2::bigint[])
"""
_BOOKINGS: Final = """
    select content_id, count(*) from live_bookings where content_id = any($1::bigint[])
    group by content_id
"""
_REMIND: Final = """
    update live_bookings set reminded_at = $2
    where content_id = $1 and reminded_at is null returning buyer_id
"""
_REMINDED: Final = """
    select content_id, reminded_at, seen_at is not null as is_seen from live_bookings
    where buyer_id = $1 and reminded_at is not null order by reminded_at desc limit $2
"""
_SEE: Final = """
    update live_bookings set seen_at = $3
    where buyer_id = $1 and reminded_at is not null and seen_at is null
      and ($2::bigint = 0 or content_id = $2)
"""
_CAME: Final = """
    insert into live_viewers (content_id, buyer_id, came_at)
    select distinct on (1, 2) content_id, buyer_id, $3
    from unnest($1::bigint[], $2::bigint[]) w(content_id, buyer_id)
    on conflict (content_id, buyer_id) do nothing
"""
_VIEWERS_ALL: Final = "select count(*) from live_viewers where content_id = $1"

_MUTED: Final = """
    select m.host_id, m.buyer_id from live_muted m
    join unnest($1::bigint[], $2::bigint[]) w(host_id, buyer_id)
      on m.host_id = w.host_id and m.buyer_id = w.buyer_id
"""
_MUTE: Final = """
    insert into live_muted (host_id, buyer_id, muted_at) values ($1, $2, $3)
    on conflict (host_id, buyer_id) do nothing
"""
_UNMUTE: Final = "delete from live_muted where host_id = $1 and buyer_id = $2"
_SAY: Final = """
    with said as (
        insert into live_comments (content_id, comment_id, buyer_id, nickname, text, said_at)
        select *, $6 from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
        returning content_id
    ), counted as (
        select content_id, count(*)::integer as count from said group by content_id
    )
    update live_rooms r set comments = r.comments + c.count
    from counted c where r.content_id = c.content_id
"""
_COMMENT: Final = "comment_id, buyer_id, nickname, text, said_at"
_COMMENTS_SINCE: Final = f"""
    select {_COMMENT} from live_comments
    where content_id = $1 and comment_id > $2 and not is_removed
    order by comment_id limit $3
"""
_COMMENTS_LAST: Final = f"""
    select {_COMMENT} from live_comments where content_id = $1 and not is_removed
    order by comment_id desc limit $2
"""
_REMOVE_COMMENT: Final = """
    update live_comments set is_removed = true
    where content_id = $1 and comment_id = $2 and not is_removed returning comment_id
"""

_BAG: Final = """
    select content_id, shop_id, product_id, position from live_bag
    where content_id = any($1::bigint[]) order by content_id, position, product_id
"""
_ADD_TO_BAG: Final = """
    insert into live_bag (content_id, shop_id, product_id, position, added_at)
    select $1, *, $5 from unnest($2::bigint[], $3::bigint[], $4::integer[])
    on conflict (content_id, product_id) do nothing
"""
_REMOVE_FROM_BAG: Final = """
    delete from live_bag where content_id = $1 and product_id = any($2::bigint[])
    returning product_id
"""
_ORDER_BAG: Final = """
    update live_bag b set position = w.position
    from unnest($2::bigint[], $3::integer[]) w(product_id, position)
    where b.content_id = $1 and b.product_id = w.product_id
"""
_ADD_MARK: Final = """
    insert into live_marks (content_id, mark_id, shop_id, product_id, began_at)
    values ($1, $2, $3, $4, $5)
"""
_END_MARK: Final = """
    update live_marks set ended_at = $2 where content_id = $1 and ended_at is null
"""
_MARKS: Final = """
    select mark_id, shop_id, product_id, began_at, ended_at from live_marks
    where content_id = $1 order by mark_id
"""
_ADD_FRAME: Final = """
    insert into live_frames (content_id, second, picture) values ($1, $2, $3)
    on conflict (content_id, second) do nothing
"""
_LAST_FRAMES: Final = """
    select content_id, max(second) as second from live_frames
    where content_id = any($1::bigint[]) group by content_id
"""
_FRAME: Final = """
    select picture from live_frames where content_id = $1
    order by second <= $2 desc, abs(second - $2) limit 1
"""
_SECONDS: Final = "select second from live_frames where content_id = $1 order by second"

_GRANT: Final = """
    shop_id, grant_id, promoter_id, product_id, skus, limit_per_buyer, minutes, valid_until,
    discount_id
"""
_ADD_GRANT: Final = """
    insert into flash_grants (shop_id, grant_id, promoter_id, product_id, skus, limit_per_buyer,
                              minutes, valid_until, granted_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_HOLD_GRANT: Final = f"""
    select {_GRANT} from flash_grants where promoter_id = $1 and grant_id = $2 for update
"""
_USE_GRANT: Final = """
    update flash_grants set discount_id = $3 where shop_id = $1 and grant_id = $2
"""
_REVOKE: Final = """
    delete from flash_grants where shop_id = $1 and grant_id = $2 and discount_id = 0
    returning grant_id
"""
_GRANTS_OF_PROMOTER: Final = f"""
    select {_GRANT} from flash_grants
    where promoter_id = $1 and (valid_until > $2 or discount_id > 0)
    order by grant_id desc limit 100
"""
_GRANTS_OF_SHOP: Final = f"""
    select {_GRANT} from flash_grants where shop_id = $1 order by grant_id desc limit 100
"""


# --- rooms -------------------------------------------------------------------------------------


async def open_rooms(tx: Tx, rooms: Sequence[tuple[int, int, datetime]], at: datetime) -> None:
    """Rooms for contents, by (content, host, start); what has one keeps it."""
    ids, hosts, starts = ([one[n] for one in rooms] for n in range(3))
    await tx.execute(_OPEN, ids, hosts, starts, at)


async def find_rooms(tx: Tx, content_ids: Sequence[int]) -> dict[int, Room]:
    """Those of the rooms that exist."""
    return {row["content_id"]: _room(row) for row in await tx.fetch(_FIND, content_ids)}


async def hold_room(tx: Tx, content_id: int) -> Room | None:
    """A room to decide on."""
    row = await tx.fetchrow(_HOLD, content_id)
    return _room(row) if row else None


async def list_rooms(tx: Tx, state: RoomState, host_id: int, limit: int) -> list[Room]:
    """Rooms in a state, the earliest first; those that ended, the latest first."""
    if state is RoomState.ENDED:
        return [_room(row) for row in await tx.fetch(_ENDED, host_id, limit)]
    return [_room(row) for row in await tx.fetch(_IN_STATE, state, host_id, limit)]


async def list_of_host(tx: Tx, host_id: int, before: int, limit: int) -> list[Room]:
    """A host's rooms, the newest first."""
    return [_room(row) for row in await tx.fetch(_OF_HOST, host_id, before, limit)]


async def move_room(
    tx: Tx, content_id: int, source: RoomState, target: RoomState, at: datetime
) -> bool:
    """Move a room along its machine; False where somebody else was quicker."""
    return await tx.fetchval(_MOVE, content_id, source, target, at) is not None


async def postpone(tx: Tx, content_id: int, starts_at: datetime) -> None:
    """Another start."""
    await tx.execute(_POSTPONE, content_id, starts_at)


async def list_overdue(tx: Tx, began_before: datetime) -> list[Room]:
    """Rooms that have been on air too long."""
    return [_room(row) for row in await tx.fetch(_OVERDUE, began_before)]


async def add_likes(tx: Tx, likes: dict[int, int]) -> None:
    """Count likes of rooms."""
    ordered = sorted(likes.items())
    await tx.execute(_LIKE, [one for one, _ in ordered], [count for _, count in ordered])


async def save_viewers(tx: Tx, viewers: dict[int, int]) -> None:
    """How many watch now."""
    ordered = sorted(viewers.items())
    await tx.execute(_VIEWERS, [one for one, _ in ordered], [count for _, count in ordered])


# --- bookings and viewers ----------------------------------------------------------------------


async def book(tx: Tx, content_id: int, buyer_id: int, at: datetime) -> None:
    """A buyer wants to know when it begins."""
    await tx.execute(_BOOK, content_id, buyer_id, at)


async def unbook(tx: Tx, content_id: int, buyer_id: int) -> None:
    """Or not."""
    await tx.execute(_UNBOOK, content_id, buyer_id)


async def find_booked(tx: Tx, content_ids: Sequence[int], buyer_id: int) -> set[int]:
    """Which of the rooms a buyer has booked."""
    return {row[0] for row in await tx.fetch(_BOOKED, content_ids, buyer_id)}


async def count_booked(tx: Tx, content_id: int, buyer_ids: Sequence[int]) -> int:
    """How many of these persons booked a room."""
    count: int = await tx.fetchval(_BOOKED_OF, content_id, list(buyer_ids))
    return count


async def count_bookings(tx: Tx, content_ids: Sequence[int]) -> dict[int, int]:
    """How many booked each room."""
    return {row[0]: row[1] for row in await tx.fetch(_BOOKINGS, content_ids)}


async def take_reminders(tx: Tx, content_id: int, at: datetime) -> list[int]:
    """Who is to be told now that it begins, once."""
    return [row[0] for row in await tx.fetch(_REMIND, content_id, at)]


async def list_reminded(tx: Tx, buyer_id: int, limit: int) -> list[tuple[int, datetime, bool]]:
    """The rooms that a buyer was told of, the latest first: when, and whether it was seen."""
    return [tuple(row) for row in await tx.fetch(_REMINDED, buyer_id, limit)]


async def see(tx: Tx, buyer_id: int, content_id: int, at: datetime) -> None:
    """A buyer saw what he was told of a room, or (0) of all."""
    await tx.execute(_SEE, buyer_id, content_id, at)


async def add_viewers(tx: Tx, came: Sequence[tuple[int, int]], at: datetime) -> None:
    """Who came, by (content, buyer); once each."""
    ordered = sorted(set(came))
    await tx.execute(_CAME, [one for one, _ in ordered], [who for _, who in ordered], at)


async def count_viewers(tx: Tx, content_id: int) -> int:
    """How many signed-in people came in all."""
    count: int = await tx.fetchval(_VIEWERS_ALL, content_id)
    return count


# --- comments ----------------------------------------------------------------------------------


async def find_muted(tx: Tx, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of the pairs (host, buyer) are muted."""
    rows = await tx.fetch(_MUTED, [host for host, _ in pairs], [who for _, who in pairs])
    return {(row[0], row[1]) for row in rows}


async def mute(tx: Tx, host_id: int, buyer_id: int, at: datetime) -> None:
    """Let a buyer speak no more."""
    await tx.execute(_MUTE, host_id, buyer_id, at)


async def unmute(tx: Tx, host_id: int, buyer_id: int) -> None:
    """Let a buyer speak again."""
    await tx.execute(_UNMUTE, host_id, buyer_id)


async def add_comments(tx: Tx, said: Sequence[tuple[int, Comment]], at: datetime) -> None:
    """Write comments of rooms and count them: one statement."""
    await tx.execute(
        _SAY,
        [content_id for content_id, _ in said],
        [one.comment_id for _, one in said],
        [one.buyer_id for _, one in said],
        [one.nickname for _, one in said],
        [one.text for _, one in said],
        at,
    )


async def list_comments(tx: Tx, content_id: int, after: int, limit: int) -> list[Comment]:
    """Comments after one, the earliest first."""
    return [Comment(*row) for row in await tx.fetch(_COMMENTS_SINCE, content_id, after, limit)]


async def list_last_comments(tx: Tx, content_id: int, limit: int) -> list[Comment]:
    """The last comments, the earliest first."""
    rows = await tx.fetch(_COMMENTS_LAST, content_id, limit)
    return [Comment(*row) for row in reversed(rows)]


async def remove_comment(tx: Tx, content_id: int, comment_id: int) -> bool:
    """Show a comment no more; False where there is none."""
    return await tx.fetchval(_REMOVE_COMMENT, content_id, comment_id) is not None


# --- bag and explaining ------------------------------------------------------------------------


async def find_bags(tx: Tx, content_ids: Sequence[int]) -> dict[int, list[BagItem]]:
    """What is in the bags, in order."""
    bags: dict[int, list[BagItem]] = {content_id: [] for content_id in content_ids}
    for content_id, *values in await tx.fetch(_BAG, content_ids):
        bags[content_id].append(BagItem(*values))
    return bags


async def add_to_bag(tx: Tx, content_id: int, items: Sequence[BagItem], at: datetime) -> None:
    """Put products into the bag; what is in it stays where it is."""
    await tx.execute(
        _ADD_TO_BAG,
        content_id,
        [item.shop_id for item in items],
        [item.product_id for item in items],
        [item.position for item in items],
        at,
    )


async def remove_from_bag(tx: Tx, content_id: int, product_ids: Sequence[int]) -> set[int]:
    """Take products out; which were in it."""
    return {row[0] for row in await tx.fetch(_REMOVE_FROM_BAG, content_id, product_ids)}


async def order_bag(tx: Tx, content_id: int, items: Sequence[BagItem]) -> None:
    """Write the positions."""
    product_ids, positions = [i.product_id for i in items], [i.position for i in items]
    await tx.execute(_ORDER_BAG, content_id, product_ids, positions)


async def explain(tx: Tx, content_id: int, mark: Mark) -> None:
    """Begin to explain a product; what was explained before is over."""
    await tx.execute(_END_MARK, content_id, mark.began_at)
    await tx.execute(
        _ADD_MARK, content_id, mark.mark_id, mark.shop_id, mark.product_id, mark.began_at
    )
    await tx.execute(_EXPLAIN, content_id, mark.product_id)


async def stop_explaining(tx: Tx, content_id: int, at: datetime) -> None:
    """Explain nothing."""
    await tx.execute(_END_MARK, content_id, at)
    await tx.execute(_EXPLAIN, content_id, 0)


async def list_marks(tx: Tx, content_id: int) -> list[Mark]:
    """What was explained when."""
    return [Mark(*row) for row in await tx.fetch(_MARKS, content_id)]


# --- pictures ----------------------------------------------------------------------------------


async def add_frame(tx: Tx, content_id: int, second: int, picture: bytes) -> None:
    """Keep a picture for the replay."""
    await tx.execute(_ADD_FRAME, content_id, second, picture)


async def last_frames(tx: Tx, content_ids: Sequence[int]) -> dict[int, int]:
    """At which second each room's last picture was kept."""
    return {row[0]: row[1] for row in await tx.fetch(_LAST_FRAMES, content_ids)}


async def find_frame(tx: Tx, content_id: int, second: int) -> bytes | None:
    """The picture that was shown at a second, or before it; or the first one."""
    picture: bytes | None = await tx.fetchval(_FRAME, content_id, second)
    return picture


async def list_seconds(tx: Tx, content_id: int) -> list[int]:
    """At which seconds pictures were kept."""
    return [row[0] for row in await tx.fetch(_SECONDS, content_id)]


# --- what shops allow --------------------------------------------------------------------------


async def add_grant(tx: Tx, grant: Grant, at: datetime) -> None:
    """A shop allows a flash price."""
    await tx.execute(
        _ADD_GRANT,
        grant.shop_id,
        grant.grant_id,
        grant.promoter_id,
        grant.product_id,
        msgspec.json.encode(grant.skus).decode(),
        grant.limit_per_buyer,
        grant.minutes,
        grant.valid_until,
        at,
    )


async def hold_grant(tx: Tx, promoter_id: int, grant_id: int) -> Grant | None:
    """What a promoter was allowed, to decide on."""
    row = await tx.fetchrow(_HOLD_GRANT, promoter_id, grant_id)
    return _grant(row) if row else None


async def use_grant(tx: Tx, grant: Grant, discount_id: int) -> None:
    """It was opened as this discount."""
    await tx.execute(_USE_GRANT, grant.shop_id, grant.grant_id, discount_id)


async def revoke(tx: Tx, shop_id: int, grant_id: int) -> bool:
    """Take back what was not used; False where there is none."""
    return await tx.fetchval(_REVOKE, shop_id, grant_id) is not None


async def list_grants(tx: Tx, promoter_id: int, at: datetime) -> list[Grant]:
    """What a promoter may open, or has opened."""
    return [_grant(row) for row in await tx.fetch(_GRANTS_OF_PROMOTER, promoter_id, at)]


async def list_grants_of_shop(tx: Tx, shop_id: int) -> list[Grant]:
    """What a shop allowed."""
    return [_grant(row) for row in await tx.fetch(_GRANTS_OF_SHOP, shop_id)]


def _room(row: Row) -> Room:
    return Room(**dict(row) | {"state": RoomState(row["state"])})


def _grant(row: Row) -> Grant:
    skus = msgspec.json.decode(row["skus"], type=tuple[GrantSku, ...])
    return Grant(**dict(row) | {"skus": skus})
