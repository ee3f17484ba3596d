"""What follows when somebody comes to a content by a sharer's link."""

from collections.abc import Sequence

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.league.api import Ask
from tongshang.modules.links.events import ContentLinkOpened
from tongshang.modules.live import api as live
from tongshang.modules.partners.store import visits
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Content, TouchDraft
from tongshang.runtime.call import Call


async def credit(call: Call, facts: Sequence[ContentLinkOpened]) -> None:
    """Whatever they buy of what is in it is the carrier's work, by the deal that holds now."""
    parties = await identity.find_parties(call.tx, sorted({one.carrier_id for one in facts}))
    for fact in facts:
        carrier = parties.get(fact.carrier_id)
        if carrier is None or carrier.kind not in {PartyKind.SHARER, PartyKind.AGENCY}:
            continue  # a promoter's link to a content credits its author, as ever
        agency_id, sharer_id = carrier.party_id, 0
        if carrier.kind is PartyKind.SHARER:
            bond = await league.bond_of(call.tx, carrier.party_id)
            if bond is None:
                continue
            agency_id, sharer_id = bond.agency_id, carrier.party_id
        told = fact.carrier_id, fact.content_id, fact.buyer_id, agency_id, fact.at
        await visits.add_visit(call.tx, *told)
        await _credit_goods(call, fact, agency_id, sharer_id)


async def _credit_goods(
    call: Call, fact: ContentLinkOpened, agency_id: int, sharer_id: int
) -> None:
    content = (await surfaces.get_contents(call.tx, [fact.content_id])).get(fact.content_id)
    if content is None:
        return
    drafts = []
    for card in await _cards(call, content, is_live=fact.is_live):
        deal_id = await _deal(call, card, agency_id, sharer_id)
        if deal_id:
            carrier_id = card.promoter_id or sharer_id or agency_id
            credited = CardRef(
                card.shop_id,
                card.product_id,
                carrier_id,
                card.content_id,
                card.scene,
                card.surface,
                card.position,
                deal_id=deal_id,
            )
            drafts.append(TouchDraft(fact.buyer_id, credited, fact.at))
    await surfaces.credit(call.tx, drafts)


async def _cards(call: Call, content: Content, *, is_live: bool) -> list[CardRef]:
    if is_live:
        bag = (await live.bags_of(call.tx, [content.content_id]))[content.content_id]
        keys = [(item.shop_id, item.product_id) for item in bag]
    else:
        placed = await surfaces.list_content_cards(call.tx, [content.content_id])
        keys = [card.key for card in placed[content.content_id]]
    return [surfaces.card_in(content, *key, position) for position, key in enumerate(keys, start=1)]


async def _deal(call: Call, card: CardRef, agency_id: int, sharer_id: int) -> int:
    """A promoter's content: his part goes on to the sharer. A shop's own: the agency's does."""
    if card.promoter_id and not sharer_id:
        return 0
    if card.deal_id:
        return await league.go_on(call, card.shop_id, card.deal_id, sharer_id)
    via = 0 if card.promoter_id else agency_id
    ask = Ask(card.shop_id, card.product_id, card.promoter_id, via, sharer_id)
    return await league.deal_for(call, ask)
