"""Posts as people see them: contents with cards, products as cards, shops with some goods.

Whatever is shown goes through the surfaces' one door for cards, so that price, stock, flash price
and bars are those of the moment; the number of statements does not grow with the page.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from tongshang.modules.discovery import domain, wire
from tongshang.modules.discovery.domain import Facts, Lane, Part, Post, PostKind, Scored, Tab
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party
from tongshang.modules.live import api as live
from tongshang.modules.live.api import RoomState
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, CardView, Content, Surface
from tongshang.runtime.call import Call

CARDS_SHOWN: Final = 3  # of a content, and of a shop's goods


@dataclass(frozen=True, slots=True)
class _Known:
    """All that a page of posts needs, read at once."""

    parties: Mapping[int, Party] = field(default_factory=dict)
    contents: Mapping[int, Content] = field(default_factory=dict)
    views: Mapping[int, list[CardView]] = field(default_factory=dict)  # by item
    counts: Mapping[int, int] = field(default_factory=dict)  # of cards, by content
    live: AbstractSet[int] = frozenset()  # rooms open now


async def show(call: Call, posts: Sequence[Post], surface: Surface) -> list[wire.Item]:
    """The posts in their order; what cannot be had now says so."""
    known = await _look_up(call, posts, surface)
    return [_item(post, known) for post in posts]


async def show_chosen(
    call: Call, chosen: Sequence[Scored], facts: Facts, surface: Surface, tab: Tab
) -> list[wire.Item]:
    """Ranked posts with the reason of each; what cannot be had now is left out."""
    items = await show(call, [one.post for one in chosen], surface)
    for one, item in zip(chosen, items, strict=True):
        item.reason = reason_of(one, facts, item.author, tab)
    return [item for item in items if item.is_available]


def reason_of(one: Scored, facts: Facts, author: wire.Author, tab: Tab) -> wire.Reason:
    """Why it is here, in a line."""
    reason = one.reason(tab)
    return wire.Reason(reason, *told(reason, one.post, facts, author))


def told(part: Part, post: Post, facts: Facts, author: wire.Author) -> tuple[str, str]:
    """What a part says of a post, in English and Chinese."""
    english = author.name_en or author.name
    count = facts.friends.get(post.item_id, 0)
    text, _ = domain.says(part, count=count, name=english, city=facts.city)
    _, chinese = domain.says(part, count=count, name=author.name, city=facts.city)
    return text, chinese


async def on_air(call: Call, posts: Sequence[Post]) -> frozenset[int]:
    """Those of the posts that are rooms open now."""
    rooms = [post.item_id for post in posts if post.kind is PostKind.LIVE_ROOM]
    found = await live.rooms_of(call.tx, rooms) if rooms else {}
    return frozenset(i for i, room in found.items() if room.state is RoomState.ON_AIR)


async def _look_up(call: Call, posts: Sequence[Post], surface: Surface) -> _Known:
    if not posts:
        return _Known()
    ids = {lane: [post.item_id for post in posts if post.lane is lane] for lane in Lane}
    contents, cards = {}, {}
    if ids[Lane.CONTENT]:
        contents = await surfaces.get_contents(call.tx, ids[Lane.CONTENT])
        cards = await surfaces.list_content_cards(call.tx, ids[Lane.CONTENT])
    goods: list[Post] = []
    if ids[Lane.SHOP]:
        goods = await store.list_of_authors(
            call.tx, ids[Lane.SHOP], Lane.PRODUCT, store.begin_at(call.at), CARDS_SHOWN
        )
    refs: list[tuple[int, CardRef]] = []
    scene = surfaces.scene_of(surface)
    for content_id, content in contents.items():
        refs += [
            (content_id, surfaces.card_in(content, *card.key, card.position + 1, surface))
            for card in cards[content_id][:CARDS_SHOWN]
        ]
    refs += [
        (post.author_id, CardRef(post.author_id, post.item_id, 0, 0, scene, surface, n))
        for n, post in enumerate(goods, start=1)
    ]
    refs += [
        (post.item_id, CardRef(post.author_id, post.item_id, 0, 0, scene, surface, n))
        for n, post in enumerate(posts, start=1)
        if post.lane is Lane.PRODUCT
    ]
    views: dict[int, list[CardView]] = {}
    if refs:
        found = await surfaces.card_views(call, [ref for _, ref in refs])
        for (item_id, _), view in zip(refs, found, strict=True):
            views.setdefault(item_id, []).append(view)
    parties = await identity.find_parties(call.tx, sorted({post.author_id for post in posts}))
    counts = {i: len(placed) for i, placed in cards.items()}
    return _Known(parties, contents, views, counts, await on_air(call, posts))


def _item(post: Post, known: _Known) -> wire.Item:
    author = wire.Author.of(post.author_id, known.parties.get(post.author_id))
    item = wire.Item(str(post.item_id), wire.KIND_NAMES[post.kind], post.at, author)
    views = known.views.get(post.item_id, [])
    if post.kind is PostKind.PRODUCT:
        item.card = views[0] if views else None
        item.is_available = bool(views) and views[0].is_available
        if item.card:
            item.title, item.picture_url = item.card.title, item.card.picture_url
        return item
    item.cards = [view for view in views if view.is_available]
    if post.kind is PostKind.SHOP:
        item.title, item.picture_url = author.name, author.icon_url
        item.is_available = bool(author.name)
        return item
    content = known.contents.get(post.item_id)
    item.is_available = content is not None
    item.card_count = known.counts.get(post.item_id, 0)
    item.is_live = post.item_id in known.live
    if content:
        item.title, item.picture_url = content.title, content.cover_url
        item.seconds, item.starts_at = content.media.seconds, content.media.starts_at
    return item
