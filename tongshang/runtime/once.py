"""Idempotency: the same key with the same request answers the same, however often it comes.

The key, a hash of the request and the answer are written in the transaction of the write itself,
so they exist if and only if it happened. A lock on the key, held by the running transaction, tells
a second request that arrives meanwhile; a refused request leaves nothing and may be tried again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime.call import Caller
from tongshang.runtime.db import Tx

KEPT: Final = timedelta(days=7)


class KeyUsedForAnother(
    Refusal, code=9000010, kind=Kind.CONFLICT, zh="该 Idempotency-Key 已用于另一个请求"
):
    """The Idempotency-Key was used for another request; take a new key for a new request."""


class StillRunning(
    Refusal, code=9000011, kind=Kind.CONFLICT, zh="同一 Idempotency-Key 的请求仍在处理，请稍后再查"
):
    """The first request with this Idempotency-Key is still running; ask again shortly."""


class KeyTooLong(Refusal, code=9000012, kind=Kind.INVALID, zh="Idempotency-Key 最长 128 个字符"):
    """An Idempotency-Key has 1 to 128 characters."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request as idempotency sees it; without a key it is always new."""

    owner_id: int
    key: str
    path: str
    body_hash: bytes

    @classmethod
    def of(cls, caller: Caller, path: str, key: str, request: msgspec.Struct) -> "Ticket":
        """The ticket of one request."""
        if len(key) > 128:
            raise KeyTooLong
        body = hashlib.sha256(msgspec.json.encode(request)).digest() if key else b""
        return cls(caller.owner_id, key, path, body)

    @property
    def lock(self) -> int:
        """A number for the advisory lock on this key."""
        mark = hashlib.sha256(f"{self.owner_id}:{self.key}".encode()).digest()[:8]
        return int.from_bytes(mark, signed=True)


_LOCK: Final = """
    select lock, pg_try_advisory_xact_lock(lock) as taken from unnest($1::bigint[]) lock
"""

_FIND: Final = """
    select o.owner_id, o.key, o.path, o.body_hash, o.reply
    from once o
    join unnest($1::bigint[], $2::text[]) w(owner_id, key)
      on o.owner_id = w.owner_id and o.key = w.key
"""

_KEEP: Final = """
    insert into once (owner_id, key, path, body_hash, reply, at)
    select owner_id, key, path, body_hash, reply, $6
    from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])
         as w(owner_id, key, path, body_hash, reply)
"""

_FORGET: Final = """
    delete from once where (owner_id, key) in (
        select owner_id, key from once where at < $1 order by at limit 10000
    )
"""


async def look_up(tx: Tx, tickets: Sequence[Ticket]) -> list[bytes | Refusal | None]:
    """For each ticket the answer it already has, a refusal, or None where it is to be done."""
    keyed = [ticket for ticket in tickets if ticket.key]
    if not keyed:
        return [None] * len(tickets)
    locks = sorted({ticket.lock for ticket in keyed})
    taken = {row["lock"] for row in await tx.fetch(_LOCK, locks) if row["taken"]}
    rows = await tx.fetch(_FIND, [t.owner_id for t in keyed], [t.key for t in keyed])
    known = {(row["owner_id"], row["key"]): row for row in rows}

    def verdict(ticket: Ticket) -> bytes | Refusal | None:
        row = known.get((ticket.owner_id, ticket.key))
        if row is not None:
            same = row["path"] == ticket.path and row["body_hash"] == ticket.body_hash
            return bytes(row["reply"]) if same else KeyUsedForAnother()
        return None if ticket.lock in taken else StillRunning()

    return [verdict(ticket) if ticket.key else None for ticket in tickets]


async def keep(tx: Tx, done: Sequence[tuple[Ticket, msgspec.Struct]], at: datetime) -> None:
    """Remember what was answered."""
    keyed = [(ticket, answer) for ticket, answer in done if ticket.key]
    if not keyed:
        return
    await tx.execute(
        _KEEP,
        [ticket.owner_id for ticket, _ in keyed],
        [ticket.key for ticket, _ in keyed],
        [ticket.path for ticket, _ in keyed],
        [ticket.body_hash for ticket, _ in keyed],
        [msgspec.json.encode(answer) for _, answer in keyed],
        at,
    )


async def forget(tx: Tx, at: datetime) -> None:
    """Drop answers older than a week, a bounded number at a time."""
    await tx.execute(_FORGET, at - KEPT)
