"""Closed days: their lines, digests and balances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongshang.modules.ledger.api import Account, AccountKind, Line
from tongshang.modules.statements.domain.holdings import DayBalance
from tongshang.modules.statements.domain.sealing import BEGINNING, Digest
from tongshang.runtime.db import Tx


@dataclass(frozen=True, slots=True)
class Progress:
    """How far days are closed (see the table `closing`)."""

    through_day: date | None
    seen_id: int
    begun_id: int
    at_book: int


_THROUGH: Final = "select through_day from closing"

# Whoever holds this row closes days; others wait, and find them closed.
_HOLD: Final = "select through_day, seen_id, begun_id, at_book from closing for update"

_OPEN: Final = "insert into closing default values on conflict (one) do nothing"

_SAVE: Final = "update closing set through_day = $1, seen_id = $2, begun_id = $3, at_book = $4"

_KNOWN: Final = """
    select book_id, entry_id, position from day_leaves
    join unnest($1::bigint[], $2::bigint[], $3::smallint[]) w(book_id, entry_id, position)
      using (book_id, entry_id, position)
"""

_CLOSED: Final = "select book_id from day_digests where book_id = any($1::bigint[]) and day = $2"

_LATEST: Final = """
    select book_id, d.digest
    from unnest($1::bigint[]) w(book_id)
    cross join lateral (
        select digest from day_digests
        where day_digests.book_id = w.book_id order by day desc limit 1
    ) d
"""

_CLOSINGS: Final = """
    select w.book_id, w.kind, w.party_id, d.closing_fen
    from unnest($1::bigint[], $2::text[], $3::bigint[]) w(book_id, kind, party_id)
    cross join lateral (
        select closing_fen from day_balances b
        where b.book_id = w.book_id and b.kind = w.kind and b.party_id = w.party_id
        order by b.day desc limit 1
    ) d
"""

_ADD_DIGESTS: Final = """
    insert into day_digests (book_id, day, lines, root, earlier, digest, closed_at)
    select *, $7::timestamptz from unnest(
        $1::bigint[], $2::date[], $3::integer[], $4::bytea[], $5::bytea[], $6::bytea[]
    )
"""

_ADD_LEAVES: Final = """
    insert into day_leaves (book_id, day, place, entry_id, position, source_party, target_party,
                            leaf)
    select w.book_id, $2, w.place, w.entry_id, w.position, w.source_party, w.target_party, w.leaf
    from unnest(
        $1::bigint[], $3::integer[], $4::bigint[], $5::smallint[], $6::bigint[], $7::bigint[],
        $8::bytea[]
    ) w(book_id, place, entry_id, position, source_party, target_party, leaf)
"""

_ADD_BALANCES: Final = """
    insert into day_balances (book_id, kind, party_id, day, opening_fen, in_fen, out_fen,
                              moved_fen, closing_fen, lines)
    select * from unnest(
        $1::bigint[], $2::text[], $3::bigint[], $4::date[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::bigint[], $10::integer[]
    )
"""

_DIGESTS: Final = """
    select book_id, day, lines, root, earlier, digest
    from day_digests join unnest($1::bigint[], $2::date[]) w(book_id, day) using (book_id, day)
    order by day, book_id
"""

_DAY_LEAVES: Final = "select leaf from day_leaves where book_id = $1 and day = $2 order by place"


async def find_through(tx: Tx) -> date | None:
    """The last day that is closed."""
    found: date | None = await tx.fetchval(_THROUGH)
    return found


async def hold_progress(tx: Tx) -> Progress:
    """How far days are closed; nobody else closes any till the transaction ends."""
    row = await tx.fetchrow(_HOLD)
    if row is None:  # the first time ever
        await tx.execute(_OPEN)
        row = await tx.fetchrow(_HOLD)
    assert row is not None
    return Progress(*row)


async def save_progress(tx: Tx, progress: Progress) -> None:
    await tx.execute(
        _SAVE, progress.through_day, progress.seen_id, progress.begun_id, progress.at_book
    )


async def find_known(tx: Tx, lines: Sequence[Line]) -> set[tuple[int, int, int]]:
    """Which of the lines belong to a closed day already, by key."""
    rows = await tx.fetch(
        _KNOWN,
        [line.book_id for line in lines],
        [line.entry_id for line in lines],
        [line.position for line in lines],
    )
    return {(row["book_id"], row["entry_id"], row["position"]) for row in rows}


async def find_closed(tx: Tx, book_ids: Sequence[int], day: date) -> set[int]:
    """Books whose day is closed."""
    return {row["book_id"] for row in await tx.fetch(_CLOSED, book_ids, day)}


async def find_latest(tx: Tx, book_ids: Sequence[int]) -> dict[int, bytes]:
    """The end of each book's chain; of a new one the beginning."""
    rows = await tx.fetch(_LATEST, book_ids)
    return dict.fromkeys(book_ids, BEGINNING) | {row["book_id"]: row["digest"] for row in rows}


async def find_closings(tx: Tx, accounts: Sequence[Account]) -> dict[Account, int]:
    """What accounts had when they last moved; those that never did are not there."""
    rows = await tx.fetch(
        _CLOSINGS,
        [one.book_id for one in accounts],
        [one.kind for one in accounts],
        [one.party_id for one in accounts],
    )
    return {
        Account(row["book_id"], AccountKind(row["kind"]), row["party_id"]): row["closing_fen"]
        for row in rows
    }


async def add_days(
    tx: Tx,
    day: date,
    digests: Sequence[Digest],
    lines: Mapping[int, Sequence[tuple[Line, bytes]]],
    balances: Sequence[DayBalance],
    at: datetime,
) -> None:
    """Seal a day of some books."""
    await tx.execute(
        _ADD_DIGESTS,
        [one.book_id for one in digests],
        [one.day for one in digests],
        [one.lines for one in digests],
        [one.root for one in digests],
        [one.earlier for one in digests],
        [one.digest for one in digests],
        at,
    )
    leaves = [(place, *both) for book in lines.values() for place, both in enumerate(book)]
    await tx.execute(
        _ADD_LEAVES,
        [line.book_id for _, line, _ in leaves],
        day,
        [place for place, _, _ in leaves],
        [line.entry_id for _, line, _ in leaves],
        [line.position for _, line, _ in leaves],
        [line.posting.source.party_id for _, line, _ in leaves],
        [line.posting.target.party_id for _, line, _ in leaves],
        [leaf for _, _, leaf in leaves],
    )
    await tx.execute(
        _ADD_BALANCES,
        [one.account.book_id for one in balances],
        [one.account.kind for one in balances],
        [one.account.party_id for one in balances],
        [one.day for one in balances],
        [one.opening_fen for one in balances],
        [one.in_fen for one in balances],
        [one.out_fen for one in balances],
        [one.moved_fen for one in balances],
        [one.closing_fen for one in balances],
        [one.lines for one in balances],
    )


async def list_digests(tx: Tx, keys: Sequence[tuple[int, date]]) -> list[Digest]:
    """The digests of books' days."""
    rows = await tx.fetch(_DIGESTS, [book_id for book_id, _ in keys], [day for _, day in keys])
    return [Digest(**row) for row in rows]


async def list_leaves(tx: Tx, book_id: int, day: date) -> list[bytes]:
    """All leaves of a book's day, in their places."""
    return [row["leaf"] for row in await tx.fetch(_DAY_LEAVES, book_id, day)]
