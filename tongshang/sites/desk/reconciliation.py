"""The platform's operator: the channel's files beside the books."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="operator")

_HOME: Final = "/desk/platform/reconciliation"
_STATES: Final = ("open", "resolved", "vanished")


@PAGES.get(_HOME)
async def reconciliation(visit: Visit) -> Response:
    """Days that were compared, and their differences, each in words."""
    return await _show(visit, None)


@PAGES.post(f"{_HOME}/resolve")
async def resolve(visit: Visit) -> Response:
    """Say what a difference was."""
    fields = visit.fields
    return await _do(
        visit, "resolve", difference_id=fields.get("difference_id", ""),
        note=fields.get("note", ""),
    )  # fmt: skip


@PAGES.post(f"{_HOME}/import")
async def take_file(visit: Visit) -> Response:
    """Compare a day with a file that a channel gave."""
    files = visit.files.get("file", [])
    content = files[0].decode("utf-8-sig", "replace") if files else ""
    return await _do(
        visit, "import", day=visit.fields.get("day", ""),
        channel=visit.fields.get("channel", ""), content=content,
    )  # fmt: skip


async def _do(visit: Visit, what: str, **fields: Any) -> Response:
    try:
        await visit.ask(f"/v1/platform/reconciliation/{what}", visit.form_key, **fields)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HOME}?{query({'state': visit.fields.get('state', '')})}")


async def _show(visit: Visit, refusal: Refusal | None) -> Response:
    state = visit.asked("state") or visit.fields.get("state", "")
    state = state if state in _STATES else "open"
    days, page = await asyncio.gather(
        visit.ask("/v1/platform/reconciliation/days", page_size=31),
        visit.ask(
            "/v1/platform/reconciliation/differences",
            state=state,
            next_key=visit.asked("after"),
        ),
    )
    return visit.show(
        "platform_desk/reconciliation.html", 400 if refusal else 200, days=days.days, page=page,
        state=state, refusal=refusal,
    )  # fmt: skip
