"""Many who watch a live room, in a process of their own: each a socket that reads and remembers.

It is told by standard input what to open, says by standard output when all is open, and once
standard input ends, what each has heard and when.
"""

import asyncio
import sys
import time
from array import array

import msgspec
import uvloop

from bench.client import request

_PATIENCE_SECONDS = 60.0


class Watch(msgspec.Struct):
    """Which room is watched, by whom."""

    port: int
    content_id: int
    tokens: list[str]


class Heard(msgspec.Struct):
    """For each viewer when it heard of something explained, and how many comments, until when."""

    explained: list[list[float]]
    comments: list[int]
    last_at: float
    lost: int


class Viewer(asyncio.Protocol):
    """One who watches."""

    def __init__(self) -> None:
        self.explained = array("d")
        self.comments = 0
        self.last_at = 0.0
        self.lost = False
        self._tail = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """Count the events in it; what lies across two pieces counts with the second."""
        now = time.time()
        data = self._tail + data
        end = data.rfind(b"\n") + 1
        whole, self._tail = data[:end], data[end:]
        for _ in range(whole.count(b"event: explain\n")):
            self.explained.append(now)
        said = whole.count(b"event: comment\n")
        if said:
            self.comments += said
            self.last_at = now
        if not self.open.done() and b"event: items" in whole:
            self.open.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """A stream that ends before it should is told."""
        self.lost = True
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("the stream was closed"))


async def main() -> None:
    """Open, wait, tell."""
    line = sys.stdin.buffer.readline()
    asked = msgspec.json.decode(line, type=Watch)
    viewers = [await _open(asked, token) for token in asked.tokens]
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await asyncio.gather(*(viewer.open for viewer in viewers))
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    heard = Heard(
        [list(viewer.explained) for viewer in viewers],
        [viewer.comments for viewer in viewers],
        max(viewer.last_at for viewer in viewers),
        sum(viewer.lost for viewer in viewers),
    )
    sys.stdout.buffer.write(msgspec.json.encode(heard))


async def _open(asked: Watch, token: str) -> Viewer:
    loop = asyncio.get_running_loop()
    transport, viewer = await loop.create_connection(Viewer, "127.0.0.1", asked.port)
    path = f"/v1/buyer/live/stream?content_id={asked.content_id}"
    plain = request("GET", path, token=token)
    transport.write(plain.replace(b"\r\n", b"\r\nAccept: text/event-stream\r\n", 1))
    return viewer


if __name__ == "__main__":
    uvloop.run(main())
