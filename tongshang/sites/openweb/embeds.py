"""Cards in frames on other sites, the script that makes the frames, and oEmbed."""

import json
import re
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec
from starlette.responses import JSONResponse, Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import static_files
from tongshang.sites.visit import Pages, Session, Visit

PAGES: Final = Pages(cookieless=True)

_MINUTES: Final = "public, max-age=60"
_HOURS: Final = "public, max-age=3600"
_THEMES: Final = frozenset({"light", "dark"})
_ORIGIN: Final = re.compile(
    r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?"
)


@PAGES.get("/embed/card")
async def card(visit: Visit) -> Response:
    """A product's card in a frame."""
    return await _framed(visit, token=visit.asked("card")[:400], product_id=visit.number("id"))


@PAGES.get("/embed/shop")
async def shop(visit: Visit) -> Response:
    """A shop in a frame, with its newest products."""
    return await _framed(visit, shop_id=visit.number("id"))


@PAGES.get("/embed/content")
async def content(visit: Visit) -> Response:
    """A content in a frame, with its first cards."""
    return await _framed(visit, content_id=visit.number("id"))


async def _framed(visit: Visit, **asked: Any) -> Response:
    """The frame, whatever becomes of it: what is gone says so and leads on, as small as before."""
    visit.session = Session(lang="en" if visit.asked("lang") == "en" else "zh")
    shown, code, refusal = None, 200, None
    try:
        shown = await visit.ask("/v1/buyer/embed/get", **asked)
    except Refusal as said:
        refusal, code = said, int(said.kind)
    theme, origin = visit.asked("theme"), visit.asked("origin")
    response = visit.show(
        "openweb/embed.html",
        code,
        shown=shown,
        refusal=refusal,
        theme=theme if theme in _THEMES else "",
        origin=origin if _ORIGIN.fullmatch(origin) else "",
        consent="yes" if visit.asked("consent") == "yes" else "no",
    )
    response.headers["cache-control"] = _MINUTES if refusal is None else "no-store"
    return response


@PAGES.get("/embed/card.json")
async def card_data(visit: Visit) -> Response:
    """The same card as data, for sites that draw their own; its addresses are whole."""
    home = visit.house.address
    try:
        shown = await visit.ask(
            "/v1/buyer/embed/get", token=visit.asked("card")[:400], product_id=visit.number("id")
        )
    except Refusal as refusal:
        return JSONResponse(_said(refusal), int(refusal.kind))
    told = msgspec.to_builtins(shown)
    told |= {"place": home + shown.place, "picture_url": _whole(home, shown.picture_url)}
    for one in told["cards"]:
        one |= {"url": home + one["url"], "picture_url": _whole(home, one["picture_url"])}
    return JSONResponse(told, headers={"cache-control": _MINUTES})


def _whole(home: str, url: str) -> str:
    return home + url if url else ""


def _said(refusal: Refusal) -> dict[str, object]:
    return {"code": refusal.code, "message": refusal.message(), "message_zh": refusal.message_zh()}


@PAGES.get("/embed.js")
async def script(visit: Visit) -> Response:
    """The script that puts frames on others' pages; its address never changes."""
    return Response(
        static_files.body("embed.js"),
        media_type="text/javascript; charset=utf-8",
        headers={"cache-control": _HOURS},
    )


@PAGES.get("/oembed")
async def oembed(visit: Visit) -> Response:
    """oEmbed: 404 for what is not ours, 501 for a form that we do not speak (oembed.com)."""
    form = visit.asked("format", "json")
    if form not in {"json", "xml"}:
        return JSONResponse({"message": "format is json or xml"}, 501)
    try:
        answer = await visit.ask(
            "/v1/buyer/oembed/get",
            url=visit.asked("url"),
            maxwidth=visit.number("maxwidth"),
            maxheight=visit.number("maxheight"),
        )
    except Refusal as refusal:
        return JSONResponse(_said(refusal), int(refusal.kind))
    told = {name: value for name, value in msgspec.to_builtins(answer).items() if value is not None}
    if form == "xml":
        body = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in told.items())
        text = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{body}</oembed>\n'
        return Response(
            text, media_type="text/xml; charset=utf-8", headers={"cache-control": _HOURS}
        )
    return Response(
        json.dumps(told, ensure_ascii=False),
        media_type="application/json; charset=utf-8",
        headers={"cache-control": _HOURS},
    )
