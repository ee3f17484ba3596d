import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tongshang.demo import past
from tongshang.demo.market import read_market
from tongshang.demo.past import DAYS, SALES, Ending, Move, Sale

NOON = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
_ONLY_PLACED = (Ending.FORGOTTEN, Ending.AT_CASHIER)
NIGHT = datetime(2026, 3, 1, 16, 3, tzinfo=UTC)  # three minutes after midnight in China


def _sales(now: datetime) -> list[Sale]:
    return past.sales(read_market(), now)


@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_nothing_happens_in_the_future_or_before_the_fortnight(now: datetime) -> None:
    sales = _sales(now)
    assert len(sales) == SALES
    for sale in sales:
        assert now - timedelta(days=DAYS) < sale.placed_at < now
        for step in past.steps(sale, now):
            assert sale.placed_at <= step.at < now


@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_stories_are_out_before_they_sell(now: datetime) -> None:
    out = {one.key: past.published_at(one, now) for one in read_market().contents}
    told = [(sale, item) for sale in _sales(now) for item in sale.items if item.story]
    assert len(told) > SALES // 4
    for sale, item in told:
        assert out[item.story] < sale.placed_at


def test_an_order_is_of_one_shop() -> None:
    for sale in _sales(NOON):
        assert {item.product.shop for item in sale.items} == {sale.shop}


def test_what_waits_for_other_work_waits_for_hours() -> None:
    waits = {(Move.PAY, Move.SHIP), (Move.PAY, Move.ASK), (Move.ASK, Move.ACCEPT)}
    for sale in _sales(NOON):
        steps = past.steps(sale, NOON)
        for before, after in itertools.pairwise(steps):
            if (before.move, after.move) in waits:
                assert after.at - before.at > timedelta(hours=3)


@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_every_turn_is_taken(now: datetime) -> None:
    done = dict.fromkeys(Ending, 0)
    for sale in _sales(now):
        done[sale.ending] += len(past.steps(sale, now)) > (sale.ending not in _ONLY_PLACED)
    assert min(done.values()) > 0


def test_the_same_moment_has_the_same_past() -> None:
    assert _sales(NOON) == _sales(NOON)
