"""Offers found, taken in, and supplied to others."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongshang.kernel.ids import Named as Ids
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductCard, ProductSheet
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.named import NamedPlan
from tongshang.modules.league.domain.plans import OF_AGENCIES
from tongshang.modules.league.domain.supply import Item, LinkKind, Offer, SubItem
from tongshang.modules.league.machine import AgencyTieMove, AgencyTieState
from tongshang.modules.league.refusals import (
    BadAppid,
    BadLink,
    NoAgencyProduct,
    NoShopTie,
    NotSubmitted,
)
from tongshang.modules.league.store import agencies, items, named, resales
from tongshang.runtime.call import Call


@dataclass(frozen=True, slots=True)
class Found:
    """What a link leads to: an offer, and the sub-plan of it that is meant."""

    offer: Offer
    sub_item: SubItem | None = None


async def party_of(call: Call, appid: str, kind: PartyKind) -> Party:
    """Whom an appid names."""
    found = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    if found is None or found.kind is not kind:
        raise BadAppid(appid=appid)
    return found


async def follow(call: Call, link: str) -> Found:
    """What is behind a link, for the agency that calls; others' links lead nowhere for it."""
    number = supply.number_in(link)
    named_by = await items.find_link(call.tx, number) if number else None
    if named_by is None:
        raise BadLink
    owner_id, kind = named_by
    agency_id = call.caller.party_id
    if kind is LinkKind.SUB_ITEM:
        sub = (await items.find_sub_items(call.tx, owner_id, [number])).get(number)
        item = await items.find_item(call.tx, owner_id, sub.item_id) if sub else None
        if owner_id != agency_id or item is None:
            raise BadLink
        return Found(await offer_of(call, item), sub)
    offer = await _offer(call, owner_id, number, kind)
    if not offer.is_for(agency_id):
        raise BadLink
    return Found(offer)


async def follow_own(call: Call, link: str) -> Item | None:
    """The item of the agency that calls to which a link belongs: of the offer, or supplied on."""
    number, agency_id = supply.number_in(link), call.caller.party_id
    named_by = await items.find_link(call.tx, number) if number else None
    if named_by is None:
        raise BadLink
    owner_id, kind = named_by
    if kind is LinkKind.RESALE and owner_id == agency_id:
        key = owner_id, number
        resale = (await resales.find_resales(call.tx, [key]))[key]
        return await items.find_item(call.tx, agency_id, resale.item_id)
    found = await follow(call, link)
    if found.sub_item:
        return await items.find_item(call.tx, agency_id, found.sub_item.item_id)
    offer_key = found.offer.key
    return (await items.items_of_offers(call.tx, agency_id, [offer_key])).get(offer_key)


async def _offer(call: Call, owner_id: int, number: int, kind: LinkKind) -> Offer:
    resale, key = None, (owner_id, number)
    if kind is LinkKind.RESALE:
        resale = (await resales.find_resales(call.tx, [key])).get(key)
        if resale is None:
            raise BadLink
        key = resale.shop_id, resale.plan_id
    plan = await named.find_plan(call.tx, *key, *OF_AGENCIES)
    if plan is None:
        raise BadLink
    return Offer(plan, resale)


async def offer_of(call: Call, item: Item) -> Offer:
    """The offer that an item is of, as it is now."""
    (offer,) = await offers_of(call, [item])
    return offer


async def offers_of(call: Call, some: Sequence[Item]) -> list[Offer]:
    """The offers that items are of, in their order."""
    plans: dict[tuple[int, int], NamedPlan] = {}
    if some:
        plans = await named.find_plans(call.tx, {(one.shop_id, one.plan_id) for one in some})
    keys = [(one.from_agency_id, one.resale_id) for one in some if one.resale_id]
    resold = await resales.find_resales(call.tx, keys) if keys else {}
    return [
        Offer(
            plans[one.shop_id, one.plan_id],
            resold[one.from_agency_id, one.resale_id] if one.resale_id else None,
        )
        for one in some
    ]


async def take_in(call: Call, offer: Offer, *, is_hidden: bool) -> Item:
    """Have an offer among the agency's goods; again it is the item that there is."""
    agency_id, plan, resale = call.caller.party_id, offer.plan, offer.resale
    if not offer.runs(call.at) and not plan.stands(call.at):
        raise NotSubmitted
    await work_with(call, agency_id, plan.shop_id)
    key = offer.key
    item = Item(
        agency_id,
        call.take_id(Ids.PLAN),
        plan.shop_id,
        plan.product_id,
        plan.plan_id,
        resale.agency_id if resale else 0,
        key[1],
        plan.commission_type,
        is_hidden,
        call.at,
    )
    if await items.add_item(call.tx, item):
        return item
    return (await items.items_of_offers(call.tx, agency_id, [key]))[key]


async def work_with(call: Call, agency_id: int, shop_id: int) -> None:
    """Note that a shop and an agency do business; refuses where one of them has ended it."""
    if await agencies.enter(call.tx, (agency_id, shop_id), AgencyTieMove.COME, call.at):
        return
    tie = await agencies.find_tie(call.tx, agency_id, shop_id)
    if tie.state is not AgencyTieState.ACCEPTED:
        raise NoShopTie


async def own_item(call: Call, item_id: int) -> Item:
    """An item of the agency that calls."""
    item = await items.find_item(call.tx, call.caller.party_id, item_id)
    if item is None:
        raise NoAgencyProduct
    return item


async def best_item(call: Call, shop_id: int, product_id: int) -> tuple[Item, Offer] | None:
    """The item of the agency that calls by which a product brings it most; running ones first."""
    some = await items.items_of_product(call.tx, call.caller.party_id, shop_id, product_id)
    offers = await offers_of(call, some)
    pairs = sorted(
        zip(some, offers, strict=True),
        key=lambda one: (not one[1].runs(call.at), -one[1].arrives_ppm, one[0].item_id),
    )
    return pairs[0] if pairs else None


async def sheet_of(
    call: Call, shop_id: int, product_id: int
) -> tuple[ProductCard | None, ProductSheet | None]:
    """A product at a glance, and while it is on sale all that is said of it."""
    cards = await catalog.cards(call.tx, [(shop_id, product_id)])
    sheets = await catalog.sheets(call.tx, [product_id])
    sheet = sheets[product_id][1] if product_id in sheets else None
    return cards.get(product_id), sheet
