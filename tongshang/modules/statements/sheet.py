"""Statements as CSV: opening balance, every movement, closing balance."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.modules.statements.domain.days import BEIJING

# By it a spreadsheet knows that the file is UTF-8.
_MARK: Final = "\ufeff"
_COLUMNS: Final = (
    "记账时间",
    "事由",
    "店铺",
    "相关单号",
    "收入(元)",
    "支出(元)",
    "余额(元)",
    "账目编号",
    "结账日",
)
# A spreadsheet takes what begins so for a formula, and long numbers for rough ones.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """A movement as a statement tells it."""

    at: datetime
    says: str
    shop: str
    related: str
    change_fen: int
    balance_fen: int
    line_id: str
    day: str


def head(opening_fen: int, starts: str) -> str:
    """The columns, and what there was before."""
    first = ("", "期初余额", "", "", "", "", in_yuan(opening_fen), "", starts)
    return _MARK + _written([_COLUMNS, first])


def body(rows: Sequence[Row]) -> str:
    """Movements, one a line."""
    return _written(
        [
            (
                f"{row.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
                row.says,
                _plain(row.shop),
                _number(row.related),
                in_yuan(row.change_fen) if row.change_fen > 0 else "",
                in_yuan(-row.change_fen) if row.change_fen < 0 else "",
                in_yuan(row.balance_fen),
                _number(row.line_id),
                row.day,
            )
            for row in rows
        ]
    )


def foot(in_fen: int, out_fen: int, closing_fen: int, last: str) -> str:
    """What there is after."""
    end = (
        "",
        "期末余额",
        "",
        "",
        in_yuan(in_fen),
        in_yuan(out_fen),
        in_yuan(closing_fen),
        "",
        last,
    )
    return _written([end])


def in_yuan(fen: int) -> str:
    """An amount as a spreadsheet reads it."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(text: str) -> str:
    """Long numbers as text, as exports of this trade do it: a tab before them."""
    return f"\t{text}" if text else ""


def _written(rows: Sequence[Sequence[str]]) -> str:
    into = io.StringIO()
    csv.writer(into, lineterminator="\r\n").writerows(rows)
    return into.getvalue()
