"""What every process of a platform shares, kept in its database: the secret, the moved clock."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from tongshang.runtime import crypto
from tongshang.runtime.clock import Clock
from tongshang.runtime.db import Connection, hear_no_more

_SHARE: Final = """
    insert into platform (key, value) values ('secret', $1)
    on conflict (key) do update set value = platform.value returning value
"""
_OFFSET: Final = "select value::bigint from platform where key = 'clock_offset_us'"
# Of two who move the clock at once the second adds to what the first has made of it.
_MOVE: Final = """
    with moved as (
        insert into platform (key, value)
        values ('clock_offset_us', greatest($1::bigint, $2::bigint)::text)
        on conflict (key) do update
        set value = greatest(platform.value::bigint + $1, $2)::text
        returning value
    )
    select value::bigint, pg_notify('tongshang_clock', value) from moved
"""


async def secret(connection: Connection) -> bytes:
    """The key by which the platform recognises what it signed; made by the first who asks."""
    text: str = await connection.fetchval(_SHARE, crypto.token(48))
    return text.encode()


async def clock_offset(connection: Connection) -> timedelta:
    """How far the platform's clock is ahead of the machine's."""
    return timedelta(microseconds=await connection.fetchval(_OFFSET) or 0)


async def move_clock(connection: Connection, by: timedelta, at_least: timedelta) -> timedelta:
    """Put the platform's clock ahead, and tell all processes once it is so; how far it is now."""
    moved: int = await connection.fetchval(
        _MOVE, by // timedelta(microseconds=1), at_least // timedelta(microseconds=1)
    )
    return timedelta(microseconds=moved)


@contextlib.asynccontextmanager
async def hearing_of_time(connection: Connection, clock: Clock) -> AsyncIterator[None]:
    """While the block lasts, the clock moves when another process moves it."""

    def hear(*heard: object) -> None:
        clock.offset = max(clock.offset, timedelta(microseconds=int(str(heard[-1]))))

    await connection.add_listener("tongshang_clock", hear)
    clock.offset = max(clock.offset, await clock_offset(connection))  # what moved before we heard
    try:
        yield
    finally:
        await hear_no_more(connection, "tongshang_clock", hear)
