"""What is there to read: the feed, an article, and the cards that lead from it to goods."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()


@PAGES.get("/")
async def feed(visit: Visit) -> Response:
    """The newest contents with their first cards."""
    page = await visit.ask("/v1/buyer/feed/list", limit=10, next_key=visit.asked("after"))
    return visit.show("storefront/feed.html", page=page, is_first=not visit.asked("after"))


@PAGES.get("/a/{content_id:int}")
async def article(visit: Visit) -> Response:
    """An article with product cards between its paragraphs."""
    content = await visit.ask("/v1/buyer/content/get", content_id=str(visit.part("content_id")))
    return visit.show("storefront/article.html", content=content)


@PAGES.get("/c/{token}")
async def open_card(visit: Visit) -> Response:
    """Where a card leads; whose card it was is remembered for this buyer."""
    token = visit.request.path_params["token"]
    try:
        opened = await visit.ask("/v1/buyer/card/open", token=token)
    except Refusal as refusal:
        return visit.show("storefront/gone.html", int(refusal.kind), refusal=refusal)
    return visit.go(f"/p/{opened.product_id}?{query({'card': token})}")
