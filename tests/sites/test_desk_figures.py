"""Figures of the desks: as people type them, as trends, as cells of a table."""

from dataclasses import dataclass

import pytest

from tongshang.sites.desk import exports
from tongshang.sites.desk.amounts import FEN, NO_RATIO, PPM, given, ppm_of, scaled
from tongshang.sites.desk.trends import trends


@pytest.mark.parametrize(
    ("typed", "ppm"),
    [
        ("12", 120_000), ("12%", 120_000), (" 12.5 % ", 125_000), ("12.5", 125_000), ("0", 0),
        ("0.0001", 1), ("0.00001", NO_RATIO), ("", NO_RATIO), ("-1", NO_RATIO), ("一成", NO_RATIO),
        ("NaN", NO_RATIO), ("Infinity", NO_RATIO), ("1e9", NO_RATIO), ("9" * 40, NO_RATIO),
    ],
)  # fmt: skip
def test_a_percentage_is_exact_or_none(typed: str, ppm: int) -> None:
    assert ppm_of(typed) == ppm


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1", 100), ("¥1.20", 120), ("1.239", 123), ("", None), ("x", None), ("-3", None)],
)
def test_a_filter_takes_what_is_a_figure(typed: str, fen: int | None) -> None:
    assert scaled(typed, FEN) == fen
    assert given(least=scaled(typed, FEN)) == ({} if fen is None else {"least": fen})
    assert scaled("100", PPM) == 1_000_000


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("茶", "茶"), ("=1+1", "'=1+1"), ("@x", "'@x"), ("+86", "+86"), ("-12.80", "-12.80"),
        ("-x", "'-x"), (3_707_128_911_752_298_496, "\t3707128911752298496"), ("12.5%", "12.5%"),
        ("\t=1", "'\t=1"), (7, "7"),
    ],
)  # fmt: skip
def test_a_cell_is_text_or_a_figure_but_no_formula(value: object, cell: str) -> None:
    assert exports._cell(value) == cell


@pytest.mark.parametrize(("fen", "cell"), [(0, "0.00"), (-5, "-0.05"), (1_234_567, "12345.67")])
def test_an_amount_in_a_table_is_a_plain_figure(fen: int, cell: str) -> None:
    assert exports.yuan_cell(fen) == cell


@dataclass
class Day:
    lines: int
    paid_fen: int


def test_a_trend_sets_today_beside_the_same_weekday_a_week_ago() -> None:
    days = [Day(number, number * 100) for number in range(15)]
    counted, paid = trends(days, {"lines": "单", "paid_fen": "钱"})
    assert (counted.today, counted.last_week, counted.is_money) == (14, 7, False)
    assert (paid.today, paid.last_week, paid.is_money) == (1_400, 700, True)
    points = paid.points.split(" ")
    assert len(points) == 14
    assert (points[0].split(",")[0], points[-1]) == ("0", "120,2")


def test_a_fortnight_of_nothing_is_a_line_on_the_ground() -> None:
    (flat,) = trends([Day(0, -5)] * 14, {"paid_fen": "钱"})
    assert {point.split(",")[1] for point in flat.points.split(" ")} == {"26"}
