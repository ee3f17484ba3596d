"""Setting the stage: a durable server of our own, a market in it, and the platform serving it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from bench.market import Market, Size, furnish
from tongshang.app import open_house
from tongshang.runtime.children import bound_to_us
from tongshang.runtime.migrate import migrate
from tongshang.runtime.postgres import Server

PROCESSES: Final = 2
_READY_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 20.0
_PATIENCE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.02
_UNPAID: Final = "select exists (select from orders where state = 10)"
_BUSY: Final = "select exists (select from jobs where not dead and run_at <= now())"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is measured, and where."""

    dsn: str
    port: int
    server: int  # the process that started those that serve
    pgbench: Path
    market: Market

    def memory_mb(self) -> list[float]:
        """What each serving process holds; nothing where the system does not say."""
        children = Path(f"/proc/{self.server}/task/{self.server}/children")
        if not children.exists():
            return []
        # One that serves alone does so itself.
        pids = children.read_text().split() or [str(self.server)]
        return [_resident_mb(int(pid)) for pid in pids]

    async def all_paid(self) -> float:
        """Wait until every order that was placed is paid; when that was."""
        await self._while(_UNPAID)
        return time.time()

    async def quiet(self) -> None:
        """Wait until nothing is left to do, so that what is measured next has the machine."""
        await self._while(_BUSY)

    async def over(self, statement: str) -> None:
        """Wait while the statement says true."""
        await self._while(statement)

    async def _while(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        until = time.monotonic() + _PATIENCE_SECONDS
        try:
            while time.monotonic() < until:
                if not await connection.fetchval(statement):
                    return
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await connection.close()
        raise TimeoutError(f"still so after {_PATIENCE_SECONDS:g} s: {statement}")

    async def value(self, statement: str, *values: object) -> int:
        """One number from the database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            number: int = await connection.fetchval(statement, *values)
        finally:
            await connection.close()
        return number


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(
        int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")
    )


@contextlib.asynccontextmanager
async def staged(size: Size, processes: int = PROCESSES) -> AsyncIterator[Stage]:
    """The stage, until the block ends; nothing of it is left behind."""
    with _home() as home:
        server = Server(home)
        try:
            dsn = server.start()
            await migrate(dsn)
            async with open_house(dsn, home) as opened:
                market = await furnish(opened, size)
            async with _serving(dsn, home, processes) as (port, pid):
                (pgbench,) = server.folder.glob("server-*/*/pginstall/bin/pgbench")
                yield Stage(dsn, port, pid, pgbench, market)
        finally:
            server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="tongshang-bench-"))
    home.chmod(0o755)  # where root measures, the server's own user must get in
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.asynccontextmanager
async def _serving(dsn: str, home: Path, processes: int) -> AsyncIterator[tuple[int, int]]:
    """The platform as it is started for good, on a port that was free."""
    port = _free_port()
    environment = {
        **os.environ,
        "TONGSHANG_DATABASE_URL": dsn,
        "TONGSHANG_HOME": str(home),
        "TONGSHANG_HOST": "127.0.0.1",
        "TONGSHANG_PORT": str(port),
        "TONGSHANG_PROCESSES": str(processes),
    }
    command = (sys.executable, "-m", "tongshang", "serve")
    serving = await asyncio.create_subprocess_exec(
        *command, env=environment, preexec_fn=bound_to_us()
    )
    try:
        await _answers(port, serving)
        yield port, serving.pid
    finally:
        if serving.returncode is None:
            serving.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(serving.wait(), _STOP_SECONDS)
        except TimeoutError:
            serving.kill()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


async def _answers(port: int, serving: asyncio.subprocess.Process) -> None:
    """Wait until a request gets an answer."""
    until = time.monotonic() + _READY_SECONDS
    while serving.returncode is None and time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /v1/ HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            async with asyncio.timeout(_READY_SECONDS):
                answered = await reader.readline()
            writer.close()
        except OSError:
            answered = b""
        if answered:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the platform did not start serving")
