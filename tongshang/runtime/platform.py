"""What every process of a platform shares, kept in its database: the secret, the moved clock."""

from datetime import timedelta
from typing import Final

from tongshang.runtime import crypto
from tongshang.runtime.db import Connection

_SHARE: Final = """
    insert into platform (key, value) values ('secret', $1)
    on conflict (key) do update set value = platform.value returning value
"""
_OFFSET: Final = "select value::bigint from platform where key = 'clock_offset_us'"


async def secret(connection: Connection) -> bytes:
    """The key by which the platform recognises what it signed; made by the first who asks."""
    text: str = await connection.fetchval(_SHARE, crypto.token(48))
    return text.encode()


async def clock_offset(connection: Connection) -> timedelta:
    """How far the platform's clock is ahead of the machine's."""
    return timedelta(microseconds=await connection.fetchval(_OFFSET) or 0)
