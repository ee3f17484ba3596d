"""Lists as tables for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from starlette.responses import Response

from tongshang.sites.shown import english
from tongshang.sites.visit import Visit

ROWS_MAX: Final = 5_000
_BEGINS_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_FIGURE: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?%?")


async def gather(visit: Visit, path: str, of: str, **asked: Any) -> list[Any]:
    """All that a list endpoint tells, page after page, up to the most that a table takes."""
    rows: list[Any] = []
    next_key = ""
    while len(rows) < ROWS_MAX:
        page = await visit.ask(path, next_key=next_key, **asked)
        some = getattr(page, of)
        rows += some
        next_key = page.next_key
        if not next_key or not some or not getattr(page, "has_more", True):
            break
    return rows[:ROWS_MAX]


def table(
    visit: Visit, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """The rows as CSV, with a mark by which spreadsheets know that it is UTF-8."""
    said = english() if visit.session.lang == "en" else {}
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow([said.get(head, head) for head in heads])
    writer.writerows([[_cell(one) for one in row] for row in rows])
    return Response(
        "\ufeff" + told.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )


def yuan_cell(fen: int) -> str:
    """An amount as a spreadsheet reads it."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _cell(value: object) -> str:
    """Text that a spreadsheet does not take for a formula; long ids stay text, too."""
    text = str(value)
    if _BEGINS_FORMULA.match(text) and not _FIGURE.fullmatch(text):
        return f"'{text}"
    return f"\t{text}" if len(text) > 15 and text.isdecimal() else text
