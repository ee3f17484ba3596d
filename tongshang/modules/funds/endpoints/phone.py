"""The phone that scans confirmation codes: a person's own, and in a demo the sandbox's.

A person counts as administrator who stands behind the party; in a demo one says who one is.
"""

from typing import Final

from tongshang.modules.funds import refusals
from tongshang.modules.funds.actions import codes
from tongshang.modules.funds.domain.codes import Code, Purpose, Scanner
from tongshang.modules.funds.store import withdrawals as store
from tongshang.modules.funds.wire import codes as wire
from tongshang.modules.identity import api as identity
from tongshang.modules.settlement.api import BalanceTooLow, ReceiverSuspended
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("funds")

_OVER: Final = (refusals.CodeNotFound, refusals.CodeOver)
_CONFIRMS: Final = (
    *_OVER,
    refusals.NotAnAdministrator,
    refusals.FundsSuspended,
    refusals.HeldForDisputes,
    refusals.AboveBalance,
    BalanceTooLow,
    ReceiverSuspended,
)


@ENDPOINTS(
    "GET",
    "/v1/sandbox/qr/get",
    needs=Scope.PUBLIC,
    refuses=(refusals.PhoneOnlyInDemo, refusals.CodeNotFound),
    reads=True,
)
async def look(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """What a code asks to confirm. Public, on a demo only."""
    _need_demo(call)
    return await _view(call, await codes.find(call, req.ticket))


@ENDPOINTS(
    "POST",
    "/v1/sandbox/qr/scan",
    needs=Scope.PUBLIC,
    refuses=(refusals.PhoneOnlyInDemo, *_OVER),
)
async def scan(call: Call, req: wire.PhoneScan) -> wire.PhoneView:
    """Scan a code with the sandbox's phone, as whoever you say. Public, on a demo only."""
    _need_demo(call)
    return await _view(call, await codes.scan(call, req.ticket, req.who))


@ENDPOINTS(
    "POST",
    "/v1/sandbox/qr/confirm",
    needs=Scope.PUBLIC,
    refuses=(refusals.PhoneOnlyInDemo, *_CONFIRMS),
)
async def confirm(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """Confirm on the sandbox's phone what was scanned. Public, on a demo only."""
    _need_demo(call)
    return await _view(call, await codes.confirm(call, req.ticket))


@ENDPOINTS(
    "POST",
    "/v1/sandbox/qr/cancel",
    needs=Scope.PUBLIC,
    refuses=(refusals.PhoneOnlyInDemo, *_OVER),
)
async def cancel(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """Say no on the sandbox's phone. Public, on a demo only."""
    _need_demo(call)
    return await _view(call, await codes.cancel(call, req.ticket))


@ENDPOINTS(
    "GET", "/v1/buyer/qr/get", needs=Scope.BUYER, refuses=(refusals.CodeNotFound,), reads=True
)
async def look_own(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """What a code that your phone read asks to confirm."""
    return await _view(call, await codes.find(call, req.ticket))


@ENDPOINTS("POST", "/v1/buyer/qr/scan", needs=Scope.BUYER, refuses=_OVER)
async def scan_own(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """Scan a code with your phone; you may confirm it if you stand behind whose it is."""
    code = await codes.find(call, req.ticket)
    return await _view(call, await codes.scan(call, req.ticket, await _standing(call, code)))


@ENDPOINTS("POST", "/v1/buyer/qr/confirm", needs=Scope.BUYER, refuses=_CONFIRMS)
async def confirm_own(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """Confirm what you scanned, as one who stands behind the party whose code it is."""
    await _need_standing(call, req.ticket)
    return await _view(call, await codes.confirm(call, req.ticket))


@ENDPOINTS(
    "POST", "/v1/buyer/qr/cancel", needs=Scope.BUYER, refuses=(*_OVER, refusals.NotAnAdministrator)
)
async def cancel_own(call: Call, req: wire.PhoneQuery) -> wire.PhoneView:
    """Say no to what you scanned, as one who stands behind the party whose code it is."""
    await _need_standing(call, req.ticket)
    return await _view(call, await codes.cancel(call, req.ticket))


def _need_demo(call: Call) -> None:
    if not call.house.demo:
        raise refusals.PhoneOnlyInDemo


async def _standing(call: Call, code: Code) -> Scanner:
    behind = await identity.parties_behind(call.tx, [call.buyer_id])
    is_one = code.party_id in behind.get(call.buyer_id, ())
    return Scanner.ADMINISTRATOR if is_one else Scanner.NO_ADMINISTRATOR


async def _need_standing(call: Call, ticket: str) -> None:
    code = await codes.find(call, ticket)
    if await _standing(call, code) is Scanner.NO_ADMINISTRATOR:
        raise refusals.NotAnAdministrator


async def _view(call: Call, code: Code) -> wire.PhoneView:
    party = (await identity.find_parties(call.tx, [code.party_id])).get(code.party_id)
    state = code.state_at(call.at).name.lower()
    name = party.name if party else ""
    view = wire.phone_view(code, state, name, is_over=code.is_over(call.at))
    if code.purpose is Purpose.WITHDRAWAL:
        key = (code.party_id, code.subject_id)
        one = (await store.find(call.tx, [key]))[key]
        view.amount_fen, view.bank_name = one.amount_fen, one.bank_name
        view.bank_number = one.bank_number
    return view
