"""A statement on paper: sums, days, movements, and the digests that seal them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.statements.domain.days import BEIJING, PeriodKind
from tongshang.modules.statements.domain.sealing import Digest
from tongshang.modules.statements.domain.values import DaySums, Statement
from tongshang.modules.statements.paper import HEIGHT, WIDTH, Paper
from tongshang.modules.statements.sheet import Row
from tongshang.modules.statements.typeface import Typeface

_EDGE: Final = 40
_RIGHT: Final = WIDTH - _EDGE
_BOTTOM: Final = HEIGHT - 56
_STEP: Final = 16
_SMALL: Final = 8
DIGESTS_MAX: Final = 400
_NOTE: Final = (
    "期初余额 + 收入 - 支出 = 期末余额。记账时间为北京时间；跨日入账的款项计入实际结账日。"
)
_SEALED: Final = (
    "每日摘要串成链：任何一笔账被改动，当日及以后的摘要都会不同。可在“核对我的账”页面逐笔验证。"
)


def printed(
    name: str,
    statement: Statement,
    by_day: Sequence[DaySums],
    rows: Sequence[Row],
    digests: Sequence[Digest],
    at: datetime,
) -> bytes:
    """The document; `rows` is empty where there are too many for paper."""
    period = statement.period
    kind = "日对账单" if period.kind is PeriodKind.DAY else "月对账单"
    span = f"{period.starts}"
    if period.kind is PeriodKind.MONTH:
        span = f"{period.starts} 至 {period.last}"
    paper = Paper(Typeface.brought(), f"{name} {kind} {span}")
    writer = _Writer(paper, f"{name} {kind} {span}")
    _sums(writer, kind, name, span, statement, at)
    writer.table("每日合计", _DAY_COLUMNS, _days(by_day))
    if rows:
        writer.table("明细", _LINE_COLUMNS, _lines(rows))
    elif statement.sums.lines:
        writer.say(f"共 {statement.sums.lines:,} 笔，明细见同一份对账单的 CSV 文件。")
    if digests:
        writer.table("结账摘要", _DIGEST_COLUMNS, _digests(digests))
        writer.say(_SEALED)
    writer.number_pages()
    return paper.printed()


Column = tuple[str, int, bool]  # title, where it begins or (to the right) ends, to the right

_DAY_COLUMNS: Final[tuple[Column, ...]] = (
    ("日期", _EDGE, False), ("笔数", 170, True), ("期初", 270, True), ("收入", 370, True),
    ("支出", 460, True), ("期末", _RIGHT, True),
)  # fmt: skip
_LINE_COLUMNS: Final[tuple[Column, ...]] = (
    ("时间", _EDGE, False), ("事由", 102, False), ("相关单号", 290, False), ("收入", 440, True),
    ("支出", 496, True), ("余额", _RIGHT, True),
)  # fmt: skip
_DIGEST_COLUMNS: Final[tuple[Column, ...]] = (
    ("结账日", _EDGE, False), ("账本", 96, False), ("笔数", 240, True), ("摘要 (SHA-256)", 254, False),
)  # fmt: skip


class _Writer:
    """Writes downwards, and turns the page at its end."""

    def __init__(self, paper: Paper, title: str) -> None:
        self._paper = paper
        self._title = title
        self.y = 0
        self._turn()

    def _turn(self) -> None:
        self._paper.turn()
        self.y = 60
        if self._paper.pages > 1:
            self._paper.write(_EDGE, 36, _SMALL, self._title, grey=45)

    def room(self, points: int) -> bool:
        """Turn the page where so much does not fit; whether it was turned."""
        if self.y + points <= _BOTTOM:
            return False
        self._turn()
        return True

    def write(self, x: int, size: int, text: str, *, grey: int = 0) -> None:
        self._paper.write(x, self.y, size, text, grey=grey)

    def write_right(self, x: int, size: int, text: str, *, grey: int = 0) -> None:
        self._paper.write_right(x, self.y, size, text, grey=grey)

    def rule(self) -> None:
        self._paper.rule(_EDGE, self.y + 4, _RIGHT - _EDGE)

    def say(self, text: str) -> None:
        self.room(2 * _STEP)
        self.y += _STEP
        self.write(_EDGE, _SMALL, text, grey=45)
        self.y += _STEP

    def table(self, title: str, columns: Sequence[Column], rows: Iterator[Sequence[str]]) -> None:
        """A table with its head on every page."""
        self.room(5 * _STEP)
        self.y += 2 * _STEP
        self.write(_EDGE, 12, title)
        self.y += _STEP
        self._row(columns, [name for name, _, _ in columns], grey=45)
        for row in rows:
            if self.room(_STEP):
                self._row(columns, [name for name, _, _ in columns], grey=45)
            self._row(columns, row)

    def _row(self, columns: Sequence[Column], cells: Sequence[str], *, grey: int = 0) -> None:
        self.y += _STEP
        for place, ((_, x, to_right), cell) in enumerate(zip(columns, cells, strict=True)):
            if to_right:
                self.write_right(x, _SMALL, cell, grey=grey)
                continue
            following = columns[place + 1] if place + 1 < len(columns) else ("", _RIGHT + 6, False)
            room = following[1] - x - (60 if following[2] else 6)
            self.write(x, _SMALL, self._paper.fitted(cell, _SMALL, room), grey=grey)
        self.rule()

    def number_pages(self) -> None:
        self._paper.number_pages(_RIGHT, HEIGHT - 30, _SMALL)


def _sums(
    writer: _Writer, kind: str, name: str, span: str, statement: Statement, at: datetime
) -> None:
    writer.write(_EDGE, 20, kind)
    writer.write_right(_RIGHT, 9, f"制作于 {at.astimezone(BEIJING):%Y-%m-%d %H:%M}", grey=45)
    writer.y += 26
    writer.write(_EDGE, 11, f"{name}　{span}")
    writer.y += 2 * _STEP
    sums = statement.sums
    figures = (
        ("期初余额", sums.opening_fen), ("收入", sums.in_fen), ("支出", -sums.out_fen),
        ("期末余额", sums.closing_fen),
    )  # fmt: skip
    wide = (_RIGHT - _EDGE) // len(figures)
    for place, (label, fen) in enumerate(figures):
        writer.write(_EDGE + place * wide, 9, label, grey=45)
        writer.y += 18
        writer.write(_EDGE + place * wide, 13, yuan(fen))
        writer.y -= 18
    writer.y += 2 * _STEP
    writer.say(_NOTE)


def _days(by_day: Sequence[DaySums]) -> Iterator[Sequence[str]]:
    for one in by_day:
        sums = one.sums
        yield (
            one.starts.isoformat(), f"{sums.lines:,}", yuan(sums.opening_fen), yuan(sums.in_fen),
            yuan(-sums.out_fen), yuan(sums.closing_fen),
        )  # fmt: skip


def _lines(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield (
            f"{row.at.astimezone(BEIJING):%m-%d %H:%M:%S}",
            row.says,
            row.related,
            yuan(row.change_fen) if row.change_fen > 0 else "",
            yuan(-row.change_fen) if row.change_fen < 0 else "",
            yuan(row.balance_fen),
        )


def _digests(digests: Sequence[Digest]) -> Iterator[Sequence[str]]:
    for one in digests:
        yield one.day.isoformat(), str(one.book_id), f"{one.lines:,}", one.digest.hex()


def yuan(fen: int) -> str:
    """An amount as people write it."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
