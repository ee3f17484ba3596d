"""How far the demo's market is loaded, kept as a mark of the platform; and a clean slate."""

from typing import Final

import asyncpg

from tongshang.runtime.db import Connection

BEGUN: Final = "begun"
LOADED: Final = "loaded"

_LOCK: Final = 7_466_270_002
_MARK: Final = "select value from platform where key = 'demo_market'"
_SET_MARK: Final = """
    insert into platform (key, value) values ('demo_market', $1)
    on conflict (key) do update set value = excluded.value
"""
_HAS_PARTIES: Final = "select exists (select from parties)"
# All tables but those that are the same for every platform, and say so in their comment.
_TABLES: Final = """
    select quote_ident(relname) from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'migrations'
      and coalesce(obj_description(oid, 'pg_class'), '') not like 'reference:%'
"""


# Of days that were closed before all that was seen in them had been written.
_REOPEN: Final = "delete from event_closed"


async def reopen_days(connection: Connection) -> None:
    """Let days be closed again, with all that happened in them."""
    await connection.execute(_REOPEN)


async def find_mark(connection: asyncpg.Connection) -> str | None:
    """How far the load is; None before the first."""
    mark: str | None = await connection.fetchval(_MARK)
    return mark


async def set_mark(connection: asyncpg.Connection, mark: str) -> None:
    """Say how far the load is."""
    await connection.execute(_SET_MARK, mark)


async def hold_load(connection: asyncpg.Connection) -> None:
    """Wait until nobody else loads, and keep others waiting while the connection lives."""
    await connection.execute("select pg_advisory_lock($1)", _LOCK)


async def has_parties(connection: asyncpg.Connection) -> bool:
    """Whether anybody is on the platform."""
    found: bool = await connection.fetchval(_HAS_PARTIES)
    return found


async def clear(connection: asyncpg.Connection) -> None:
    """An empty platform, marked as one that is being loaded."""
    async with connection.transaction():
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        await connection.execute(f"truncate {', '.join(tables)}")
        await set_mark(connection, BEGUN)
