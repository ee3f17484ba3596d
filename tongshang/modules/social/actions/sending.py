"""Messages into chats, several at once, and the news of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.social import domain, wire
from tongshang.modules.social.domain import (
    Body,
    Chat,
    ChatKind,
    Message,
    MessageDraft,
)
from tongshang.modules.social.machine import ChatState
from tongshang.modules.social.refusals import (
    ChatNotFound,
    MessageNotTaken,
    TooManyInvites,
    TooManyMessages,
)
from tongshang.modules.social.store import chats as chat_store
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import people as people_store
from tongshang.runtime.call import Call
from tongshang.runtime.limits import DayQuotaUsedUp, Limits, MinuteQuotaUsedUp

_LIMITS: Final = "social.limits"


async def send(call: Call, drafts: Sequence[MessageDraft]) -> list[Message]:
    """Send messages, all or none; a friend whom nothing was written to yet gets a chat first."""
    placed = await _placed(call, drafts)
    ids = sorted({draft.chat_id for draft in placed})
    held = await chat_store.hold_chats(call.tx, ids)
    keys = sorted({(draft.chat_id, draft.from_buyer_id) for draft in placed})
    standings = await chat_store.standings(call.tx, keys, call.at)
    for draft in placed:
        standing = standings.get((draft.chat_id, draft.from_buyer_id))
        domain.check_sending(held.get(draft.chat_id), standing)
    return await write(call, placed, held)


async def write(
    call: Call, drafts: Sequence[MessageDraft], held: Mapping[int, Chat]
) -> list[Message]:
    """Write messages into held chats, without asking who may, and tell all who are in them."""
    messages = domain.numbered(drafts, held, call.at)
    reached = await message_store.add_messages(call.tx, messages)
    for message in messages:
        news = wire.ChatNews(str(message.chat_id), message.seq, str(message.from_buyer_id))
        tell(call, reached.get(message.chat_id, ()), "message", news)
    return messages


async def say(call: Call, chat: Chat, by: int, *bodies: Body) -> Chat:
    """Let a held chat itself say something; the chat as it is then."""
    drafts = [MessageDraft(by, body, chat.chat_id) for body in bodies]
    messages = await write(call, drafts, {chat.chat_id: chat})
    return replace(chat, last_seq=messages[-1].seq)


def tell(call: Call, buyer_ids: Sequence[int], kind: str, news: object) -> None:
    """Let people's open pages and programs hear."""
    for buyer_id in buyer_ids:
        call.house.streams.publish(call, topic(buyer_id), kind, news)


def topic(buyer_id: int) -> str:
    """Where a buyer hears what concerns him."""
    return f"buyer:{buyer_id}"


async def open_pair(call: Call, one: int, other: int) -> int:
    """The chat of two people, made where there is none."""
    pair = domain.pair_of(one, other)
    found = await chat_store.find_pairs(call.tx, [pair])
    if pair in found:
        return found[pair]
    chat = new_chat(call, ChatKind.PAIR, 2)
    if not await chat_store.add_pair(call.tx, pair, chat.chat_id):
        # Somebody else opened it meanwhile, and has committed: what follows sees it.
        return (await chat_store.find_pairs(call.tx, [pair]))[pair]
    await chat_store.add_chat(call.tx, chat)
    await chat_store.add_members(call.tx, chat.chat_id, sorted(pair), 1, call.at)
    return chat.chat_id


def new_chat(call: Call, kind: ChatKind, members: int, name: str = "", owner_id: int = 0) -> Chat:
    """A chat to be."""
    return Chat(
        call.take_id(Named.CHAT), kind, ChatState.OPEN, name, "", owner_id,
        needs_approval=False, link_no=0, member_count=members, last_seq=0, made_at=call.at,
    )  # fmt: skip


async def _placed(call: Call, drafts: Sequence[MessageDraft]) -> list[MessageDraft]:
    """The drafts, each with its chat; those to a buyer are for friends only."""
    pairs = {(d.from_buyer_id, d.to_buyer_id) for d in drafts if not d.chat_id}
    if not pairs:
        return list(drafts)
    if await people_store.are_friends(call.tx, sorted(pairs)) != pairs:
        raise MessageNotTaken
    chats = {pair: await open_pair(call, *pair) for pair in sorted(pairs)}
    return [
        draft if draft.chat_id else replace(
            draft, chat_id=chats[draft.from_buyer_id, draft.to_buyer_id]
        )
        for draft in drafts
    ]  # fmt: skip


async def member_chat(call: Call, chat_id: int) -> Chat:
    """A held chat of which the caller is a member."""
    held = await chat_store.hold_chats(call.tx, [chat_id])
    inbox = await chat_store.find_inbox(call.tx, call.buyer_id, chat_id)
    if inbox is None:
        raise ChatNotFound
    return held[chat_id]


def count_message(call: Call) -> None:
    """Count one message of the caller, or refuse it (decision 0006: by process)."""
    limit = domain.MESSAGES_PER_MINUTE
    try:
        _limits(call).count(f"message {call.buyer_id}", call.at, limit, domain.MESSAGES_PER_DAY)
    except (MinuteQuotaUsedUp, DayQuotaUsedUp):
        raise TooManyMessages(limit=limit) from None


def count_invites(call: Call, count: int) -> None:
    """Count people whom the caller brings into groups, or refuse them."""
    limit = domain.INVITES_PER_DAY
    try:
        for _ in range(count):
            _limits(call).count(f"invite {call.buyer_id}", call.at, limit, limit)
    except (MinuteQuotaUsedUp, DayQuotaUsedUp):
        raise TooManyInvites(limit=limit) from None


def _limits(call: Call) -> Limits:
    limits: Limits = call.house.memory.setdefault(_LIMITS, Limits())
    return limits
