"""Shops that ask a promoter to sell for them, and those with which he works."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

_HERE: Final = "/desk/promoter/invitations"
_ANSWERS: Final = ("accept", "refuse", "end")


@PAGES.get(_HERE)
async def invitations(visit: Visit) -> Response:
    """All invitations, with what was sold since."""
    return await _show(visit)


@PAGES.post(_HERE)
async def answer(visit: Visit) -> Response:
    """Accept an invitation, refuse it, or end the work with a shop."""
    do = visit.fields.get("do", "")
    do = do if do in _ANSWERS else "refuse"
    path = f"/v1/promoter/invitation/{do}"
    try:
        await visit.ask(path, visit.form_key, shop_id=visit.fields.get("shop_id", ""))
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={do}")


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    page = await visit.ask("/v1/promoter/invitation/list", limit=50, next_key=visit.asked("after"))
    return visit.show(
        "promoter_desk/invitations.html",
        400 if refusal else 200,
        page=page,
        refusal=refusal,
        done=visit.asked("done"),
    )
