"""What is there to find: the feed, an article, and the cards that lead from it to goods."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

_LIMIT: Final = 13  # one as wide as the page, the others in two columns
_TABS: Final = ("recommended", "following", "friends", "nearby", "hot")
# Where an item's own page is, where there is one; else the page that shows any content.
_PLACES: Final = {
    "live_room": "/live/{content_id:int}",
    "short_video": "/v/{content_id:int}",
    "mini_page": "/m/{content_id:int}",
}
_ARTICLE: Final = "storefront/article.html"
_TEMPLATES: Final = {
    "short_video": "storefront/video.html",
    "mini_page": "storefront/mini_page.html",
}
# How high an item stands in a column, a hundred being the column's width.
_HEIGHT: Final = {
    "product": 165, "shop": 105, "short_video": 210, "live_room": 210, "article": 150,
    "mini_page": 150,
}  # fmt: skip
_HEIGHT_OF_CARDS: Final = 48


@PAGES.get("/")
async def feed(visit: Visit) -> Response:
    """What there is now, tab by tab; the first is as wide as the page."""
    tab, after = visit.asked("tab"), visit.asked("after")
    page = await visit.ask(
        "/v1/buyer/feed/list",
        tab=tab if tab in _TABS else _TABS[0],
        limit=_LIMIT,
        next_key=after,
    )
    items = list(page.items)
    lead = next(
        (one for one in items[:3] if one.kind in {"article", "live_room"} and one.picture_url), None
    )
    rest = [one for one in items if one is not lead]
    return visit.show(
        "storefront/feed.html",
        page=page,
        is_first=not after,
        lead=lead,
        columns=in_columns(rest),
        ways=places_of(visit, items),
    )


def in_columns(items: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Two columns that end about alike; each item goes to the shorter one."""
    columns: tuple[list[Any], list[Any]] = ([], [])
    heights = [0, 0]
    for one in items:
        shorter = heights.index(min(heights))
        columns[shorter].append(one)
        has_cards = bool(one.cards) and one.kind in {"article", "mini_page", "shop"}
        heights[shorter] += _HEIGHT[one.kind] + _HEIGHT_OF_CARDS * has_cards
    return columns


def places_of(visit: Visit, items: Sequence[Any]) -> dict[str, str]:
    """Where each item's page is, by its id."""
    return {one.item_id: place_of(visit, one) for one in items}


def place_of(visit: Visit, item: Any) -> str:
    """Where an item's page is."""
    if item.kind == "shop":
        return f"/s/{item.item_id}"
    if item.kind == "product":
        return item.card.url if item.card else f"/p/{item.item_id}"
    pattern = _PLACES.get(item.kind, "")
    if pattern and visit.leads(pattern):
        return pattern.replace("{content_id:int}", item.item_id)
    return f"/a/{item.item_id}"


@PAGES.get("/a/{content_id:int}")
async def article(visit: Visit) -> Response:
    """A content: an article, a short video or a page; a live room has a page of its own."""
    content = await visit.ask("/v1/buyer/content/get", content_id=str(visit.part("content_id")))
    live = _PLACES["live_room"]
    if content.kind == "live_room" and visit.leads(live):
        return visit.go(live.replace("{content_id:int}", content.content_id))
    return visit.show(_TEMPLATES.get(content.kind, _ARTICLE), content=content, is_preview=False)


@PAGES.get("/c/{token}")
async def open_card(visit: Visit) -> Response:
    """Where a card leads; whose card it was is remembered for this buyer."""
    token = visit.request.path_params["token"]
    try:
        opened = await visit.ask("/v1/buyer/card/open", token=token)
    except Refusal as refusal:
        return visit.show("storefront/gone.html", int(refusal.kind), refusal=refusal)
    if opened.product_id == "0":
        return visit.go(f"/s/{opened.shop_id}?{query({'card': token})}")
    sku = visit.asked("sku")
    return visit.go(f"/p/{opened.product_id}?{query({'card': token, 'sku': sku})}")
