"""A sharer's statements on a phone: days and months, their lines, why each is what it is."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import statement_files
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_PATH: Final = "/v1/sharer/statements"
_HOME: Final = "/sharing/statements"


@PAGES.get(_HOME)
async def statements(visit: Visit) -> Response:
    """Days or months that are closed, and files of them."""
    return await _list(visit, None)


async def _list(visit: Visit, refusal: Refusal | None) -> Response:
    period = visit.asked("period") or visit.fields.get("period", "")
    period = period if period in {"day", "month"} else "day"
    page = await visit.ask(f"{_PATH}/list", period=period, next_key=visit.asked("after"))
    return visit.show(
        "statements/phone_list.html", 400 if refusal else 200, page=page, period=period,
        refusal=refusal,
    )  # fmt: skip


@PAGES.post(_HOME)
async def make(visit: Visit) -> Response:
    """Have files made of a day or month."""
    period, starts = visit.fields.get("period", ""), visit.fields.get("starts", "")
    try:
        await visit.ask(f"{_PATH}/make", visit.form_key, period=period, starts=starts)
    except Refusal as refusal:
        return await _list(visit, refusal)
    return visit.go(f"{_HOME}?{query({'period': period})}")


@PAGES.get("/sharing/statements/{statement_id:int}.{kind:str}")
async def download(visit: Visit) -> Response:
    """A statement's file."""
    return await statement_files.send(visit, "sharer")


@PAGES.get("/sharing/statements/{period:str}/{starts:str}")
async def lines(visit: Visit) -> Response:
    """Every movement of a day or month."""
    parts = visit.request.path_params
    page = await visit.ask(
        f"{_PATH}/lines", period=parts["period"], starts=parts["starts"],
        next_key=visit.asked("after"),
    )  # fmt: skip
    return visit.show(
        "statements/phone_lines.html", page=page, period=parts["period"], starts=parts["starts"]
    )


@PAGES.get("/sharing/explain")
async def explain(visit: Visit) -> Response:
    """Why an amount is what it is."""
    told = await visit.ask("/v1/explain", kind=visit.asked("kind"), id=visit.asked("id"))
    return visit.show("statements/phone_explain.html", told=told)
