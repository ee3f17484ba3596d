"""The market's pictures, painted by processes of their own while the platform prepares.

`python -m tongshang.demo.painting FOLDER SCRATCH` paints and prints `done total`, a line at a time. It ends
at once, with all its helpers, when whoever started it is gone: then its standard input closes.
"""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ICONS: Final = (
    Path(__file__).parents[2] / "node_modules" / "@iconify-json" / "fluent-emoji" / "icons.json"
)
_PROCESSES_MAX: Final = 8


class PaintingFailed(Exception):
    """There are no pictures; the text tells the person why."""


@dataclass(frozen=True, slots=True)
class Painting:
    """Pictures on their way into `folder`."""

    folder: Path
    _process: asyncio.subprocess.Process

    async def finished(self, tell: Callable[[int, int], None]) -> None:
        """Wait for all of them; `tell` hears how many are there, of how many."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            done, total = map(int, line.split())
            tell(done, total)
        if status := await self._process.wait():
            raise PaintingFailed(f"the demo's pictures could not be painted (status {status})")


@contextlib.asynccontextmanager
async def painting(folder: Path) -> AsyncIterator[Painting]:
    """Paint into `folder` while the block runs; what is there from an earlier start is kept."""
    if not ICONS.exists():
        raise PaintingFailed(f"{ICONS} is not there: run `make demo`, which brings it")
    pictures, scratch = folder / "done", folder / "scratch"
    for place in (pictures, scratch):
        place.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tongshang.demo.painting", str(pictures), str(scratch)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # an interrupt at the terminal is for us, who end it below
    )
    try:
        yield Painting(pictures, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _end_with_our_starter() -> None:
    os.read(sys.stdin.fileno(), 1)  # by the descriptor: a buffer held here would hinder our end
    os.killpg(0, signal.SIGKILL)


def _tell(done: int, total: int) -> None:
    print(done, total, flush=True)


def _main() -> None:
    from tongshang.demo.pictures import render_all

    threading.Thread(target=_end_with_our_starter, daemon=True).start()
    tempfile.tempdir = sys.argv[2]
    processes = min(max(os.cpu_count() or 2, 2), _PROCESSES_MAX)
    render_all(Path(sys.argv[1]), ICONS, processes, _tell)


if __name__ == "__main__":
    _main()
