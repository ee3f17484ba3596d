"""What one may show in a chat: found by words, or what one saved, looked at, or met in the feed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_FOUND: Final = 20
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Pick:
    """Something to show: what the form says of it, and how it looks."""

    field: str
    value: str
    picture_url: str
    title: str
    says: str = ""
    key: str = ""  # what it is, where the same thing comes under several values


@PAGES.get("/chats/{chat_id:int}/goods")
async def goods(visit: Visit) -> Response:
    """Products to show."""
    return await _pick(visit, "goods", "product", _products)


@PAGES.get("/chats/{chat_id:int}/shops")
async def shops(visit: Visit) -> Response:
    """Shops to show."""
    return await _pick(visit, "shops", "shop", _shops)


@PAGES.get("/chats/{chat_id:int}/lives")
async def lives(visit: Visit) -> Response:
    """Live rooms, videos and articles to show; what is live now first."""
    return await _pick(visit, "lives", "content", _contents)


Choose = Callable[[Iterable[Any]], Iterator[Pick]]


async def _pick(visit: Visit, what: str, tab: str, choose: Choose) -> Response:
    chat = await visit.ask("/v1/buyer/chat/get", chat_id=visit.part("chat_id"))
    words = visit.asked("q").strip()[:60]
    if words:
        page = await visit.ask("/v1/buyer/search", q=words, tab=tab, limit=_FOUND)
        picks = list(_found(page))
    else:
        picks = list(choose(await _met(visit)))
    shown = {(pick.field, pick.key or pick.value): pick for pick in reversed(picks)}
    return visit.show(
        "storefront/chat_pick.html",
        chat=chat,
        what=what,
        words=words,
        picks=list(reversed(shown.values()))[:_SHOWN],
    )


async def _met(visit: Visit) -> list[Any]:
    """What one saved, what one looked at, and what the feed shows, in this order."""
    saved = (await visit.ask("/v1/buyer/saved/list", limit=_FOUND)).items
    looked = (await visit.ask("/v1/buyer/history/list", limit=_FOUND)).items
    fed = (await visit.ask("/v1/buyer/feed/list", limit=_FOUND)).items
    return [item for item in (*saved, *looked, *fed) if item.is_available]


def _products(items: Iterable[Any]) -> Iterator[Pick]:
    for item in items:
        for card in [item.card, *item.cards] if item.card else item.cards:
            if card.is_available and card.product_id != "0":
                yield _product(card)


def _product(card: Any) -> Pick:
    return Pick("card", card.url, card.picture_url, card.title, card.shop_name, card.product_id)


def _shops(items: Iterable[Any]) -> Iterator[Pick]:
    for item in items:
        if item.author.kind == "shop":
            author = item.author
            yield Pick("shop_id", author.party_id, author.icon_url, author.name, author.intro)
        for card in item.cards:
            yield Pick("shop_id", card.shop_id, card.shop_icon_url, card.shop_name)


def _contents(items: Iterable[Any]) -> Iterator[Pick]:
    contents = [item for item in items if item.kind not in {"product", "shop"}]
    for item in sorted(contents, key=lambda one: not one.is_live):
        yield Pick("content_id", item.item_id, item.picture_url, item.title, item.author.name)


def _found(page: Any) -> Iterator[Pick]:
    """What was looked for; only one of the three has something."""
    for hit in page.products:
        yield _product(hit.card)
    for hit in page.shops:
        card = hit.card
        yield Pick("shop_id", card.shop_id, card.icon_url, card.name, card.intro)
    for hit in page.contents:
        yield Pick("content_id", hit.content_id, hit.cover_url, hit.title, hit.author)
