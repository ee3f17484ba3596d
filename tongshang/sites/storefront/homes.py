"""Where creators are at home, and following: them and shops."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.sites.storefront.feed import in_columns, places_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

_WINDOW_SIZE: Final = 20
_WINDOW_SEEN: Final = 4
_KINDS: Final = ("", "article", "short_video", "live_room", "goods")


@PAGES.get("/u/{party_id:int}")
async def creator(visit: Visit) -> Response:
    """A creator: what they publish, by kind, and what they carry."""
    party_id = str(visit.part("party_id"))
    kind = visit.asked("kind") if visit.asked("kind") in _KINDS else ""
    home = await visit.ask("/v1/buyer/home/get", party_id=party_id)
    if home.author.kind == "shop":
        return visit.go(f"/s/{party_id}")
    contents, goods, window = await asyncio.gather(
        visit.ask(
            "/v1/buyer/home/contents",
            party_id=party_id,
            kind="" if kind == "goods" else kind,
            next_key="" if kind == "goods" else visit.asked("after"),
        ),
        visit.ask("/v1/buyer/home/goods", party_id=party_id),
        visit.ask(
            "/v1/buyer/window/list",
            promoter_id=party_id,
            limit=_WINDOW_SIZE if kind == "goods" else _WINDOW_SEEN,
            next_key=visit.asked("after") if kind == "goods" else "",
        ),
    )
    # Who keeps no window shows what his contents carry.
    items = goods.items if kind == "goods" else contents.items
    next_key = window.next_key if kind == "goods" else contents.next_key
    return visit.show(
        "storefront/creator.html",
        home=home,
        kind=kind,
        items=items,
        columns=in_columns(items),
        ways=places_of(visit, items),
        goods=goods.items,
        window=window.cards,
        next_key=next_key,
    )


@PAGES.post("/follow", role="buyer")
async def follow(visit: Visit) -> Response:
    """Follow, or follow no more."""
    party_id, follows = visit.fields.get("party_id", ""), visit.fields.get("on") == "1"
    standing = await visit.ask("/v1/buyer/follow/set", party_id=party_id, follows=follows)
    if visit.request.headers.get("hx-request"):
        return visit.show(
            "storefront/toggle.html",
            what="follow",
            id=party_id,
            on=standing.follows,
            back=visit.fields.get("next", ""),
        )
    return visit.go_back()
