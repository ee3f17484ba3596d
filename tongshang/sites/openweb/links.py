"""Short links, openlinks, QR codes and posters."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()
FILES: Final = Pages(cookieless=True)

_GIVING: Final = frozenset({12, 19})  # surfaces of posters for giving, and of cards in parcels
_HOURS: Final = "public, max-age=3600"


@PAGES.get("/s/{code}")
async def short_link(visit: Visit) -> Response:
    """On to what a code stands for; a product opens with its card."""
    code = visit.request.path_params["code"]
    try:
        target = await visit.ask("/v1/buyer/link/open", code=code)
    except Refusal as refusal:
        return visit.show("openweb/gone.html", int(refusal.kind), refusal=refusal)
    return visit.go(_place(visit, target))


def _place(visit: Visit, target: Any) -> str:
    subject_id = target.subject_id
    match target.kind:
        case "product":
            card = query({"card": target.token})
            gives = target.surface in _GIVING and visit.leads("/p/{product_id:int}/gift")
            return f"/p/{subject_id}/gift?{card}" if gives else f"/p/{subject_id}?{card}"
        case "shop":
            return f"/s/{subject_id}"
        case "live":
            return f"/live/{subject_id}"
        case "gift":
            return f"/g/{target.token}" if target.token else f"/gifts/{subject_id}"
    return f"/a/{subject_id}"


@PAGES.get("/o/{token}")
async def openlink(visit: Visit) -> Response:
    """On to what an openlink leads to; once it has ended, without anybody's card."""
    try:
        target = await visit.ask(
            "/v1/buyer/openlink/open", token=visit.request.path_params["token"]
        )
    except Refusal as refusal:
        return visit.show("openweb/gone.html", int(refusal.kind), refusal=refusal)
    card = f"?{query({'card': target.token})}" if target.token else ""
    return visit.go(f"/p/{target.product_id}{card}")


@FILES.get("/qr/{name}")
async def qr(visit: Visit) -> Response:
    """A code's QR picture, as PNG or SVG."""
    return await _drawn(visit, "qr")


@FILES.get("/poster/{name}")
async def poster(visit: Visit) -> Response:
    """A product's or shop's poster, as PNG or PDF."""
    return await _drawn(visit, "poster")


@FILES.get("/insert/{name}")
async def insert(visit: Visit) -> Response:
    """A sheet of cards to put into parcels, as PDF."""
    return await _drawn(visit, "insert")


async def _drawn(visit: Visit, form: str) -> Response:
    code, _, kind = visit.request.path_params["name"].partition(".")
    if kind not in {"png", "svg", "pdf"}:
        raise HTTPException(404)
    drawn = await visit.ask("/v1/buyer/link/picture", code=code, form=form, kind=kind)
    headers = {"cache-control": _HOURS, "x-content-type-options": "nosniff"}
    if visit.asked("save"):
        headers["content-disposition"] = f'attachment; filename="tongshang-{code}.{kind}"'
    return Response(drawn.content, media_type=drawn.media_type, headers=headers)
