from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tongshang.kernel.money import Fen
from tongshang.modules.ledger.domain import Account, AccountKind, Cause, Entry, Line, Posting, mark
from tongshang.modules.ledger.refusals import AccountOverdrawn
from tongshang.runtime.db import Row, Tx, add_rows

# --- writing -----------------------------------------------------------------------------------

# Given in the order of the key, so that two batches with causes in common wait for each other.
_CLAIM: Final = """
    insert into entries (book_id, entry_id, cause_kind, cause_id, mark, at)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bytea[], $6::timestamptz[]
    )
    on conflict (book_id, cause_kind, cause_id) do nothing
    returning entry_id
"""

_MARKS: Final = """
    select e.book_id, e.cause_kind, e.cause_id, e.mark
    from entries e
    join unnest($1::bigint[], $2::text[], $3::bigint[]) w(book_id, cause_kind, cause_id)
      using (book_id, cause_kind, cause_id)
"""

_POSTING_COLUMNS: Final = (
    "book_id", "entry_id", "position", "source_kind", "source_party", "target_kind",
    "target_party", "amount_fen",
)  # fmt: skip
_ADD_POSTINGS: Final = f"""
    insert into postings ({", ".join(_POSTING_COLUMNS)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::bigint[],
        $6::text[], $7::bigint[], $8::bigint[]
    )
"""

# Opened before they are changed, and not in one upsert: PostgreSQL checks the proposed row against
# the table's constraints before it looks for a conflict, and a proposed -100 is always refused.
_OPEN: Final = """
    insert into accounts (book_id, kind, party_id)
    select * from unnest($1::bigint[], $2::text[], $3::bigint[])
    on conflict do nothing
"""

# An update takes its rows in the plan's order; holding them first makes it everybody's order.
_HOLD: Final = """
    select a.book_id
    from accounts a
    join unnest($1::bigint[], $2::text[], $3::bigint[]) w(book_id, kind, party_id)
      on a.book_id = w.book_id and a.kind = w.kind and a.party_id = w.party_id
    order by a.book_id, a.kind, a.party_id
    for update of a
"""

_CHANGE: Final = """
    update accounts a set balance_fen = a.balance_fen + w.change_fen
    from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])
         w(book_id, kind, party_id, change_fen)
    where a.book_id = w.book_id and a.kind = w.kind and a.party_id = w.party_id
"""


async def claim_causes(tx: Tx, entries: Sequence[tuple[int, Entry]]) -> set[int]:
    """Which of the entries, each with its id, are the first of their cause."""
    ordered = sorted(entries, key=lambda one: (one[1].book_id, one[1].cause, one[0]))
    rows = await tx.fetch(
        _CLAIM,
        [entry.book_id for _, entry in ordered],
        [entry_id for entry_id, _ in ordered],
        [entry.cause.kind for _, entry in ordered],
        [entry.cause.id for _, entry in ordered],
        [mark(entry.postings) for _, entry in ordered],
        [entry.at for _, entry in ordered],
    )
    return {row["entry_id"] for row in rows}


async def find_marks(tx: Tx, entries: Sequence[Entry]) -> dict[tuple[int, Cause], bytes]:
    """The hash of what each of these causes has posted."""
    rows = await tx.fetch(
        _MARKS,
        [entry.book_id for entry in entries],
        [entry.cause.kind for entry in entries],
        [entry.cause.id for entry in entries],
    )
    return {
        (row["book_id"], Cause(row["cause_kind"], row["cause_id"])): row["mark"] for row in rows
    }


async def add_postings(tx: Tx, entries: Sequence[tuple[int, Entry]]) -> None:
    """Write down what each entry moved."""
    rows = [
        (
            one.source.book_id,
            entry_id,
            position,
            one.source.kind,
            one.source.party_id,
            one.target.kind,
            one.target.party_id,
            one.amount_fen,
        )
        for entry_id, entry in entries
        for position, one in enumerate(entry.postings)
    ]
    await add_rows(tx, "postings", _POSTING_COLUMNS, rows, _ADD_POSTINGS)


async def change_balances(tx: Tx, changes: Mapping[Account, int]) -> None:
    """Add each account's change to its balance; refuses what would be overdrawn."""
    accounts = sorted(changes)
    keys = (
        [account.book_id for account in accounts],
        [account.kind for account in accounts],
        [account.party_id for account in accounts],
    )
    await tx.execute(_OPEN, *keys)
    await tx.execute(_HOLD, *keys)
    try:
        done = await tx.execute(_CHANGE, *keys, [changes[account] for account in accounts])
    except asyncpg.CheckViolationError:
        raise AccountOverdrawn from None
    assert done == f"UPDATE {len(accounts)}"


# --- reading -----------------------------------------------------------------------------------

_BALANCES: Final = """
    select book_id, kind, party_id, balance_fen from accounts
    where book_id = any($1::bigint[]) and kind = any($2::text[])
"""

_BALANCE: Final = """
    select balance_fen from accounts where book_id = $1 and kind = $2 and party_id = $3
"""

_PARTY: Final = """
    select book_id, balance_fen from accounts where party_id = $1 and kind = $2 order by book_id
"""

_ACCOUNTS: Final = """
    select book_id, kind, party_id, balance_fen from accounts where party_id = any($1::bigint[])
    order by book_id, kind, party_id
"""

_HOLD_ACCOUNTS: Final = """
    select a.book_id, a.kind, a.party_id, a.balance_fen
    from accounts a
    join unnest($1::bigint[], $2::text[], $3::bigint[]) w(book_id, kind, party_id)
      on a.book_id = w.book_id and a.kind = w.kind and a.party_id = w.party_id
    order by a.book_id, a.kind, a.party_id
    for update of a
"""

_TOTALS: Final = "select kind, sum(balance_fen)::bigint as total_fen from accounts group by kind"

_ENTRIES: Final = """
    select e.entry_id, e.cause_kind, e.cause_id, e.at, p.source_kind, p.source_party,
           p.target_kind, p.target_party, p.amount_fen
    from entries e
    join unnest($2::text[], $3::bigint[]) w(cause_kind, cause_id)
      on e.cause_kind = w.cause_kind and e.cause_id = w.cause_id
    join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
    where e.book_id = $1
    order by e.at, e.entry_id, p.position
"""


async def list_balances(
    tx: Tx, book_ids: Sequence[int], kinds: Sequence[AccountKind]
) -> dict[Account, int]:
    """The books' balances of some kinds."""
    return _balances(await tx.fetch(_BALANCES, sorted(set(book_ids)), list(kinds)))


async def get_balance(tx: Tx, account: Account) -> int:
    """The balance of an account; nothing moved is nothing."""
    found = await tx.fetchval(_BALANCE, account.book_id, account.kind, account.party_id)
    return found or 0


async def list_party_balances(tx: Tx, kind: AccountKind, party_id: int) -> dict[int, int]:
    """What a party has in each book."""
    rows = await tx.fetch(_PARTY, party_id, kind)
    return {row["book_id"]: row["balance_fen"] for row in rows}


async def list_accounts(tx: Tx, party_ids: Sequence[int]) -> dict[Account, int]:
    """What parties have, by account."""
    return _balances(await tx.fetch(_ACCOUNTS, party_ids))


async def hold_accounts(tx: Tx, accounts: Sequence[Account]) -> dict[Account, int]:
    """Balances of accounts, held in the order of their keys."""
    ordered = sorted(set(accounts))
    rows = await tx.fetch(
        _HOLD_ACCOUNTS,
        [one.book_id for one in ordered],
        [one.kind for one in ordered],
        [one.party_id for one in ordered],
    )
    return _balances(rows)


def _balances(rows: Sequence[Row]) -> dict[Account, int]:
    return {
        Account(row["book_id"], AccountKind(row["kind"]), row["party_id"]): row["balance_fen"]
        for row in rows
    }


async def sum_kinds(tx: Tx) -> dict[AccountKind, int]:
    """All balances of the platform by kind."""
    rows = await tx.fetch(_TOTALS)
    return {AccountKind(row["kind"]): row["total_fen"] for row in rows}


async def list_entries(tx: Tx, book_id: int, causes: Sequence[Cause]) -> list[Entry]:
    """What the causes moved, in the order of time."""
    wanted = sorted(set(causes))
    rows = await tx.fetch(
        _ENTRIES, book_id, [cause.kind for cause in wanted], [cause.id for cause in wanted]
    )
    together: dict[int, list[Row]] = {}
    for row in rows:
        together.setdefault(row["entry_id"], []).append(row)
    return [_entry(book_id, same) for same in together.values()]


def _entry(book_id: int, rows: Sequence[Row]) -> Entry:
    cause = Cause(rows[0]["cause_kind"], rows[0]["cause_id"])
    postings = tuple(
        Posting(
            Account(book_id, AccountKind(row["source_kind"]), row["source_party"]),
            Account(book_id, AccountKind(row["target_kind"]), row["target_party"]),
            Fen(row["amount_fen"]),
        )
        for row in rows
    )
    return Entry(book_id, cause, postings, rows[0]["at"])


# --- lines, for those who close days -------------------------------------------------------------

_BOOKS: Final = """
    select distinct book_id from entries
    where ((at >= $1 and at < $2) or (at < $1 and entry_id > $3)) and book_id > $4
    order by book_id
    limit $5
"""

_LINE_COLUMNS: Final = """
    e.book_id, e.entry_id, e.cause_kind, e.cause_id, e.at, p.position, p.source_kind,
    p.source_party, p.target_kind, p.target_party, p.amount_fen
"""

_BOOKED: Final = f"""
    select {_LINE_COLUMNS}
    from entries e join postings p using (book_id, entry_id)
    where ((e.at >= $1 and e.at < $2) or (e.at < $1 and e.entry_id > $3))
      and e.book_id = any($4::bigint[])
    order by e.book_id, e.entry_id, p.position
"""

_LINES: Final = f"""
    select {_LINE_COLUMNS}
    from unnest($1::bigint[], $2::bigint[], $3::smallint[])
         with ordinality w(book_id, entry_id, position, number)
    join entries e using (book_id, entry_id) join postings p using (book_id, entry_id, position)
    order by w.number
"""

_FIRST_AT: Final = "select min(at) from entries where at >= $1"


async def first_booked_at(tx: Tx, since: datetime) -> datetime | None:
    """When the earliest entry was booked, of those since a moment."""
    found: datetime | None = await tx.fetchval(_FIRST_AT, since)
    return found


async def list_books(
    tx: Tx, since: datetime, until: datetime, late_after: int, after_book: int, limit: int
) -> list[int]:
    """Books with entries in [since, until), or earlier ones with an id after `late_after`."""
    rows = await tx.fetch(_BOOKS, since, until, late_after, after_book, limit)
    return [row["book_id"] for row in rows]


async def list_booked(
    tx: Tx, since: datetime, until: datetime, late_after: int, book_ids: Sequence[int]
) -> list[Line]:
    """The lines of these entries in some books, by book, entry and position."""
    rows = await tx.fetch(_BOOKED, since, until, late_after, book_ids)
    return [_line(row) for row in rows]


async def list_lines(tx: Tx, keys: Sequence[tuple[int, int, int]]) -> list[Line]:
    """Lines by book, entry and position, in the order asked; those there are."""
    rows = await tx.fetch(
        _LINES, [one[0] for one in keys], [one[1] for one in keys], [one[2] for one in keys]
    )
    return [_line(row) for row in rows]


def _line(row: Row) -> Line:
    book_id = row["book_id"]
    posting = Posting(
        Account(book_id, AccountKind(row["source_kind"]), row["source_party"]),
        Account(book_id, AccountKind(row["target_kind"]), row["target_party"]),
        Fen(row["amount_fen"]),
    )
    cause = Cause(row["cause_kind"], row["cause_id"])
    return Line(row["entry_id"], row["position"], cause, row["at"], posting)
