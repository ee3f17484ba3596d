"""A running platform for a test, and the ways in: as a caller in process, or over HTTP."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tongshang.app import Opened, asgi, open_house
from tongshang.runtime import jobs
from tongshang.runtime.call import NOBODY, Call, Caller
from tongshang.runtime.db import transaction
from tongshang.runtime.rpc import admit, perform


@pytest.fixture
async def opened(dsn: str, tmp_path: Path) -> AsyncIterator[Opened]:
    """The whole platform on a clean database."""
    async with open_house(dsn, tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(opened: Opened) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the platform, without a network."""
    transport = httpx.ASGITransport(app=asgi(opened.house))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


@contextlib.asynccontextmanager
async def calling(opened: Opened, caller: Caller = NOBODY) -> AsyncIterator[Call]:
    """A call in a transaction of its own, committed when the block ends."""
    async with transaction(opened.house.pool) as tx:
        call = Call(tx, opened.house.clock.now(), caller, opened.house)
        yield call
    call.committed()


async def ask(opened: Opened, caller: Caller, path: str, key: str = "", **fields: object) -> Any:
    """Ask the endpoint at `path` as `caller`; raises its refusal."""
    endpoint = opened.house.registry.find(path)
    admit(endpoint, caller)
    request = msgspec.convert(fields, type=endpoint.takes, strict=False)
    return await perform(opened.house, endpoint, caller, request, key)


async def finish_work(opened: Opened) -> None:
    """Do all the work that is due now."""
    await jobs.drain(opened.house, opened.works)


@contextlib.contextmanager
def sent_statements(opened: Opened) -> Iterator[list[str]]:
    """The statements that the pool's open connections send meanwhile, begin and commit too.

    Those by which asyncpg learns a type, once a connection, do not count.
    """
    sent: list[str] = []

    def note(record: Any) -> None:
        if "typeinfo_tree" not in record.query and "set_config" not in record.query:
            sent.append(record.query)

    pool: Any = opened.house.pool
    connections = [holder._con for holder in pool._holders if holder._con]
    for connection in connections:
        connection.add_query_logger(note)
    try:
        yield sent
    finally:
        for connection in connections:
            connection.remove_query_logger(note)


__all__ = ["ask", "calling", "client", "finish_work", "opened", "sent_statements"]
