"""Explain this fen: to whoever takes part in it."""

from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.statements.actions import explaining
from tongshang.modules.statements.domain.explaining import Subject
from tongshang.modules.statements.refusals import NobodyOfMoney, NothingToExplain
from tongshang.modules.statements.wire import explaining as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("statements")


@ENDPOINTS(
    "GET", "/v1/explain", needs=Scope.PUBLIC, refuses=(NobodyOfMoney, NothingToExplain), reads=True
)
async def explain(call: Call, req: wire.ExplainQuery) -> wire.Explanation:
    """Why an amount is what it is: every fact and posting behind it that is yours, in words."""
    subject, caller = Subject(req.kind), call.caller
    if not (caller.party_id or caller.buyer_id):
        raise NobodyOfMoney
    if not req.is_within_bounds:
        raise NothingToExplain
    party_id = caller.party_id
    if Scope.OPERATOR in caller.scopes:
        party_id = number(req.party_id or 0)
        if party_id not in await identity.find_parties(call.tx, [party_id]):
            raise NothingToExplain
    if not party_id:
        sharer_id = await _sharer(call)
        if sharer_id is None or subject is Subject.ORDER:
            return wire.Explanation.of(await explaining.explain_to_buyer(call, subject, req.id))
        party_id = sharer_id
    return wire.Explanation.of(await explaining.explain(call, party_id, subject, req.id))


async def _sharer(call: Call) -> int | None:
    """The sharer that a person is, whose commissions are explained to the person."""
    behind = await identity.parties_behind(call.tx, [call.buyer_id])
    parties = await identity.find_parties(call.tx, sorted(behind.get(call.buyer_id, ())))
    return next((i for i, one in parties.items() if one.kind is identity.PartyKind.SHARER), None)
