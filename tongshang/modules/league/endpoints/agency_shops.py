"""Shops and agencies: who works with whom, and what came of it (reference section 7.3)."""

from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.actions import supplying
from tongshang.modules.league.domain.agencies import ShopFigures
from tongshang.modules.league.domain.square import day_began, day_of
from tongshang.modules.league.machine import AGENCY_TIE, AgencyTieMove, AgencyTieState
from tongshang.modules.league.refusals import BadAppid, NoAgencyInvitation, NoShopTie
from tongshang.modules.league.store import agencies as store
from tongshang.modules.league.store import items
from tongshang.modules.league.wire import agencies as wire
from tongshang.modules.league.wire import agency_ties as ours
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import number

ENDPOINTS = Endpoints("league")

_PATH: Final = "/channels/ec/league/headsupplier/shop"


@ENDPOINTS("POST", f"{_PATH}/get", needs=Scope.AGENCY, refuses=(BadAppid, NoShopTie), reads=True)
async def get_shop(call: Call, req: wire.ShopRef) -> wire.ShopReply:
    """What a shop is to the agency, what the agency sold for it, and what that earns."""
    party = await supplying.party_of(call, req.appid, PartyKind.SHOP)
    agency_id, shop_id = call.caller.party_id, party.party_id
    tie = await store.find_tie(call.tx, agency_id, shop_id)
    if tie.state is AgencyTieState.INITIAL:
        raise NoShopTie
    figures = await store.figures(call.tx, agency_id, [shop_id], day_of(call.at))
    counts = await items.count_products(call.tx, agency_id, [shop_id], day_began(call.at))
    data = wire.ShopData.of(figures.get(shop_id, ShopFigures()), counts.get(shop_id, (0, 0)))
    detail = wire.ShopDetail.of(tie, wire.ShopFace.of(party), data)
    return wire.ShopReply(shop_detail=detail)


@ENDPOINTS("POST", f"{_PATH}/list/get", needs=Scope.AGENCY, reads=True)
async def list_shops(call: Call, req: wire.Paged) -> wire.ShopPage:
    """The shops that the agency works with, invited, or did work with."""
    question = ("league.agency_shops", call.caller.party_id)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_shops(call.tx, call.caller.party_id, after, req.page_size + 1)
    shown = found[: req.page_size]
    shops = await identity.find_parties(call.tx, [tie.shop_id for tie in shown])
    faces = [wire.ShopFace.of(shops.get(tie.shop_id)) for tie in shown]
    has_more = len(found) > req.page_size
    return wire.ShopPage(
        shop_list=[wire.ShopListed(face, t.state) for face, t in zip(faces, shown, strict=True)],
        next_key=page.cursor(question, (shown[-1].shop_id,)) if has_more else "",
        has_more=has_more,
    )


@ENDPOINTS("GET", "/v1/agency/shop/list", needs=Scope.AGENCY, reads=True)
async def list_own_shops(call: Call, req: ours.TieQuery) -> ours.ShopPage:
    """The agency's shops with what it sold for each, what that earned, and what waits."""
    agency_id = call.caller.party_id
    question = ("league.agency_shops.own", agency_id, req.state)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_shops(call.tx, agency_id, after, req.limit + 1, req.state)
    shown = found[: req.limit]
    ids = [tie.shop_id for tie in shown]
    shops = await identity.find_parties(call.tx, ids)
    figures = await store.figures(call.tx, agency_id, ids, day_of(call.at))
    counts = await items.count_products(call.tx, agency_id, ids, day_began(call.at))
    views = [ours.ShopView.of(tie, shops, figures, counts) for tie in shown]
    key = page.cursor(question, (ids[-1],)) if len(found) > len(shown) else ""
    return ours.ShopPage(views, key)


@ENDPOINTS("POST", "/v1/agency/shop/invite", needs=Scope.AGENCY, refuses=(BadAppid,))
async def invite(call: Call, req: ours.ShopByAppid) -> ours.TieState:
    """Ask a shop to work with the agency; who refused or left may be asked again."""
    shop = await supplying.party_of(call, req.appid, PartyKind.SHOP)
    key = call.caller.party_id, shop.party_id
    if not await store.enter(call.tx, key, AgencyTieMove.INVITE, call.at):
        tie = await store.find_tie(call.tx, *key)
        AGENCY_TIE.step(tie.state, AgencyTieMove.INVITE)
    return ours.TieState(AgencyTieState.INVITED)


@ENDPOINTS("POST", "/v1/agency/shop/withdraw", needs=Scope.AGENCY, refuses=(NoShopTie,))
async def withdraw(call: Call, req: ours.ShopRef) -> ours.TieState:
    """Take an invitation back."""
    return await _moved(call, (call.caller.party_id, number(req.shop_id)), AgencyTieMove.WITHDRAW)


@ENDPOINTS("POST", "/v1/agency/shop/end", needs=Scope.AGENCY, refuses=(NoShopTie,))
async def end(call: Call, req: ours.ShopRef) -> ours.TieState:
    """Work with a shop no longer; running plans and placed orders keep their terms."""
    return await _moved(call, (call.caller.party_id, number(req.shop_id)), AgencyTieMove.END)


@ENDPOINTS("GET", "/v1/shop/agency/list", needs=Scope.LEAGUE, reads=True)
async def list_agencies(call: Call, req: ours.Paged) -> ours.AgencyPage:
    """The agencies that the shop works with, that ask to, or that did; with what each sold."""
    question = ("league.shop_agencies", call.shop_id)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_agencies(call.tx, call.shop_id, after, req.limit + 1)
    shown = found[: req.limit]
    ids = [tie.agency_id for tie in shown]
    agencies = await identity.find_parties(call.tx, ids)
    sums = await store.figures_of_shop(call.tx, call.shop_id, ids)
    views = [ours.AgencyView.of(tie, agencies, sums) for tie in shown]
    key = page.cursor(question, (ids[-1],)) if len(found) > len(shown) else ""
    return ours.AgencyPage(views, key)


@ENDPOINTS("POST", "/v1/shop/agency/accept", needs=Scope.LEAGUE, refuses=(NoAgencyInvitation,))
async def accept(call: Call, req: ours.AgencyRef) -> ours.TieState:
    """Work with an agency that asks."""
    return await _answered(call, req, AgencyTieMove.ACCEPT)


@ENDPOINTS("POST", "/v1/shop/agency/refuse", needs=Scope.LEAGUE, refuses=(NoAgencyInvitation,))
async def refuse(call: Call, req: ours.AgencyRef) -> ours.TieState:
    """Do not work with an agency that asks; it may ask again."""
    return await _answered(call, req, AgencyTieMove.REFUSE)


@ENDPOINTS("POST", "/v1/shop/agency/end", needs=Scope.LEAGUE, refuses=(NoAgencyInvitation,))
async def part(call: Call, req: ours.AgencyRef) -> ours.TieState:
    """Work with an agency no longer; running plans and placed orders keep their terms."""
    return await _answered(call, req, AgencyTieMove.END)


async def _answered(call: Call, req: ours.AgencyRef, move: AgencyTieMove) -> ours.TieState:
    try:
        return await _moved(call, (number(req.agency_id), call.shop_id), move)
    except NoShopTie:
        raise NoAgencyInvitation from None


async def _moved(call: Call, key: tuple[int, int], move: AgencyTieMove) -> ours.TieState:
    tie = await store.hold_tie(call.tx, *key)
    if tie is None:
        raise NoShopTie
    changed = replace(tie, state=AGENCY_TIE.step(tie.state, move))
    await store.save_tie(call.tx, changed, call.at)
    return ours.TieState(changed.state)
