"""The search page: one box, five tabs, filters in the address, and help where nothing is found."""

from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

TABS: Final = ("all", "product", "shop", "content", "gift")
SORTS: Final = ("relevance", "sales", "newest", "cheapest", "dearest")
# Price ranges as chips, in fen.
PRICES: Final = ((0, 5_000), (5_000, 10_000), (10_000, 30_000), (30_000, 0))
_FLAGS: Final = ("in_stock", "free_freight")
_NUMBERS: Final = ("cat_id", "shop_id", "occasion", "price_from_fen", "price_to_fen")
_TYPED_MAX: Final = 2_000
_LIMIT: Final = 20
_PLACES: Final = {"live_room": "/live/", "short_video": "/v/", "mini_page": "/m/"}


@PAGES.get("/search")
async def search(visit: Visit) -> Response:
    """What was found, or what one may look for."""
    chosen = _chosen(visit)
    if not (chosen["q"].strip() or _is_filtered(chosen)) and chosen["tab"] != "gift":
        return await _start(visit)
    page = await visit.ask(
        "/v1/buyer/search", **chosen, limit=_LIMIT, next_key=visit.asked("after")
    )
    if chosen["q"].strip() and not visit.asked("after") and visit.asked("typed"):
        await _note(visit, chosen["q"])
    return visit.show(
        "storefront/search.html",
        page=page,
        chosen=chosen,
        is_filtered=_is_filtered(chosen),
        is_first=not visit.asked("after"),
        prices=PRICES,
        link=lambda **changes: _link(chosen, changes),
        marked=marked,
        place_of=lambda hit: _place_of(visit, hit),
    )


def _place_of(visit: Visit, hit: Any) -> str:
    """The page of a content; the one that shows any where its own is not built in."""
    prefix = _PLACES.get(hit.kind, "/a/")
    is_there = visit.leads(f"{prefix}{{content_id:int}}")
    return f"{prefix if is_there else '/a/'}{hit.content_id}"


async def _note(visit: Visit, typed: str) -> None:
    """Say that somebody searched; who does it too often is not counted, but still answered."""
    try:
        await visit.ask("/v1/buyer/search/recent/add", q=typed)
    except Refusal:
        return


def _chosen(visit: Visit) -> dict[str, Any]:
    """What the address says, as the endpoint takes it; what makes no sense is left out."""
    tab, sort = visit.asked("tab"), visit.asked("sort")
    chosen: dict[str, Any] = {
        "q": visit.asked("q")[:_TYPED_MAX],
        "tab": tab if tab in TABS else "all",
        "sort": sort if sort in SORTS else "relevance",
        "literal": visit.asked("literal") == "1",
    }
    chosen |= {name: visit.asked(name) == "1" for name in _FLAGS}
    return chosen | {name: min(max(visit.number(name), 0), _MOST[name]) for name in _NUMBERS}


_MOST: Final = {
    "cat_id": 2**63 - 1, "shop_id": 2**63 - 1, "occasion": 999, "price_from_fen": 10**12,
    "price_to_fen": 10**12,
}  # fmt: skip


def _is_filtered(chosen: dict[str, Any]) -> bool:
    return any(chosen[name] for name in (*_FLAGS, *_NUMBERS))


def _link(chosen: dict[str, Any], changes: dict[str, Any]) -> str:
    """The same search with something changed, from its first page."""
    defaults = {"tab": "all", "sort": "relevance"}
    told = {
        name: ("1" if value is True else value)
        for name, value in (chosen | changes).items()
        if value and value != defaults.get(name)
    }
    return f"/search?{query(told)}" if told else "/search"


def marked(title: str, marks: list[Any]) -> Markup:
    """A title with what was looked for marked; all else of it escaped."""
    said = Markup("")
    at = 0
    for mark in marks:
        said += title[at : mark.begin]
        said += Markup("<mark>{}</mark>").format(title[mark.begin : mark.end])
        at = mark.end
    return said + title[at:]


async def _start(visit: Visit) -> Response:
    recents = None
    if visit.session.role == "buyer":
        recents = await visit.ask("/v1/buyer/search/recent/list")
    popular = await visit.ask("/v1/buyer/search/popular")
    groups = await visit.ask("/v1/buyer/search", tab="gift", limit=1)
    return visit.show(
        "storefront/search_start.html",
        recents=recents,
        popular=popular.queries,
        groups=groups.groups,
    )


@PAGES.get("/search/suggest")
async def suggest(visit: Visit) -> Response:
    """Suggestions below the box, as a fragment; nothing where there are none."""
    found = await visit.ask("/v1/buyer/search/suggest", q=visit.asked("q")[:_TYPED_MAX], limit=8)
    return visit.show(
        "storefront/search_suggestions.html", suggestions=found.suggestions, marked=marked
    )


@PAGES.post("/search/recent", role="buyer")
async def recents(visit: Visit) -> Response:
    """Forget one query or all, or say whether they are remembered."""
    do = visit.fields.get("do", "")
    if do in {"keep", "stop"}:
        await visit.ask("/v1/buyer/search/recent/consent", keeps=do == "keep")
    elif do == "clear":
        await visit.ask("/v1/buyer/search/recent/clear", q=visit.fields.get("q", "")[:_TYPED_MAX])
    return visit.go("/search")
