"""Sharers: registered, bound to agencies, and let go."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league.domain import sharers as rules
from tongshang.modules.league.domain.sharers import Bond, Sharer
from tongshang.modules.league.events import SharerMoved
from tongshang.modules.league.machine import (
    BOND,
    SHARER,
    BondMove,
    BondState,
    SharerMove,
    SharerState,
)
from tongshang.modules.league.refusals import (
    BoundElsewhere,
    InvitationVoid,
    NoAgencyHere,
    NoSharer,
    NotRegistered,
)
from tongshang.modules.league.store import sharers as store
from tongshang.runtime import crypto
from tongshang.runtime.call import Call

BUSINESS: Final = "CreatorApplyments"  # businessType of wx.openBusinessView (reference section 7.4)
INVITED_FOR: Final = timedelta(days=7)
_PURPOSE: Final = "sharer"


class Invitation(msgspec.Struct, array_like=True, frozen=True):
    """What an agency's query string says: who may register with it, how, and until when.

    `buyer_id` 0: whoever opens it.
    """

    agency_id: int
    buyer_id: int
    is_simple: bool
    until: int


def invite(call: Call, buyer_id: int, *, is_simple: bool) -> str:
    """A query string with which a person registers and is bound to the agency that calls."""
    until = int((call.at + INVITED_FOR).timestamp())
    body = Invitation(call.caller.party_id, buyer_id, is_simple, until)
    token = crypto.sign(call.house.secret, _PURPOSE, msgspec.msgpack.encode(body))
    return f"query={token}"


def read_invitation(call: Call, query: str) -> Invitation:
    """What a query string, or its value, says, if it is ours, still good, and this person's."""
    body = crypto.unsign(call.house.secret, _PURPOSE, query.removeprefix("query="))
    if body is None:
        raise InvitationVoid
    read = msgspec.msgpack.decode(body, type=Invitation)
    if read.until <= int(call.at.timestamp()) or read.buyer_id not in {0, call.buyer_id}:
        raise InvitationVoid
    return read


async def find_person(call: Call, appid: str, openid: str) -> tuple[int, Sharer | None]:
    """Whom an agency names: the person, and his registration; (0, None): nobody."""
    if appid:
        party = (await identity.find_by_appids(call.tx, [appid])).get(appid)
        found = await store.find_sharers(call.tx, [party.party_id]) if party else {}
        sharer = found.get(party.party_id) if party else None
        return (sharer.buyer_id, sharer) if sharer else (0, None)
    buyer_id = await identity.find_buyer_id(call.tx, openid) if _is_text(openid) else None
    if buyer_id is None:
        return 0, None
    return buyer_id, (await store.of_buyers(call.tx, [buyer_id])).get(buyer_id)


async def bound_sharer(call: Call, appid: str, openid: str = "") -> tuple[Sharer, Bond]:
    """A sharer of the agency that calls."""
    _, sharer = await find_person(call, appid, openid)
    bond = None
    if sharer:
        bond = await store.find_bond(call.tx, call.caller.party_id, sharer.party_id)
    if sharer is None or bond is None:
        raise NoSharer
    return sharer, bond


async def register(call: Call, *, is_simple: bool) -> Sharer:
    """The caller's registration: a new one, or what there is; the simple one can be made whole."""
    buyer_id = call.buyer_id
    known = await store.hold_of_buyer(call.tx, buyer_id)
    if known is not None:
        if known.is_simple and not is_simple:
            state = SHARER.step(known.state, SharerMove.ASK_MORE)
            whole = replace(known, is_simple=False, state=state)
            await store.save_sharer(call.tx, whole)
            return whole
        return known
    buyer = await identity.get_buyer(call.tx, buyer_id)
    draft = PartyDraft(PartyKind.SHARER, buyer.nickname, icon_url=buyer.avatar_url)
    (party_id,) = await identity.add_parties(call, [draft])
    await identity.name_people(call, [(buyer_id, party_id)])
    step = SharerMove.REGISTER_SIMPLY if is_simple else SharerMove.REGISTER
    state = SHARER.step(SharerState.NONE, step)
    sharer = Sharer(party_id, buyer_id, state, is_simple, call.at)
    if not await store.add_sharer(call.tx, sharer):
        raise BoundElsewhere  # of two registrations at once, this one came too late
    return sharer


async def verify(call: Call) -> Sharer:
    """The caller's identity is verified: the platform can pay him."""
    sharer = await store.hold_of_buyer(call.tx, call.buyer_id)
    if sharer is None:
        raise NotRegistered
    done = replace(sharer, state=SHARER.step(sharer.state, SharerMove.VERIFY))
    await store.save_sharer(call.tx, done)
    return done


async def bind(call: Call, invited: Invitation) -> Bond:
    """Bind the caller to the agency that invited him; once bound, that stays as it is."""
    sharer = await store.hold_of_buyer(call.tx, call.buyer_id)
    if sharer is None or sharer.state is not SharerState.DONE:
        raise NotRegistered
    known = await store.bond_of(call.tx, sharer.party_id)
    if known is not None:
        if known.agency_id != invited.agency_id:
            raise BoundElsewhere
        return known
    bond = Bond(
        invited.agency_id,
        sharer.party_id,
        BOND.step(BondState.NONE, BondMove.BIND),
        *rules.first_pay(sharer),
        call.at,
    )
    await store.bind(call.tx, bond)
    await _tell(call, bond, sharer, bond.state, call.at)
    return bond


async def unbind(call: Call, sharer: Sharer, bond: Bond) -> None:
    """Part a sharer and his agency; placed orders keep their terms."""
    state = BOND.step(bond.state, BondMove.UNBIND)
    if not await store.unbind(call.tx, bond.agency_id, bond.sharer_id, call.at):
        raise NoSharer
    await _tell(call, bond, sharer, state, call.at)


async def leave(call: Call) -> None:
    """The caller leaves his agency."""
    sharer = await store.hold_of_buyer(call.tx, call.buyer_id)
    bond = await store.bond_of(call.tx, sharer.party_id) if sharer else None
    if sharer is None or bond is None:
        raise NoAgencyHere
    await unbind(call, sharer, bond)


async def _tell(call: Call, bond: Bond, sharer: Sharer, state: BondState, at: datetime) -> None:
    party = await identity.get_party(call.tx, bond.sharer_id)
    person = await identity.get_buyer(call.tx, sharer.buyer_id)
    who = bond.sharer_id, party.appid, person.buyer_id, person.openid
    await call.tell(SharerMoved(bond.agency_id, *who, int(state), at))


def _is_text(text: str) -> bool:
    return bool(text) and "\0" not in text
