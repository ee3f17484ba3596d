"""A promoter's window: what stands in it, and which agencies may change it."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

HERE: Final = "/desk/promoter/window"
_CHANGES: Final[dict[str, dict[str, Any]]] = {
    "hide": {"is_hidden": True},
    "show": {"is_hidden": False},
    "top": {"to_top": True},
}


@PAGES.get(HERE)
async def window(visit: Visit) -> Response:
    """One's own window in its order."""
    return await _show(visit)


@PAGES.post(HERE)
async def change(visit: Visit) -> Response:
    """Hide, show, put first, or take out: one entry, or all that are chosen."""
    do = visit.fields.get("do", "")
    chosen = visit.lists.get("pick") or visit.lists.get("product_id", [])
    try:
        for product_id in chosen:
            if do in _CHANGES:
                what = _CHANGES[do]
                await visit.ask("/v1/promoter/window/arrange", product_id=product_id, **what)
            else:
                await visit.ask("/v1/promoter/window/remove", product_id=product_id)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{HERE}?done={do if do in _CHANGES else 'out'}")


@PAGES.post(f"{HERE}/agency")
async def answer(visit: Visit) -> Response:
    """Let an agency change one's window, or no longer."""
    do = "allow" if visit.fields.get("do") == "allow" else "end"
    path = f"/v1/promoter/windowauth/{do}"
    try:
        await visit.ask(path, visit.form_key, agency_id=visit.fields.get("agency_id", ""))
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{HERE}?done={do}")


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    page, agencies = await asyncio.gather(
        visit.ask("/v1/promoter/window/list", limit=20, next_key=visit.asked("after")),
        visit.ask("/v1/promoter/windowauth/list", limit=50),
    )
    return visit.show(
        "promoter_desk/window.html",
        400 if refusal else 200,
        page=page,
        agencies=agencies.agencies,
        refusal=refusal,
        done=visit.asked("done"),
        count=visit.number("count"),
    )
