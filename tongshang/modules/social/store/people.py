"""Contacts, blocks and requests as they are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.social.domain import Bond, FriendRequest
from tongshang.modules.social.machine import RequestState
from tongshang.runtime.db import Row, Tx

Pair = tuple[int, int]

_CONTACTS: Final = """
    select friend_id, remark, since from contacts
    where buyer_id = $1 and friend_id > $2 order by friend_id limit $3
"""

_REMARKS: Final = """
    select friend_id, remark from contacts
    where buyer_id = $1 and friend_id = any($2::bigint[]) and remark <> ''
"""

_COUNT_CONTACTS: Final = "select count(*) from contacts where buyer_id = $1"

_FRIENDS: Final = """
    select c.friend_id from contacts c
    where c.buyer_id = $1
      and exists (
          select from contacts back where back.buyer_id = c.friend_id and back.friend_id = $1
      )
      and not exists (
          select from blocks b
          where (b.buyer_id = c.friend_id and b.blocked_id = $1)
             or (b.buyer_id = $1 and b.blocked_id = c.friend_id)
      )
    order by c.friend_id
"""

# Both have one another, and neither blocks the other.
_ARE_FRIENDS: Final = """
    select w.one, w.other
    from unnest($1::bigint[], $2::bigint[]) w(one, other)
    join contacts a on a.buyer_id = w.one and a.friend_id = w.other
    join contacts b on b.buyer_id = w.other and b.friend_id = w.one
    where not exists (
        select from blocks x
        where (x.buyer_id = w.one and x.blocked_id = w.other)
           or (x.buyer_id = w.other and x.blocked_id = w.one)
    )
"""

_BLOCKS: Final = """
    select b.buyer_id, b.blocked_id
    from unnest($1::bigint[], $2::bigint[]) w(one, other)
    join blocks b on b.buyer_id = w.one and b.blocked_id = w.other
"""

_BOND: Final = """
    select
        w.other,
        mine.friend_id is not null as knows,
        coalesce(mine.remark, '') as remark,
        exists (
            select from contacts where buyer_id = w.other and friend_id = $1
        ) as is_known,
        exists (select from blocks where buyer_id = $1 and blocked_id = w.other) as blocks,
        exists (select from blocks where buyer_id = w.other and blocked_id = $1) as is_blocked,
        exists (
            select from friend_requests
            where buyer_id = w.other and from_buyer_id = $1 and state = 'pending'
        ) as asked,
        exists (
            select from friend_requests
            where buyer_id = $1 and from_buyer_id = w.other and state = 'pending'
        ) as asks,
        exists (
            select from inboxes i
            join chat_members m on m.chat_id = i.chat_id and m.buyer_id = w.other
            where i.buyer_id = $1
        ) as shares_chat
    from unnest($2::bigint[]) w(other)
    left join contacts mine on mine.buyer_id = $1 and mine.friend_id = w.other
"""

_ADD_CONTACTS: Final = """
    insert into contacts (buyer_id, friend_id, remark, since)
    select *, $4 from unnest($1::bigint[], $2::bigint[], $3::text[])
    on conflict (buyer_id, friend_id) do nothing
"""

_REMARK: Final = """
    update contacts set remark = $3 where buyer_id = $1 and friend_id = $2 returning friend_id
"""

_REMOVE: Final = "delete from contacts where buyer_id = $1 and friend_id = $2 returning friend_id"

_BLOCK: Final = """
    insert into blocks (buyer_id, blocked_id, at) values ($1, $2, $3)
    on conflict (buyer_id, blocked_id) do nothing
"""

_UNBLOCK: Final = "delete from blocks where buyer_id = $1 and blocked_id = $2 returning blocked_id"

_BLOCKED: Final = """
    select blocked_id, at from blocks
    where buyer_id = $1 and blocked_id > $2 order by blocked_id limit $3
"""

# A request that waits already stays as it was made: asking twice is asking once.
_ASK: Final = """
    insert into friend_requests
        (buyer_id, from_buyer_id, greeting, remark, state, made_at, moved_at)
    values ($1, $2, $3, $4, 'pending', $5, $5)
    on conflict (buyer_id, from_buyer_id) do update
    set greeting = excluded.greeting, remark = excluded.remark, state = 'pending',
        made_at = excluded.made_at, moved_at = excluded.moved_at
    where friend_requests.state <> 'pending'
"""

_COUNT_ASKED: Final = """
    select count(*) from friend_requests where from_buyer_id = $1 and made_at >= $2
"""

# Of two who answer at once, or one who answers while the other withdraws, one finds it pending.
_MOVE: Final = """
    update friend_requests set state = $3, moved_at = $4
    where buyer_id = $1 and from_buyer_id = $2 and state = 'pending'
    returning buyer_id, from_buyer_id, greeting, remark, state, made_at
"""

_FIND: Final = """
    select buyer_id, from_buyer_id, greeting, remark, state, made_at from friend_requests
    where buyer_id = $1 and from_buyer_id = $2
"""

# What comes from those whom one blocks is not shown.
_REQUESTS: Final = """
    (select buyer_id, from_buyer_id, greeting, remark, state, made_at from friend_requests r
     where buyer_id = $1 and state <> 'withdrawn' and not exists (
         select from blocks where buyer_id = $1 and blocked_id = r.from_buyer_id
     )
     order by made_at desc limit $2)
    union all
    (select buyer_id, from_buyer_id, greeting, remark, state, made_at from friend_requests
     where from_buyer_id = $1
     order by made_at desc limit $2)
"""

_COUNT_WAITING: Final = """
    select count(*) from friend_requests r
    where buyer_id = $1 and state = 'pending' and not exists (
        select from blocks where buyer_id = $1 and blocked_id = r.from_buyer_id
    )
"""


async def list_contacts(
    tx: Tx, buyer_id: int, after: int, limit: int
) -> list[tuple[int, str, datetime]]:
    """Whom a buyer has, with the remark and since when."""
    rows = await tx.fetch(_CONTACTS, buyer_id, after, limit)
    return [(row["friend_id"], row["remark"], row["since"]) for row in rows]


async def remarks(tx: Tx, buyer_id: int, others: Sequence[int]) -> dict[int, str]:
    """What a buyer calls those of the others whom he gave a name of his own."""
    rows = await tx.fetch(_REMARKS, buyer_id, list(others))
    return {row["friend_id"]: row["remark"] for row in rows}


async def count_contacts(tx: Tx, buyer_id: int) -> int:
    """How many a buyer has."""
    count: int = await tx.fetchval(_COUNT_CONTACTS, buyer_id)
    return count


async def friends_of(tx: Tx, buyer_id: int) -> list[int]:
    """Who is a buyer's friend, and the buyer theirs."""
    return [row["friend_id"] for row in await tx.fetch(_FRIENDS, buyer_id)]


async def are_friends(tx: Tx, pairs: Sequence[Pair]) -> set[Pair]:
    """Those of the pairs that are friends of one another."""
    rows = await tx.fetch(_ARE_FRIENDS, *_columns(pairs))
    return {(row["one"], row["other"]) for row in rows}


async def blocking(tx: Tx, pairs: Sequence[Pair]) -> set[Pair]:
    """Those of the pairs whose first blocks the second."""
    rows = await tx.fetch(_BLOCKS, *_columns(pairs))
    return {(row["buyer_id"], row["blocked_id"]) for row in rows}


async def bonds(tx: Tx, buyer_id: int, others: Sequence[int]) -> dict[int, Bond]:
    """All that lies between a buyer and each of the others."""
    rows = await tx.fetch(_BOND, buyer_id, list(others))
    return {row["other"]: _bond(row) for row in rows}


async def add_contacts(tx: Tx, rows: Sequence[tuple[int, int, str]], at: datetime) -> None:
    """Write contacts: whose, whom, under which remark; those that are there stay as they are."""
    kept = sorted(rows)
    await tx.execute(_ADD_CONTACTS, *(list(column) for column in zip(*kept, strict=True)), at)


async def save_remark(tx: Tx, buyer_id: int, friend_id: int, remark: str) -> bool:
    """Name a contact; False where there is none."""
    return await tx.fetchval(_REMARK, buyer_id, friend_id, remark) is not None


async def remove_contact(tx: Tx, buyer_id: int, friend_id: int) -> bool:
    """Take somebody out of one's own contacts; False where there is none."""
    return await tx.fetchval(_REMOVE, buyer_id, friend_id) is not None


async def add_block(tx: Tx, buyer_id: int, blocked_id: int, at: datetime) -> None:
    """Block somebody."""
    await tx.execute(_BLOCK, buyer_id, blocked_id, at)


async def remove_block(tx: Tx, buyer_id: int, blocked_id: int) -> bool:
    """Block somebody no longer; False where nobody was blocked."""
    return await tx.fetchval(_UNBLOCK, buyer_id, blocked_id) is not None


async def list_blocks(tx: Tx, buyer_id: int, after: int, limit: int) -> list[tuple[int, datetime]]:
    """Whom a buyer blocks, and since when."""
    rows = await tx.fetch(_BLOCKED, buyer_id, after, limit)
    return [(row["blocked_id"], row["at"]) for row in rows]


async def save_request(tx: Tx, request: FriendRequest) -> None:
    """Ask, or ask again; what waits already is left as it is."""
    await tx.execute(
        _ASK,
        request.buyer_id,
        request.from_buyer_id,
        request.greeting,
        request.remark,
        request.made_at,
    )


async def count_asked(tx: Tx, buyer_id: int, since: datetime) -> int:
    """How many people a buyer asked since then."""
    count: int = await tx.fetchval(_COUNT_ASKED, buyer_id, since)
    return count


async def move_request(
    tx: Tx, buyer_id: int, from_buyer_id: int, state: RequestState, at: datetime
) -> FriendRequest | None:
    """Move a request that waits; None where none does."""
    row = await tx.fetchrow(_MOVE, buyer_id, from_buyer_id, state, at)
    return _request(row) if row else None


async def find_request(tx: Tx, buyer_id: int, from_buyer_id: int) -> FriendRequest | None:
    """The request, whatever became of it."""
    row = await tx.fetchrow(_FIND, buyer_id, from_buyer_id)
    return _request(row) if row else None


async def list_requests(tx: Tx, buyer_id: int, limit: int) -> list[FriendRequest]:
    """The latest requests to and by a buyer."""
    return [_request(row) for row in await tx.fetch(_REQUESTS, buyer_id, limit)]


async def count_waiting(tx: Tx, buyer_id: int) -> int:
    """How many requests wait for a buyer's answer."""
    count: int = await tx.fetchval(_COUNT_WAITING, buyer_id)
    return count


def _columns(pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    return [one for one, _ in pairs], [other for _, other in pairs]


def _request(row: Row) -> FriendRequest:
    return FriendRequest(**{**row, "state": RequestState(row["state"])})


def _bond(row: Row) -> Bond:
    return Bond(**{name: value for name, value in row.items() if name != "other"})
