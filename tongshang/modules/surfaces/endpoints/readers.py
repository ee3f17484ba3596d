"""Contents and cards, for everybody."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces.actions import cards, reading
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain import moments
from tongshang.modules.surfaces.domain.content import Content
from tongshang.modules.surfaces.domain.surface import Surface
from tongshang.modules.surfaces.domain.touch import TouchDraft
from tongshang.modules.surfaces.refusals import CardNotOurs, ContentNotFound
from tongshang.modules.surfaces.store import contents as store
from tongshang.modules.surfaces.wire import cards as card_wire
from tongshang.modules.surfaces.wire import contents as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

READERS: Final = Endpoints("surfaces")

_FEED_CARDS: Final = 3  # shown of each content; the others are in it


@READERS("GET", "/v1/buyer/content/list", needs=Scope.PUBLIC, reads=True)
async def list_contents(call: Call, req: wire.FeedQuery) -> wire.FeedPage:
    """What was published, newest first, each with its author and its first cards."""
    author_id = int(req.promoter_id)
    question = ("feed", author_id)
    before = _before(question, req.next_key)
    authors = [author_id] if author_id else None
    found = await store.list_visible(call.tx, before, req.limit + 1, authors)
    shown = found[: req.limit]
    placed = await store.list_cards(call.tx, [content.content_id for content in shown])
    first = [
        domain.card_in(content, *card.key, card.position + 1, Surface.FEED)
        for content in shown
        for card in placed[content.content_id][:_FEED_CARDS]
    ]
    views = iter(await cards.card_views(call, first))
    parties = await identity.find_parties(call.tx, sorted({c.author_id for c in shown}))
    items = [
        wire.FeedItem.of(
            content,
            parties.get(content.author_id),
            len(placed[content.content_id]),
            [next(views) for _ in placed[content.content_id][:_FEED_CARDS]],
        )
        for content in shown
    ]
    more = len(found) > req.limit
    return wire.FeedPage(items, _cursor(question, shown[-1]) if more else "")


@READERS("GET", "/v1/buyer/content/get", needs=Scope.PUBLIC, refuses=(ContentNotFound,), reads=True)
async def get_content(call: Call, req: wire.ContentRef) -> wire.ContentView:
    """A content in full: each card with its product as it is now, and its own signed token."""
    found = await store.find_visible(call.tx, [int(req.content_id)])
    if not found:
        raise ContentNotFound
    (content,) = found.values()
    return await reading.content_view(call, content)


@READERS("POST", "/v1/buyer/card/open", needs=Scope.PUBLIC, refuses=(CardNotOurs,))
async def open_card(call: Call, req: card_wire.CardOpen) -> card_wire.CardTarget:
    """Where a card leads. The opening is kept; for a signed-in buyer it is the last touch."""
    card = cards.read_card(call.house, req.token)
    if card is None:
        raise CardNotOurs
    await cards.record_touches(call, [TouchDraft(call.caller.buyer_id, card, call.at)])
    return card_wire.CardTarget(str(card.shop_id), str(card.product_id), str(card.content_id))


def _before(question: tuple[object, ...], next_key: str) -> store.Before | None:
    key = page.after(question, next_key)
    if key is None:
        return None
    at, content_id = (moments.moment(key[0]), key[1]) if len(key) == 2 else (None, 0)
    if at is None or not isinstance(content_id, int) or not 0 <= content_id < 2**63:
        raise CursorMismatch
    return at, content_id


def _cursor(question: tuple[object, ...], last: Content) -> str:
    assert last.published_at is not None
    return page.cursor(question, (moments.micros(last.published_at), last.content_id))
