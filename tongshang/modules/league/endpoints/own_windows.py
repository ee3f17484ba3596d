"""A promoter's own window: what stands in it, and which agencies may change it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named as Ids
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.league.actions import windows as actions
from tongshang.modules.league.actions.dealing import standing_deals
from tongshang.modules.league.actions.goods import is_offered
from tongshang.modules.league.domain.deals import Hand
from tongshang.modules.league.domain.plans import earned_fen
from tongshang.modules.league.domain.windows import WindowItem
from tongshang.modules.league.machine import WINDOW_AUTH, AuthMove
from tongshang.modules.league.machine import AuthState as AuthGiven
from tongshang.modules.league.refusals import (
    BadLink,
    BadWindowProduct,
    CannotStandInWindow,
    NotInWindow,
    NoWindowAsk,
    WindowFailed,
)
from tongshang.modules.league.store import named
from tongshang.modules.league.store import windows as store
from tongshang.modules.league.wire import windows as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints
from tongshang.runtime.wire import number

ENDPOINTS = Endpoints("league")

_NEWEST: Final = 2**63 - 1


@ENDPOINTS("GET", "/v1/promoter/windowauth/list", needs=Scope.PROMOTER, reads=True)
async def list_asked(call: Call, req: wire.Paged) -> wire.AuthPage:
    """The agencies that ask to change the promoter's window, and those that may."""
    question = ("league.windowauths", call.caller.party_id)
    after = page.after_number(question, req.next_key, 0)
    found = await store.list_asked(call.tx, call.caller.party_id, after, req.limit + 1)
    shown = found[: req.limit]
    agencies = await identity.find_parties(call.tx, [one.agency_id for one in shown])
    key = page.cursor(question, (shown[-1].agency_id,)) if len(found) > len(shown) else ""
    return wire.AuthPage([wire.AuthView.of(one, agencies) for one in shown], key)


@ENDPOINTS("POST", "/v1/promoter/windowauth/allow", needs=Scope.PROMOTER, refuses=(NoWindowAsk,))
async def allow(call: Call, req: wire.AgencyRef) -> wire.AuthState:
    """Let an agency that asks put products in one's window."""
    return await _moved(call, req, AuthMove.ALLOW)


@ENDPOINTS("POST", "/v1/promoter/windowauth/scan", needs=Scope.PROMOTER, refuses=(NoWindowAsk,))
async def scan(call: Call, req: wire.Scanned) -> wire.AuthState:
    """Let the agency whose live protection code one has opened change one's window; again: as it is."""
    agency_id, promoter_id = actions.protector(call, req.code), call.caller.party_id
    await store.ask(call.tx, agency_id, promoter_id, call.at)
    auth = await store.hold_auth(call.tx, agency_id, promoter_id)
    if auth is not None and WINDOW_AUTH.allows(auth.state, AuthMove.ALLOW):
        return await _moved(call, wire.AgencyRef(agency_id), AuthMove.ALLOW)
    return wire.AuthState(AuthGiven.GIVEN)


@ENDPOINTS("POST", "/v1/promoter/windowauth/end", needs=Scope.PROMOTER, refuses=(NoWindowAsk,))
async def end(call: Call, req: wire.AgencyRef) -> wire.AuthState:
    """Let it no longer; what it put there stays until it is taken out."""
    return await _moved(call, req, AuthMove.END)


@ENDPOINTS("GET", "/v1/promoter/window/list", needs=Scope.PROMOTER, reads=True)
async def list_entries(call: Call, req: wire.Paged) -> wire.EntryPage:
    """One's own window in its order, the hidden too, with what a sale of each brings now."""
    promoter_id = call.caller.party_id
    question = ("league.window", promoter_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_items(call.tx, promoter_id, before, req.limit + 1, hidden=True)
    shown = found[: req.limit]
    cards = await catalog.cards(call.tx, [(one.shop_id, one.product_id) for one in shown])
    parties = await identity.find_parties(call.tx, wire.faces(shown))
    ratios = await _ratios(call, shown)
    total = await store.count(call.tx, promoter_id, hidden=True)
    entries = []
    for item, ratio in zip(shown, ratios, strict=True):
        card = cards.get(item.product_id)
        earns = ratio, earned_fen(card.price_fen, ratio) if card else 0
        entries.append(wire.EntryView.of(item, card, parties, earns, is_on_sale=is_offered(card)))
    key = page.cursor(question, (shown[-1].place,)) if len(found) > len(shown) else ""
    return wire.EntryPage(entries, total, key)


@ENDPOINTS(
    "POST",
    "/v1/promoter/window/add",
    needs=Scope.PROMOTER,
    refuses=(BadLink, BadWindowProduct, CannotStandInWindow, WindowFailed),
)
async def add_entry(call: Call, req: wire.PutIn) -> Done:
    """Put a product in one's window: of a shop's plan, or by an agency's `link`."""
    agency_id, link_id = await actions.agency_behind(call, req.link) if req.link else (0, 0)
    await actions.put_in(
        call,
        call.caller.party_id,
        number(req.product_id),
        agency_id=agency_id,
        link_id=link_id,
        is_hidden=req.is_hidden,
    )
    return Done()


@ENDPOINTS("POST", "/v1/promoter/window/remove", needs=Scope.PROMOTER, refuses=(NotInWindow,))
async def remove_entry(call: Call, req: wire.ProductRef) -> Done:
    """Take a product out of one's window."""
    promoter_id, product_id = call.caller.party_id, number(req.product_id)
    if product_id not in await store.find_items(call.tx, promoter_id, [product_id]):
        raise NotInWindow
    await store.take(call.tx, promoter_id, product_id)
    return Done()


@ENDPOINTS("POST", "/v1/promoter/window/arrange", needs=Scope.PROMOTER, refuses=(NotInWindow,))
async def arrange(call: Call, req: wire.Arrange) -> Done:
    """Hide a product in one's window or show it, or put it first."""
    place = call.take_id(Ids.SHARE) if req.to_top else None
    promoter_id, product_id = call.caller.party_id, number(req.product_id)
    found = await store.arrange(
        call.tx, promoter_id, product_id, is_hidden=req.is_hidden, place=place
    )
    if not found:
        raise NotInWindow
    return Done()


async def _ratios(call: Call, some: Sequence[WindowItem]) -> list[int]:
    """What the window's owner gets of each product's price now."""
    keys = [(one.shop_id, one.product_id, one.promoter_id) for one in some]
    rates, own = await named.terms(call.tx, keys, call.at)
    wanted = {(one.shop_id, one.deal_id) for one in some if one.deal_id}
    wanted |= {(key[0], deal_id) for key, deal_id in own.items()}
    deals = await standing_deals(call.tx, wanted, call.at)
    ratios = []
    for item, key in zip(some, keys, strict=True):
        by = [deals.get((item.shop_id, item.deal_id)), deals.get((item.shop_id, own.get(key, 0)))]
        deal = next((one for one in by if one), None)
        if deal is None:
            ratios.append(int(rates.get(item.product_id, 0)))
        else:
            ratios.append(sum(hop.ratio_ppm for hop in deal.hops if hop.hand is Hand.PROMOTER))
    return ratios


async def _moved(call: Call, req: wire.AgencyRef, move: AuthMove) -> wire.AuthState:
    auth = await store.hold_auth(call.tx, number(req.agency_id), call.caller.party_id)
    if auth is None:
        raise NoWindowAsk
    changed = replace(auth, state=WINDOW_AUTH.step(auth.state, move))
    await store.save_auth(call.tx, changed, call.at)
    return wire.AuthState(changed.state)
