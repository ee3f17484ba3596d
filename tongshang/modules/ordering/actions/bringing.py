"""Who brings buyers to products, looked up for a batch: the fewest statements that tell."""

from collections.abc import Collection

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.ordering.domain.bringing import TOUCH_COUNTS_FOR, Brought
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Touch
from tongshang.runtime.call import Call


async def brought(
    call: Call, tokens: Collection[str], seen: Collection[tuple[int, int]]
) -> Brought:
    """What `tokens` of cards and the last touches of `seen` (buyer, product) say.

    Nobody's visits cost one statement; deals and who stands behind whom are asked where needed.
    """
    read = {token: surfaces.read_card(call.house, token) for token in tokens if token}
    cards = {token: card for token, card in read.items() if card}
    since = call.at - TOUCH_COUNTS_FOR
    touches = await surfaces.last_touches(call.tx, sorted(seen), since) if seen else {}
    both: list[CardRef | Touch] = [*touches.values(), *cards.values()]
    sources = [one for one in both if one.promoter_id]
    if not sources:
        return Brought(cards, touches)
    keys = {(one.shop_id, one.product_id, one.promoter_id) for one in sources}
    rates, named = await league.terms(call.tx, keys, call.at)
    deals = {(one.shop_id, one.deal_id) for one in sources if one.deal_id}
    deals |= {(shop_id, deal_id) for (shop_id, _, _), deal_id in named.items()}
    buyers = sorted({buyer_id for buyer_id, _ in seen})
    kinds = await identity.kinds_of(call.tx, {one.promoter_id for one in sources})
    return Brought(
        cards,
        touches,
        rates,
        await league.standing_deals(call.tx, deals, call.at),
        await identity.parties_behind(call.tx, buyers),
        named,
        frozenset(i for i, kind in kinds.items() if kind is not PartyKind.PROMOTER),
    )
