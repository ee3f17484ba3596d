"""Groups: how one comes in, what the owner decides, how one goes."""

from dataclasses import replace
from typing import Final

from tongshang.kernel.machine import IllegalMove
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import groups, listing, sending, viewing
from tongshang.modules.social.domain import Body, ChatKind, GroupLink, NoticeKind
from tongshang.modules.social.machine import RequestState
from tongshang.modules.social.refusals import (
    ChatDissolved,
    ChatNotFound,
    FriendsOnly,
    GroupFull,
    GroupLinkEnded,
    GroupOnly,
    GroupWordsForbidden,
    MemberNotFound,
    MembersAlready,
    OneselfChosen,
    OwnerOnly,
    RequestNotFound,
    TooManyInvites,
)
from tongshang.modules.social.store import chats as store
from tongshang.modules.social.store import groups as group_store
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

ENDPOINTS: Final = Endpoints("social")

_OWNING: Final = (ChatNotFound, GroupOnly, ChatDissolved, OwnerOnly)


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/add",
    needs=Scope.BUYER,
    refuses=(GroupWordsForbidden, OneselfChosen, FriendsOnly, GroupFull, TooManyInvites),
)
async def add_group(call: Call, req: wire.GroupDraft) -> wire.ChatOpened:
    """Open a group with friends; the caller owns it."""
    groups.check_words(req.name)
    others = domain.others(map(int, req.buyer_ids), call.buyer_id)
    if not others:
        raise OneselfChosen
    await groups.check_friends(call, others)
    if len(others) >= domain.MEMBERS_MAX:
        raise GroupFull(limit=domain.MEMBERS_MAX)
    sending.count_invites(call, len(others))
    members = len(others) + 1
    chat = sending.new_chat(call, ChatKind.GROUP, members, req.name.strip(), call.buyer_id)
    await store.add_chat(call.tx, chat)
    await store.add_members(call.tx, chat.chat_id, [call.buyer_id, *others], 1, call.at)
    await sending.say(call, chat, call.buyer_id, Body.of_notice(NoticeKind.CREATED, others))
    return wire.ChatOpened(str(chat.chat_id))


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/invite",
    needs=Scope.BUYER,
    refuses=(
        ChatNotFound,
        GroupOnly,
        ChatDissolved,
        FriendsOnly,
        MembersAlready,
        GroupFull,
        TooManyInvites,
    ),
)
async def invite_friends(call: Call, req: wire.GroupInvite) -> wire.Entered:
    """Bring friends into a group; where the owner wants to be asked, they wait for him."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_group(chat)
    others = domain.others(map(int, req.buyer_ids), call.buyer_id)
    await groups.check_friends(call, others)
    sending.count_invites(call, len(others))
    if domain.waits_for_owner(chat, call.buyer_id):
        await groups.ask_owner(call, chat, others, call.buyer_id, "")
        return wire.Entered(str(chat.chat_id), is_waiting=True)
    added = await groups.let_in(call, chat, others, NoticeKind.INVITED, call.buyer_id)
    return wire.Entered(str(chat.chat_id), is_waiting=False, joined=len(added))


@ENDPOINTS(
    "GET",
    "/v1/buyer/group/link",
    needs=Scope.BUYER,
    refuses=(ChatNotFound, GroupOnly, ChatDissolved),
    reads=True,
)
async def get_link(call: Call, req: wire.ChatRef) -> wire.GroupInvitation:
    """A link into a group, as a QR code its poster; it holds seven days."""
    chat_id = int(req.chat_id)
    inbox = await store.find_inbox(call.tx, call.buyer_id, chat_id)
    chat = await store.find_chat(call.tx, chat_id) if inbox else None
    if chat is None:
        raise ChatNotFound
    domain.check_group(chat)
    ends_at = call.at.replace(microsecond=0) + domain.LINK_LIFE
    link = GroupLink(chat_id, call.buyer_id, chat.link_no, ends_at)
    token = groups.group_token(call.house, link)
    return wire.GroupInvitation(token, f"{call.house.address}/chats/join/{token}", ends_at)


@ENDPOINTS("POST", "/v1/buyer/group/link/reset", needs=Scope.BUYER, refuses=_OWNING)
async def reset_link(call: Call, req: wire.ChatRef) -> Done:
    """End all links into a group that were given out so far."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    await store.save_chat(call.tx, replace(chat, link_no=chat.link_no + 1))
    return Done()


@ENDPOINTS("GET", "/v1/buyer/group/peek", needs=Scope.BUYER, refuses=(GroupLinkEnded,), reads=True)
async def peek_group(call: Call, req: wire.TokenRef) -> wire.GroupGlance:
    """A group as its link shows it: name, how many, the first faces, who invites."""
    link = groups.read_group(call.house, req.token)
    if link is None or link.ends_at <= call.at:
        raise GroupLinkEnded
    chat = groups.check_link(link, await store.find_chat(call.tx, link.chat_id))
    faces = await store.list_members(call.tx, chat.chat_id, domain.FACES)
    people = await viewing.people(call, [*faces, link.inviter_id])
    inbox = await store.find_inbox(call.tx, call.buyer_id, chat.chat_id)
    return wire.GroupGlance(
        str(chat.chat_id),
        listing.chat_name(chat, faces, 0, people),
        chat.member_count,
        people.views(faces),
        people.view(link.inviter_id),
        inbox is not None,
        chat.needs_approval,
    )


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/join",
    needs=Scope.BUYER,
    refuses=(GroupLinkEnded, MembersAlready, GroupFull),
)
async def join_group(call: Call, req: wire.GroupJoin) -> wire.Entered:
    """Come into a group by its link, or wait for the owner where he wants to be asked."""
    link, chat = await groups.link_of(call, req.token)
    chat_id = str(chat.chat_id)
    if await store.find_inbox(call.tx, call.buyer_id, chat.chat_id):
        raise MembersAlready
    if domain.waits_for_owner(chat, 0):
        greeting = req.greeting.strip()
        await groups.ask_owner(call, chat, [call.buyer_id], link.inviter_id, greeting)
        return wire.Entered(chat_id, is_waiting=True)
    await groups.let_in(call, chat, [call.buyer_id], NoticeKind.JOINED, link.inviter_id)
    return wire.Entered(chat_id, is_waiting=False, joined=1)


@ENDPOINTS("GET", "/v1/buyer/group/request/list", needs=Scope.BUYER, refuses=_OWNING, reads=True)
async def list_joining(call: Call, req: wire.ChatRef) -> wire.JoinList:
    """Who waits to be let into the caller's group."""
    chat_id = int(req.chat_id)
    inbox = await store.find_inbox(call.tx, call.buyer_id, chat_id)
    chat = await store.find_chat(call.tx, chat_id) if inbox else None
    if chat is None:
        raise ChatNotFound
    domain.check_owner(chat, call.buyer_id)
    waiting = await group_store.list_requests(call.tx, chat_id)
    people = await viewing.people(call, [i for w in waiting for i in (w.buyer_id, w.inviter_id)])
    return wire.JoinList(
        [
            wire.JoinView(
                people.view(one.buyer_id), people.view(one.inviter_id), one.greeting, one.made_at
            )
            for one in waiting
        ]
    )


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/request/accept",
    needs=Scope.BUYER,
    refuses=(*_OWNING, RequestNotFound, MembersAlready, GroupFull),
)
async def accept_joining(call: Call, req: wire.GroupPerson) -> wire.Entered:
    """Let somebody into the caller's group."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    buyer_id, accepted = int(req.buyer_id), RequestState.ACCEPTED
    asked = await group_store.move_request(call.tx, chat.chat_id, buyer_id, accepted, call.at)
    if asked is None:
        raise RequestNotFound
    inviter = asked.inviter_id
    added = await groups.let_in(call, chat, [buyer_id], NoticeKind.JOINED, inviter)
    return wire.Entered(str(chat.chat_id), is_waiting=False, joined=len(added))


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/request/decline",
    needs=Scope.BUYER,
    refuses=(*_OWNING, RequestNotFound),
)
async def decline_joining(call: Call, req: wire.GroupPerson) -> Done:
    """Do not let somebody into the caller's group."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    declined = RequestState.DECLINED
    if not await group_store.move_request(
        call.tx, chat.chat_id, int(req.buyer_id), declined, call.at
    ):
        raise RequestNotFound
    return Done()


@ENDPOINTS(
    "POST", "/v1/buyer/group/update", needs=Scope.BUYER, refuses=(*_OWNING, GroupWordsForbidden)
)
async def change_group(call: Call, req: wire.GroupPatch) -> Done:
    """Rename a group, write its announcement, or want to be asked who comes in."""
    groups.check_words(req.name or "", req.notice or "")
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    name = chat.name if req.name is None else req.name.strip()
    notice = chat.notice if req.notice is None else req.notice.strip()
    asks = chat.needs_approval if req.needs_approval is None else req.needs_approval
    await store.save_chat(call.tx, replace(chat, name=name, notice=notice, needs_approval=asks))
    said = []
    if name != chat.name:
        said.append(Body.of_notice(NoticeKind.RENAMED, text=name))
    if notice != chat.notice and notice:
        said.append(Body.of_notice(NoticeKind.ANNOUNCED, text=notice))
    if said:
        await sending.say(call, chat, call.buyer_id, *said)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/remove",
    needs=Scope.BUYER,
    refuses=(*_OWNING, OneselfChosen, MemberNotFound),
)
async def remove_member(call: Call, req: wire.GroupPerson) -> Done:
    """Take somebody out of the caller's group."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    buyer_id = int(req.buyer_id)
    if buyer_id == call.buyer_id:
        raise OneselfChosen
    if not await store.drop_members(call.tx, chat.chat_id, [buyer_id]):
        raise MemberNotFound
    await store.count_members(call.tx, chat.chat_id)
    await sending.say(call, chat, call.buyer_id, Body.of_notice(NoticeKind.REMOVED, [buyer_id]))
    groups.tell_gone(call, chat, [buyer_id])
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/group/transfer",
    needs=Scope.BUYER,
    refuses=(*_OWNING, OneselfChosen, MemberNotFound),
)
async def transfer_group(call: Call, req: wire.GroupPerson) -> Done:
    """Give a group to another of its members."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    buyer_id = int(req.buyer_id)
    if buyer_id == call.buyer_id:
        raise OneselfChosen
    if await store.find_inbox(call.tx, buyer_id, chat.chat_id) is None:
        raise MemberNotFound
    await store.save_chat(call.tx, replace(chat, owner_id=buyer_id))
    notice = Body.of_notice(NoticeKind.TRANSFERRED, [buyer_id])
    await sending.say(call, chat, call.buyer_id, notice)
    return Done()


@ENDPOINTS("POST", "/v1/buyer/group/leave", needs=Scope.BUYER, refuses=(ChatNotFound, GroupOnly))
async def leave_group(call: Call, req: wire.ChatRef) -> Done:
    """Leave a group; the owner's place goes to who has been in it longest."""
    chat = await sending.member_chat(call, int(req.chat_id))
    if not chat.is_group:
        raise GroupOnly
    await groups.go_out(call, chat, call.buyer_id)
    groups.tell_gone(call, chat, [call.buyer_id])
    return Done()


@ENDPOINTS("POST", "/v1/buyer/group/dissolve", needs=Scope.BUYER, refuses=(*_OWNING, IllegalMove))
async def dissolve_group(call: Call, req: wire.ChatRef) -> Done:
    """End the caller's group: what was said stays, nothing more can be said."""
    chat = await sending.member_chat(call, int(req.chat_id))
    domain.check_owner(chat, call.buyer_id)
    await groups.dissolve(call, chat)
    return Done()
