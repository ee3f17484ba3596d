"""What is known of products before their plans change."""

from collections.abc import Sequence

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductStatus
from tongshang.modules.league.domain.plans import Ground
from tongshang.modules.league.store import named
from tongshang.runtime.call import Call


async def held_ground(call: Call, product_ids: Sequence[int], but: int = -1) -> Ground:
    """What the shop's products and their plans are, held until the call ends; without plan `but`."""
    cards = await catalog.cards(call.tx, [(call.shop_id, one) for one in product_ids])
    await named.hold_products(call.tx, call.shop_id, cards)
    standing = await named.standing(call.tx, call.shop_id, list(cards), but)
    on_sale = {key: card.status is ProductStatus.LISTED for key, card in cards.items()}
    return Ground(call.shop_id, on_sale, standing, call.at)
