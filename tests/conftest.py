"""A real server for all workers, a database for each, and a clean one for every test.

The process that leads the test run owns the server and migrates one database; each worker copies
that database once. A test then pays only for the rows that the one before it left.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from playwright.async_api import Browser, async_playwright

from tests.contract.contract import NO_CONTRACT
from tests.market import market  # noqa: F401 (likewise)
from tests.platform import client, opened  # noqa: F401 (fixtures for every test)
from tongshang.runtime.migrate import migrate
from tongshang.runtime.postgres import Server

_TEMPLATE: Final = "tongshang_template"
_SERVER: Final = pytest.StashKey[Server]()
_HOME: Final = pytest.StashKey[Path]()
_DSN: Final = pytest.StashKey[str]()
_TROUBLE: Final = pytest.StashKey[str]()
_NO_BROWSER: Final = "no Chromium: install the package chromium, or name one in TONGSHANG_CHROMIUM"

# Rows go by DELETE, which on a few rows is far quicker than TRUNCATE; as a replica the session
# passes over foreign keys and over triggers that guard history. Reference tables, filled by
# migrations, say so in their comment ("reference: …"), and stay; those that are filled in use are
# "reference in use: …".
_CLEANER: Final = """
    create or replace function clean() returns void language plpgsql as $$
    declare
        name regclass;
        has_rows boolean;
    begin
        set local session_replication_role = replica;
        for name in
            select class.oid from pg_class as class
            where class.relkind = 'r' and class.relnamespace = 'public'::regnamespace
              and class.relname <> 'migrations'
              and coalesce(obj_description(class.oid, 'pg_class'), '') not like 'reference:%'
        loop
            execute format('select exists (select from only %s)', name) into has_rows;
            if has_rows then
                execute format('delete from only %s', name);
            end if;
        end loop;
        -- What one test moved (the clock) or loaded (the demo's mark) is not the next one's.
        delete from platform where key <> 'secret';
    end $$
"""


def database(dsn: str, name: str) -> str:
    """The address of database `name` on the server of `dsn`."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before the workers, so that it outlives each of them."""
    if _is_worker(config):
        given = config.workerinput  # type: ignore[attr-defined] # xdist adds it to a worker
        config.stash[_DSN], config.stash[_TROUBLE] = given["dsn"], given["trouble"]
        return
    config.stash[_DSN] = config.stash[_TROUBLE] = ""
    if config.option.collectonly:
        return
    try:
        dsn = os.environ.get("TONGSHANG_DATABASE_URL") or _start_server(config)
        asyncio.run(_make_template(dsn))
    except Exception as error:  # noqa: BLE001 (tests without a database should still run)
        config.stash[_TROUBLE] = f"{type(error).__name__}: {error}"
    else:
        config.stash[_DSN] = dsn


def _start_server(config: pytest.Config) -> str:
    home = Path(tempfile.mkdtemp(prefix="tongshang-tests-"))
    home.chmod(0o755)  # where root runs the tests, the server's own user must get in
    config.stash[_HOME] = home
    config.stash[_SERVER] = Server(home, durable=False)
    return config.stash[_SERVER].start()


async def _make_template(dsn: str) -> None:
    await _recreate(dsn, _TEMPLATE)
    await migrate(database(dsn, _TEMPLATE))
    connection = await asyncpg.connect(database(dsn, _TEMPLATE))
    try:
        await connection.execute(_CLEANER)
    finally:
        await connection.close()


async def _recreate(dsn: str, name: str, template: str = "template1") -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"drop database if exists {name} with (force)")
        await connection.execute(f"create database {name} template {template}")
    finally:
        await connection.close()


def pytest_configure_node(node: object) -> None:
    """Tell a worker where the server is."""
    config = node.config  # type: ignore[attr-defined] # a node of xdist, which has no types
    given = node.workerinput  # type: ignore[attr-defined]
    given["dsn"], given["trouble"] = config.stash[_DSN], config.stash[_TROUBLE]


def pytest_unconfigure(config: pytest.Config) -> None:
    server, home = config.stash.get(_SERVER, None), config.stash.get(_HOME, None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
async def _database(request: pytest.FixtureRequest, worker_id: str) -> str:
    config = request.config
    if not config.stash[_DSN]:
        pytest.fail(f"the test database could not be made: {config.stash[_TROUBLE]}")
    name = f"tongshang_{worker_id}"
    await _recreate(config.stash[_DSN], name, _TEMPLATE)
    return database(config.stash[_DSN], name)


@pytest.fixture(scope="session")
async def _cleaner(_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(_database)
    yield connection
    await connection.close()


@pytest.fixture
async def dsn(_database: str, _cleaner: asyncpg.Connection) -> str:
    """The address of a database with all tables and no rows but the reference ones."""
    await _cleaner.execute("select clean()")
    return _database


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=10) as connections:
        yield connections


@pytest.fixture(scope="session")
def server_dsn(request: pytest.FixtureRequest) -> str:
    """The server itself, for tests that make databases of their own."""
    return request.config.stash[_DSN] or pytest.fail(request.config.stash[_TROUBLE])


# ── Page tests ────────────────────────────────────────────────────────────────────────────────


def _chromium() -> str | None:
    named = os.environ.get("TONGSHANG_CHROMIUM", "/usr/bin/chromium")
    return named if Path(named).exists() else None


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's own Chromium, without a window."""
    # Root may run it only without the sandbox; the pages are ours.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=_chromium(), args=arguments)
        yield launched
        await launched.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip page tests on a machine without a browser, but never where all must be tested."""
    if item.get_closest_marker("browser") and _chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_NO_BROWSER)
        pytest.skip(_NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for kind, reason in (("page", _NO_BROWSER), ("wire", NO_CONTRACT)):
        count = sum(reason in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.write_line(f"{count} {kind} test(s) skipped: {reason}")
