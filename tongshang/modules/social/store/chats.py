"""Chats, who is in them, and how each of them has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.social.domain import Chat, ChatKind, Inbox, Standing
from tongshang.modules.social.machine import ChatState
from tongshang.runtime.db import Row, Tx

_CHAT: Final = """
    chat_id, kind, state, name, notice, owner_id, needs_approval, link_no, member_count, last_seq,
    made_at
"""

# Who writes into a chat holds its row first: numbers come one after the other, and what was decided
# about members, blocks or the chat itself before is seen by the statements that follow.
_HOLD: Final = f"""
    select {_CHAT} from chats where chat_id = any($1::bigint[]) order by chat_id for update
"""

_FIND: Final = f"select {_CHAT} from chats where chat_id = $1"

_STANDINGS: Final = """
    select
        w.chat_id, w.buyer_id, m.buyer_id is not null as is_member,
        coalesce(p.buyer_id, 0) as peer_id,
        exists (
            select from contacts where buyer_id = p.buyer_id and friend_id = w.buyer_id
        ) as is_known,
        exists (
            select from blocks where buyer_id = p.buyer_id and blocked_id = w.buyer_id
        ) as is_blocked,
        exists (
            select from blocks where buyer_id = w.buyer_id and blocked_id = p.buyer_id
        ) as blocks,
        u.until as muted_until,
        coalesce(u.reason, '') as muted_for
    from unnest($1::bigint[], $2::bigint[]) w(chat_id, buyer_id)
    join chats c on c.chat_id = w.chat_id
    left join chat_members m on m.chat_id = w.chat_id and m.buyer_id = w.buyer_id
    left join chat_members p
        on c.kind = 1 and p.chat_id = w.chat_id and p.buyer_id <> w.buyer_id
    left join mutes u on u.buyer_id = w.buyer_id and u.until > $3
"""

_ADD: Final = """
    insert into chats (
        chat_id, kind, state, name, notice, owner_id, needs_approval, link_no, member_count,
        last_seq, made_at
    ) values ($1, $2, 'open', $3, '', $4, false, 0, $5, 0, $6)
"""

_PAIRS: Final = """
    select p.low_id, p.high_id, p.chat_id
    from unnest($1::bigint[], $2::bigint[]) w(low_id, high_id)
    join pair_chats p on p.low_id = w.low_id and p.high_id = w.high_id
"""

# Of two who open the chat of the same two people at once, one adds it.
_ADD_PAIR: Final = """
    insert into pair_chats (low_id, high_id, chat_id) values ($1, $2, $3)
    on conflict (low_id, high_id) do nothing
    returning chat_id
"""

_ADD_MEMBERS: Final = """
    with added as (
        insert into chat_members (chat_id, buyer_id, joined_at)
        select $1, buyer_id, $4 from unnest($2::bigint[]) as w(buyer_id)
        on conflict (chat_id, buyer_id) do nothing
        returning buyer_id
    )
    insert into inboxes (
        buyer_id, chat_id, from_seq, read_seq, unread, is_muted, is_pinned, is_hidden, last_at
    )
    select buyer_id, $1, $3::bigint, $3::bigint - 1, 0, false, false, false, $4 from added order by buyer_id
    returning buyer_id
"""

_DROP_MEMBERS: Final = """
    with gone as (
        delete from chat_members where chat_id = $1 and buyer_id = any($2::bigint[])
        returning buyer_id
    )
    delete from inboxes i using gone
    where i.chat_id = $1 and i.buyer_id = gone.buyer_id
    returning i.buyer_id
"""

_MEMBERS: Final = """
    select buyer_id from chat_members where chat_id = $1 order by joined_at, buyer_id limit $2
"""

_MEMBERS_OF: Final = """
    select m.chat_id, m.buyer_id
    from unnest($1::bigint[]) w(chat_id)
    cross join lateral (
        select chat_id, buyer_id, joined_at from chat_members
        where chat_id = w.chat_id order by joined_at, buyer_id limit $2
    ) m
    order by m.chat_id, m.joined_at, m.buyer_id
"""

_COUNT: Final = """
    update chats set member_count = (select count(*) from chat_members where chat_id = $1)
    where chat_id = $1
    returning member_count
"""

_SAVE: Final = """
    update chats
    set state = $2, name = $3, notice = $4, owner_id = $5, needs_approval = $6, link_no = $7
    where chat_id = $1
"""

_INBOX: Final = """
    buyer_id, chat_id, from_seq, read_seq, unread, is_muted, is_pinned, is_hidden, last_at
"""

_FIND_INBOX: Final = f"select {_INBOX} from inboxes where buyer_id = $1 and chat_id = $2"

_INBOXES: Final = f"""
    select {_INBOX} from inboxes
    where buyer_id = $1 and not is_hidden
      and (is_pinned, last_at, chat_id) < ($2::boolean, $3::timestamptz, $4::bigint)
    order by is_pinned desc, last_at desc, chat_id desc
    limit $5
"""

_CHATS: Final = f"select {_CHAT} from chats where chat_id = any($1::bigint[])"

_SET: Final = """
    update inboxes
    set is_muted = coalesce($3, is_muted), is_pinned = coalesce($4, is_pinned),
        is_hidden = coalesce($5, is_hidden)
    where buyer_id = $1 and chat_id = $2
    returning chat_id
"""

_UNREAD: Final = """
    select coalesce(sum(unread) filter (where not is_muted), 0)::bigint as unread,
           count(*) filter (where is_muted and unread > 0) as muted_chats
    from inboxes where buyer_id = $1
"""

_CLEAR: Final = """
    update inboxes
    set from_seq = c.last_seq + 1, read_seq = c.last_seq, unread = 0
    from chats c
    where inboxes.buyer_id = $1 and inboxes.chat_id = $2 and c.chat_id = $2
    returning inboxes.chat_id
"""


async def hold_chats(tx: Tx, chat_ids: Sequence[int]) -> dict[int, Chat]:
    """Chats to write into: nobody else writes into them until the transaction ends."""
    return {row["chat_id"]: _chat(row) for row in await tx.fetch(_HOLD, list(chat_ids))}


async def find_chat(tx: Tx, chat_id: int) -> Chat | None:
    """A chat."""
    row = await tx.fetchrow(_FIND, chat_id)
    return _chat(row) if row else None


async def find_chats(tx: Tx, chat_ids: Sequence[int]) -> dict[int, Chat]:
    """Chats by id."""
    return {row["chat_id"]: _chat(row) for row in await tx.fetch(_CHATS, list(chat_ids))}


async def standings(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Standing]:
    """How each (chat, buyer) stands, as far as speaking goes."""
    rows = await tx.fetch(_STANDINGS, [chat for chat, _ in keys], [who for _, who in keys], at)
    return {
        (row["chat_id"], row["buyer_id"]): Standing(
            row["is_member"],
            row["peer_id"],
            row["is_known"],
            row["is_blocked"],
            row["blocks"],
            row["muted_until"],
            row["muted_for"],
        )
        for row in rows
    }


async def add_chat(tx: Tx, chat: Chat) -> None:
    """Write a new chat."""
    await tx.execute(
        _ADD, chat.chat_id, chat.kind, chat.name, chat.owner_id, chat.member_count, chat.made_at
    )


async def find_pairs(tx: Tx, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The chats of pairs, each pair as (lower id, higher id)."""
    rows = await tx.fetch(_PAIRS, [low for low, _ in pairs], [high for _, high in pairs])
    return {(row["low_id"], row["high_id"]): row["chat_id"] for row in rows}


async def add_pair(tx: Tx, pair: tuple[int, int], chat_id: int) -> bool:
    """Make the chat that of the pair; False where it has one."""
    return await tx.fetchval(_ADD_PAIR, *pair, chat_id) is not None


async def add_members(
    tx: Tx, chat_id: int, buyer_ids: Sequence[int], from_seq: int, at: datetime
) -> list[int]:
    """Let people in, who see what is said from `from_seq` on; those who were not in it before."""
    rows = await tx.fetch(_ADD_MEMBERS, chat_id, list(buyer_ids), from_seq, at)
    return sorted(row["buyer_id"] for row in rows)


async def drop_members(tx: Tx, chat_id: int, buyer_ids: Sequence[int]) -> list[int]:
    """Let people out; those who were in it."""
    rows = await tx.fetch(_DROP_MEMBERS, chat_id, list(buyer_ids))
    return sorted(row["buyer_id"] for row in rows)


async def list_members(tx: Tx, chat_id: int, limit: int) -> list[int]:
    """Who is in a chat, in the order in which they came."""
    return [row["buyer_id"] for row in await tx.fetch(_MEMBERS, chat_id, limit)]


async def first_members(tx: Tx, chat_ids: Sequence[int], limit: int) -> dict[int, list[int]]:
    """The first of each chat's members."""
    members: dict[int, list[int]] = {chat_id: [] for chat_id in chat_ids}
    for row in await tx.fetch(_MEMBERS_OF, list(chat_ids), limit):
        members[row["chat_id"]].append(row["buyer_id"])
    return members


async def count_members(tx: Tx, chat_id: int) -> int:
    """Count a held chat's members anew, and keep the number."""
    count: int = await tx.fetchval(_COUNT, chat_id)
    return count


async def save_chat(tx: Tx, chat: Chat) -> None:
    """Write what a held chat's owner may change."""
    await tx.execute(
        _SAVE,
        chat.chat_id,
        chat.state,
        chat.name,
        chat.notice,
        chat.owner_id,
        chat.needs_approval,
        chat.link_no,
    )


async def find_inbox(tx: Tx, buyer_id: int, chat_id: int) -> Inbox | None:
    """A chat as a member has it; None for who is not in it."""
    row = await tx.fetchrow(_FIND_INBOX, buyer_id, chat_id)
    return Inbox(**row) if row else None


async def list_inboxes(
    tx: Tx, buyer_id: int, before: tuple[bool, datetime, int], limit: int
) -> list[Inbox]:
    """A buyer's chats: pinned ones first, then by their last message, after the key `before`."""
    return [Inbox(**row) for row in await tx.fetch(_INBOXES, buyer_id, *before, limit)]


async def save_settings(
    tx: Tx,
    buyer_id: int,
    chat_id: int,
    is_muted: bool | None,
    is_pinned: bool | None,
    is_hidden: bool | None,
) -> bool:
    """Set how a member has a chat; False where he is not in it."""
    found = await tx.fetchval(_SET, buyer_id, chat_id, is_muted, is_pinned, is_hidden)
    return found is not None


async def unread_of(tx: Tx, buyer_id: int) -> tuple[int, int]:
    """How many messages wait, and in how many muted chats some do."""
    (row,) = await tx.fetch(_UNREAD, buyer_id)
    return row["unread"], row["muted_chats"]


async def clear_history(tx: Tx, buyer_id: int, chat_id: int) -> bool:
    """See nothing of what was said so far; False where one is not in the chat."""
    return await tx.fetchval(_CLEAR, buyer_id, chat_id) is not None


def _chat(row: Row) -> Chat:
    return Chat(**{**row, "kind": ChatKind(row["kind"]), "state": ChatState(row["state"])})
