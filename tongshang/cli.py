"""What can be asked of the platform at a terminal: `python -m tongshang COMMAND`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import uvloop

from tongshang import manual
from tongshang.app import Opened, asgi, open_house
from tongshang.runtime import jobs, serving
from tongshang.runtime.postgres import PostgresFailed
from tongshang.runtime.serving import PortTaken, database, listen
from tongshang.settings import SettingRefused, Settings, read

_Run = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        settings = read(os.environ)
        status: int = uvloop.run(asked.run(settings, asked))
    except (SettingRefused, PostgresFailed, PortTaken) as refused:
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
    return parser


def _address(settings: Settings) -> str:
    host = settings.host if settings.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - a comparison
    return f"http://{host}:{settings.port}"


async def _serve(settings: Settings, _asked: argparse.Namespace) -> int:
    listening = listen(settings.host, settings.port)
    async with database(settings) as dsn:
        await _answer(settings, dsn, listening, demo=False)
    return 0


async def _serve_one(settings: Settings, _asked: argparse.Namespace) -> int:
    """One of several processes: the socket and the database come from the one that started it."""
    assert settings.database_url
    demo = os.environ.get("TONGSHANG_DEMO") == "1"
    async with open_house(
        settings.database_url, settings.home, _address(settings), demo=demo
    ) as opened:
        await _work_and_serve(opened, serving.inherited())
    return 0


async def _answer(settings: Settings, dsn: str, listening: Any, *, demo: bool) -> None:
    if settings.processes > 1:
        os.environ["TONGSHANG_DEMO"] = "1" if demo else ""
        command = ("-m", "tongshang", "serve-one")
        await serving.serve_in_processes(command, listening, settings.processes, dsn, settings.home)
        return
    async with open_house(dsn, settings.home, _address(settings), demo=demo) as opened:
        await _work_and_serve(opened, listening)


async def _work_and_serve(opened: Opened, listening: Any) -> None:
    working = asyncio.create_task(jobs.work(opened.house, opened.works))
    try:
        await serving.serve(asgi(opened.house), listening)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _migrate(settings: Settings, _asked: argparse.Namespace) -> int:
    async with database(settings):
        print("the database is up to date")
    return 0


async def _contract(_settings: Settings, _asked: argparse.Namespace) -> int:
    for place, text in manual.pages().items():
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    return 0


_COMMANDS: Final[dict[str, tuple[_Run, str]]] = {
    "serve": (_serve, "Answer requests and do the work behind them."),
    "serve-one": (_serve_one, "One of several serving processes; started by serve."),
    "migrate": (_migrate, "Bring the database up to date."),
    "contract": (_contract, "Write the manual's generated pages: contract, refusals, machines."),
}
