"""The operator's hand on money: freezing parties, and what becomes of what was held."""

from typing import Final

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import AccountKind
from tongshang.modules.settlement.actions import standing as actions
from tongshang.modules.settlement.refusals import HeldTooShortly, NotGone, NothingHeld
from tongshang.modules.settlement.store import purses
from tongshang.modules.settlement.wire import standing as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("settlement")


@ENDPOINTS("GET", "/v1/platform/suspense/list", needs=Scope.OPERATOR, reads=True)
async def list_suspended(call: Call, req: Nothing) -> wire.SuspenseList:
    """Parties that are frozen or gone, what is held for them, and what the reserve has paid."""
    found = await purses.list_suspended(call.tx)
    ids = [one.party_id for one in found]
    parties = await identity.find_parties(call.tx, ids)
    accounts = await ledger.accounts_of_parties(call.tx, ids)
    totals = await ledger.kind_totals(call.tx)
    return wire.SuspenseList(
        [wire.SuspendedView.of(one, parties, accounts) for one in found],
        totals.get(AccountKind.SUSPENSE, 0),
        totals.get(AccountKind.RESERVE, 0),
    )


@ENDPOINTS("GET", "/v1/platform/suspense/get", needs=Scope.OPERATOR, reads=True)
async def list_held(call: Call, req: wire.PartyQuery) -> wire.HeldList:
    """The lines of whose commission something is held for a party."""
    party_id = number(req.party_id)
    lines = await actions.held_lines(call.tx, party_id)
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in lines}))
    return wire.HeldList(wire.HeldView.all_of(lines, party_id, shops))


@ENDPOINTS(
    "POST",
    "/v1/platform/suspense/set",
    needs=Scope.OPERATOR,
    refuses=(identity.PartyNotFound, InvalidField),
)
async def suspend(call: Call, req: wire.SuspendRequest) -> wire.SuspendedView:
    """Freeze a party, or say that it left: what it earns from now on is held."""
    party = await identity.get_party(call.tx, number(req.party_id))
    if party.kind is PartyKind.PLATFORM:
        raise InvalidField(field="party_id", rule="is not the platform's own")
    done = await actions.suspend(call, party.party_id, req.standing, req.reason)
    accounts = await ledger.accounts_of(call.tx, party.party_id)
    return wire.SuspendedView.of(done, {party.party_id: party}, accounts)


@ENDPOINTS("POST", "/v1/platform/suspense/release", needs=Scope.OPERATOR, refuses=(NothingHeld,))
async def release(call: Call, req: wire.PartyQuery) -> wire.Moved:
    """A party is in good standing again: what was held for it is its own."""
    return wire.Moved(await actions.release(call, number(req.party_id)))


@ENDPOINTS(
    "POST",
    "/v1/platform/suspense/forfeit",
    needs=Scope.OPERATOR,
    refuses=(NothingHeld, NotGone, HeldTooShortly),
)
async def forfeit(call: Call, req: wire.PartyQuery) -> wire.Moved:
    """What is held for a party that left half a year ago goes back to the shops that paid it."""
    return wire.Moved(await actions.forfeit(call, number(req.party_id)))
