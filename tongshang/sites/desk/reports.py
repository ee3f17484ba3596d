"""What people report of one another, and the operator's word on it."""

from typing import Final

from starlette.responses import Response

from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="operator")

_STATES: Final = {"open", "upheld", "dismissed"}


@PAGES.get("/desk/platform/reports")
async def reports(visit: Visit) -> Response:
    """Reports by state, each with what was said."""
    state = visit.asked("state")
    state = state if state in _STATES else "open"
    page = await visit.ask("/v1/platform/report/list", state=state, next_key=visit.asked("after"))
    return visit.show("platform_desk/reports.html", page=page, state=state)


@PAGES.post("/desk/platform/reports")
async def rule(visit: Visit) -> Response:
    """Mute whom a report is about, dismiss the report, or lift a mute."""
    fields = visit.fields
    if fields.get("do") == "lift":
        await visit.ask("/v1/platform/mute/lift", buyer_id=fields.get("about_id", "0"))
    else:
        await visit.ask(
            "/v1/platform/report/rule",
            buyer_id=fields.get("buyer_id", "0"),
            report_id=fields.get("report_id", "0"),
            mute_hours=visit.whole("mute_hours") if fields.get("do") == "mute" else 0,
            note=fields.get("note", ""),
        )
    return visit.go(f"/desk/platform/reports?{query({'state': fields.get('state', '')})}")
