"""The load: requests encoded beforehand, on keep-alive connections, in a process of its own.

It shares the machine with what it measures, so it does next to nothing: no client library, one
generator a connection, replies looked at only as far as the next request needs. A plan comes in
by standard input, and what was seen goes out by standard output.
"""

import asyncio
import subprocess
import sys
import time
from array import array
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from itertools import cycle
from typing import Final, TypeAlias, cast

import msgspec
import uvloop

ORDER_ID: Final = b"0" * 19  # where a following request names the order that the first one made
_NAMED: Final = b'"order_id":"'
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_PATIENCE_SECONDS: Final = 60.0

Reply: TypeAlias = tuple[int, bytes]  # status and body
Talk: TypeAlias = Generator[bytes, Reply, None]  # yields requests, is sent their replies


class Plan(msgspec.Struct):
    """What to ask: `requests` in turn, over `connections`, until `seconds` are over.

    Without `seconds` each is asked once. With `follows` (as many) each request is followed by
    its own, in which `ORDER_ID` stands for the order that the reply names.
    """

    port: int
    connections: int
    requests: list[bytes]
    follows: list[bytes] = []
    seconds: float = 0.0


class Seen(msgspec.Struct):
    """What came back. `begun` and `ended` are the machine's time; a talk is one or two requests."""

    begun: float
    ended: float
    talks: int
    seconds: list[float]  # sorted, of the talks that went well
    refused: dict[str, int]  # by status and code

    @property
    def rate(self) -> float:
        """Talks that went well, a second."""
        return len(self.seconds) / (self.ended - self.begun)

    def after_ms(self, share: float) -> float:
        """The time in which `share` of the talks were over."""
        return percentile(self.seconds, share) * 1000


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the ordered values do not exceed."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    """A request as bytes."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    said = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{bearer}{said}\r\n"
    return head.encode() + body


class Tally:
    """What all connections of a run have seen."""

    def __init__(self) -> None:
        self.talks = 0
        self.seconds = array("d")
        self.refused: dict[str, int] = {}

    def refuse(self, reply: Reply) -> None:
        """Count a reply that is not what was asked for, by its status and code."""
        status, body = reply
        try:
            told = msgspec.json.decode(body)
        except msgspec.DecodeError:
            told = {}
        code = told.get("code", told.get("errcode", "")) if isinstance(told, dict) else ""
        name = f"{status} {code}".strip()
        self.refused[name] = self.refused.get(name, 0) + 1


def asking(requests: Iterator[bytes], tally: Tally, until: float) -> Talk:
    """One request after the other."""
    clock, seconds = time.perf_counter, tally.seconds
    for asked in requests:
        begun = clock()
        if begun >= until:
            return
        status, body = yield asked
        tally.talks += 1
        # The wire's refusals come with status 200: its answers begin with errcode 0.
        if status == 200 and not (body[:10] == b'{"errcode"' and body[:12] != b'{"errcode":0'):
            seconds.append(clock() - begun)
        else:
            tally.refuse((status, body))


def following(pairs: Iterator[tuple[bytes, bytes]], tally: Tally, until: float) -> Talk:
    """One pair of requests after the other: an order, and its payment."""
    clock, seconds = time.perf_counter, tally.seconds
    for first, then in pairs:
        begun = clock()
        if begun >= until:
            return
        status, body = yield first
        tally.talks += 1
        if status != 200:
            tally.refuse((status, body))
            continue
        at = body.index(_NAMED) + len(_NAMED)
        status, body = yield then.replace(ORDER_ID, body[at : at + len(ORDER_ID)])
        if status == 200:
            seconds.append(clock() - begun)
        else:
            tally.refuse((status, body))


class Connection(asyncio.Protocol):
    """A keep-alive connection over which one talk is led."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own kind of one

    def begin(self) -> None:
        """Send the first request."""
        self._send(None)

    def data_received(self, data: bytes) -> None:
        self._read += data
        reply = _reply(self._read)
        if reply is not None:
            self._read.clear()
            self._send(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self, reply: Reply | None) -> None:
        assert self._transport is not None
        try:
            asked = next(self._talk) if reply is None else self._talk.send(reply)
        except StopIteration:
            self.over.set_result(None)
            self._transport.close()
        else:
            self._transport.write(asked)


def _reply(read: bytearray) -> Reply | None:
    """The whole reply in `read`, or None as long as some of it is missing."""
    end = read.find(_HEAD_END)
    if end < 0:
        return None
    at = read.find(_LENGTH, 0, end)
    assert at > 0, "a reply without its length"
    stop = read.find(b"\r", at)
    begin = end + len(_HEAD_END)
    if len(read) < begin + int(read[at + len(_LENGTH) : stop]):
        return None
    return int(read[9:12]), bytes(read[begin:])


async def run(plan: Plan) -> Seen:
    """Do what the plan says, and tell what was seen."""
    tally = Tally()
    lasting = plan.seconds > 0
    until = time.perf_counter() + plan.seconds if lasting else float("inf")
    if plan.follows:
        pairs = list(zip(plan.requests, plan.follows, strict=True))
        each = cycle(pairs) if lasting else iter(pairs)
        talks = [following(each, tally, until) for _ in range(plan.connections)]
    else:
        asked = cycle(plan.requests) if lasting else iter(plan.requests)
        talks = [asking(asked, tally, until) for _ in range(plan.connections)]
    loop = asyncio.get_running_loop()
    led = [Connection(talk) for talk in talks]
    for connection in led:
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", plan.port)
    begun = time.time()
    for connection in led:
        connection.begin()
    async with asyncio.timeout(plan.seconds + _PATIENCE_SECONDS):
        await asyncio.gather(*(connection.over for connection in led))
    return Seen(begun, time.time(), tally.talks, sorted(tally.seconds), tally.refused)


def _itself(connection: Connection) -> Connection:
    return connection


def load(plan: Plan) -> Seen:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=msgspec.msgpack.encode(plan),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.msgpack.decode(done.stdout, type=Seen)


if __name__ == "__main__":
    seen = uvloop.run(run(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Plan)))
    sys.stdout.buffer.write(msgspec.msgpack.encode(seen))
