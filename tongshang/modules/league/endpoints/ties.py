"""Invitations between shops and promoters (reference section 7.2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.modules.identity import api as identity
from tongshang.modules.league.actions.named import find_promoters, is_number
from tongshang.modules.league.machine import TIE, TieMove, TieState
from tongshang.modules.league.refusals import BadFinder, NoInvitation, UnknownTieOperation
from tongshang.modules.league.store import ties as store
from tongshang.modules.league.wire import ties as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply
from tongshang.runtime.wire import number

ENDPOINTS = Endpoints("league")

_NEWEST: Final = 2**62
_OPERATIONS: Final[Mapping[int, TieMove]] = {1: TieMove.WITHDRAW, 2: TieMove.END}


@ENDPOINTS(
    "POST",
    "/channels/ec/league/promoter/add",
    needs=Scope.LEAGUE,
    refuses=(BadFinder,),
)
async def invite(call: Call, req: wire.FinderRef) -> WireReply:
    """Invite a promoter to sell the shop's products; who refused or left may be asked again."""
    promoter_id = await _promoter(call, req.finder_id)
    if not await store.invite(call.tx, call.shop_id, promoter_id, call.at):
        tie = await store.find_tie(call.tx, call.shop_id, promoter_id)
        TIE.step(tie.state, TieMove.INVITE)
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/promoter/upd",
    needs=Scope.LEAGUE,
    refuses=(UnknownTieOperation, BadFinder),
)
async def update(call: Call, req: wire.FinderPatch) -> WireReply:
    """Withdraw an invitation (type 1), or end the cooperation (2)."""
    if req.type not in _OPERATIONS:
        raise UnknownTieOperation(type=req.type)
    await _move_of_shop(call, req.finder_id, _OPERATIONS[req.type])
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/promoter/delete",
    needs=Scope.LEAGUE,
    refuses=(BadFinder,),
)
async def delete(call: Call, req: wire.FinderRef) -> WireReply:
    """Take a promoter off the shop's list, when no invitation and no cooperation is left."""
    await _move_of_shop(call, req.finder_id, TieMove.DELETE)
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/league/promoter/get",
    needs=Scope.LEAGUE,
    refuses=(BadFinder,),
    reads=True,
)
async def get(call: Call, req: wire.FinderRef) -> wire.PromoterReply:
    """What a promoter is to the shop, and how many of its products he sold, for how much."""
    promoter_id = await _promoter(call, req.finder_id)
    tie = await store.find_tie(call.tx, call.shop_id, promoter_id)
    return wire.PromoterReply(promoter=wire.PromoterView.of(tie))


@ENDPOINTS("POST", "/channels/ec/league/promoter/list/get", needs=Scope.LEAGUE, reads=True)
async def list_promoters(call: Call, req: wire.FinderQuery) -> wire.PromoterPage:
    """The shop's promoters in a state; without one, in any but deleted."""
    offset = (req.page_index - 1) * req.page_size
    state = req.status if req.status in set(TieState) else -1
    found = await store.list_promoters(call.tx, call.shop_id, state, req.page_size, offset)
    count = await store.count_promoters(call.tx, call.shop_id, state)
    return wire.PromoterPage(finder_ids=[str(one) for one in found], total_num=count)


@ENDPOINTS("GET", "/v1/promoter/invitation/list", needs=Scope.PROMOTER, reads=True)
async def list_invitations(call: Call, req: wire.InvitationQuery) -> wire.InvitationPage:
    """Shops that invited the promoter, or with which he works or did."""
    question = ("league.invitations", call.caller.party_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_of_promoter(call.tx, call.caller.party_id, before, req.limit + 1)
    shown = found[: req.limit]
    shops = await identity.find_parties(call.tx, [tie.shop_id for tie in shown])
    key = page.cursor(question, (shown[-1].shop_id,)) if len(found) > req.limit else ""
    return wire.InvitationPage([wire.InvitationView.of(tie, shops) for tie in shown], key)


@ENDPOINTS("POST", "/v1/promoter/invitation/accept", needs=Scope.PROMOTER, refuses=(NoInvitation,))
async def accept(call: Call, req: wire.InvitationRef) -> wire.InvitationState:
    """Work with a shop that asks."""
    return await _move_of_promoter(call, req.shop_id, TieMove.ACCEPT)


@ENDPOINTS("POST", "/v1/promoter/invitation/refuse", needs=Scope.PROMOTER, refuses=(NoInvitation,))
async def refuse(call: Call, req: wire.InvitationRef) -> wire.InvitationState:
    """Do not work with a shop that asks; it may ask again."""
    return await _move_of_promoter(call, req.shop_id, TieMove.REFUSE)


@ENDPOINTS("POST", "/v1/promoter/invitation/end", needs=Scope.PROMOTER, refuses=(NoInvitation,))
async def end(call: Call, req: wire.InvitationRef) -> wire.InvitationState:
    """Work with a shop no longer."""
    return await _move_of_promoter(call, req.shop_id, TieMove.END)


async def _promoter(call: Call, finder_id: str) -> int:
    found = await find_promoters(call, [finder_id])
    if finder_id not in found:
        raise BadFinder(finder_id=finder_id)
    return found[finder_id]


async def _move_of_shop(call: Call, finder_id: str, move: TieMove) -> None:
    promoter_id = int(finder_id) if is_number(finder_id) else 0
    if not await _moved(call, call.shop_id, promoter_id, move):
        raise BadFinder(finder_id=finder_id)


async def _move_of_promoter(call: Call, shop_id: int | str, move: TieMove) -> wire.InvitationState:
    state = await _moved(call, number(shop_id), call.caller.party_id, move)
    if state is None:
        raise NoInvitation
    return wire.InvitationState(state)


async def _moved(call: Call, shop_id: int, promoter_id: int, move: TieMove) -> TieState | None:
    tie = await store.hold_tie(call.tx, shop_id, promoter_id)
    if tie is None:
        return None
    changed = replace(tie, state=TIE.step(tie.state, move))
    await store.save_tie(call.tx, changed, call.at)
    return changed.state
