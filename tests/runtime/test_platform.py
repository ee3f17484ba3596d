"""A platform whose database goes before it does."""

import asyncio
from pathlib import Path

import asyncpg

from tongshang.app import open_house


async def test_a_house_closes_quietly_when_its_database_went_first(
    dsn: str, tmp_path: Path
) -> None:
    other = await asyncpg.connect(dsn)
    try:
        async with open_house(dsn, tmp_path):
            await other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name = 'tongshang'"
            )
            await asyncio.sleep(0.2)  # until the sockets have heard of it
    finally:
        await other.close()
