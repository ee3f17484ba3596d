"""Share sheets: one thing in all its forms, to copy, scan, print or embed; and what came of it."""

from typing import Final

from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()


@PAGES.post("/share")
async def share(visit: Visit) -> Response:
    """Begin to share: a buyer's share is told what comes of it; the sheet is then at its link."""
    asked = {
        "token": visit.fields.get("card", "")[:400],
        "product_id": visit.whole("product_id"),
        "shop_id": visit.whole("shop_id"),
        "content_id": visit.whole("content_id"),
    }
    if visit.session.role == "buyer":
        made = await visit.ask("/v1/buyer/share/make", visit.form_key, **asked)
        forms = made.forms
    elif visit.session.role == "promoter":
        del asked["token"]
        forms = await visit.ask("/v1/promoter/link/make", visit.form_key, **asked)
    else:
        forms = await visit.ask("/v1/buyer/link/make", visit.form_key, **asked)
    return visit.go(f"/share/{forms.link_code}")


@PAGES.get("/share/{code}")
async def sheet(visit: Visit) -> Response:
    """What a link leads to, in all forms in which it travels."""
    code = visit.request.path_params["code"]
    forms = await visit.ask("/v1/buyer/link/make", code=code[:64])
    return visit.show("openweb/sheet.html", forms=forms, place=_place(forms.kind, forms.subject_id))


def _place(kind: str, subject_id: str) -> str:
    letter = {"product": "p", "shop": "s", "live": "live"}.get(kind, "a")
    return f"/{letter}/{subject_id}"


@PAGES.get("/shares", role="buyer")
async def shares(visit: Visit) -> Response:
    """What one showed to others, and what came of it."""
    page = await visit.ask("/v1/buyer/share/list", limit=20, next_key=visit.asked("after"))
    return visit.show("openweb/shares.html", page=page)


@PAGES.get("/shares/{share_id:int}", role="buyer")
async def tree(visit: Visit) -> Response:
    """One share, generation by generation."""
    found = await visit.ask("/v1/buyer/share/get", share_id=str(visit.part("share_id")))
    return visit.show("openweb/share_tree.html", tree=found)
