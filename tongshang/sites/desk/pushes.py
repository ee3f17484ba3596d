"""Where a shop's software is told of things: the address, and the journal of what it was told."""

import asyncio
from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/pushes"


@PAGES.get(_HERE)
async def pushes(visit: Visit) -> Response:
    """The address and the journal."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None, aes_key: str = "") -> Response:
    state = visit.asked("state")
    targets, page = await asyncio.gather(
        visit.ask("/v1/shop/push/get"),
        visit.ask("/v1/shop/push/list", state=state, limit=20, next_key=visit.asked("after")),
    )
    return visit.show(
        "shop_desk/pushes.html",
        400 if refusal else 200,
        targets=targets,
        page=page,
        state=state,
        refusal=refusal,
        entered=visit.fields,
        aes_key=aes_key,
        done=visit.asked("done"),
    )


@PAGES.post(_HERE)
async def configure(visit: Visit) -> Response:
    """Ask for pushes to an address; the key to decrypt them is shown this once."""
    given = {name: visit.fields.get(name, "").strip() for name in ("url", "token", "aes_key")}
    try:
        asked = await visit.ask("/v1/shop/push/configure", visit.form_key, **given)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return await _show(visit, aes_key=asked.aes_key)


@PAGES.post(_HERE + "/replay")
async def replay(visit: Visit) -> Response:
    """Deliver one push once more."""
    return await _do(visit, "/v1/shop/push/replay", "replay", seq=visit.whole("seq"))


@PAGES.post(_HERE + "/test")
async def send_test(visit: Visit) -> Response:
    """Send a push that says hello."""
    return await _do(visit, "/v1/shop/push/test", "test")


@PAGES.post(_HERE + "/switch")
async def switch(visit: Visit) -> Response:
    """Stop or resume sending."""
    return await _do(visit, "/v1/shop/push/switch", "switch", is_on=visit.fields.get("on") == "1")


async def _do(visit: Visit, path: str, done: str, **fields: object) -> Response:
    try:
        await visit.ask(path, visit.form_key, **fields)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={done}")
