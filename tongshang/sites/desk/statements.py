"""Statements of shops, promoters and agencies: days and months, their lines, their files, proof."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import statement_files
from tongshang.sites.shown import query
from tongshang.sites.visit import Page, Pages, Visit

DESKS: Final = tuple(Pages(role=role) for role in ("shop", "promoter", "agency"))
PAGES: Final = DESKS

_SIZE: Final = 31
_LINES: Final = 50


def _at_each(method: str, path: str) -> Callable[[Page], Page]:
    """Declare the decorated function as a page of each of the desks."""

    def declare(handle: Page) -> Page:
        for role, pages in zip(("shop", "promoter", "agency"), DESKS, strict=True):
            place = f"/desk/{role}{path}"
            (pages.get if method == "GET" else pages.post)(place)(handle)
        return handle

    return declare


async def _ask(visit: Visit, what: str, key: str = "", **fields: Any) -> Any:
    return await visit.ask(f"/v1/{visit.session.role}/statements/{what}", key, **fields)


def _period(visit: Visit) -> str:
    asked = visit.asked("period") or visit.fields.get("period", "")
    return asked if asked in {"day", "month"} else "day"


# --- days and months -----------------------------------------------------------------------------


@_at_each("GET", "/statements")
async def statements(visit: Visit) -> Response:
    """Days or months that are closed: what there was, what came and went, and files of it."""
    return await _list(visit, None)


async def _list(visit: Visit, refusal: Refusal | None) -> Response:
    period = _period(visit)
    page = await _ask(visit, "list", period=period, page_size=_SIZE, next_key=visit.asked("after"))
    making = {
        one.statement_id: await _ask(visit, "get", statement_id=one.statement_id)
        for one in page.periods
        if one.state in {"waiting", "making"}
    }
    return visit.show(
        "statements/list.html", 400 if refusal else 200, page=page, period=period,
        making=making, refusal=refusal,
    )  # fmt: skip


@_at_each("POST", "/statements")
async def make(visit: Visit) -> Response:
    """Have files made of a day or month; they are found in the list."""
    period, starts = _period(visit), visit.fields.get("starts", "")
    try:
        await _ask(visit, "make", visit.form_key, period=period, starts=starts)
    except Refusal as refusal:
        return await _list(visit, refusal)
    return visit.go(f"/desk/{visit.session.role}/statements?{query({'period': period})}#{starts}")


@_at_each("GET", "/statements/{statement_id:int}.{kind:str}")
async def download(visit: Visit) -> Response:
    """A statement's file, part by part."""
    return await statement_files.send(visit, visit.session.role)


# --- lines, and the proof of one -----------------------------------------------------------------


@_at_each("GET", "/statements/{period:str}/{starts:str}")
async def lines(visit: Visit) -> Response:
    """Every movement of a day or month; each amount leads to its explanation and its proof."""
    parts = visit.request.path_params
    page = await _ask(
        visit, "lines", period=parts["period"], starts=parts["starts"], page_size=_LINES,
        next_key=visit.asked("after"),
    )  # fmt: skip
    return visit.show(
        "statements/lines.html", page=page, period=parts["period"], starts=parts["starts"]
    )


@_at_each("GET", "/statements/check")
async def check(visit: Visit) -> Response:
    """Is my line in and unaltered: the proof, computed anew in the browser or by a command."""
    line, noted = visit.asked("line"), visit.asked("digest").strip().lower()
    if not line:
        return visit.show("statements/check.html", proof=None, line="", noted="", script="")
    proof = await _ask(visit, "prove", line_id=line)
    return visit.show(
        "statements/check.html", proof=proof, line=line, noted=noted,
        carried=msgspec.json.encode(proof).decode(), script=_script(proof),
    )  # fmt: skip


_SCRIPT: Final = """python3 - <<'END'
import hashlib, json
p = json.loads('%s')
h = lambda kind, *parts: hashlib.sha256(bytes([kind]) + b"".join(parts)).digest()
node = h(0, bytes.fromhex(p["salt"]), p["text"].encode())
for step in p["way"]:
    other = bytes.fromhex(step["hash"])
    node = h(1, other, node) if step["side"] == "left" else h(1, node, other)
day = p["day"]
text = json.dumps([day["book_id"], day["day"], day["lines"], node.hex()], separators=(",", ":"))
digest = h(2, bytes.fromhex(day["earlier"]), text.encode()).hex()
print(digest, "OK" if digest == day["digest"] else "WRONG")
END"""


def _script(proof: Any) -> str:
    """What anybody with Python can run who trusts neither this page nor its script."""
    told = msgspec.json.encode(proof).decode()
    return _SCRIPT % told.replace("\\", "\\\\").replace("'", "\\'")


# --- explain this fen ----------------------------------------------------------------------------


@_at_each("GET", "/explain")
async def explain(visit: Visit) -> Response:
    """Why an amount is what it is."""
    told = await visit.ask("/v1/explain", kind=visit.asked("kind"), id=visit.asked("id"))
    return visit.show("statements/explain.html", told=told)
