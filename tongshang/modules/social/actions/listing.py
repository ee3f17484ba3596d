"""Somebody's chats as a list, and one of them with who is in it."""

from collections.abc import Sequence

from tongshang.kernel.refusal import Refusal
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import viewing
from tongshang.modules.social.actions.viewing import People
from tongshang.modules.social.domain import Chat, Inbox, Message
from tongshang.modules.social.machine import ChatState
from tongshang.modules.social.refusals import ChatNotFound
from tongshang.modules.social.store import chats as store
from tongshang.modules.social.store import groups as group_store
from tongshang.modules.social.store import messages as message_store
from tongshang.runtime.call import Call

_NAMES_SHOWN = 4  # of a group without a name


async def chat_items(call: Call, inboxes: Sequence[Inbox]) -> list[wire.ChatItem]:
    """Chats as lines of a list, in five statements whatever their number."""
    ids = [inbox.chat_id for inbox in inboxes]
    chats = await store.find_chats(call.tx, ids)
    members = await store.first_members(call.tx, ids, domain.FACES + 1)
    keys = [(inbox.chat_id, inbox.from_seq) for inbox in inboxes]
    last = await message_store.last_messages(call.tx, call.buyer_id, keys)
    everybody = {one for some in members.values() for one in some} | viewing.named(last.values())
    people = await viewing.people(call, everybody)
    return [
        _item(call, inbox, chats[inbox.chat_id], members[inbox.chat_id], last, people)
        for inbox in inboxes
    ]


def _item(
    call: Call,
    inbox: Inbox,
    chat: Chat,
    members: Sequence[int],
    last: dict[int, Message],
    people: People,
) -> wire.ChatItem:
    said = last.get(chat.chat_id)
    faces = members if chat.is_group else [one for one in members if one != call.buyer_id]
    return wire.ChatItem(
        str(chat.chat_id),
        chat.kind.name.lower(),
        chat_name(chat, members, call.buyer_id, people),
        people.views(faces[: domain.FACES]),
        chat.member_count,
        chat.state is ChatState.DISSOLVED,
        inbox.unread,
        inbox.is_muted,
        inbox.is_pinned,
        inbox.last_at,
        viewing.last_view(call, said, people) if said else None,
    )


def chat_name(chat: Chat, members: Sequence[int], buyer_id: int, people: People) -> str:
    """What a chat is called: by the group, or by who else is in it."""
    if chat.name:
        return chat.name
    others = [people.view(one).name for one in members if one != buyer_id]
    return "、".join(name for name in others[:_NAMES_SHOWN] if name)


async def chat_view(call: Call, chat_id: int) -> wire.ChatView:
    """A chat as the caller has it, with everybody in it."""
    inbox = await store.find_inbox(call.tx, call.buyer_id, chat_id)
    chat = await store.find_chat(call.tx, chat_id) if inbox else None
    if inbox is None or chat is None:
        raise ChatNotFound
    members = await store.list_members(call.tx, chat_id, domain.MEMBERS_MAX)
    people = await viewing.people(call, members)
    is_mine = chat.is_group and chat.owner_id == call.buyer_id
    waiting = len(await group_store.list_requests(call.tx, chat_id)) if is_mine else 0
    return wire.ChatView(
        str(chat_id),
        chat.kind.name.lower(),
        chat_name(chat, members, call.buyer_id, people),
        chat.notice,
        str(chat.owner_id),
        is_mine,
        chat.needs_approval,
        chat.state is ChatState.DISSOLVED,
        chat.member_count,
        people.views(members),
        inbox.is_muted,
        inbox.is_pinned,
        inbox.read_seq,
        chat.last_seq,
        inbox.unread,
        waiting,
        await _obstacle(call, chat),
    )


async def _obstacle(call: Call, chat: Chat) -> int:
    """By which refusal's code nothing can be sent now; 0 where something can."""
    key = chat.chat_id, call.buyer_id
    standing = (await store.standings(call.tx, [key], call.at)).get(key)
    try:
        domain.check_sending(chat, standing)
    except Refusal as refusal:
        return refusal.code
    return 0
