"""Shops that ask a promoter to sell for them, and those with which he works."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.amounts import ppm_of
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


@PAGES.post(f"{_HERE}/agency")
async def let_share(visit: Visit) -> Response:
    """Let an agency's sharers share one's contents for a part, or no longer."""
    appid, do = visit.fields.get("appid", "").strip(), visit.fields.get("do", "")
    try:
        if do == "unbind":
            await visit.ask("/v1/promoter/agency/unbind", visit.form_key, agency_appid=appid)
        else:
            do = "bind"
            await visit.ask(
                "/v1/promoter/agency/bind", visit.form_key,
                agency_appid=appid, passes_ppm=ppm_of(visit.fields.get("percent", "")),
            )  # fmt: skip
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={do}")


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    page, agencies = await asyncio.gather(
        visit.ask("/v1/promoter/invitation/list", limit=50, next_key=visit.asked("after")),
        visit.ask("/v1/promoter/agency/list"),
    )
    return visit.show(
        "promoter_desk/invitations.html",
        400 if refusal else 200,
        page=page,
        agencies=agencies.agencies,
        refusal=refusal,
        done=visit.asked("done"),
    )
