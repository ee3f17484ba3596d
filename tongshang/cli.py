"""What can be asked of the platform at a terminal: `python -m tongshang COMMAND`."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import uvloop
from tqdm import tqdm

from tongshang import manual
from tongshang.app import Opened, asgi, open_house
from tongshang.demo.load import NoDemo, load
from tongshang.demo.painting import PaintingFailed
from tongshang.demo.welcome import welcome
from tongshang.modules.search.api import rebuild
from tongshang.prove import prove
from tongshang.replay.hearing import hear
from tongshang.replay.reading import WrongFile
from tongshang.replay.run import replay
from tongshang.runtime import jobs, serving
from tongshang.runtime.db import open_pool
from tongshang.runtime.migrate import MigrationRefused
from tongshang.runtime.postgres import PostgresFailed, running
from tongshang.runtime.serving import DatabaseUnreachable, PortTaken, database, listen
from tongshang.settings import SettingRefused, Settings, environment_for, read

# What stops a command with a sentence instead of a trace.
_FOR_THE_PERSON: Final = (
    SettingRefused, PostgresFailed, DatabaseUnreachable, PortTaken, MigrationRefused, WrongFile,
    FileNotFoundError, PaintingFailed, NoDemo,
)  # fmt: skip

_Run = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        settings = read(os.environ)
        status: int = uvloop.run(asked.run(settings, asked))
    except _FOR_THE_PERSON as refused:
        print(f"tongshang: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongshang", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, tells) in _COMMANDS.items():
        command = commands.add_parser(name, help=tells, description=tells)
        command.set_defaults(run=run)
        if name == "serve-one":
            command.add_argument("--demo", action="store_true", help="serve as a demo does")
            command.add_argument("socket", type=int, help="the number of the listening socket")
        if name == "search":
            command.add_argument("do", choices=("rebuild",), help="build the index anew")
        if name == "replay":
            command.add_argument("file", type=Path, help="a .csv or .csv.gz of such an export")
            command.add_argument("--lines", type=int, help="only the first so many lines")
    return parser


def _address(settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url
    host = settings.host if settings.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - a comparison
    return f"http://{host}:{settings.port}"


async def _serve(settings: Settings, _asked: argparse.Namespace) -> int:
    listening = listen(settings.host, settings.port)
    async with database(settings) as dsn:
        await _answer(settings, dsn, listening, demo=False)
    return 0


async def _serve_one(settings: Settings, asked: argparse.Namespace) -> int:
    """One of several processes: the socket and the database come from the one that started it."""
    assert settings.database_url
    async with open_house(
        settings.database_url,
        settings.home,
        _address(settings),
        demo=asked.demo,
        is_public=bool(settings.public_url),
    ) as opened:
        await _work_and_serve(opened, serving.inherited(asked.socket))
    return 0


async def _demo(settings: Settings, _asked: argparse.Namespace) -> int:
    began_ns = time.monotonic_ns()
    listening = listen(settings.host, settings.port)
    async with database(settings) as dsn:
        await load(dsn, settings.home)
        took_ms = (time.monotonic_ns() - began_ns) // 1_000_000
        print(welcome(_address(settings), settings.home, took_ms), flush=True)
        await _answer(settings, dsn, listening, demo=True)
    return 0


async def _answer(settings: Settings, dsn: str, listening: Any, *, demo: bool) -> None:
    if settings.processes > 1:
        command = ("-m", "tongshang", "serve-one", *(("--demo",) if demo else ()))
        environment = environment_for(settings.home, dsn)
        await serving.serve_in_processes(command, listening, settings.processes, environment)
        return
    async with open_house(
        dsn, settings.home, _address(settings), demo=demo, is_public=bool(settings.public_url)
    ) as opened:
        await _work_and_serve(opened, listening)


async def _work_and_serve(opened: Opened, listening: Any) -> None:
    working = asyncio.create_task(jobs.work(opened.house, opened.works))
    try:
        await serving.serve(asgi(opened.house), listening, opened.house.streams.close)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _migrate(settings: Settings, _asked: argparse.Namespace) -> int:
    async with database(settings):
        print("the database is up to date")
    return 0


async def _replay(settings: Settings, asked: argparse.Namespace) -> int:
    async with database(settings) as dsn, open_house(dsn, settings.home) as opened:
        await replay(opened, dsn, asked.file, print, asked.lines)
    return 0


async def _hear(settings: Settings, _asked: argparse.Namespace) -> int:
    """The other process of a replay; where the database is comes from the one that started it."""
    assert settings.database_url
    async with open_house(settings.database_url, settings.home) as opened:
        await hear(opened)
    return 0


async def _prove(settings: Settings, _asked: argparse.Namespace) -> int:
    beside = None if settings.database_url else running(settings.home)
    if beside is not None:  # a platform runs in this home: its books are proved as they stand
        settings = replace(settings, database_url=beside)
    async with database(settings) as dsn:
        pool = await open_pool(dsn, 2)
        try:
            return 0 if await prove(pool, print) else 1
        finally:
            await pool.close()


async def _search(settings: Settings, _asked: argparse.Namespace) -> int:
    beside = None if settings.database_url else running(settings.home)
    if beside is not None:  # a platform runs in this home: people go on searching meanwhile
        settings = replace(settings, database_url=beside)
    async with database(settings) as dsn, open_house(dsn, settings.home) as opened:
        with tqdm(desc="documents", bar_format="  {desc} {n_fmt} [{elapsed}, {rate_fmt}]") as bar:
            count = await rebuild(opened.house, lambda done: bool(bar.update(done - bar.n)))
    print(f"the index of search has {count:,} documents")
    return 0


async def _contract(_settings: Settings, _asked: argparse.Namespace) -> int:
    for place, text in manual.pages().items():
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    return 0


_COMMANDS: Final[dict[str, tuple[_Run, str]]] = {
    "demo": (_demo, "Serve a furnished platform; the first start furnishes it."),
    "serve": (_serve, "Answer requests and do the work behind them."),
    "serve-one": (_serve_one, "One of several serving processes; started by serve."),
    "migrate": (_migrate, "Bring the database up to date."),
    "replay": (_replay, "Replay a retailer's export through the actions of buyers and shops."),
    "hear": (_hear, "The listeners of a replay; started by replay."),
    "search": (_search, "Build the index of search anew, while the platform runs or not."),
    "prove": (_prove, "Replay the books and print the verdict; status 1 if they are not sound."),
    "contract": (_contract, "Write the manual's generated pages: contract, refusals, machines."),
}
