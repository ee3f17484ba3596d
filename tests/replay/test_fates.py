"""Every line of a real year has one fate, and its oddities are those that were counted before."""

import json
from pathlib import Path
from typing import Final

import pytest

from tongshang.replay.fates import Fate, Judge, Mark
from tongshang.replay.planning import days
from tongshang.replay.reading import WrongFile, read_lines, whole_fen

SHARED: Final = Path(__file__).parents[3] / "shared" / "data" / "retail_uci"
HEADER: Final = (
    "invoice_no,stock_code,description,quantity,invoice_date,unit_price_gbp,customer_id,country"
)
there = pytest.mark.skipif(
    not SHARED.exists(), reason="the retailer's year is not beside this checkout"
)


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "year.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n")
    return path


@there
def test_the_real_year_is_accounted_for_line_by_line() -> None:
    quality = json.loads((SHARED / "quality.json").read_text())
    judge = Judge()
    trade = list(days(judge.judge(read_lines(SHARED / "online_retail.csv.gz"))))
    account, marks = judge.account, judge.account.marks
    assert account.lines == quality["lines"] == sum(day.lines for day in trade)
    assert len(trade) == quality["trading_days"]
    assert marks[Mark.NO_CUSTOMER] == quality["lines_without_customer_id"]
    assert marks[Mark.NO_DESCRIPTION] == quality["lines_without_description"]
    assert marks[Mark.NEGATIVE_QUANTITY] == quality["lines_quantity_negative"]
    assert marks[Mark.NEGATIVE_QUANTITY_NOT_C] == quality["lines_negative_qty_not_C"]
    assert marks[Mark.ON_C_INVOICE] == quality["lines_cancellation_invoice_C"]
    assert len(account.invoices_c) == quality["invoices_cancellation_C"]
    assert marks[Mark.ON_A_INVOICE] == quality["lines_adjust_bad_debt_invoice_A"]
    assert marks[Mark.PRICE_ZERO] == quality["lines_price_zero"]
    assert marks[Mark.PRICE_NEGATIVE] == quality["lines_price_negative"]
    assert marks[Mark.DUPLICATE] == quality["exact_duplicate_lines_extra"]
    several = sum(len(names) > 1 for names in account.descriptions.values())
    assert several == quality["stock_codes_with_more_than_one_description"]
    assert account.fates[Fate.SOLD] == quality["sale_lines_clean"] - account.fates[Fate.BELOW_A_FEN]
    assert account.fates[Fate.MALFORMED] == 0


def test_a_refund_undoes_the_latest_sale_at_its_price_first(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "1,A1,CUP,3,2011-01-04 10:00:00,2.50,7,UK",
        "2,A1,CUP,3,2011-01-05 10:00:00,2.50,7,UK",
        "3,A1,CUP,9,2011-01-05 11:00:00,3.00,7,UK",
        "4,A1,CUP,9,2011-01-05 11:00:00,2.50,8,UK",
        "C5,A1,CUP,-7,2011-01-06 10:00:00,2.50,7,UK",
        "C6,A1,CUP,-9,2011-01-06 10:00:00,2.50,7,UK",
        "C7,A1,CUP,-1,2011-01-06 10:00:00,2.50,9,UK",
    )
    judge = Judge()
    judged = list(judge.judge(read_lines(path)))
    undone = [(part.invoice, part.count, part.amount_fen) for part in judged[4].parts]
    assert undone == [("2", 3, 750), ("1", 3, 750), ("3", 1, 250)]
    assert [one.fate for one in judged[4:]] == [
        Fate.REFUNDED,
        Fate.REFUNDED_IN_PART,
        Fate.REFUND_UNMATCHED,
    ]
    assert sum(part.count for part in judged[5].parts) == 8
    assert judge.account.unmatched == [7, 8]


def test_malformed_lines_are_told_by_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "1,A1,CUP,three,2011-01-04 10:00:00,2.50,7,UK",
        "1,A1,CUP,3,yesterday,2.50,7,UK",
        "1,A1,CUP,3,2011-01-04 10:00:00,free,7,UK",
        "1,A1,CUP",
        ",A1,CUP,3,2011-01-04 10:00:00,2.50,7,UK",
        "1,A1,CUP,3,2011-01-04 10:00:00,2.50,7,UK",
    )
    judge = Judge()
    assert [one.fate for one in judge.judge(read_lines(path))] == [Fate.SOLD]
    assert [line.number for line in judge.account.malformed] == [2, 3, 4, 5, 6]
    assert judge.account.lines == 6


def test_another_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "else.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(WrongFile, match="must name invoice_no"):
        list(read_lines(path))


@pytest.mark.parametrize(
    ("price", "fen"),
    [("2.55", 255), ("38970.0", 3897000), ("0.0", 0), ("0.001", None), ("-1.5", -150), ("7", 700)],
)
def test_a_price_is_whole_fen_or_none(price: str, fen: int | None) -> None:
    assert whole_fen(price) == fen
