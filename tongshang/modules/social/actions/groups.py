"""Coming into a group and going out of it."""

from collections.abc import Sequence
from dataclasses import replace

from tongshang.modules.governance import api as governance
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import sending
from tongshang.modules.social.domain import Body, Chat, GroupLink, NoticeKind
from tongshang.modules.social.machine import CHAT, ChatMove
from tongshang.modules.social.refusals import (
    FriendsOnly,
    GroupFull,
    GroupLinkEnded,
    GroupWordsForbidden,
    MembersAlready,
)
from tongshang.modules.social.store import chats as store
from tongshang.modules.social.store import groups as group_store
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import people as people_store
from tongshang.runtime import crypto
from tongshang.runtime.call import Call, House

_GROUP = "group"


def group_token(house: House, link: GroupLink) -> str:
    """An invitation as a signed text."""
    return crypto.sign(house.secret, _GROUP, domain.pack_group(link))


def read_group(house: House, token: str) -> GroupLink | None:
    """The invitation that a text is; None where it is not ours."""
    return domain.unpack_group(crypto.unsign(house.secret, _GROUP, token))


def check_words(*texts: str) -> None:
    """Refuse a group's name or announcement with forbidden words: many will read it."""
    if reasons := governance.judge([text for text in texts if text]):
        raise GroupWordsForbidden(reason="; ".join(reasons))


async def check_friends(call: Call, buyer_ids: Sequence[int]) -> None:
    """Refuse anybody who is not a friend of the caller's."""
    pairs = {(call.buyer_id, other) for other in buyer_ids}
    if await people_store.are_friends(call.tx, sorted(pairs)) != pairs:
        raise FriendsOnly


async def let_in(
    call: Call, chat: Chat, buyer_ids: Sequence[int], notice: NoticeKind, by: int
) -> list[int]:
    """Let people into a held group; those who were not in it before. Says so in the group."""
    present = set(await message_store.member_ids(call.tx, chat.chat_id))
    new = [buyer_id for buyer_id in buyer_ids if buyer_id not in present]
    if not new:
        raise MembersAlready
    if len(present) + len(new) > domain.MEMBERS_MAX:
        raise GroupFull(limit=domain.MEMBERS_MAX)
    added = await store.add_members(call.tx, chat.chat_id, new, chat.last_seq + 1, call.at)
    await store.count_members(call.tx, chat.chat_id)
    await sending.say(call, chat, by, Body.of_notice(notice, added))
    return added


async def link_of(call: Call, token: str) -> tuple[GroupLink, Chat]:
    """What an invitation leads to, held; refuses one that ended."""
    link = read_group(call.house, token)
    if link is None or link.ends_at <= call.at:
        raise GroupLinkEnded
    chat = (await store.hold_chats(call.tx, [link.chat_id])).get(link.chat_id)
    return link, check_link(link, chat)


def check_link(link: GroupLink, chat: Chat | None) -> Chat:
    """The group, while its link holds."""
    if chat is None or link.link_no != chat.link_no or CHAT.open_moves(chat.state) == set():
        raise GroupLinkEnded
    return chat


async def go_out(call: Call, chat: Chat, buyer_id: int) -> None:
    """Leave a held group. The owner's place goes to who is in it longest; the last one ends it."""
    await store.drop_members(call.tx, chat.chat_id, [buyer_id])
    if not CHAT.allows(chat.state, ChatMove.DISSOLVE):
        await store.count_members(call.tx, chat.chat_id)
        return
    if not await store.count_members(call.tx, chat.chat_id):
        state = CHAT.step(chat.state, ChatMove.DISSOLVE)
        await store.save_chat(call.tx, replace(chat, state=state))
        return
    bodies = [Body.of_notice(NoticeKind.LEFT, [buyer_id])]
    if chat.owner_id == buyer_id:
        (heir,) = await store.list_members(call.tx, chat.chat_id, 1)
        await store.save_chat(call.tx, replace(chat, owner_id=heir))
        bodies.append(Body.of_notice(NoticeKind.TRANSFERRED, [heir]))
    await sending.say(call, chat, buyer_id, *bodies)


async def dissolve(call: Call, chat: Chat) -> None:
    """End a held group: its members keep what was said, and say no more."""
    await sending.say(call, chat, call.buyer_id, Body.of_notice(NoticeKind.DISSOLVED))
    state = CHAT.step(chat.state, ChatMove.DISSOLVE)
    await store.save_chat(call.tx, replace(chat, state=state))


def tell_gone(call: Call, chat: Chat, buyer_ids: Sequence[int]) -> None:
    """Let those who are no longer in a group hear it."""
    news = wire.ChatNews(str(chat.chat_id), chat.last_seq)
    sending.tell(call, buyer_ids, "gone", news)


async def ask_owner(
    call: Call, chat: Chat, buyer_ids: Sequence[int], inviter_id: int, greeting: str
) -> None:
    """Let people wait for the owner of a held group, who hears of it."""
    present = set(await message_store.member_ids(call.tx, chat.chat_id))
    new = [buyer_id for buyer_id in buyer_ids if buyer_id not in present]
    if not new:
        raise MembersAlready
    await group_store.save_requests(call.tx, chat.chat_id, new, inviter_id, greeting, call.at)
    news = wire.ChatNews(str(chat.chat_id), chat.last_seq, str(inviter_id))
    sending.tell(call, [chat.owner_id], "request", news)
