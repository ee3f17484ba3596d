"""Transactions on PostgreSQL, and the few ways to use one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import asyncpg

from tongshang.kernel.ids import WORKERS_MAX

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = (
        asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    )
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

# A transaction that a room's store may use. Never committed or rolled back by hand.
Tx: TypeAlias = Connection
Row: TypeAlias = asyncpg.Record

Answer = TypeVar("Answer")

TRIES_MAX: Final = 4
_WORKER_LOCKS: Final = 7_420


async def open_pool(dsn: str, size: int = 10) -> Pool:
    """Connections to the platform's database, in UTC, with statements prepared and kept."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        server_settings={
            "timezone": "UTC",
            "lock_timeout": "10s",
            "idle_in_transaction_session_timeout": "60s",
            "application_name": "tongshang",
        },
        statement_cache_size=500,
        init=_learn_types,
        # Nothing here changes a connection's session, so there is nothing to reset on its return:
        # a round trip less for every call.
        reset=_keep_session,
    )


async def hear_no_more(connection: Connection, channel: str, hear: Callable[..., None]) -> None:
    """Stop listening, where there is still a connection: the database may go before we do."""
    with suppress(asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError):
        await connection.remove_listener(channel, hear)


# asyncpg learns an array's type by a slow question when a connection first meets it.
_ARRAYS: Final = """
    select $1::bigint[], $2::integer[], $3::smallint[], $4::text[], $5::boolean[], $6::bytea[],
           $7::jsonb[], $8::timestamptz[]
"""


async def _learn_types(connection: Connection) -> None:
    """Ask once, at the beginning, for all the arrays that statements take."""
    await connection.prepare(_ARRAYS)


async def _keep_session(connection: Connection) -> None:
    """Leave the session as it is."""


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Tx]:
    """One transaction: committed when the block ends, rolled back when it raises."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


async def in_transaction(pool: Pool, work: Callable[[Tx], Awaitable[Answer]]) -> Answer:
    """Run `work` in one transaction, again where PostgreSQL chose it as a deadlock's victim.

    Rooms lock in one order, so a deadlock is rare; a retry is right because nothing was written.
    """
    for attempt in range(1, TRIES_MAX + 1):
        try:
            async with transaction(pool) as tx:
                return await work(tx)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            if attempt == TRIES_MAX:
                raise
            await asyncio.sleep(0.005 * attempt)
    raise AssertionError("unreachable")


async def hold_worker_number(connection: Connection) -> int:
    """A number below 32 that no other process of this platform has, while `connection` lives."""
    for number in range(WORKERS_MAX):
        if await connection.fetchval("select pg_try_advisory_lock($1, $2)", _WORKER_LOCKS, number):
            return number
    raise RuntimeError(f"{WORKERS_MAX} processes serve this database already; stop one first")


# From so many rows on COPY is quicker than an insert of arrays, which both sides have to make.
COPY_FROM: Final = 200


async def add_rows(
    tx: Tx, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]], insert: str
) -> None:
    """Add rows that are all new: many by COPY, few by the statement `insert`, an array a column."""
    if len(rows) >= COPY_FROM:
        await tx.copy_records_to_table(table, columns=columns, records=rows)
    elif rows:
        await tx.execute(insert, *map(list, zip(*rows, strict=True)))
