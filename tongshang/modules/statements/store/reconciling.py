"""The channel's files, and the differences found."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tongshang.modules.payment.api import Bill, BillKind
from tongshang.modules.statements.domain.reconciling import (
    ChannelFile,
    Compared,
    Difference,
    Fault,
    Key,
)
from tongshang.modules.statements.machine import DifferenceState
from tongshang.runtime.db import Row, Tx

# One file for a channel's day: the key decides of two that are imported at once.
_ADD_FILE: Final = """
    insert into channel_files (channel, day, mark, rows, in_fen, out_fen, imported_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (channel, day) do nothing
    returning day
"""

_MARK: Final = "select mark from channel_files where channel = $1 and day = $2"

# A line that an earlier file told stays as it was told first.
_ADD_ROWS: Final = """
    insert into channel_rows (book_id, kind, number, channel, day, channel_no, amount_fen, at)
    select w.book_id, w.kind, w.number, $1, $2, w.channel_no, w.amount_fen, w.at
    from unnest($3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
                $8::timestamptz[]) w(book_id, kind, number, channel_no, amount_fen, at)
    on conflict (book_id, kind, number) do nothing
"""

_ROWS: Final = """
    select kind, book_id as owner_id, number, channel_no, amount_fen, at
    from channel_rows join unnest($1::bigint[], $2::text[], $3::bigint[]) w(book_id, kind, number)
      using (book_id, kind, number)
"""

_ADD: Final = """
    insert into differences (book_id, difference_id, channel, day, fault, kind, number, channel_no,
                             channel_fen, books_fen, state, found_at)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::date[], $5::text[], $6::text[], $7::bigint[],
        $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::timestamptz[]
    )
    on conflict (book_id, kind, number, fault) do nothing
"""

_COLUMNS: Final = """
    book_id as owner_id, difference_id, channel, day, fault, kind, number, channel_no, channel_fen,
    books_fen, state, found_at, note, resolved_by, resolved_at
"""

_OPEN: Final = f"""
    select {_COLUMNS} from differences where state = 'open' order by book_id, difference_id
    limit $1 for update
"""

_HOLD: Final = f"select {_COLUMNS} from differences where difference_id = $1 for update"

_LIST: Final = f"""
    select {_COLUMNS} from differences
    where difference_id < $1 and ($2 = '' or state = $2) and ($3::date is null or day = $3)
    order by difference_id desc limit $4
"""

_SAVE: Final = """
    update differences d set state = w.state, note = w.note, resolved_by = w.resolved_by,
           resolved_at = w.resolved_at
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
                $6::timestamptz[])
         w(book_id, difference_id, state, note, resolved_by, resolved_at)
    where d.book_id = w.book_id and d.difference_id = w.difference_id and d.state = 'open'
"""

_DAYS: Final = """
    select f.channel, f.day, f.rows, f.in_fen, f.out_fen, f.imported_at,
           count(*) filter (where d.state = 'open')::int as open,
           count(*) filter (where d.state = 'resolved')::int as resolved,
           count(*) filter (where d.state = 'vanished')::int as vanished
    from channel_files f left join differences d using (channel, day)
    where f.day < $1
    group by f.channel, f.day
    order by f.day desc, f.channel
    limit $2
"""

_NEXT_SEALED: Final = "select min(day) from day_digests where day > $1"
_COMPARED: Final = "select compared_day, through_day from closing for update"
_NOTE_COMPARED: Final = "update closing set compared_day = $1"
_SEALED: Final = """
    select l.book_id, l.entry_id, l.position from day_leaves l
    where l.book_id = any($1::bigint[]) and l.day = $2
"""
_BOOKS: Final = """
    select book_id from day_digests where day = $1 and book_id > $2 order by book_id limit $3
"""


async def add_file(tx: Tx, file: ChannelFile) -> bool:
    """Keep a file and its lines; whether there was none of the day."""
    added = await tx.fetchval(
        _ADD_FILE, file.channel, file.day, file.mark, len(file.bills), file.in_fen, file.out_fen,
        file.at,
    )  # fmt: skip
    if added is None:
        return False
    bills = file.bills
    await tx.execute(
        _ADD_ROWS,
        file.channel,
        file.day,
        [one.owner_id for one in bills],
        [one.kind for one in bills],
        [one.number for one in bills],
        [one.channel_no for one in bills],
        [one.amount_fen for one in bills],
        [one.at for one in bills],
    )
    return True


async def find_mark(tx: Tx, channel: str, day: date) -> bytes | None:
    """By which a day's file is known again."""
    found: bytes | None = await tx.fetchval(_MARK, channel, day)
    return found


async def find_bills(tx: Tx, keys: Sequence[Key]) -> dict[Key, Bill]:
    """What files have told of these."""
    rows = await tx.fetch(_ROWS, *([key[place] for key in keys] for place in range(3)))
    bills = [Bill(**{**row, "kind": BillKind(row["kind"])}) for row in rows]
    return {(one.owner_id, one.kind, one.number): one for one in bills}


async def add_differences(tx: Tx, found: Sequence[Difference]) -> None:
    """Keep differences; one that is known already stays as it is."""
    await tx.execute(
        _ADD,
        [one.owner_id for one in found],
        [one.difference_id for one in found],
        [one.channel for one in found],
        [one.day for one in found],
        [one.fault for one in found],
        [one.kind for one in found],
        [one.number for one in found],
        [one.channel_no for one in found],
        [one.channel_fen for one in found],
        [one.books_fen for one in found],
        [one.state for one in found],
        [one.found_at for one in found],
    )


async def hold_open(tx: Tx, limit: int) -> list[Difference]:
    """Differences that nobody has resolved, held."""
    return [_difference(row) for row in await tx.fetch(_OPEN, limit)]


async def hold_difference(tx: Tx, difference_id: int) -> Difference | None:
    """A difference, held."""
    row = await tx.fetchrow(_HOLD, difference_id)
    return _difference(row) if row else None


async def list_differences(
    tx: Tx, before: int, state: str, day: date | None, limit: int
) -> list[Difference]:
    """Differences, the latest first."""
    return [_difference(row) for row in await tx.fetch(_LIST, before, state, day, limit)]


async def save_differences(tx: Tx, moved: Sequence[Difference]) -> int:
    """Write what became of open differences; how many were open."""
    done = await tx.execute(
        _SAVE,
        [one.owner_id for one in moved],
        [one.difference_id for one in moved],
        [one.state for one in moved],
        [one.note for one in moved],
        [one.resolved_by for one in moved],
        [one.resolved_at for one in moved],
    )
    return int(done.split()[-1])


async def list_compared(tx: Tx, before: date, limit: int) -> list[Compared]:
    """The days that were compared, the latest first."""
    return [Compared(**row) for row in await tx.fetch(_DAYS, before, limit)]


async def hold_compared(tx: Tx) -> tuple[date | None, date | None]:
    """The last day compared, and the last day closed; held."""
    row = await tx.fetchrow(_COMPARED)
    return (row["compared_day"], row["through_day"]) if row else (None, None)


async def note_compared(tx: Tx, day: date) -> None:
    """All days to this one are compared."""
    await tx.execute(_NOTE_COMPARED, day)


async def next_sealed(tx: Tx, day: date) -> date | None:
    """The next day on which any book moved."""
    found: date | None = await tx.fetchval(_NEXT_SEALED, day)
    return found


async def list_books(tx: Tx, day: date, after: int, limit: int) -> list[int]:
    """Books that moved on a day."""
    return [row["book_id"] for row in await tx.fetch(_BOOKS, day, after, limit)]


async def list_sealed(tx: Tx, book_ids: Sequence[int], day: date) -> list[tuple[int, int, int]]:
    """The lines of a closed day in some books, by key."""
    rows = await tx.fetch(_SEALED, book_ids, day)
    return [(row["book_id"], row["entry_id"], row["position"]) for row in rows]


def _difference(row: Row) -> Difference:
    values = dict(row)
    values["fault"] = Fault(values["fault"])
    values["kind"] = BillKind(values["kind"])
    values["state"] = DifferenceState(values["state"])
    return Difference(**values)
