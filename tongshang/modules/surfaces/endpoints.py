"""The feed, contents and cards; what promoters publish."""

from functools import partial
from typing import Final

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces import actions, domain, store, wire
from tongshang.modules.surfaces.domain import CardRef, TouchDraft
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    CardNotOurs,
    ContentNotFound,
    ProductNotHere,
    WordsForbidden,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

ENDPOINTS = Endpoints("surfaces")

_NEWEST: Final = 2**62
_FEED_CARDS: Final = 3  # shown of each content; the others are in it


@ENDPOINTS("GET", "/v1/buyer/feed/list", needs=Scope.PUBLIC, reads=True)
async def list_feed(call: Call, req: wire.FeedQuery) -> wire.FeedPage:
    """What promoters published, newest first, each with its author and its first cards."""
    author_id = int(req.promoter_id)
    question = ("feed", author_id)
    before = page.after_number(question, req.next_key, _NEWEST)
    found = await store.list_contents(call.tx, before, author_id, req.limit + 1)
    shown = found[: req.limit]
    cards = await store.list_cards(call.tx, [content.content_id for content in shown])
    first = [card for some in cards.values() for card in some[:_FEED_CARDS]]
    keys = sorted({card.key for card in first})
    products = await catalog.cards(call.tx, keys)
    authors = await identity.find_parties(call.tx, sorted({c.promoter_id for c in shown}))
    sign = partial(actions.card_token, call.house)
    items = [
        wire.FeedItem.of(
            content,
            authors.get(content.promoter_id),
            len(cards[content.content_id]),
            [
                wire.card_view(domain.card_in(content, *card.key), products, sign)
                for card in cards[content.content_id][:_FEED_CARDS]
            ],
        )
        for content in shown
    ]
    more = len(found) > req.limit
    return wire.FeedPage(items, page.cursor(question, (shown[-1].content_id,)) if more else "")


@ENDPOINTS(
    "GET", "/v1/buyer/content/get", needs=Scope.PUBLIC, refuses=(ContentNotFound,), reads=True
)
async def get_content(call: Call, req: wire.ContentRef) -> wire.ContentView:
    """A content in full: each card with its product as it is now, and its own signed token."""
    content = await store.find_content(call.tx, int(req.content_id))
    if content is None:
        raise ContentNotFound
    placed = domain.cards_of(content.content_id, content.blocks)
    keys = sorted({card.key for card in placed})
    products = await catalog.cards(call.tx, keys)
    authors = await identity.find_parties(call.tx, [content.promoter_id])
    return wire.ContentView(
        str(content.content_id),
        content.kind.name.lower(),
        content.title,
        content.cover_url,
        content.published_at,
        wire.AuthorView.of(content.promoter_id, authors.get(content.promoter_id)),
        content.media,
        wire.blocks_view(content, products, partial(actions.card_token, call.house)),
    )


@ENDPOINTS("POST", "/v1/buyer/card/open", needs=Scope.PUBLIC, refuses=(CardNotOurs,))
async def open_card(call: Call, req: wire.CardOpen) -> wire.CardTarget:
    """Where a card leads. The opening is kept; for a signed-in buyer it is the last touch."""
    card = actions.read_card(call.house, req.token)
    if card is None:
        raise CardNotOurs
    await actions.record_touches(call, [TouchDraft(call.caller.buyer_id, card, call.at)])
    return wire.CardTarget(str(card.shop_id), str(card.product_id), str(card.content_id))


@ENDPOINTS(
    "POST",
    "/v1/promoter/content/add",
    needs=Scope.PROMOTER,
    refuses=(BadBlock, ProductNotHere, WordsForbidden),
)
async def add_content(call: Call, req: wire.ContentRequest) -> wire.ContentAdded:
    """Publish an article, or what belongs to a short video or a live room."""
    (content_id,) = await actions.publish(call, [req.draft(call.caller.party_id)])
    return wire.ContentAdded(str(content_id))


@ENDPOINTS(
    "POST",
    "/v1/promoter/content/update",
    needs=Scope.PROMOTER,
    refuses=(BadBlock, ProductNotHere, WordsForbidden, ContentNotFound),
)
async def update_content(call: Call, req: wire.ContentPatch) -> Done:
    """Write a content of one's own anew; it stays what kind it is, and where it is in the feed."""
    draft = req.draft(call.caller.party_id)
    await actions.check(call, [draft])
    if not await store.change_content(call, int(req.content_id), draft):
        raise ContentNotFound
    return Done()


@ENDPOINTS("POST", "/v1/promoter/content/remove", needs=Scope.PROMOTER, refuses=(ContentNotFound,))
async def remove_content(call: Call, req: wire.ContentRef) -> Done:
    """Take a content of one's own down; cards that were shared from it still lead to products."""
    if not await store.remove_content(call, int(req.content_id), call.caller.party_id):
        raise ContentNotFound
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/promoter/card/make",
    needs=Scope.PROMOTER,
    refuses=(ContentNotFound, ProductNotHere),
)
async def make_card(call: Call, req: wire.CardRequest) -> wire.CardMade:
    """A signed card for a product, to share anywhere: who opens it came by this promoter."""
    shop_id, product_id, content_id = int(req.shop_id), int(req.product_id), int(req.content_id)
    promoter_id = call.caller.party_id
    card = CardRef(shop_id, product_id, promoter_id, 0, req.scene)
    if content_id:
        content = await store.find_content(call.tx, content_id)
        if content is None or content.promoter_id != promoter_id:
            raise ContentNotFound
        card = domain.card_in(content, shop_id, product_id)
    if product_id not in await catalog.cards(call.tx, [(shop_id, product_id)]):
        raise ProductNotHere(product_id=str(product_id))
    token = actions.card_token(call.house, card)
    return wire.CardMade(token, wire.link(token))
