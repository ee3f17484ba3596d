"""What is shown of gifts, with what lower rooms know of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import Offer
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import token
from tongshang.modules.gifting.actions.claiming import relations_of
from tongshang.modules.gifting.domain import claiming
from tongshang.modules.gifting.domain.claiming import NOT_THERE
from tongshang.modules.gifting.domain.present import Participant, Passed, Portion, Present, Role
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import PresentKind
from tongshang.modules.gifting.store import people, portions, presents
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Buyer, Party
from tongshang.modules.inventory import api as inventory
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order
from tongshang.modules.social import api as social
from tongshang.runtime.call import Call

PresentKey = tuple[int, int]  # shop_id, present_id


@dataclass(frozen=True, slots=True)
class Dossier:
    """A present with all that is shown of it."""

    present: Present
    portions: list[Portion]
    participants: list[Participant]
    buyers: Mapping[int, Buyer]
    orders: Mapping[int, Order]
    shop: Party | None
    passes: Sequence[Passed] = ()
    options: Sequence[tuple[Offer, int]] = field(default_factory=tuple)
    verdict: Portion | Refusal | None = None


def read_token(call: Call, text: str) -> PresentKey:
    """The present of a link; a forged one leads nowhere."""
    key = token.read(call.house.secret, text)
    if key is None:
        raise refusals.PresentNotFound
    return key


def token_of(call: Call, present: Present) -> str:
    """The link's text of a present."""
    return token.write(call.house.secret, *present.key)


async def own_key(call: Call, present_id: int, *roles: Role) -> PresentKey:
    """Shop and present of what the caller gave (or received); others' presents are not there."""
    shop_id = await people.find_shop(call.tx, call.buyer_id, present_id, *roles)
    if shop_id is None:
        raise refusals.PresentNotFound
    return shop_id, present_id


async def get_dossier(call: Call, key: PresentKey) -> Dossier:
    """All that is shown of a present."""
    present = (await presents.find_presents(call.tx, [key])).get(key)
    if present is None:
        raise refusals.PresentNotFound
    parts = (await portions.list_portions(call.tx, [key])).get(key, [])
    joined = (
        await people.list_participants(call.tx, key) if present.kind is PresentKind.DRAW else []
    )
    passes = (await portions.list_passes(call.tx, [key])).get(key, [])
    who = {present.giver_id, present.to_buyer_id, *(one.buyer_id for one in joined)}
    who |= {one for part in parts for one in (part.receiver_id, part.named_id)}
    who |= {one for way in passes for one in (way.from_id, way.to_id)}
    return Dossier(
        present,
        parts,
        joined,
        await identity.find_buyers(call.tx, sorted(who - {0})),
        await ordering.get_orders(call.tx, key[0], [one.order_id for one in parts]),
        (await identity.find_parties(call.tx, [key[0]])).get(key[0]),
        passes,
    )


async def open_link(call: Call, key: PresentKey, buyer_id: int) -> Dossier:
    """A present as somebody opens it: what he may choose, and whether he may have a portion."""
    found = await get_dossier(call, key)
    present = found.present
    if present.state in NOT_THERE and present.giver_id != buyer_id:
        raise refusals.PresentNotFound
    relations = await relations_of(call, {key: present}, [(key, buyer_id)])
    verdict: Portion | Refusal
    try:
        verdict = claiming.portion_for(present, found.portions, buyer_id, relations, call.at)
    except Refusal as refusal:
        verdict = refusal
    return replace(found, options=await _options(call, present), verdict=verdict)


async def _options(call: Call, present: Present) -> list[tuple[Offer, int]]:
    """SKUs of the same product at the same price, that of the gift first."""
    skus = await catalog.skus_of(call.tx, present.shop_id, [present.product_id])
    ids = {sku_id for sku_id, _ in skus.get(present.product_id, ())} | {present.sku_id}
    offers = await catalog.offers(call.tx, sorted((present.shop_id, one) for one in ids))
    given = offers.get((present.shop_id, present.sku_id))
    price_fen = given.price_fen if given and present.is_free else present.each_fen
    same = [
        offer
        for offer in offers.values()
        if offer.price_fen == price_fen and (offer.on_sale or offer.sku_id == present.sku_id)
    ]
    left = await inventory.stocks_of(call.tx, present.shop_id, [one.sku_id for one in same])
    same.sort(key=lambda offer: (offer.sku_id != present.sku_id, offer.sku_id))
    return [(offer, left.get(offer.sku_id, 0)) for offer in same]


async def charity_of(call: Call, rules: Rules) -> str:
    """To whom gifts may be donated, by name; nobody, where the platform has chosen none."""
    if not rules.donation_party_id:
        return ""
    found = await identity.find_parties(call.tx, [rules.donation_party_id])
    party = found.get(rules.donation_party_id)
    return party.name if party else ""


async def readable(
    call: Call, present_ids: Sequence[int], linked: Sequence[PresentKey], buyer_id: int
) -> tuple[dict[PresentKey, Present], dict[PresentKey, list[Portion]]]:
    """Those of the presents that somebody gave, has, was sent, or sees in a group he is in.

    Who holds a link to one reads it as well, once it was sent.
    """
    shops = await presents.find_shops(call.tx, present_ids)
    keys = sorted({*((shop, one) for one, shop in shops.items()), *linked})
    found = await presents.find_presents(call.tx, keys)
    parts = await portions.list_portions(call.tx, keys)
    chats = {one.chat_id for one in found.values() if one.chat_id}
    mine = {chat for chat in chats if buyer_id in await social.members_of(call.tx, chat)}
    shown = {
        key: one
        for key, one in found.items()
        if buyer_id in {one.giver_id, one.to_buyer_id}
        or one.chat_id in mine
        or (key in linked and one.state not in NOT_THERE)
        or any(buyer_id in {part.named_id, part.receiver_id} for part in parts[key])
    }
    return shown, parts
