"""The replay's listeners, in a process of their own: while one trades, the other hears.

The trade's process says what time it is in the file, a line on the other's standard input each;
the end of that input, or of the process that writes it, is the end of the hearing.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from tongshang.app import Opened
from tongshang.replay.acting import NOTICES
from tongshang.runtime import jobs
from tongshang.runtime.children import bound_to_us
from tongshang.runtime.clock import machine_now
from tongshang.settings import environment_for

_PAUSE_SECONDS: Final = 0.05
_COMMAND: Final = ("-m", "tongshang", "hear")

TellTime: TypeAlias = Callable[[datetime], None]


@contextlib.asynccontextmanager
async def hearing(dsn: str, home: Path) -> AsyncIterator[TellTime]:
    """A process that hears what a replay tells, until the block ends; tell it the time."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *_COMMAND,
        env=environment_for(home, dsn),
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=bound_to_us(),
    )
    told = child.stdin
    assert told is not None

    def tell_time(at: datetime) -> None:
        told.write(f"{at.isoformat()}\n".encode())

    try:
        yield tell_time
    finally:
        told.close()
        status = await child.wait()
    if status:
        raise RuntimeError(f"the process that hears ended with {status}")


async def hear(opened: Opened) -> None:
    """Do what listeners have to do, at the time that is told, until no more is told."""
    works = jobs.Works(tasks=tuple(task for task in opened.works.tasks if task.kind != NOTICES))
    clock = opened.house.clock
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)

    async def follow_time() -> None:
        while line := await lines.readline():
            clock.offset = datetime.fromisoformat(line.decode().strip()) - machine_now()

    following = asyncio.create_task(follow_time())
    while not following.done():
        if not await jobs.work_once(opened.house, works):
            await asyncio.wait([following], timeout=_PAUSE_SECONDS)
