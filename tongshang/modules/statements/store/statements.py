"""What statements are made of, statements, and their files."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tongshang.modules.statements.domain.days import Period, PeriodKind
from tongshang.modules.statements.domain.holdings import Sums, own_kinds
from tongshang.modules.statements.domain.values import DaySums, FileKind, Place, Statement
from tongshang.modules.statements.machine import StatementState
from tongshang.runtime.db import Row, Tx

# --- sums ----------------------------------------------------------------------------------------

# $1 is the owner, $2 the kinds of account that are its own: a shop has a book, others a name in it.
_SHOPS: Final = "book_id = $1 and party_id = 0 and kind = any($2::text[])"
_PARTYS: Final = "party_id = $1 and party_id > 0 and kind = any($2::text[])"

_BEFORE: Final = """
    select coalesce(sum(closing_fen), 0)::bigint from (
        select distinct on (book_id, kind, party_id) closing_fen from day_balances
        where {own} and day < $3
        order by book_id, kind, party_id, day desc
    ) latest
"""

_BETWEEN: Final = """
    select coalesce(sum(in_fen), 0)::bigint as in_fen,
           coalesce(sum(out_fen), 0)::bigint as out_fen, coalesce(sum(lines), 0)::int as lines
    from day_balances where {own} and day >= $3 and day < $4
"""

_PERIODS: Final = """
    select date_trunc($5, day)::date as starts, sum(in_fen)::bigint as in_fen,
           sum(out_fen)::bigint as out_fen, sum(lines)::int as lines
    from day_balances
    where {own} and day < $3 and day >= $6
    group by 1 order by 1 desc
    limit $4
"""

_BY_DAY: Final = """
    select day as starts, sum(in_fen)::bigint as in_fen, sum(out_fen)::bigint as out_fen,
           sum(lines)::int as lines
    from day_balances where {own} and day >= $3 and day < $4
    group by 1 order by 1
"""


_SEALED_DAYS: Final = """
    select distinct day, book_id from day_balances where {own} and day >= $3 and day < $4
    order by day, book_id limit $5
"""


async def list_sealed_days(
    tx: Tx, owner_id: int, starts: date, ends: date, limit: int, *, is_shop: bool
) -> list[tuple[int, date]]:
    """The books in which an owner's money moved in a period, and the days: first the earliest."""
    query = _SEALED_DAYS.format(own=_SHOPS if is_shop else _PARTYS)
    rows = await tx.fetch(query, owner_id, own_kinds(is_shop=is_shop), starts, ends, limit)
    return [(row["book_id"], row["day"]) for row in rows]


async def sum_before(tx: Tx, owner_id: int, day: date, *, is_shop: bool) -> int:
    """What an owner had when a day began."""
    query = _BEFORE.format(own=_SHOPS if is_shop else _PARTYS)
    found: int = await tx.fetchval(query, owner_id, own_kinds(is_shop=is_shop), day)
    return found


async def sum_period(tx: Tx, owner_id: int, starts: date, ends: date, *, is_shop: bool) -> Sums:
    """What an owner had before, and what came and went, from a day until without another."""
    query = _BETWEEN.format(own=_SHOPS if is_shop else _PARTYS)
    row = await tx.fetchrow(query, owner_id, own_kinds(is_shop=is_shop), starts, ends)
    assert row is not None
    opening = await sum_before(tx, owner_id, starts, is_shop=is_shop)
    return Sums(opening, row["in_fen"], row["out_fen"], row["lines"])


async def list_periods(
    tx: Tx, owner_id: int, kind: PeriodKind, since: date, before: date, limit: int, *, is_shop: bool
) -> list[DaySums]:
    """The latest periods before a day in which anything moved, the latest first."""
    own = _SHOPS if is_shop else _PARTYS
    rows = await tx.fetch(
        _PERIODS.format(own=own), owner_id, own_kinds(is_shop=is_shop), before, limit, kind, since
    )
    return await _balanced(tx, owner_id, rows[::-1], is_shop=is_shop)


async def list_days(
    tx: Tx, owner_id: int, starts: date, ends: date, *, is_shop: bool
) -> list[DaySums]:
    """The days of a period in which anything moved, the earliest first."""
    query = _BY_DAY.format(own=_SHOPS if is_shop else _PARTYS)
    rows = await tx.fetch(query, owner_id, own_kinds(is_shop=is_shop), starts, ends)
    return (await _balanced(tx, owner_id, rows, is_shop=is_shop))[::-1]


async def _balanced(tx: Tx, owner_id: int, rows: Sequence[Row], *, is_shop: bool) -> list[DaySums]:
    """Sums with their opening balances, the latest first; `rows` come the earliest first."""
    if not rows:
        return []
    opening = await sum_before(tx, owner_id, rows[0]["starts"], is_shop=is_shop)
    found = []
    for row in rows:
        sums = Sums(opening, row["in_fen"], row["out_fen"], row["lines"])
        found.append(DaySums(row["starts"], sums))
        opening = sums.closing_fen
    return found[::-1]


# --- lines ---------------------------------------------------------------------------------------

_OF_SHOP: Final = """
    select day, book_id, place, entry_id, position, leaf from day_leaves
    where book_id = $1 and day >= $2 and day < $3 and (day, place) > ($4::date, $5::int)
    order by day, place
    limit $6
"""

_OF_PARTY: Final = """
    select day, book_id, place, entry_id, position, leaf from (
        (select * from day_leaves
         where source_party = $1 and source_party > 0 and day >= $2 and day < $3
           and (day, book_id, place) > ($4::date, $5::bigint, $6::int)
         order by day, book_id, place limit $7)
        union
        (select * from day_leaves
         where target_party = $1 and target_party > 0 and day >= $2 and day < $3
           and (day, book_id, place) > ($4::date, $5::bigint, $6::int)
         order by day, book_id, place limit $7)
    ) both_ends
    order by day, book_id, place
    limit $7
"""

_FIND: Final = """
    select day, book_id, place, entry_id, position, leaf from day_leaves
    where book_id = $1 and entry_id = $2 and position = $3
"""

Key = tuple[int, int, int]  # book, entry, position


async def list_places(
    tx: Tx, owner_id: int, starts: date, ends: date, after: Place, limit: int, *, is_shop: bool
) -> list[tuple[Place, Key, bytes]]:
    """Lines of closed days in which an owner takes part, or that stand in a shop's book."""
    if is_shop:
        rows = await tx.fetch(_OF_SHOP, owner_id, starts, ends, after.day, after.place, limit)
    else:
        rows = await tx.fetch(
            _OF_PARTY, owner_id, starts, ends, after.day, after.book_id, after.place, limit
        )
    return [_placed(row) for row in rows]


async def find_place(tx: Tx, key: Key) -> tuple[Place, Key, bytes] | None:
    """Where a line is sealed."""
    row = await tx.fetchrow(_FIND, *key)
    return _placed(row) if row else None


def _placed(row: Row) -> tuple[Place, Key, bytes]:
    key = row["book_id"], row["entry_id"], row["position"]
    return Place(row["day"], row["book_id"], row["place"]), key, row["leaf"]


# --- statements ----------------------------------------------------------------------------------

_COLUMNS: Final = """
    owner_id, statement_id, period, starts, ends, state, lines, lines_done, opening_fen, in_fen,
    out_fen, asked_at, made_at
"""

# Asked twice, or by two at once: the constraint statements_once decides, and both get the same.
_ADD: Final = """
    insert into statements (owner_id, statement_id, period, starts, ends, state, lines,
                            opening_fen, in_fen, out_fen, closing_fen, asked_at)
    values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, $10, $11)
    on conflict (owner_id, period, starts) do nothing
    returning statement_id
"""

_GET: Final = f"select {_COLUMNS} from statements where owner_id = $1 and statement_id = $2"
_HOLD: Final = f"{_GET} for update"
_OF_PERIODS: Final = f"""
    select {_COLUMNS} from statements
    where owner_id = $1 and period = $2 and starts = any($3::date[])
"""

_SAVE: Final = """
    update statements set state = $4, lines_done = $5, made_at = $6
    where owner_id = $1 and statement_id = $2 and lines_done = $3 and state <> 'ready'
"""

_ADD_PART: Final = """
    insert into statement_files (owner_id, statement_id, kind, part, content)
    values ($1, $2, $3, $4, $5)
"""

_FILES: Final = """
    select kind, count(*)::int as parts, sum(length(content))::bigint as bytes
    from statement_files where owner_id = $1 and statement_id = $2 group by kind
"""

_PART: Final = """
    select content from statement_files
    where owner_id = $1 and statement_id = $2 and kind = $3 and part = $4
"""


async def add_statement(tx: Tx, statement: Statement) -> bool:
    """Keep a new statement; whether there was none of its period."""
    period, sums = statement.period, statement.sums
    return bool(
        await tx.fetchval(
            _ADD, statement.owner_id, statement.statement_id, period.kind, period.starts,
            period.ends, sums.lines, sums.opening_fen, sums.in_fen, sums.out_fen,
            sums.closing_fen, statement.asked_at,
        )
    )  # fmt: skip


async def find_statement(
    tx: Tx, owner_id: int, statement_id: int, *, hold: bool = False
) -> Statement | None:
    """A statement of an owner, held where it is to be changed."""
    row = await tx.fetchrow(_HOLD if hold else _GET, owner_id, statement_id)
    return _statement(row) if row else None


async def find_of_periods(
    tx: Tx, owner_id: int, kind: PeriodKind, starts: Sequence[date]
) -> dict[date, Statement]:
    """The statements there are of periods, by the day on which they begin."""
    rows = await tx.fetch(_OF_PERIODS, owner_id, kind, starts)
    return {row["starts"]: _statement(row) for row in rows}


async def save_statement(tx: Tx, statement: Statement, done_before: int) -> None:
    """Write how far a statement is, that was held."""
    done = await tx.execute(
        _SAVE, statement.owner_id, statement.statement_id, done_before, statement.state,
        statement.lines_done, statement.made_at,
    )  # fmt: skip
    assert done == "UPDATE 1"


async def add_part(tx: Tx, statement: Statement, kind: FileKind, part: int, content: bytes) -> None:
    await tx.execute(_ADD_PART, statement.owner_id, statement.statement_id, kind, part, content)


async def list_files(tx: Tx, owner_id: int, statement_id: int) -> dict[FileKind, tuple[int, int]]:
    """How many parts and bytes each file of a statement has."""
    rows = await tx.fetch(_FILES, owner_id, statement_id)
    return {FileKind(row["kind"]): (row["parts"], row["bytes"]) for row in rows}


async def find_part(
    tx: Tx, owner_id: int, statement_id: int, kind: FileKind, part: int
) -> bytes | None:
    """A part of a statement's file."""
    found: bytes | None = await tx.fetchval(_PART, owner_id, statement_id, kind, part)
    return found


def _statement(row: Row) -> Statement:
    return Statement(
        row["owner_id"],
        row["statement_id"],
        Period(PeriodKind(row["period"]), row["starts"], row["ends"]),
        StatementState(row["state"]),
        Sums(row["opening_fen"], row["in_fen"], row["out_fen"], row["lines"]),
        row["lines_done"],
        row["asked_at"],
        row["made_at"],
    )
