"""Where the platform's staff bar products from surfaces, and let them back."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="operator")

_HERE: Final = "/desk/platform/restrictions"


@PAGES.get(_HERE)
async def show(visit: Visit) -> Response:
    """What is barred now, or was; and the form for one more."""
    return await _page(visit)


@PAGES.post(_HERE)
async def add(visit: Visit) -> Response:
    """Bar a product."""
    typed = {
        "product_id": visit.fields.get("product_id", "").strip(),
        "scenes": visit.lists.get("scenes", []),
        "source": visit.whole("source", 1),
        "reason": visit.fields.get("reason", "").strip(),
    }
    try:
        await visit.ask("/v1/platform/restriction/add", visit.form_key, **typed)
    except Refusal as refusal:
        return await _page(visit, refusal, typed)
    return visit.go(f"{_HERE}?done=set")


@PAGES.post(f"{_HERE}/lift")
async def lift(visit: Visit) -> Response:
    """Let a product back."""
    product_id, scene = visit.fields.get("product_id", ""), visit.whole("scene")
    try:
        await visit.ask("/v1/platform/restriction/lift", product_id=product_id, scenes=[scene])
    except Refusal as refusal:
        return await _page(visit, refusal)
    return visit.go(f"{_HERE}?done=lifted")


async def _page(
    visit: Visit, refusal: Refusal | None = None, typed: dict[str, Any] | None = None
) -> Response:
    lifted = "1" if visit.asked("lifted") == "1" else ""
    page = await visit.ask(
        "/v1/platform/restriction/list", is_lifted=bool(lifted), next_key=visit.asked("after")
    )
    return visit.show(
        "platform_desk/restrictions.html",
        400 if refusal else 200,
        page=page,
        lifted=lifted,
        refusal=refusal,
        done=visit.asked("done"),
        typed=typed or {"product_id": "", "scenes": [], "source": 1, "reason": ""},
    )
