"""What persons do to become sharers, and promoters to have their contents shared."""

from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league.actions import sharers as actions
from tongshang.modules.league.domain.sharers import RATIO_AT_FIRST, Pay, TalentBond
from tongshang.modules.league.machine import BondState, SharerState
from tongshang.modules.league.refusals import (
    BoundElsewhere,
    InvitationVoid,
    NoAgencyHere,
    NotRegistered,
)
from tongshang.modules.league.store import sharers as store
from tongshang.modules.league.wire import sharers as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing

ENDPOINTS: Final = Endpoints("league")


# --- persons -----------------------------------------------------------------------------------


@ENDPOINTS("GET", "/v1/sharer/invitation", needs=Scope.BUYER, refuses=(InvitationVoid,), reads=True)
async def get_invitation(call: Call, req: wire.InvitationRequest) -> wire.InvitationView:
    """Which agency invites the caller, and what is still to be done to share for it."""
    invited = actions.read_invitation(call, req.query)
    agency = await identity.get_party(call.tx, invited.agency_id)
    sharer = (await store.of_buyers(call.tx, [call.buyer_id])).get(call.buyer_id)
    bond = await store.bond_of(call.tx, sharer.party_id) if sharer else None
    return wire.InvitationView(
        str(agency.party_id),
        agency.name,
        agency.icon_url,
        invited.is_simple,
        sharer.state if sharer else SharerState.NONE,
        bond is not None and bond.agency_id == invited.agency_id,
        0 if invited.is_simple else RATIO_AT_FIRST,
    )


@ENDPOINTS("POST", "/v1/sharer/register", needs=Scope.BUYER, refuses=(InvitationVoid,))
async def register(call: Call, req: wire.InvitationRequest) -> wire.SharerStatus:
    """Register the caller as a sharer, as the invitation says: simply, or to be verified."""
    invited = actions.read_invitation(call, req.query)
    await actions.register(call, is_simple=invited.is_simple)
    return await _status(call)


@ENDPOINTS("POST", "/v1/sharer/verify", needs=Scope.BUYER, refuses=(NotRegistered,))
async def verify(call: Call, req: Nothing) -> wire.SharerStatus:
    """Confirm who one is, as the payment service asks; from then on the platform can pay one."""
    await actions.verify(call)
    return await _status(call)


@ENDPOINTS(
    "POST",
    "/v1/sharer/bind",
    needs=Scope.BUYER,
    refuses=(InvitationVoid, NotRegistered, BoundElsewhere),
)
async def bind(call: Call, req: wire.InvitationRequest) -> wire.SharerStatus:
    """Share for the agency that invited the caller; one shares for one agency at a time."""
    await actions.bind(call, actions.read_invitation(call, req.query))
    return await _status(call)


@ENDPOINTS("POST", "/v1/sharer/leave", needs=Scope.BUYER, refuses=(NoAgencyHere,))
async def leave(call: Call, req: Nothing) -> wire.SharerStatus:
    """Leave one's agency; what was ordered before is paid as it was promised."""
    await actions.leave(call)
    return await _status(call)


@ENDPOINTS("GET", "/v1/sharer/get", needs=Scope.BUYER, reads=True)
async def get_status(call: Call, req: Nothing) -> wire.SharerStatus:
    """What the caller is as a sharer: registered, for whom, and how he is paid."""
    return await _status(call)


async def _status(call: Call) -> wire.SharerStatus:
    openid = (await identity.get_buyer(call.tx, call.buyer_id)).openid
    sharer = (await store.of_buyers(call.tx, [call.buyer_id])).get(call.buyer_id)
    if sharer is None:
        return wire.SharerStatus(openid, SharerState.NONE, False, "", "", "", "", 0)
    bond = await store.bond_of(call.tx, sharer.party_id)
    ids = [sharer.party_id, *([bond.agency_id] if bond else [])]
    parties = await identity.find_parties(call.tx, ids)
    told = openid, sharer.state, sharer.is_simple, parties[sharer.party_id].appid
    if bond is None:
        return wire.SharerStatus(*told, "", "", "", 0)
    agency, by = parties[bond.agency_id], bond.pay is Pay.PLATFORM
    paid_by = "platform" if by else "agency"
    return wire.SharerStatus(*told, str(agency.party_id), agency.name, paid_by, bond.ratio_ppm)


# --- promoters ---------------------------------------------------------------------------------


@ENDPOINTS("POST", "/v1/promoter/agency/bind", needs=Scope.PROMOTER, refuses=(NoAgencyHere,))
async def bind_agency(call: Call, req: wire.AgencyBind) -> Done:
    """Let an agency's sharers share one's contents, for `passes_ppm` of what one earns by it.

    Asked again, it changes that part; links made before keep theirs.
    """
    agency = await _agency(call, req.agency_appid)
    told = agency.party_id, call.caller.party_id, BondState.BOUND, req.passes_ppm, call.at
    await store.bind_talent(call.tx, TalentBond(*told))
    return Done()


@ENDPOINTS("POST", "/v1/promoter/agency/unbind", needs=Scope.PROMOTER, refuses=(NoAgencyHere,))
async def unbind_agency(call: Call, req: wire.AgencyRef) -> Done:
    """Let an agency's sharers share one's contents no longer."""
    agency = await _agency(call, req.agency_appid)
    if not await store.unbind_talent(call.tx, agency.party_id, call.caller.party_id, call.at):
        raise NoAgencyHere
    return Done()


@ENDPOINTS("GET", "/v1/promoter/agency/list", needs=Scope.PROMOTER, reads=True)
async def list_agencies(call: Call, req: Nothing) -> wire.AgencyBonds:
    """The agencies whose sharers may share one's contents."""
    bonds = await store.agencies_of_talent(call.tx, call.caller.party_id)
    parties = await identity.find_parties(call.tx, [bond.agency_id for bond in bonds])
    return wire.AgencyBonds(
        [
            wire.AgencyBond(
                str(bond.agency_id),
                parties[bond.agency_id].appid,
                parties[bond.agency_id].name,
                bond.passes_ppm,
                int(bond.bound_at.timestamp()),
            )
            for bond in bonds
        ]
    )


async def _agency(call: Call, appid: str) -> Party:
    agency = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    if agency is None or agency.kind is not PartyKind.AGENCY:
        raise NoAgencyHere
    return agency
