"""What promoters publish, and the cards they share."""

from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.surfaces.actions import cards, contents
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.card import CardRef
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    ContentNotFound,
    ProductNotHere,
    WordsForbidden,
)
from tongshang.modules.surfaces.store import contents as store
from tongshang.modules.surfaces.wire import cards as card_wire
from tongshang.modules.surfaces.wire import contents as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

AUTHORS: Final = Endpoints("surfaces")


@AUTHORS(
    "POST",
    "/v1/promoter/content/add",
    needs=Scope.PROMOTER,
    refuses=(BadBlock, ProductNotHere, WordsForbidden),
)
async def add_content(call: Call, req: wire.ContentRequest) -> wire.ContentAdded:
    """Publish an article, or what belongs to a short video or a live room."""
    (content_id,) = await contents.publish(call, [req.draft(call.caller.party_id)])
    return wire.ContentAdded(str(content_id))


@AUTHORS(
    "POST",
    "/v1/promoter/content/update",
    needs=Scope.PROMOTER,
    refuses=(BadBlock, ProductNotHere, WordsForbidden, ContentNotFound),
)
async def update_content(call: Call, req: wire.ContentPatch) -> Done:
    """Write a content of one's own anew; it stays what kind it is, and where it is in the feed."""
    draft = req.draft(call.caller.party_id)
    await contents.change(call, int(req.content_id), draft)
    return Done()


@AUTHORS("POST", "/v1/promoter/content/remove", needs=Scope.PROMOTER, refuses=(ContentNotFound,))
async def remove_content(call: Call, req: wire.ContentRef) -> Done:
    """Take a content of one's own down; cards that were shared from it still lead to products."""
    await contents.remove(call, int(req.content_id), call.caller.party_id)
    return Done()


@AUTHORS(
    "POST",
    "/v1/promoter/card/make",
    needs=Scope.PROMOTER,
    refuses=(ContentNotFound, ProductNotHere),
)
async def make_card(call: Call, req: card_wire.CardRequest) -> card_wire.CardMade:
    """A signed card for a product, to share anywhere: who opens it came by this promoter."""
    shop_id, product_id, content_id = int(req.shop_id), int(req.product_id), int(req.content_id)
    promoter_id = call.caller.party_id
    card = CardRef(shop_id, product_id, promoter_id, 0, req.scene)
    if content_id:
        content = (await store.find_visible(call.tx, [content_id])).get(content_id)
        if content is None or content.author_id != promoter_id:
            raise ContentNotFound
        card = domain.card_in(content, shop_id, product_id)
    if product_id not in await catalog.cards(call.tx, [(shop_id, product_id)]):
        raise ProductNotHere(product_id=str(product_id))
    token = cards.card_token(call.house, card)
    return card_wire.CardMade(token, card_wire.link(token))
