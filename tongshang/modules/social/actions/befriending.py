"""How two people become friends, and how one is found by another."""

from collections.abc import Sequence

from tongshang.modules.identity import api as identity
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import sending, viewing
from tongshang.modules.social.domain import Body, Bond, FriendRequest, NoticeKind, Relation
from tongshang.modules.social.machine import REQUEST, RequestMove, RequestState
from tongshang.modules.social.refusals import (
    FriendsAlready,
    OneselfChosen,
    PersonNotFound,
    RequestNotFound,
    TooManyContacts,
    TooManyRequests,
)
from tongshang.modules.social.store import chats as chat_store
from tongshang.modules.social.store import people as store
from tongshang.runtime.call import Call


async def person_of(call: Call, token: str) -> int:
    """Whose page a token opens; who blocks the caller is not there."""
    buyer_id = viewing.read_person(call.house, token)
    if not buyer_id or not await identity.find_buyers(call.tx, [buyer_id]):
        raise PersonNotFound
    return buyer_id


async def known_bond(call: Call, buyer_id: int) -> Bond:
    """What lies between the caller and somebody whom he may name; nobody else exists for him."""
    if buyer_id == call.buyer_id:
        raise OneselfChosen
    bond = (await store.bonds(call.tx, call.buyer_id, [buyer_id]))[buyer_id]
    if not bond.is_any:
        raise PersonNotFound
    return bond


async def ask(call: Call, buyer_id: int, req: wire.FriendAsk) -> Relation:
    """Ask somebody to be friends, or be friends at once where nobody need be asked.

    Who has the caller among the contacts still, or asks himself, has agreed. To be blocked makes
    no difference that the caller can see: the wish is kept, and shown to nobody.
    """
    if buyer_id == call.buyer_id:
        raise OneselfChosen
    bond = (await store.bonds(call.tx, call.buyer_id, [buyer_id]))[buyer_id]
    if bond.knows and bond.is_known:
        raise FriendsAlready
    if bond.is_known:
        await _check_room(call, call.buyer_id)
        await store.add_contacts(call.tx, [(call.buyer_id, buyer_id, req.remark)], call.at)
        return Relation.FRIEND
    if bond.asks and not bond.blocks:
        await accept(call, buyer_id, req.remark)
        return Relation.FRIEND
    since = domain.day_begins(call.at)
    if await store.count_asked(call.tx, call.buyer_id, since) >= domain.REQUESTS_PER_DAY:
        raise TooManyRequests(limit=domain.REQUESTS_PER_DAY)
    pending = RequestState.PENDING
    request = FriendRequest(
        buyer_id, call.buyer_id, req.greeting.strip(), req.remark.strip(), pending, call.at
    )
    await store.save_request(call.tx, request)
    if not bond.is_blocked:
        sending.tell(call, [buyer_id], "request", wire.ChatNews("0", 0, str(call.buyer_id)))
    return Relation.ASKED


async def accept(call: Call, from_buyer_id: int, remark: str = "") -> int:
    """Become the friend of who asked; the chat of the two, which says so."""
    request = await answer(call, from_buyer_id, RequestMove.ACCEPT)
    await _check_room(call, call.buyer_id)
    await _check_room(call, from_buyer_id)
    rows = [
        (call.buyer_id, from_buyer_id, remark.strip()),
        (from_buyer_id, call.buyer_id, request.remark),
    ]
    await store.add_contacts(call.tx, rows, call.at)
    chat_id = await sending.open_pair(call, call.buyer_id, from_buyer_id)
    chat = (await chat_store.hold_chats(call.tx, [chat_id]))[chat_id]
    bodies = [Body.of_text(request.greeting)] if request.greeting else []
    notice = Body.of_notice(NoticeKind.BEFRIENDED, [call.buyer_id])
    await sending.say(call, chat, from_buyer_id, *bodies, notice)
    return chat_id


async def answer(call: Call, from_buyer_id: int, move: RequestMove) -> FriendRequest:
    """Answer a wish that waits for the caller; of two answers the first counts."""
    state = REQUEST.moves[move].target
    moved = await store.move_request(call.tx, call.buyer_id, from_buyer_id, state, call.at)
    if moved is None:
        await _explain(call, call.buyer_id, from_buyer_id, move)
        raise RequestNotFound
    blocked = await store.blocking(call.tx, [(call.buyer_id, from_buyer_id)])
    if blocked:  # what is not shown cannot be answered
        raise RequestNotFound
    return moved


async def withdraw(call: Call, buyer_id: int) -> None:
    """Take back one's own wish, while nobody answered it."""
    move = RequestMove.WITHDRAW
    state = REQUEST.moves[move].target
    if await store.move_request(call.tx, buyer_id, call.buyer_id, state, call.at) is None:
        await _explain(call, buyer_id, call.buyer_id, move)
        raise RequestNotFound


async def _explain(call: Call, buyer_id: int, from_buyer_id: int, move: RequestMove) -> None:
    found = await store.find_request(call.tx, buyer_id, from_buyer_id)
    if found is not None:
        REQUEST.step(found.state, move)


async def _check_room(call: Call, buyer_id: int) -> None:
    if await store.count_contacts(call.tx, buyer_id) >= domain.CONTACTS_MAX:
        raise TooManyContacts(limit=domain.CONTACTS_MAX)


async def find(call: Call, nickname: str) -> Sequence[int]:
    """People by the beginning of their nickname, without oneself and those who block one."""
    found = await identity.find_by_nickname(call.tx, nickname, domain.FOUND_MAX + 1)
    ids = [buyer_id for buyer_id in found if buyer_id != call.buyer_id]
    hidden = await store.blocking(call.tx, [(buyer_id, call.buyer_id) for buyer_id in ids])
    return [one for one in ids if (one, call.buyer_id) not in hidden][: domain.FOUND_MAX]
