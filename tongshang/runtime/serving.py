"""Serving an ASGI application with uvicorn, in this process or in several that share a socket."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

import asyncpg
import uvicorn

from tongshang.runtime import migrate as migrations
from tongshang.runtime import postgres
from tongshang.runtime.children import bound_to_us
from tongshang.settings import Settings

BACKLOG: Final = 512
_UNREAD_MS_MAX: Final = 60_000


class DatabaseUnreachable(Exception):
    """The given server does not let us in; the text is for the person."""


class PortTaken(Exception):
    """Another program listens there; the text is for the person."""


@contextlib.asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The address of a migrated database: the given server's, or an embedded one's."""
    if settings.database_url:
        try:
            await migrations.migrate(settings.database_url)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseUnreachable(
                f"the database of TONGSHANG_DATABASE_URL cannot be used: {error}"
            ) from error
        yield settings.database_url
        return
    async with postgres.embedded(settings.home, binaries=settings.postgres_bin) as dsn:
        await migrations.migrate(dsn)
        yield dsn


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that child processes may inherit."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"cannot listen on {host} port {port}: {error.strerror}. "
            "Set TONGSHANG_PORT to another port, or stop the program that uses this one"
        ) from error
    if (
        sys.platform == "linux"
    ):  # inherited by each connection: who reads nothing for so long is cut
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS_MAX)
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def inherited(descriptor: int) -> socket.socket:
    """The listening socket of the process that started this one."""
    return socket.socket(fileno=descriptor)


def _collect_seldom() -> None:
    """What was made to serve lives as long as the process: the collector passes over it.

    What a request makes is gone with it. A page took a tenth of its time or more in looking for
    cycles that were not there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


async def serve(
    app: Any, listening: socket.socket, on_stop: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until SIGINT or SIGTERM, or until cancelled.

    `on_stop` ends the answers that would never end by themselves.
    """
    _collect_seldom()
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    # uvicorn would raise the signal again once it is down, in the midst of our own tidying.
    loop = asyncio.get_running_loop()

    def stop(sign: int) -> None:
        server.handle_exit(sign, None)
        on_stop()

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop, sign)
    try:
        await server._serve([listening])  # noqa: SLF001 - `serve` without its own signal handling
    finally:
        on_stop()
        # Cancelled, uvicorn leaves its doors in the loop; the next file with their number hangs.
        for door in getattr(server, "servers", ()):
            door.close()


async def serve_in_processes(
    command: Sequence[str], listening: socket.socket, count: int, environment: Mapping[str, str]
) -> None:
    """Run `command` in `count` processes that share a socket; all stop when one does or we do.

    The socket's number is the command's last argument.
    """
    descriptor = listening.fileno()
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            str(descriptor),
            env=environment,
            pass_fds=(descriptor,),
            start_new_session=True,
            preexec_fn=bound_to_us(),
        )
        for _ in range(count)
    ]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    watching = [asyncio.create_task(child.wait()) for child in children]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*watching, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
    await asyncio.gather(*watching)
