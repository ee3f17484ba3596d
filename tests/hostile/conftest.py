"""The stage, furnished once a worker; each test leaves it as it found it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.hostile.stage import Stage, open_stage, watching
from tongshang.runtime.limits import Limits


@pytest.fixture(scope="package")
async def _stage(
    _database: str, _cleaner: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    await _cleaner.execute("select clean()")
    async with watching(_database), open_stage(_database, tmp_path_factory.mktemp("home")) as stage:
        await stage.keep()
        yield stage
    await _cleaner.execute("select clean()")


@pytest.fixture
async def stage(_stage: Stage) -> AsyncIterator[Stage]:
    """A furnished market, watched."""
    # All tests call as the same few, on a quick machine more often than one may in a minute.
    _stage.market.opened.house.limits = Limits()
    yield _stage
    await _stage.restore()
