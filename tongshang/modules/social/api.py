"""What higher rooms ask of people and chats."""

from collections.abc import Sequence

from tongshang.modules.social import domain
from tongshang.modules.social.actions import sending
from tongshang.modules.social.domain import Body as Body
from tongshang.modules.social.domain import BodyKind as BodyKind
from tongshang.modules.social.domain import Message as Message
from tongshang.modules.social.domain import MessageDraft as MessageDraft
from tongshang.modules.social.domain import NoticeKind as NoticeKind
from tongshang.modules.social.refusals import ChatDissolved as ChatDissolved
from tongshang.modules.social.refusals import ChatNotFound as ChatNotFound
from tongshang.modules.social.refusals import MessageNotTaken as MessageNotTaken
from tongshang.modules.social.refusals import PersonBlocked as PersonBlocked
from tongshang.modules.social.refusals import PersonMuted as PersonMuted
from tongshang.modules.social.store import chats as chat_store
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import people as store
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

# What `send` refuses, for the endpoints of those who send through it.
SENDING_REFUSES = (ChatNotFound, ChatDissolved, PersonMuted, PersonBlocked, MessageNotTaken)


async def send(call: Call, draft: MessageDraft) -> Message:
    """Say something in a chat, or to a friend; refuses what an endpoint would."""
    (message,) = await sending.send(call, [draft])
    return message


async def send_all(call: Call, drafts: Sequence[MessageDraft]) -> list[Message]:
    """Say several things, all or none, in a number of statements that does not grow with them.

    Only friends who have no chat yet cost more: each gets one.
    """
    return await sending.send(call, drafts)


async def chat_of(tx: Tx, one: int, other: int) -> int:
    """The chat of two people; 0 where they have none."""
    pair = domain.pair_of(one, other)
    return (await chat_store.find_pairs(tx, [pair])).get(pair, 0)


async def are_friends(tx: Tx, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs that have one another and do not block one another."""
    return await store.are_friends(tx, pairs)


async def friends_of(tx: Tx, buyer_id: int) -> list[int]:
    """A buyer's friends."""
    return await store.friends_of(tx, buyer_id)


async def members_of(tx: Tx, chat_id: int) -> list[int]:
    """Who is in a chat; nobody where there is none."""
    return await message_store.member_ids(tx, chat_id)


async def members_of_all(tx: Tx, chat_ids: Sequence[int]) -> dict[int, list[int]]:
    """Who is in each of several chats."""
    return await message_store.members_by_chat(tx, chat_ids)


async def chats_with(tx: Tx, buyer_id: int, chat_ids: Sequence[int]) -> set[int]:
    """Those of the chats that somebody is in."""
    return await message_store.chats_with(tx, buyer_id, chat_ids)


def tell(call: Call, buyer_ids: Sequence[int], kind: str, news: object) -> None:
    """Let people's open chats hear of what is shown in them, after the commit."""
    sending.tell(call, buyer_ids, kind, news)


async def blocks(tx: Tx, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs whose first blocks the second."""
    return await store.blocking(tx, pairs)
