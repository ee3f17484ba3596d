"""Closed days: sealed whole, unaltered since, and the sums that statements are made of."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tongshang.kernel.money import Fen
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Line, Posting
from tongshang.modules.statements.domain import sealing
from tongshang.prove.check import Check, Walk
from tongshang.runtime.db import Connection, Row

_SEALED: Final = """
    select l.book_id, l.day, l.place, l.leaf, l.entry_id, l.position, e.cause_kind, e.cause_id,
           e.at, p.source_kind, p.source_party, p.target_kind, p.target_party, p.amount_fen
    from day_leaves l
    left join entries e using (book_id, entry_id)
    left join postings p using (book_id, entry_id, position)
    order by l.book_id, l.day, l.place
"""
_DIGESTS: Final = """
    select book_id, day, lines, root, earlier, digest from day_digests order by book_id, day
"""
_KEY: Final = "select value from platform where key = 'secret'"
_AT_ONCE: Final = 5_000


@dataclass(slots=True)
class _Day:
    """The leaves of a day as they come out of the books now."""

    book_id: int
    day: date
    leaves: list[bytes] = field(default_factory=list)


async def _find_unsealed(connection: Connection) -> list[dict[str, Any]]:
    """Hash everything anew: lines to leaves, leaves to roots, roots and days to the chain."""
    secret = (await connection.fetchval(_KEY) or "").encode()
    rows = await connection.fetch(_DIGESTS)
    digests = {(row["book_id"], row["day"]): row for row in rows}
    ends: dict[int, bytes] = {}
    breaches: list[dict[str, Any]] = []
    now: _Day | None = None
    async for row in connection.cursor(_SEALED, prefetch=_AT_ONCE):
        if now is None or (now.book_id, now.day) != (row["book_id"], row["day"]):
            breaches += _wrong_day(now, digests, ends)
            now = _Day(row["book_id"], row["day"])
        leaf = _leaf(secret, row)
        if leaf != row["leaf"]:
            named = {name: row[name] for name in ("book_id", "day", "entry_id", "position")}
            breaches.append({**named, "fault": "a line was altered after its day was closed"})
        now.leaves.append(leaf)
    breaches += _wrong_day(now, digests, ends)
    return breaches + [
        {"book_id": book_id, "day": day, "fault": "a sealed day has no lines"}
        for book_id, day in digests
    ]


def _leaf(secret: bytes, row: Row) -> bytes:
    if row["amount_fen"] is None or row["cause_kind"] is None:
        return b""
    book_id = row["book_id"]
    posting = Posting(
        Account(book_id, AccountKind(row["source_kind"]), row["source_party"]),
        Account(book_id, AccountKind(row["target_kind"]), row["target_party"]),
        Fen(row["amount_fen"]),
    )
    cause = Cause(row["cause_kind"], row["cause_id"])
    return sealing.leaf(secret, Line(row["entry_id"], row["position"], cause, row["at"], posting))


def _wrong_day(
    now: _Day | None, digests: dict[tuple[int, date], Row], ends: dict[int, bytes]
) -> list[dict[str, Any]]:
    """What is wrong with a day whose leaves have all come by; it is taken out of `digests`."""
    if now is None:
        return []
    kept = digests.pop((now.book_id, now.day), None)
    if kept is None:
        return [{"book_id": now.book_id, "day": now.day, "fault": "lines without a sealed day"}]
    earlier = ends.get(now.book_id, sealing.BEGINNING)
    ends[now.book_id] = kept["digest"]
    again = sealing.seal(earlier, now.book_id, now.day, now.leaves)
    said = sealing.Digest(**kept)
    if again == said:
        return []
    return [
        {"book_id": now.book_id, "day": now.day, "fault": "the day does not come to its digest"}
    ]


DAYS: Final[tuple[Check | Walk, ...]] = (
    Walk(
        "days_are_sealed",
        "every line of a closed day is as it was sealed, every digest carries the ones before",
        "select count(*) from day_leaves",
        _find_unsealed,
    ),
    Check(
        "closed_days_are_whole",
        "every line that was booked before its day was closed is in a sealed day, once",
        "select count(*) from day_digests",
        """
        select p.book_id, p.entry_id, p.position, 'left out' as fault
        from closing c
        join entries e on e.entry_id <= c.seen_id
         and (e.at at time zone 'Asia/Shanghai')::date <= c.through_day
        join postings p using (book_id, entry_id)
        left join day_leaves l using (book_id, entry_id, position)
        where l.leaf is null
        union all
        select d.book_id, null, null, 'a day of so many lines has others'
        from day_digests d
        left join (select book_id, day, count(*) as leaves, max(place) as last
                   from day_leaves group by book_id, day) l using (book_id, day)
        where d.lines is distinct from l.leaves or l.last <> l.leaves - 1
        """,
    ),
    Check(
        "statements_add_up",
        "opening + what came - what went = closing = the next opening, in the books and on paper",
        "select count(*) from day_balances",
        """
        with moved as (
            select l.book_id, l.day, end_kind as kind, end_party as party_id,
                   sum(fen)::bigint as fen
            from day_leaves l join postings p using (book_id, entry_id, position)
            cross join lateral (values
                (p.source_kind, p.source_party, -p.amount_fen),
                (p.target_kind, p.target_party, p.amount_fen)
            ) ends(end_kind, end_party, fen)
            group by 1, 2, 3, 4
        ), balanced as (
            select *, lag(closing_fen, 1, 0::bigint) over (
                       partition by book_id, kind, party_id order by day) as came_from
            from day_balances
        )
        select book_id, kind, party_id, day, b.opening_fen, b.came_from, b.closing_fen, m.fen
        from balanced b full join moved m using (book_id, kind, party_id, day)
        where b.opening_fen is distinct from b.came_from
           or b.closing_fen - b.opening_fen is distinct from m.fen
        union all
        select s.owner_id, s.period, s.statement_id, s.starts, s.in_fen, d.in_fen, s.out_fen,
               d.out_fen
        from statements s
        left join lateral (
            select coalesce(sum(in_fen), 0) as in_fen, coalesce(sum(out_fen), 0) as out_fen
            from day_balances b
            where b.day >= s.starts and b.day < s.ends
              and ((b.party_id = s.owner_id and b.kind not in ('withdrawing', 'suspense'))
                   or (b.book_id = s.owner_id and b.party_id = 0
                       and b.kind in ('shop_pending', 'shop_available')))
        ) d on true
        where s.in_fen <> d.in_fen or s.out_fen <> d.out_fen
        """,
    ),
)
