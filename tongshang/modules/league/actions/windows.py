"""Promoters named by agencies, and products put into windows."""

from datetime import timedelta
from typing import Final

import msgspec

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.governance.api import Bar, is_barred
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league.actions.dealing import Ask, deal_for
from tongshang.modules.league.actions.goods import is_offered
from tongshang.modules.league.actions.named import find_promoters
from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.supply import LinkKind
from tongshang.modules.league.domain.windows import WINDOW_MAX, WindowItem
from tongshang.modules.league.machine import AuthState
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    BadOpenid,
    BadWindowProduct,
    CannotStandInWindow,
    NoFinder,
    NoWindowAsk,
    WindowFailed,
    WindowNotAllowed,
)
from tongshang.modules.league.store import items, named, plans, resales
from tongshang.modules.league.store import windows as store
from tongshang.runtime import crypto
from tongshang.runtime.call import Call

PROTECTION_LASTS: Final = timedelta(days=1)  # the sources name none; ours
_PURPOSE: Final = "live_protection"


async def promoter_named(
    call: Call, *, finder_id: str = "", appid: str = "", openid: str = ""
) -> Party:
    """The promoter whom an agency names, in one of the ways."""
    if sum(map(bool, (finder_id, appid, openid))) != 1:
        rule = "one of finder_id, openid and talent_appid is given"
        raise BadAgencyRequest(field="finder_id", rule=rule)
    if appid:
        party = (await identity.find_by_appids(call.tx, [appid])).get(appid)
        if party is None or party.kind is not PartyKind.PROMOTER:
            raise BadAppid(appid=appid)
        return party
    if openid:
        return await _by_openid(call, openid)
    found = await find_promoters(call, [finder_id])
    if finder_id not in found:
        raise NoFinder
    return await identity.get_party(call.tx, found[finder_id])


async def _by_openid(call: Call, openid: str) -> Party:
    buyer_id = None if "\0" in openid else await identity.find_buyer_id(call.tx, openid)
    behind = await identity.parties_behind(call.tx, [buyer_id]) if buyer_id else {}
    parties = await identity.find_parties(call.tx, sorted(behind.get(buyer_id or 0, ())))
    promoters = [one for one in parties.values() if one.kind is PartyKind.PROMOTER]
    if not promoters:
        raise BadOpenid
    return min(promoters, key=lambda one: one.party_id)


async def check_allowed(call: Call, promoter_id: int) -> None:
    """Whether the agency that calls may change a promoter's window."""
    auth = await store.find_auth(call.tx, call.caller.party_id, promoter_id)
    if auth is None or auth.state is not AuthState.GIVEN:
        raise WindowNotAllowed


async def agency_behind(call: Call, link: str) -> tuple[int, int]:
    """By which agency a promoter carries what a link offers him, and the link's number."""
    number = supply.number_in(link)
    found = await items.find_link(call.tx, number) if number else None
    if found is None:
        raise BadLink
    owner_id, kind = found
    agency_id = owner_id
    if kind is LinkKind.PLAN:
        plan = (await named.find_plans(call.tx, [(owner_id, number)])).get((owner_id, number))
        agency_id = plan.agency_id if plan else 0
    if kind is LinkKind.RESALE:
        resale = await resales.find_resales(call.tx, [(owner_id, number)])
        agency_id = resale[owner_id, number].to_agency_id
    if not agency_id:  # offered to every agency, and so by none of them yet
        raise BadLink
    return agency_id, number


async def put_in(
    call: Call,
    promoter_id: int,
    product_id: int,
    *,
    agency_id: int = 0,
    link_id: int = 0,
    is_hidden: bool = False,
) -> WindowItem:
    """Put a product in a window; by way of an agency, on the deal that holds now."""
    await store.hold_window(call.tx, promoter_id)
    card = await _standing(call, product_id)
    known = (await store.find_items(call.tx, promoter_id, [product_id])).get(product_id)
    if known is None and await store.count(call.tx, promoter_id, hidden=True) >= WINDOW_MAX:
        raise WindowFailed(reason=f"it holds {WINDOW_MAX} products at most")
    if known is not None:  # it stands on other terms from now on
        await store.take(call.tx, promoter_id, product_id)
    asked = Ask(card.shop_id, product_id, promoter_id, agency_id, link_id=link_id)
    deal_id = await deal_for(call, asked)
    if agency_id and not deal_id:
        raise WindowFailed(reason="the agency has said nothing of what it passes on to promoters")
    if not agency_id and not deal_id:
        key = card.shop_id, product_id
        if product_id not in await plans.rates(call.tx, [key], call.at):
            raise BadWindowProduct
    item = WindowItem(
        promoter_id,
        product_id,
        card.shop_id,
        agency_id,
        call.caller.party_id,
        link_id,
        deal_id,
        is_hidden,
        known.place if known else call.take_id(Ids.SHARE),
        known.added_at if known else call.at,
    )
    await store.put(call.tx, item)
    return item


async def _standing(call: Call, product_id: int) -> ProductCard:
    shop_id = (await catalog.shop_of(call.tx, [product_id])).get(product_id, 0)
    card = (await catalog.cards(call.tx, [(shop_id, product_id)])).get(product_id)
    if card is None:
        raise BadWindowProduct
    if not is_offered(card) or is_barred(card.barred, (Bar.WINDOW,)):
        raise CannotStandInWindow
    return card


def protection_key(call: Call) -> str:
    """What an agency shows hosts: whose it is, and until when it holds."""
    until = int((call.at + PROTECTION_LASTS).timestamp())
    body = msgspec.msgpack.encode((call.caller.party_id, until))
    return crypto.sign(call.house.secret, _PURPOSE, body)


def protector(call: Call, key: str) -> int:
    """The agency that shows a key, while it holds."""
    body = crypto.unsign(call.house.secret, _PURPOSE, key)
    if body is None:
        raise NoWindowAsk
    agency_id, until = msgspec.msgpack.decode(body, type=tuple[int, int])
    if until <= int(call.at.timestamp()):
        raise NoWindowAsk
    return agency_id
