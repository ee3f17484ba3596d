"""The platform put together: the only file that knows every room.

Three tables say how the rooms hang together: who answers (ROOMS), who reacts in the same
transaction (REACTIONS), who hears after the commit and what is done later (LISTENERS, WORKS).
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from tongshang.runtime import crypto, http, jobs
from tongshang.runtime.call import NOBODY, Caller, House, Reaction, Tells
from tongshang.runtime.clock import Clock
from tongshang.runtime.db import Connection, Pool, hold_worker_number, open_pool
from tongshang.runtime.gather import Gatherer
from tongshang.runtime.ids import Ids
from tongshang.runtime.rpc import Endpoints, Registry

# Who answers: a line a room, lowest floor first.
ROOMS: Final[tuple[Endpoints, ...]] = ()

# Who reacts to a fact in the same transaction; if one refuses, nothing happened.
REACTIONS: Final[Mapping[type, tuple[Reaction, ...]]] = {}

# Which listener (a task's kind) hears which fact after the commit.
LISTENERS: Final[Mapping[type, tuple[str, ...]]] = {}

# What is done after the commit and on the clock.
WORKS: Final = jobs.Works(tasks=(), errands=(), periodics=(jobs.forgetful(),))

LANES: Final = ("orders",)

_SHARED_KEY: Final = """
    insert into platform (key, value) values ('secret', $1)
    on conflict (key) do update set value = platform.value returning value
"""
_OFFSET: Final = "select value::bigint from platform where key = 'clock_offset_us'"


@dataclass(frozen=True, slots=True)
class Opened:
    """A running platform: the house, and the work it does beside answering."""

    house: House
    works: jobs.Works


@contextlib.asynccontextmanager
async def open_house(
    dsn: str, home: Path, address: str = "http://127.0.0.1:8000", *, connections: int = 10
) -> AsyncIterator[Opened]:
    """The platform on a migrated database, until the block ends."""
    pool = await open_pool(dsn, connections)
    try:
        async with pool.acquire() as connection:  # held: the worker number lives with it
            house = await _house(pool, connection, home, address)
            house.lanes.update({lane: Gatherer(house) for lane in LANES})
            yield Opened(house, WORKS)
    finally:
        await pool.close()


async def _house(pool: Pool, connection: Connection, home: Path, address: str) -> House:
    secret = await connection.fetchval(_SHARED_KEY, crypto.token(48))
    offset = await connection.fetchval(_OFFSET)
    return House(
        pool=pool,
        clock=Clock(timedelta(microseconds=offset or 0)),
        ids=Ids(await hold_worker_number(connection)),
        secret=secret.encode(),
        home=home,
        registry=Registry(ROOMS),
        tells=Tells(REACTIONS, LISTENERS),
        address=address,
    )


def asgi(house: House) -> http.App:
    """The platform as an ASGI application: endpoints and pages."""
    return http.Wire(house, _no_pages, _nobody, _nobody)


async def _no_pages(_scope: http.Message, _receive: http.Receive, send: http.Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"no such page"})


async def _nobody(_house: House, _token: str) -> Caller:
    return NOBODY
