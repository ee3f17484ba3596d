"""Wishes to join a group."""

from datetime import datetime
from typing import Final

from tongshang.modules.social.domain import JoinRequest
from tongshang.modules.social.machine import RequestState
from tongshang.runtime.db import Tx

_JOIN: Final = "chat_id, buyer_id, inviter_id, greeting, made_at"

_ASK: Final = """
    insert into join_requests (chat_id, buyer_id, inviter_id, greeting, state, made_at, moved_at)
    select $1, buyer_id, $3, $4, 'pending', $5, $5 from unnest($2::bigint[]) w(buyer_id)
    on conflict (chat_id, buyer_id) do update
    set inviter_id = excluded.inviter_id, greeting = excluded.greeting, state = 'pending',
        made_at = excluded.made_at, moved_at = excluded.moved_at
    where join_requests.state <> 'pending'
"""

_LIST: Final = f"""
    select {_JOIN} from join_requests
    where chat_id = $1 and state = 'pending' order by made_at, buyer_id limit 200
"""

_MOVE: Final = f"""
    update join_requests set state = $3, moved_at = $4
    where chat_id = $1 and buyer_id = $2 and state = 'pending'
    returning {_JOIN}
"""

# How many wait in the groups that a buyer owns.
_COUNT_OWNED: Final = """
    select count(*) from inboxes i
    join chats c on c.chat_id = i.chat_id and c.owner_id = $1 and c.needs_approval
    join join_requests j on j.chat_id = c.chat_id and j.state = 'pending'
    where i.buyer_id = $1
"""


async def save_requests(
    tx: Tx, chat_id: int, buyer_ids: list[int], inviter_id: int, greeting: str, at: datetime
) -> None:
    """Ask the owner to let people in; who waits already is left as he is."""
    await tx.execute(_ASK, chat_id, sorted(buyer_ids), inviter_id, greeting, at)


async def list_requests(tx: Tx, chat_id: int) -> list[JoinRequest]:
    """Who waits to be let in, in the order in which they came."""
    return [JoinRequest(**row) for row in await tx.fetch(_LIST, chat_id)]


async def move_request(
    tx: Tx, chat_id: int, buyer_id: int, state: RequestState, at: datetime
) -> JoinRequest | None:
    """Answer a wish that waits; None where there is none."""
    row = await tx.fetchrow(_MOVE, chat_id, buyer_id, state, at)
    return JoinRequest(**row) if row else None


async def count_owned(tx: Tx, buyer_id: int) -> int:
    """How many people wait to be let into a buyer's own groups."""
    count: int = await tx.fetchval(_COUNT_OWNED, buyer_id)
    return count
