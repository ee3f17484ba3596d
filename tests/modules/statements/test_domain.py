"""Days, seals and balances, without a platform."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongshang.kernel.money import Fen
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Line, Posting
from tongshang.modules.statements.domain import days, holdings, sealing
from tongshang.modules.statements.refusals import PeriodUnknown

SHOP, PROMOTER = 1001, 2001
ACCOUNTS = (
    Account(SHOP, AccountKind.CHANNEL),
    Account(SHOP, AccountKind.SHOP_PENDING),
    Account(SHOP, AccountKind.SHOP_AVAILABLE),
    Account(SHOP, AccountKind.PLATFORM_FEE),
    Account(SHOP, AccountKind.PROMOTER, PROMOTER),
)
leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)
moves = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(min_value=1, max_value=999),
    ).filter(lambda move: move[0] != move[1]),
    max_size=30,
)


def line(number: int, source: Account, target: Account, fen: int) -> Line:
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)
    return Line(number, 0, Cause("settlement", number), at, Posting(source, target, Fen(fen)))


@given(leaves, st.data())
def test_every_line_climbs_to_the_root_and_no_other_does(
    hashes: list[bytes], data: st.DataObject
) -> None:
    top = sealing.root(hashes)
    place = data.draw(st.integers(min_value=0, max_value=len(hashes) - 1))
    way = sealing.way_up(hashes, place)
    assert sealing.climb(hashes[place], way) == top
    assert sealing.climb(hashlib.sha256(hashes[place]).digest(), way) != top


@given(leaves, leaves)
def test_a_day_carries_all_days_before_it(first: list[bytes], second: list[bytes]) -> None:
    one = sealing.seal(sealing.BEGINNING, SHOP, date(2026, 11, 1), first)
    two = sealing.seal(one.digest, SHOP, date(2026, 11, 2), second)
    changed = sealing.seal(sealing.BEGINNING, SHOP, date(2026, 11, 1), [bytes(32), *first[1:]])
    after = sealing.seal(changed.digest, SHOP, date(2026, 11, 2), second)
    assert (one.digest == changed.digest) == (first[0] == bytes(32))
    assert (two.digest == after.digest) == (one.digest == changed.digest)


def test_a_fen_more_is_another_line() -> None:
    one = line(1, ACCOUNTS[1], ACCOUNTS[4], 100)
    more = replace(one, posting=replace(one.posting, amount_fen=Fen(101)))
    assert sealing.leaf(b"secret", one) != sealing.leaf(b"secret", more)
    assert sealing.leaf(b"secret", one) != sealing.leaf(b"another", one), "salted"


@given(moves)
def test_every_account_ends_where_its_lines_lead(drawn: list[tuple[Account, Account, int]]) -> None:
    lines = [line(number, *move) for number, move in enumerate(drawn)]
    opening = dict.fromkeys(ACCOUNTS, 5_000)
    balances = holdings.balances_after(date(2026, 11, 22), lines, opening)
    for one in balances:
        moved = sum(
            x.posting.amount_fen
            * ((x.posting.target == one.account) - (x.posting.source == one.account))
            for x in lines
        )
        assert one.closing_fen == 5_000 + moved
    for owner in (SHOP, PROMOTER):
        own = [one for one in balances if holdings.is_of(one.account, owner)]
        assert sum(one.moved_fen for one in own) == 0, "within one's own nothing comes or goes"
        changes = [holdings.change_for(one, owner) for one in lines]
        assert sum(one.in_fen - one.out_fen for one in own) == sum(changes)
        assert sum(one.lines for one in own) == len([fen for fen in changes if fen])


def test_a_shop_does_not_own_what_names_a_promoter() -> None:
    assert holdings.is_of(ACCOUNTS[2], SHOP)
    assert not holdings.is_of(ACCOUNTS[4], SHOP)
    assert holdings.is_of(ACCOUNTS[4], PROMOTER)
    assert not holdings.is_of(Account(SHOP + 1, AccountKind.SHOP_AVAILABLE), SHOP)


@pytest.mark.parametrize("starts", ["2026-02-30", "20261101", "1999-01-01", "2026-13-01", ""])
def test_no_such_day_begins_a_period(starts: str) -> None:
    with pytest.raises(PeriodUnknown):
        days.period(days.PeriodKind.DAY, starts)


def test_a_month_begins_on_its_first_and_ends_with_its_last() -> None:
    december = days.period(days.PeriodKind.MONTH, "2026-12-01")
    assert (december.last, december.ends) == (date(2026, 12, 31), date(2027, 1, 1))
    with pytest.raises(PeriodUnknown):
        days.period(days.PeriodKind.MONTH, "2026-12-02")


def test_a_day_is_beijings_and_is_over_a_little_after_midnight() -> None:
    assert days.day_of(datetime(2026, 11, 22, 16, tzinfo=UTC)) == date(2026, 11, 23)
    assert days.last_over(datetime(2026, 11, 22, 16, 4, tzinfo=UTC)) == date(2026, 11, 21)
    assert days.last_over(datetime(2026, 11, 22, 16, 5, tzinfo=UTC)) == date(2026, 11, 22)
