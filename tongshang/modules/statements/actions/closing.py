"""Closing a day: its lines are counted and sealed, once, in all books."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Line
from tongshang.modules.statements.domain import days, holdings, sealing
from tongshang.modules.statements.store import closing as store
from tongshang.modules.statements.store.closing import Progress
from tongshang.runtime.call import Call

BOOKS_BATCH: Final = 200
DAYS_BATCH: Final = 60  # in a transaction, and no more once so many lines are closed in it
LINES_BATCH: Final = 20_000
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_KIND: Final = 10**17
_HOUR: Final = 3_600_000 << 15  # of an id (kernel/ids.py); no transaction lasts so long


async def close_due(call: Call) -> bool:
    """Close days that are over, or some books of one; whether there is more to close.

    The row of `closing` is held: of two that come at once the second finds the days closed. A line
    belongs to the day of its time, and one that is written after that day was closed to the next
    one that is: by its id, which carries the machine's time, it is found again.
    """
    over = days.last_over(call.at)
    progress, lines = await store.hold_progress(call.tx), 0
    for _ in range(DAYS_BATCH):
        day = await _next_day(call, progress.through_day, over)
        if day is None:
            return False
        progress, closed = await _close_next(call, progress, day, over)
        await store.save_progress(call.tx, progress)
        lines += closed
        if lines >= LINES_BATCH:
            break
    return True


async def _next_day(call: Call, through: date | None, over: date) -> date | None:
    """The day to be closed next, if it is over."""
    if through is not None:
        return days.next_day(through) if through < over else None
    first = await ledger.first_booked_at(call.tx, _FIRST)
    day = days.day_of(first) if first else None
    return day if day and day <= over else None


async def _close_next(
    call: Call, progress: Progress, day: date, over: date
) -> tuple[Progress, int]:
    """Close a day in all books, or in as many as are closed at once; how many lines that were."""
    begun_id = progress.begun_id or _now_id(call)
    books = await ledger.books_booked(
        call.tx, days.begins(day), days.begins(days.next_day(day)), progress.seen_id,
        progress.at_book, BOOKS_BATCH,
    )  # fmt: skip
    lines = await _close_books(call, day, progress.seen_id, books) if books else 0
    if len(books) == BOOKS_BATCH:
        return Progress(progress.through_day, progress.seen_id, begun_id, books[-1]), lines
    through = day if books else await _through_empty(call, day, over)
    return Progress(through, begun_id, 0, 0), lines


async def _through_empty(call: Call, day: date, over: date) -> date:
    """The last of the days from this empty one on in which nothing was booked."""
    first = await ledger.first_booked_at(call.tx, days.begins(day))
    if first is None:
        return over
    return min(over, days.day_before(days.day_of(first)))


async def _close_books(call: Call, day: date, seen_id: int, books: Sequence[int]) -> int:
    begins, ends = days.begins(day), days.begins(days.next_day(day))
    closed = await store.find_closed(call.tx, books, day)
    found = await ledger.lines_booked(
        call.tx, begins, ends, seen_id, [one for one in books if one not in closed]
    )
    known = await store.find_known(call.tx, [line for line in found if line.at < begins])
    lines = [line for line in found if line.key not in known]
    if lines:
        await _seal(call, day, lines)
    return len(lines)


async def _seal(call: Call, day: date, lines: Sequence[Line]) -> None:
    secret = call.house.secret
    by_book = {
        book_id: [(line, sealing.leaf(secret, line)) for line in same]
        for book_id, same in groupby(lines, key=lambda line: line.book_id)
    }
    latest = await store.find_latest(call.tx, list(by_book))
    digests = [
        sealing.seal(latest[book_id], book_id, day, [leaf for _, leaf in book])
        for book_id, book in by_book.items()
    ]
    accounts = {end for one in lines for end in (one.posting.source, one.posting.target)}
    opening = await store.find_closings(call.tx, sorted(accounts))
    balances = holdings.balances_after(day, lines, opening)
    await store.add_days(call.tx, day, digests, by_book, balances, call.at)


def _now_id(call: Call) -> int:
    """An entry's id of an hour ago: all that is written from now on is later."""
    since = call.take_id(Named.DIGEST) % _KIND - _HOUR
    return Named.ENTRY * _KIND + max(since, 0)
