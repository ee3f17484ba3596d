"""Posting: once per cause, conserved, overdrawn by nobody who may not be, and many at once."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform import calling
from tongshang.app import Opened
from tongshang.kernel.money import Fen
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.domain import Account, AccountKind, Cause, Entry, Posting, mark, net
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.db import Tx, in_transaction

BOOK: Final = 1001
AT: Final = datetime(2026, 11, 11, tzinfo=UTC)
CHANNEL: Final = Account(BOOK, AccountKind.CHANNEL)
PENDING: Final = Account(BOOK, AccountKind.SHOP_PENDING)
AVAILABLE: Final = Account(BOOK, AccountKind.SHOP_AVAILABLE)
FEE: Final = Account(BOOK, AccountKind.PLATFORM_FEE)
PROMOTER: Final = Account(BOOK, AccountKind.PROMOTER, 77)
ALL: Final = (CHANNEL, PENDING, AVAILABLE, FEE, PROMOTER)


def _entry(number: int, *moves: tuple[Account, Account, int]) -> Entry:
    postings = tuple(Posting(source, target, Fen(fen)) for source, target, fen in moves)
    return Entry(moves[0][0].book_id, Cause("test", number), postings, AT)


_PAID: Final = _entry(1, (CHANNEL, PENDING, 1_000))


@given(st.lists(st.tuples(st.permutations(ALL), st.integers(1, 10**12))))
def test_what_is_posted_sums_to_zero(moves: list[tuple[list[Account], int]]) -> None:
    postings = [Posting(order[0], order[1], Fen(fen)) for order, fen in moves]
    assert sum(net(postings).values()) == 0


def test_a_mark_tells_amounts_sides_and_order_apart() -> None:
    one, other = Posting(CHANNEL, PENDING, Fen(1)), Posting(PENDING, CHANNEL, Fen(1))
    more = Posting(CHANNEL, PENDING, Fen(2))
    assert len({mark((one,)), mark((other,)), mark((more,)), mark((one, other))}) == 4


async def test_a_cause_posts_once_and_not_otherwise(opened: Opened) -> None:
    async with calling(opened) as call:
        assert await ledger.post(call, [_PAID, _PAID]) == [True, False]
    async with calling(opened) as call:
        assert await ledger.post(call, [_PAID, _entry(2, (PENDING, FEE, 10))]) == [False, True]
    with pytest.raises(ledger.CausePostedOtherwise):
        async with calling(opened) as call:
            await ledger.post(call, [_entry(3, (PENDING, FEE, 5)), _entry(1, (CHANNEL, FEE, 9))])
    balances = await ledger.balances(opened.house.pool, BOOK)  # type: ignore[arg-type]
    assert balances == {CHANNEL: -1_000, PENDING: 990, FEE: 10}


async def test_what_is_pending_is_never_spent_twice_and_others_may_owe(opened: Opened) -> None:
    async with calling(opened) as call:
        await ledger.post(call, [_PAID, _entry(2, (AVAILABLE, PROMOTER, 40), (FEE, CHANNEL, 3))])
    with pytest.raises(ledger.AccountOverdrawn):
        async with calling(opened) as call:
            await ledger.post(call, [_entry(3, (PENDING, AVAILABLE, 1_001))])
    async with calling(opened) as call:
        assert await ledger.balance(call.tx, PENDING) == 1_000
        assert await ledger.balance(call.tx, AVAILABLE) == -40
        assert await ledger.party_balances(call.tx, AccountKind.PROMOTER, 77) == {BOOK: 40}
        assert sum((await ledger.kind_totals(call.tx)).values()) == 0
        told = await ledger.entries_of(call.tx, BOOK, [Cause("test", 1), Cause("test", 3)])
    assert told == [_PAID]


async def test_of_two_that_post_one_cause_at_once_one_does(opened: Opened) -> None:
    async def once() -> bool:
        async with calling(opened) as call:
            (done,) = await ledger.post(call, [_PAID])
            await asyncio.sleep(0.01)
            return done

    assert sorted(await asyncio.gather(*(once() for _ in range(6)))) == [False] * 5 + [True]
    async with calling(opened) as call:
        assert await ledger.balance(call.tx, PENDING) == 1_000


async def test_two_hundred_crossing_batches_never_deadlock_and_lose_nothing(
    opened: Opened,
) -> None:
    draw = random.Random(2026)
    books = [BOOK + book for book in range(5)]
    kinds = [Account(book, account.kind, account.party_id) for book in books for account in ALL]
    free = [account for account in kinds if account.kind is not AccountKind.SHOP_PENDING]

    def batch(number: int) -> list[Entry]:
        entries = []
        for i in range(8):
            source = draw.choice(free)
            others = [a for a in free if a.book_id == source.book_id and a != source]
            target = draw.choice(others)
            entries.append(_entry(number * 8 + i, (source, target, draw.randint(1, 500))))
        return entries

    batches = [batch(number) for number in range(200)]
    expected = net(p for entries in batches for entry in entries for p in entry.postings)
    batches += [entries[::-1] for entries in batches[::10]]
    done = await asyncio.gather(*(_post_in_order_given(opened, entries) for entries in batches))

    assert sum(sum(one) for one in done) == 1_600
    async with calling(opened) as call:
        found = await ledger.balances_of_books(call.tx, books)
    assert found == expected
    assert all(
        sum(fen for account, fen in found.items() if account.book_id == book) == 0 for book in books
    )


async def _post_in_order_given(opened: Opened, entries: Sequence[Entry]) -> list[bool]:
    tries = 0

    async def work(tx: Tx) -> list[bool]:
        nonlocal tries
        tries += 1
        return await ledger.post(Call(tx, AT, NOBODY, opened.house), entries)

    done = await in_transaction(opened.house.pool, work)
    assert tries == 1, "a deadlock was retried"
    return done
