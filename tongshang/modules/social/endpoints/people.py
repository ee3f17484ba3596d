"""Contacts, requests and blocks."""

from datetime import datetime
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.social import wire
from tongshang.modules.social.actions import befriending, sending, viewing
from tongshang.modules.social.domain import Relation
from tongshang.modules.social.machine import RequestMove
from tongshang.modules.social.refusals import (
    ContactNotFound,
    FriendsAlready,
    OneselfChosen,
    PersonNotFound,
    RequestNotFound,
    TooManyContacts,
    TooManyRequests,
)
from tongshang.modules.social.store import chats as chat_store
from tongshang.modules.social.store import people as store
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing

ENDPOINTS: Final = Endpoints("social")

_REQUESTS_SHOWN: Final = 100


@ENDPOINTS("GET", "/v1/buyer/contact/list", needs=Scope.BUYER, reads=True)
async def list_contacts(call: Call, req: wire.PeopleQuery) -> wire.ContactPage:
    """The caller's contacts, under the names he gave them."""
    after = page.after_number(("contacts",), req.next_key, 0)
    found = await store.list_contacts(call.tx, call.buyer_id, after, req.limit + 1)
    shown = found[: req.limit]
    people = await viewing.people(call, (one[0] for one in shown))
    views = [_contact(people, buyer_id, since) for buyer_id, _, since in shown]
    more = len(found) > req.limit
    return wire.ContactPage(views, page.cursor(("contacts",), (shown[-1][0],)) if more else "")


def _contact(people: viewing.People, buyer_id: int, since: datetime) -> wire.ContactView:
    view = people.view(buyer_id)
    return wire.ContactView(
        view.buyer_id, view.name, view.nickname, view.avatar_url, view.token, since
    )


@ENDPOINTS("GET", "/v1/buyer/contact/find", needs=Scope.BUYER, reads=True)
async def find_people(call: Call, req: wire.NicknameQuery) -> wire.PeopleFound:
    """People whose nickname begins so, twenty at most; who blocks the caller is not among them."""
    found = await befriending.find(call, req.nickname.strip())
    people = await viewing.people(call, found)
    return wire.PeopleFound(people.views(found))


@ENDPOINTS("GET", "/v1/buyer/contact/get", needs=Scope.BUYER, refuses=(PersonNotFound,), reads=True)
async def get_person(call: Call, req: wire.TokenRef) -> wire.ProfileView:
    """A person's page, by the token of their link, of a list, or of a group's member.

    Of who blocks the caller there is none, as of somebody who does not exist.
    """
    buyer_id = await befriending.person_of(call, req.token)
    person = (await viewing.people(call, [buyer_id])).view(buyer_id)
    if buyer_id == call.buyer_id:
        return wire.ProfileView(person, Relation.SELF, "", is_blocked=False)
    bond = (await store.bonds(call.tx, call.buyer_id, [buyer_id]))[buyer_id]
    if bond.is_blocked:
        raise PersonNotFound
    asked = await store.find_request(call.tx, call.buyer_id, buyer_id) if bond.asks else None
    greeting = asked.greeting if asked and not bond.blocks else ""
    return wire.ProfileView(person, bond.relation, bond.remark, bond.blocks, greeting)


@ENDPOINTS("GET", "/v1/buyer/contact/card", needs=Scope.BUYER, reads=True)
async def get_own_card(call: Call, req: Nothing) -> wire.OwnCard:
    """The caller's own link, for others to add him by."""
    token = viewing.person_token(call.house, call.buyer_id)
    return wire.OwnCard(token, f"{call.house.address}/chats/add/{token}")


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/request",
    needs=Scope.BUYER,
    refuses=(PersonNotFound, OneselfChosen, FriendsAlready, TooManyContacts, TooManyRequests),
)
async def ask_person(call: Call, req: wire.FriendAsk) -> wire.Asked:
    """Ask somebody to be friends; at once where they ask too, or have the caller still.

    Thirty a day. Asked again while it waits, a request stays as it is.
    """
    buyer_id = await befriending.person_of(call, req.token)
    return wire.Asked(await befriending.ask(call, buyer_id, req))


@ENDPOINTS("GET", "/v1/buyer/contact/request/list", needs=Scope.BUYER, reads=True)
async def list_requests(call: Call, req: Nothing) -> wire.RequestList:
    """The latest requests to and by the caller; those of whom he blocks are not shown."""
    found = await store.list_requests(call.tx, call.buyer_id, _REQUESTS_SHOWN)
    people = await viewing.people(
        call, (one.buyer_id + one.from_buyer_id - call.buyer_id for one in found)
    )
    views = [
        wire.RequestView(
            people.view(one.buyer_id + one.from_buyer_id - call.buyer_id),
            one.greeting,
            one.state.value,
            one.from_buyer_id == call.buyer_id,
            one.made_at,
        )
        for one in sorted(found, key=lambda one: one.made_at, reverse=True)
    ]
    return wire.RequestList(views)


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/request/accept",
    needs=Scope.BUYER,
    refuses=(RequestNotFound, IllegalMove, TooManyContacts),
)
async def accept_request(call: Call, req: wire.PersonRef) -> wire.ChatOpened:
    """Become the friend of who asked; the greeting is the first thing said in the chat."""
    return wire.ChatOpened(str(await befriending.accept(call, int(req.buyer_id))))


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/request/decline",
    needs=Scope.BUYER,
    refuses=(RequestNotFound, IllegalMove),
)
async def decline_request(call: Call, req: wire.PersonRef) -> Done:
    """Say no to who asked; they are not told."""
    await befriending.answer(call, int(req.buyer_id), RequestMove.DECLINE)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/request/withdraw",
    needs=Scope.BUYER,
    refuses=(RequestNotFound, IllegalMove),
)
async def withdraw_request(call: Call, req: wire.PersonRef) -> Done:
    """Take back one's own request, while nobody answered it."""
    await befriending.withdraw(call, int(req.buyer_id))
    return Done()


@ENDPOINTS("POST", "/v1/buyer/contact/remark", needs=Scope.BUYER, refuses=(ContactNotFound,))
async def name_contact(call: Call, req: wire.RemarkPatch) -> Done:
    """Give a contact a name of one's own, or none."""
    remark = req.remark.strip()
    if not await store.save_remark(call.tx, call.buyer_id, int(req.buyer_id), remark):
        raise ContactNotFound
    return Done()


@ENDPOINTS("POST", "/v1/buyer/contact/remove", needs=Scope.BUYER, refuses=(ContactNotFound,))
async def remove_contact(call: Call, req: wire.PersonRef) -> Done:
    """Take somebody out of one's contacts.

    They keep the caller among theirs, but what they send is not delivered.
    """
    if not await store.remove_contact(call.tx, call.buyer_id, int(req.buyer_id)):
        raise ContactNotFound
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/block",
    needs=Scope.BUYER,
    refuses=(OneselfChosen, PersonNotFound),
)
async def block_person(call: Call, req: wire.PersonRef) -> Done:
    """Block somebody: they reach the caller by no message and no request, and see no page of his.

    From the answer on nothing more comes: who was sending waits, and is then refused.
    """
    buyer_id = int(req.buyer_id)
    await befriending.known_bond(call, buyer_id)
    pair = (min(call.buyer_id, buyer_id), max(call.buyer_id, buyer_id))
    if chats := await chat_store.find_pairs(call.tx, [pair]):
        await chat_store.hold_chats(call.tx, list(chats.values()))
    await store.add_block(call.tx, call.buyer_id, buyer_id, call.at)
    return Done()


@ENDPOINTS("POST", "/v1/buyer/contact/unblock", needs=Scope.BUYER, refuses=(PersonNotFound,))
async def unblock_person(call: Call, req: wire.PersonRef) -> Done:
    """Block somebody no longer."""
    if not await store.remove_block(call.tx, call.buyer_id, int(req.buyer_id)):
        raise PersonNotFound
    return Done()


@ENDPOINTS("GET", "/v1/buyer/contact/block/list", needs=Scope.BUYER, reads=True)
async def list_blocked(call: Call, req: wire.PeopleQuery) -> wire.BlockedPage:
    """Whom the caller blocks."""
    after = page.after_number(("blocks",), req.next_key, 0)
    found = await store.list_blocks(call.tx, call.buyer_id, after, req.limit + 1)
    shown = found[: req.limit]
    people = await viewing.people(call, (one[0] for one in shown))
    views = [_contact(people, buyer_id, since) for buyer_id, since in shown]
    more = len(found) > req.limit
    return wire.BlockedPage(views, page.cursor(("blocks",), (shown[-1][0],)) if more else "")


@ENDPOINTS(
    "POST",
    "/v1/buyer/chat/open",
    needs=Scope.BUYER,
    refuses=(OneselfChosen, ContactNotFound),
)
async def open_chat(call: Call, req: wire.PersonRef) -> wire.ChatOpened:
    """The chat with a contact, which begins where there was none."""
    buyer_id = int(req.buyer_id)
    if buyer_id == call.buyer_id:
        raise OneselfChosen
    bond = (await store.bonds(call.tx, call.buyer_id, [buyer_id]))[buyer_id]
    if not bond.knows:
        raise ContactNotFound
    return wire.ChatOpened(str(await sending.open_pair(call, call.buyer_id, buyer_id)))
