"""What a buyer keeps: saved items, history, whom one follows; and what others may see of it."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.storefront.feed import places_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_KINDS: Final = ("", "product", "content", "shop")


@PAGES.get("/saved")
async def saved(visit: Visit) -> Response:
    """What one saved, by kind."""
    return await _list(visit, "/v1/buyer/saved/list", "storefront/saved.html")


@PAGES.get("/history")
async def history(visit: Visit) -> Response:
    """What one looked at."""
    return await _list(visit, "/v1/buyer/history/list", "storefront/history.html")


async def _list(visit: Visit, path: str, template: str) -> Response:
    kind = visit.asked("kind") if visit.asked("kind") in _KINDS else ""
    page = await visit.ask(path, kind=kind, limit=20, next_key=visit.asked("after"))
    return visit.show(template, page=page, kind=kind, ways=places_of(visit, page.items))


@PAGES.post("/saved")
async def save(visit: Visit) -> Response:
    """Save an item, or let it go."""
    item_id, on = visit.fields.get("item_id", ""), visit.fields.get("on") == "1"
    state = await visit.ask("/v1/buyer/saved/set", item_id=item_id, saved=on)
    if visit.request.headers.get("hx-request"):
        return visit.show(
            "storefront/toggle.html",
            what="save",
            id=item_id,
            on=state.saved,
            back=visit.fields.get("next", ""),
        )
    return visit.go_back("/saved")


@PAGES.post("/looked", role="")
async def looked(visit: Visit) -> Response:
    """A page says that it is being looked at; only a buyer's history hears of it."""
    if visit.session.role == "buyer":
        try:
            await visit.ask("/v1/buyer/history/add", item_id=visit.fields.get("item_id", ""))
        except Refusal:
            return Response(status_code=204)
    return Response(status_code=204)


@PAGES.post("/history/clear")
async def clear(visit: Visit) -> Response:
    """Forget one item, or everything one looked at."""
    await visit.ask("/v1/buyer/history/clear", item_id=visit.whole("item_id") or None)
    return visit.go("/history")


@PAGES.get("/follows")
async def follows(visit: Visit) -> Response:
    """Whom one follows."""
    page = await visit.ask("/v1/buyer/follow/list", limit=20, next_key=visit.asked("after"))
    return visit.show("storefront/follows.html", page=page)


@PAGES.get("/me/privacy")
async def privacy(visit: Visit) -> Response:
    """What one allows."""
    choices = await visit.ask("/v1/buyer/choices/get")
    events = await visit.ask("/v1/buyer/event/consent/get")
    done = visit.asked("done")
    return visit.show("storefront/privacy.html", choices=choices, events=events, done=done)


@PAGES.post("/me/privacy")
async def choose(visit: Visit) -> Response:
    """Allow or forbid."""
    await visit.ask(
        "/v1/buyer/choices/set",
        keeps_history=visit.fields.get("keeps_history") == "1",
        shows_purchases=visit.fields.get("shows_purchases") == "1",
    )
    consents = visit.fields.get("consents") == "1"
    if (await visit.ask("/v1/buyer/event/consent/get")).consents != consents:
        await visit.ask("/v1/buyer/event/consent/set", consents=consents)
    return visit.go("/me/privacy?done=1")
