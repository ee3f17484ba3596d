"""Product cards for articles written elsewhere (reference section 16)."""

from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.surfaces.actions import cards
from tongshang.modules.surfaces.domain import snippet
from tongshang.modules.surfaces.domain.card import CardRef, WhyNot, why_not
from tongshang.modules.surfaces.domain.surface import Surface, scene_of
from tongshang.modules.surfaces.refusals import (
    ArticleTypeUnknown,
    CardProductUnknown,
    CardTypeUnknown,
)
from tongshang.modules.surfaces.wire import articles as wire
from tongshang.modules.surfaces.wire.cards import link
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ARTICLES: Final = Endpoints("surfaces")


@ARTICLES(
    "POST",
    "/channels/ec/service/product/getcardinfo",
    needs=Scope.PROMOTER,
    refuses=(ArticleTypeUnknown, CardTypeUnknown, CardProductUnknown),
    reads=True,
)
async def get_card_info(call: Call, req: wire.CardInfoRequest) -> wire.CardInfoReply:
    """A product's card to be put into an article: its DOM, its key, or both.

    The card is the caller's: who comes by it came by this account.
    """
    looks = snippet.LOOKS.get(req.article_type)
    if looks is None:
        raise ArticleTypeUnknown
    look = snippet.CARD_TYPES.get(req.card_type)
    if look is None or look not in looks:
        raise CardTypeUnknown
    is_id = req.product_id.isascii() and req.product_id.isdecimal()
    product_id = min(int(req.product_id), 2**63 - 1) if is_id else 0
    shop_id = (await catalog.shop_of(call.tx, [product_id])).get(product_id, 0)
    product = (await catalog.cards(call.tx, [(shop_id, product_id)])).get(product_id)
    surface = Surface.ARTICLE
    card = CardRef(shop_id, product_id, call.caller.party_id, 0, scene_of(surface), surface)
    if product is None or why_not(card, product, left=1) in (WhyNot.OFF_SALE, WhyNot.BARRED):
        raise CardProductUnknown
    token = cards.card_token(call.house, card)
    place = call.house.address + link(token)
    picture_url = call.house.address + product.picture_url
    needs_dom, needs_key = looks[look]
    return wire.CardInfoReply(
        product_key=token if needs_key else None,
        dom=snippet.dom(look, token, place, picture_url, product.title) if needs_dom else None,
    )
