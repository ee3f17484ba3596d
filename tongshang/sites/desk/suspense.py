"""Where the platform's staff hold the money of those who are frozen or gone, and let it go."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="operator")

_HERE: Final = "/desk/platform/suspense"


@PAGES.get(_HERE)
async def show(visit: Visit) -> Response:
    """Whose money is held and why, of which lines; and the form for one more."""
    return await _page(visit)


@PAGES.post(_HERE)
async def suspend(visit: Visit) -> Response:
    """Freeze a party, or say that it left."""
    typed = {
        name: visit.fields.get(name, "").strip() for name in ("party_id", "standing", "reason")
    }
    try:
        await visit.ask("/v1/platform/suspense/set", visit.form_key, **typed)
    except Refusal as refusal:
        return await _page(visit, refusal, typed)
    return visit.go(f"{_HERE}?done=set")


@PAGES.post(f"{_HERE}/release")
async def release(visit: Visit) -> Response:
    """Let a party have what was held for it."""
    return await _end(visit, "release")


@PAGES.post(f"{_HERE}/forfeit")
async def forfeit(visit: Visit) -> Response:
    """Give what was held for who left long ago back to the shops."""
    return await _end(visit, "forfeit")


async def _end(visit: Visit, what: str) -> Response:
    party_id = visit.fields.get("party_id", "")
    try:
        await visit.ask(f"/v1/platform/suspense/{what}", visit.form_key, party_id=party_id)
    except Refusal as refusal:
        return await _page(visit, refusal)
    return visit.go(f"{_HERE}?done={what}")


async def _page(
    visit: Visit, refusal: Refusal | None = None, typed: dict[str, Any] | None = None
) -> Response:
    found = await visit.ask("/v1/platform/suspense/list")
    known = {one.party_id for one in found.parties}
    opened, lines = visit.asked("party"), ()
    if opened in known:
        lines = (await visit.ask("/v1/platform/suspense/get", party_id=opened)).lines
    return visit.show(
        "platform_desk/suspense.html",
        400 if refusal else 200,
        found=found,
        opened=opened if opened in known else "",
        lines=lines,
        refusal=refusal,
        done=visit.asked("done"),
        typed=typed or {"party_id": "", "standing": "frozen", "reason": ""},
    )
