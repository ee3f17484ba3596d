"""Messages as they are stored, and how many of them wait for whom."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import msgspec

from tongshang.modules.social.domain import Body, Message
from tongshang.runtime.db import Row, Tx

_MESSAGE: Final = "m.chat_id, m.seq, m.from_buyer_id, m.kind, m.body, m.sent_at, m.is_recalled"

# Messages, their chats' last numbers and every member's inbox in one statement, whatever the
# number of members. The chats' rows are held, so that no other message comes between.
_WRITE: Final = """
    with drafts as (
        select * from unnest(
            $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::jsonb[],
            $6::timestamptz[]
        ) as d (chat_id, seq, from_buyer_id, kind, body, sent_at)
    ), written as (
        insert into chat_messages (chat_id, seq, from_buyer_id, kind, body, sent_at, is_recalled)
        select chat_id, seq, from_buyer_id, kind, body, sent_at, false from drafts
    ), last as (
        select chat_id, max(seq) as seq, max(sent_at) as at from drafts group by chat_id
    ), moved as (
        update chats set last_seq = last.seq from last where chats.chat_id = last.chat_id
    )
    update inboxes i
    set last_at = greatest(i.last_at, last.at),
        is_hidden = false,
        unread = i.unread + (
            select count(*) from drafts d
            where d.chat_id = m.chat_id and d.kind <> 8 and d.from_buyer_id <> m.buyer_id
        )
    from last join chat_members m on m.chat_id = last.chat_id
    where i.buyer_id = m.buyer_id and i.chat_id = m.chat_id
    returning i.chat_id, i.buyer_id
"""

_LIST_BEFORE: Final = f"""
    select {_MESSAGE} from chat_messages m
    where m.chat_id = $2 and m.seq >= $3 and m.seq < $4 and not exists (
        select from message_hides h where h.buyer_id = $1 and h.chat_id = $2 and h.seq = m.seq
    )
    order by m.seq desc limit $5
"""

_LIST_AFTER: Final = f"""
    select {_MESSAGE} from chat_messages m
    where m.chat_id = $2 and m.seq >= $3 and m.seq > $4 and not exists (
        select from message_hides h where h.buyer_id = $1 and h.chat_id = $2 and h.seq = m.seq
    )
    order by m.seq limit $5
"""

_LAST: Final = f"""
    select {_MESSAGE}
    from unnest($2::bigint[], $3::bigint[]) w(chat_id, from_seq)
    cross join lateral (
        select * from chat_messages m
        where m.chat_id = w.chat_id and m.seq >= w.from_seq and not exists (
            select from message_hides h
            where h.buyer_id = $1 and h.chat_id = m.chat_id and h.seq = m.seq
        )
        order by m.seq desc limit 1
    ) m
"""

_FIND: Final = f"""
    select {_MESSAGE} from chat_messages m
    join inboxes i on i.buyer_id = $1 and i.chat_id = m.chat_id and m.seq >= i.from_seq
    where m.chat_id = $2 and m.seq = $3
"""

_RECALL: Final = """
    update chat_messages set is_recalled = true
    where chat_id = $1 and seq = $2 and from_buyer_id = $3 and not is_recalled
    returning seq
"""

# For everybody who has not read it yet, and did not delete it for himself.
_UNCOUNT: Final = """
    update inboxes i set unread = i.unread - 1
    from chat_members m
    where m.chat_id = $1 and i.buyer_id = m.buyer_id and i.chat_id = $1
      and i.read_seq < $2 and i.from_seq <= $2 and i.buyer_id <> $3 and i.unread > 0
      and not exists (
          select from message_hides h
          where h.buyer_id = i.buyer_id and h.chat_id = $1 and h.seq = $2
      )
"""

_MEMBER_IDS: Final = "select buyer_id from chat_members where chat_id = $1"

_MEMBERS_OF_ALL: Final = """
    select chat_id, buyer_id from chat_members where chat_id = any($1::bigint[])
"""

_CHATS_WITH: Final = """
    select chat_id from chat_members where buyer_id = $1 and chat_id = any($2::bigint[])
"""

_HOLD_INBOX: Final = "select read_seq from inboxes where buyer_id = $1 and chat_id = $2 for update"

# Counted anew by a statement that begins after one's own row is held: whoever adds a message either
# has moved this row already, and is seen, or waits for it and adds to the new number.
_READ: Final = """
    update inboxes i
    set read_seq = n.seq,
        unread = (
            select count(*) from chat_messages m
            where m.chat_id = $2 and m.seq > n.seq and m.seq >= i.from_seq
              and m.from_buyer_id <> $1 and m.kind <> 8 and not m.is_recalled
              and not exists (
                  select from message_hides h
                  where h.buyer_id = $1 and h.chat_id = $2 and h.seq = m.seq
              )
        )
    from (
        select greatest(o.read_seq, least($3, c.last_seq)) as seq
        from inboxes o join chats c on c.chat_id = o.chat_id
        where o.buyer_id = $1 and o.chat_id = $2
    ) n
    where i.buyer_id = $1 and i.chat_id = $2
    returning i.read_seq, i.unread
"""

_HIDE: Final = """
    insert into message_hides (buyer_id, chat_id, seq) values ($1, $2, $3)
    on conflict (buyer_id, chat_id, seq) do nothing
    returning seq
"""

_decode = msgspec.json.Decoder(Body).decode
_DEFAULTS: Final = {field.name: field.default for field in fields(Body)}

Key = tuple[int, int]


async def add_messages(tx: Tx, messages: Sequence[Message]) -> dict[int, list[int]]:
    """Write messages into held chats; whose inboxes they reached, by chat."""
    rows = await tx.fetch(
        _WRITE,
        [message.chat_id for message in messages],
        [message.seq for message in messages],
        [message.from_buyer_id for message in messages],
        [message.body.kind for message in messages],
        [packed(message.body) for message in messages],
        [message.sent_at for message in messages],
    )
    reached: dict[int, list[int]] = {}
    for row in rows:
        reached.setdefault(row["chat_id"], []).append(row["buyer_id"])
    return reached


async def list_before(tx: Tx, buyer_id: int, key: Key, before: int, limit: int) -> list[Message]:
    """What was said before a number, oldest first; `key` is the chat and its first number seen."""
    rows = await tx.fetch(_LIST_BEFORE, buyer_id, *key, before, limit)
    return [_message(row) for row in reversed(rows)]


async def list_after(tx: Tx, buyer_id: int, key: Key, after: int, limit: int) -> list[Message]:
    """What was said after a number, oldest first."""
    return [_message(row) for row in await tx.fetch(_LIST_AFTER, buyer_id, *key, after, limit)]


async def last_messages(tx: Tx, buyer_id: int, keys: Sequence[Key]) -> dict[int, Message]:
    """The last message that a buyer sees of each chat; keys are (chat, first number seen)."""
    rows = await tx.fetch(_LAST, buyer_id, [chat for chat, _ in keys], [seq for _, seq in keys])
    return {row["chat_id"]: _message(row) for row in rows}


async def find_message(tx: Tx, buyer_id: int, chat_id: int, seq: int) -> Message | None:
    """A message, where the buyer may see it."""
    row = await tx.fetchrow(_FIND, buyer_id, chat_id, seq)
    return _message(row) if row else None


async def recall(tx: Tx, message: Message) -> bool:
    """Take back a message; False where that is done already."""
    found = await tx.fetchval(_RECALL, message.chat_id, message.seq, message.from_buyer_id)
    if found is None:
        return False
    await tx.execute(_UNCOUNT, message.chat_id, message.seq, message.from_buyer_id)
    return True


async def member_ids(tx: Tx, chat_id: int) -> list[int]:
    """Who is in a chat."""
    return [row["buyer_id"] for row in await tx.fetch(_MEMBER_IDS, chat_id)]


async def members_by_chat(tx: Tx, chat_ids: Sequence[int]) -> dict[int, list[int]]:
    """Who is in each of several chats."""
    found: dict[int, list[int]] = {}
    for chat_id, buyer_id in await tx.fetch(_MEMBERS_OF_ALL, list(chat_ids)):
        found.setdefault(chat_id, []).append(buyer_id)
    return found


async def chats_with(tx: Tx, buyer_id: int, chat_ids: Sequence[int]) -> set[int]:
    """Those of the chats that somebody is in."""
    rows = await tx.fetch(_CHATS_WITH, buyer_id, list(chat_ids))
    return {row["chat_id"] for row in rows}


async def mark_read(tx: Tx, buyer_id: int, chat_id: int, seq: int) -> Key | None:
    """Read up to a number: up to which it is read now, and what still waits; None for strangers."""
    held = await tx.fetchval(_HOLD_INBOX, buyer_id, chat_id)
    if held is None:
        return None
    row = await tx.fetchrow(_READ, buyer_id, chat_id, seq)
    return (row["read_seq"], row["unread"]) if row else None


async def hide(tx: Tx, buyer_id: int, message: Message) -> None:
    """Delete a message for oneself; it does not wait to be read any longer."""
    held = await tx.fetchval(_HOLD_INBOX, buyer_id, message.chat_id)
    if await tx.fetchval(_HIDE, buyer_id, message.chat_id, message.seq) and held is not None:
        await tx.fetchrow(_READ, buyer_id, message.chat_id, held)


def packed(body: Body) -> str:
    """A body as it is stored: what says nothing is left out."""
    told = {name: getattr(body, name) for name in _DEFAULTS}
    told = {name: value for name, value in told.items() if value != _DEFAULTS[name]}
    return msgspec.json.encode(told).decode()


def _message(row: Row) -> Message:
    return Message(
        row["chat_id"],
        row["seq"],
        row["from_buyer_id"],
        _decode(row["body"]),
        row["sent_at"],
        row["is_recalled"],
    )
