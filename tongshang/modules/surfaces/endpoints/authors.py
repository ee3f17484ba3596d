"""What promoters and shops write, and the cards that promoters share.

Both have the same paths, under their own audience; the cards in what a shop writes are nobody's
promotion.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog import api as catalog
from tongshang.modules.league import api as league
from tongshang.modules.surfaces.actions import cards, contents, reading
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.card import CardRef
from tongshang.modules.surfaces.domain.content import AuthorKind
from tongshang.modules.surfaces.machine import ContentState
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    BadTime,
    ContentMoved,
    ContentNotFound,
    ProductBarred,
    ProductNotHere,
    ProductOffSale,
    VersionNotFound,
    WordsForbidden,
)
from tongshang.modules.surfaces.store import contents as store
from tongshang.modules.surfaces.wire import cards as card_wire
from tongshang.modules.surfaces.wire import contents as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Handler, Method

AUTHORS: Final = Endpoints("surfaces")

_NEWEST: Final = 2**62
_STATES: Final = {state.name.lower(): state for state in ContentState}
_WRITING: Final = (BadBlock, ProductNotHere, ProductOffSale, ProductBarred, WordsForbidden)


def _both(
    path: str, refuses: tuple[type[Refusal], ...], method: Method = "POST", *, reads: bool = False
) -> Callable[[Handler], Handler]:
    """Declare an endpoint for promoters and for shops."""

    def declare(handle: Handler) -> Handler:
        for audience, needs in (("promoter", Scope.PROMOTER), ("shop", Scope.SHOP)):
            endpoint = AUTHORS(
                method, f"/v1/{audience}/{path}", needs=needs, refuses=refuses, reads=reads
            )
            endpoint(handle)
        return handle

    return declare


def _author(call: Call) -> tuple[int, AuthorKind]:
    is_shop = Scope.SHOP in call.caller.scopes
    return call.caller.party_id, AuthorKind.SHOP if is_shop else AuthorKind.PROMOTER


@_both("content/add", (*_WRITING, BadTime))
async def add_content(call: Call, req: wire.ContentRequest) -> wire.ContentAdded:
    """Publish an article, short video or page; or keep it as a draft, or for its time."""
    draft = req.draft(*_author(call))
    if req.is_draft or req.publish_at is not None:
        content_id = await contents.keep(call, draft, None if req.is_draft else req.publish_at)
    else:
        (content_id,) = await contents.publish(call, [draft])
    return wire.ContentAdded(str(content_id))


@_both("content/update", (*_WRITING, ContentNotFound, ContentMoved))
async def update_content(call: Call, req: wire.ContentPatch) -> wire.VersionKept:
    """Write a content of one's own anew; it stays what kind it is, and where it is in the feed."""
    draft = req.draft(*_author(call))
    version = await contents.change(call, int(req.content_id), draft, req.version)
    return wire.VersionKept(version)


@_both("content/publish", (*_WRITING, ContentNotFound, IllegalMove))
async def publish_content(call: Call, req: wire.ContentRef) -> Done:
    """Let people read a draft, or what was waiting for its time, from now on."""
    await contents.publish_now(call, int(req.content_id), call.caller.party_id)
    return Done()


@_both("content/schedule", (*_WRITING, ContentNotFound, IllegalMove, BadTime))
async def schedule_content(call: Call, req: wire.ContentTime) -> Done:
    """Let the platform publish a draft at a time; again, at another time."""
    await contents.schedule(call, int(req.content_id), call.caller.party_id, req.publish_at)
    return Done()


@_both("content/withdraw", (ContentNotFound, IllegalMove))
async def withdraw_content(call: Call, req: wire.ContentRef) -> Done:
    """Make a draft again of what is waiting for its time."""
    await contents.withdraw(call, int(req.content_id), call.caller.party_id)
    return Done()


@_both("content/remove", (ContentNotFound,))
async def remove_content(call: Call, req: wire.ContentRef) -> Done:
    """Take a content of one's own down; cards that were shared from it still lead to products."""
    await contents.remove(call, int(req.content_id), call.caller.party_id)
    return Done()


@_both("content/list", (), "GET", reads=True)
async def list_contents(call: Call, req: wire.OwnQuery) -> wire.OwnPage:
    """One's own contents, the latest written first, with how many there are in each state."""
    question = ("own", req.state)
    before = page.after_number(question, req.next_key, _NEWEST)
    states = [_STATES[req.state]] if req.state else [s for s in ContentState if s.name != "REMOVED"]
    author_id = call.caller.party_id
    found = await store.list_own(call.tx, author_id, before, states, req.limit + 1)
    shown = found[: req.limit]
    placed = await store.list_cards(call.tx, [content.content_id for content in shown])
    counts = await store.count_own(call.tx, author_id)
    more = len(found) > req.limit
    return wire.OwnPage(
        [wire.OwnItem.of(content, len(placed[content.content_id])) for content in shown],
        {name: counts.get(state, 0) for name, state in _STATES.items()},
        page.cursor(question, (shown[-1].content_id,)) if more else "",
    )


@_both("content/get", (ContentNotFound,), "GET", reads=True)
async def get_content(call: Call, req: wire.ContentRef) -> wire.OwnView:
    """A content of one's own in whatever state, as people see it or will."""
    content = await store.find_own(call.tx, int(req.content_id), call.caller.party_id)
    if content is None:
        raise ContentNotFound
    view = await reading.content_view(call, content)
    count = len(domain.cards_of(content.content_id, content.blocks))
    return wire.OwnView(wire.OwnItem.of(content, count), view)


@_both("content/version/list", (ContentNotFound,), "GET", reads=True)
async def list_versions(call: Call, req: wire.ContentRef) -> wire.VersionList:
    """What a content of one's own said at each saving, the latest 50."""
    content = await store.find_own(call.tx, int(req.content_id), call.caller.party_id)
    if content is None:
        raise ContentNotFound
    versions = await store.list_versions(call.tx, content.content_id)
    return wire.VersionList([wire.VersionItem.of(version) for version in versions])


@_both("content/version/restore", (*_WRITING, ContentNotFound, VersionNotFound))
async def restore_version(call: Call, req: wire.VersionRef) -> wire.VersionKept:
    """Say again what an earlier version said; it becomes the newest version, none is lost."""
    content_id = int(req.content_id)
    version = await contents.restore(call, content_id, call.caller.party_id, req.version)
    return wire.VersionKept(version)


@AUTHORS(
    "POST",
    "/v1/promoter/card/make",
    needs=Scope.PROMOTER,
    refuses=(ContentNotFound, ProductNotHere, league.BadLink),
)
async def make_card(call: Call, req: card_wire.CardRequest) -> card_wire.CardMade:
    """A signed card for a product, to share anywhere: who opens it came by this promoter.

    By an agency's link it carries what that promises now; else what holds when an order is placed.
    """
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
    if req.link:
        deal_id = await league.link_deal(call, card.key, promoter_id, req.link)
        card = replace(card, deal_id=deal_id)
    token = cards.card_token(call.house, card)
    return card_wire.CardMade(token, card_wire.link(token))
