"""Cards: their tokens, what they show now, and who opened them."""

from collections.abc import Sequence
from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.discounts import api as discounts
from tongshang.modules.identity import api as identity
from tongshang.modules.inventory import api as inventory
from tongshang.modules.surfaces.domain.card import CardRef, pack_card, unpack_card
from tongshang.modules.surfaces.domain.surface import Surface, scene_of
from tongshang.modules.surfaces.domain.touch import TouchDraft, last_touches
from tongshang.modules.surfaces.events import SharedCardOpened
from tongshang.modules.surfaces.store import touches
from tongshang.modules.surfaces.wire.cards import CardView, ShopCardView
from tongshang.runtime import crypto
from tongshang.runtime.call import Call, House

_PURPOSE: Final = "card"


def card_token(house: House, card: CardRef) -> str:
    """A card as a signed text that says where it leads, whose it is and where it stood."""
    return crypto.sign(house.secret, _PURPOSE, pack_card(card))


def read_card(house: House, token: str) -> CardRef | None:
    """The card of a token, or None where we did not sign it."""
    body = crypto.unsign(house.secret, _PURPOSE, token)
    return None if body is None else unpack_card(body)


async def card_views(call: Call, refs: Sequence[CardRef]) -> list[CardView]:
    """What the cards show now, in the order asked: five statements, however many.

    Nothing is remembered between calls: price, stock, delisting and restrictions show at once.
    """
    if not refs:
        return []
    keys = sorted({ref.key for ref in refs})
    products = await catalog.cards(call.tx, keys)
    skus = [(one.shop_id, sku_id) for one in products.values() for sku_id in one.sku_ids]
    stocks = await inventory.stocks_of_keys(call.tx, sorted(skus)) if skus else {}
    flash = await discounts.flash_prices(call.tx, sorted(skus), call.at)
    shops = await identity.find_parties(call.tx, sorted({ref.shop_id for ref in refs}))
    views = []
    for ref in refs:
        product = products.get(ref.product_id)
        places = [(ref.shop_id, sku) for sku in product.sku_ids] if product else []
        lowered = [flash[place] for place in places if place in flash and flash[place].left]
        left = sum(stocks.get(place, 0) for place in places) + sum(one.left for one in lowered)
        token = card_token(call.house, ref)
        view = CardView.of(ref, product, left, shops.get(ref.shop_id), token)
        if lowered:
            lowest = min(lowered, key=lambda one: one.price_fen)
            view.flash_price_fen = lowest.price_fen
            view.flash_left = sum(one.left for one in lowered)
            view.flash_ends_at = lowest.ends_at
        views.append(view)
    return views


async def shop_card_views(
    call: Call,
    shop_ids: Sequence[int],
    surface: Surface = Surface.NOWHERE,
    promoter_id: int = 0,
    content_id: int = 0,
    share_id: int = 0,
) -> list[ShopCardView]:
    """Cards of shops, in the order asked; one that does not exist has no name."""
    shops = await identity.find_parties(call.tx, sorted(set(shop_ids))) if shop_ids else {}
    scene = scene_of(surface)
    views = []
    for position, shop_id in enumerate(shop_ids, start=1):
        ref = CardRef(shop_id, 0, promoter_id, content_id, scene, surface, position, share_id)
        views.append(ShopCardView.of(ref, shops.get(shop_id), card_token(call.house, ref)))
    return views


async def record_touches(call: Call, drafts: Sequence[TouchDraft]) -> None:
    """Keep each opening of a card, and move the last touch of signed-in buyers."""
    if not drafts:
        return
    await touches.add_clicks(call, drafts)
    if moved := last_touches(drafts):
        await touches.save_touches(call.tx, moved)
    opened = [
        SharedCardOpened(*card.key, card.share_id, card.surface, draft.buyer_id, draft.at)
        for draft in drafts
        if (card := draft.card).share_id
    ]
    if opened:
        await call.tell(*opened)
