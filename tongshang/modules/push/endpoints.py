"""A shop's or an agency's address for pushes, and the journal of what it was told.

Both have the same paths, under their own audience.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.push import actions, store, wire
from tongshang.modules.push.domain import REPLAY_MAX, PushDraft, TargetDraft
from tongshang.modules.push.machine import PushState
from tongshang.modules.push.refusals import (
    BadTarget,
    NoTarget,
    PushNotFound,
    TooManyPushes,
    UnknownState,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Handler, Method, Nothing

ENDPOINTS = Endpoints("push")

_NEWEST = 2**62
_AUDIENCES: Final[Mapping[str, Scope]] = {"shop": Scope.SHOP, "agency": Scope.AGENCY}


def _both(
    path: str,
    refuses: tuple[type[Refusal], ...] = (),
    method: Method = "POST",
    *,
    reads: bool = False,
    secret: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare an endpoint for shops and for agencies."""

    def declare(handle: Handler) -> Handler:
        for audience, needs in _AUDIENCES.items():
            where = f"/v1/{audience}/push/{path}"
            ENDPOINTS(method, where, needs=needs, refuses=refuses, reads=reads, secret=secret)(
                handle
            )
        return handle

    return declare


@_both("configure", (BadTarget,), secret=True)
async def configure(call: Call, req: wire.TargetRequest) -> wire.TargetAsked:
    """Ask for pushes to an address. It is verified by an echo (see `get`), and in use from then on."""
    aes_key = req.aes_key or actions.drawn_key()
    draft = TargetDraft(call.caller.party_id, req.url, req.token, aes_key, req.mode)
    await actions.ask_targets(call, [draft])
    return wire.TargetAsked("asked", aes_key)


@_both("switch", (NoTarget,))
async def switch(call: Call, req: wire.TargetSwitch) -> Done:
    """Stop or resume sending to the address in use; the journal goes on either way."""
    if not await store.switch_target(call.tx, call.caller.party_id, call.at, is_on=req.is_on):
        raise NoTarget
    return Done()


@_both("get", method="GET", reads=True)
async def get_targets(call: Call, req: Nothing) -> wire.TargetsView:
    """The address in use, one that is being verified, and why the last one was refused."""
    return wire.TargetsView.of(await store.find_targets(call.tx, [call.caller.party_id]))


@_both("test", (NoTarget,))
async def send_test(call: Call, req: Nothing) -> wire.PushWritten:
    """Send the event `debug_demo` to the address in use (reference section 13.1)."""
    if await store.find_in_use(call.tx, call.caller.party_id) is None:
        raise NoTarget
    party = await identity.get_party(call.tx, call.caller.party_id)
    fields: dict[str, object] = {"debug_str": "hello world"}
    body = wire.body("debug_demo", party.username, "", call.at, fields)
    draft = PushDraft(call.caller.party_id, "debug_demo", body, call.at)
    ((ref, push_id),) = await actions.journal(call, [draft])
    return wire.PushWritten(ref.seq, str(push_id))


@_both("list", (UnknownState,), "GET", reads=True)
async def list_pushes(call: Call, req: wire.PushQuery) -> wire.PushPage:
    """The journal of what one was told, newest first; `state=dead` for dead letters."""
    if req.state and req.state.upper() not in PushState.__members__:
        raise UnknownState(state=req.state)
    state = PushState[req.state.upper()] if req.state else None
    question = ("push.list", call.caller.party_id, req.state)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_pushes(call.tx, call.caller.party_id, before, state, req.limit + 1)
    shown = found[: req.limit]
    next_key = page.cursor(question, (shown[-1].seq,)) if len(found) > req.limit else ""
    return wire.PushPage([wire.PushView.of(push) for push in shown], next_key)


@_both("replay", (NoTarget, PushNotFound, TooManyPushes))
async def replay(call: Call, req: wire.ReplayRequest) -> wire.Replayed:
    """Deliver pushes once more to the address in use, whatever became of them the first time."""
    if await store.find_in_use(call.tx, call.caller.party_id) is None:
        raise NoTarget
    first = req.seq or req.from_seq
    last = req.seq or req.to_seq or await store.last_seq(call.tx, call.caller.party_id)
    if first is None or last < first:
        raise PushNotFound
    if last - first >= REPLAY_MAX:
        raise TooManyPushes(most=REPLAY_MAX)
    refs = await store.replay(call.tx, call.caller.party_id, first, last)
    if not refs:
        raise PushNotFound
    await actions.send_off(call, refs)
    return wire.Replayed(len(refs), refs[-1].seq)
