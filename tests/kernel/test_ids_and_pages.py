"""Ids sort by time and tell their kind; a cursor belongs to one question."""

import base64

import pytest

from tongshang.kernel.ids import EPOCH_MS, Named, named, pack
from tongshang.kernel.page import after, after_number, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.runtime.ids import Ids


def test_an_order_starts_with_37_and_a_present_with_42_for_69_years() -> None:
    for at_ms in (EPOCH_MS, EPOCH_MS + 2**41 - 1):
        order, present = pack(Named.ORDER, at_ms, 31, 1023), pack(Named.PRESENT, at_ms, 0, 0)
        assert str(order).startswith("37")
        assert len(str(order)) == 19
        assert str(present).startswith("42")
        assert named(present) == Named.PRESENT


def test_ids_of_two_workers_never_meet_and_each_worker_s_rise() -> None:
    one, two = Ids(1), Ids(2)
    ours, theirs = one.block(Named.ORDER, 5000), two.block(Named.ORDER, 5000)
    assert ours == sorted(set(ours))
    assert not set(ours) & set(theirs)


def test_a_cursor_goes_on_where_the_page_ended() -> None:
    question = ("orders", 7, 20)
    assert after(question, "") is None
    assert after(question, cursor(question, (5, "x"))) == (5, "x")


NESTED = base64.urlsafe_b64encode(b"[" * 5_000).decode()


@pytest.mark.parametrize("text", ["%%%", "bm90IGpzb24", NESTED, cursor(("orders", 8), (5,))])
def test_a_foreign_or_broken_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorMismatch):
        after(("orders", 7), text)


def test_a_cursor_of_one_number_holds_just_that() -> None:
    question = ("orders", 7)
    assert after_number(question, "", 5) == 5
    assert after_number(question, cursor(question, (9,)), 5) == 9
    for key in (("x",), (1, 2), (-1,), (2**63,)):
        with pytest.raises(CursorMismatch):
            after_number(question, cursor(question, key), 5)
