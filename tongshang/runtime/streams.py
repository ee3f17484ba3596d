"""Streams: what happens is heard at once, by pages and by programs, as server-sent events.

A call publishes under a topic; what it said leaves the process only after its commit. Who hears
in the same process hears at once; other processes hear by PostgreSQL's NOTIFY, sent outside the
call's transaction and gathered, because a notifying commit takes a lock that all of them share. A
message that gets lost is harmless: rooms keep what happened in tables, and who comes back names
the last number heard and catches up.
"""

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg
import msgspec

from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime import log
from tongshang.runtime.clock import machine_now
from tongshang.runtime.db import hear_no_more

if TYPE_CHECKING:
    from tongshang.runtime.call import Call, Caller
    from tongshang.runtime.db import Connection

DATA_BYTES_MAX: Final = (
    6_000  # a stream tells little; what is large is told by number and asked for
)
STREAMS_PER_PERSON_MAX: Final = 16
STREAMS_PER_ADDRESS_MAX: Final = 256
STREAMS_MAX: Final = 20_000
WAITING_MAX: Final = 500  # a reader that is further behind is dropped, and catches up
HEARTBEAT_SECONDS: Final = 15.0
PRESENCE_SECONDS: Final = 1.0
PRESENCE_EVERY: Final = 5  # told again each so many seconds, changed or not
PRESENCE_LASTS: Final = 15.0

_CHANNEL: Final = "tongshang_streams"
_PAYLOAD_MAX: Final = 7_900  # PostgreSQL takes payloads below 8,000 bytes
_NOTIFY: Final = f"select pg_notify('{_CHANNEL}', said) from unnest($1::text[]) said"
_PRESENCE: Final = "presence"
_RETRY: Final = b"retry: 2000\n\n"
_BEAT: Final = b": \n\n"

_encode = msgspec.json.Encoder().encode


class TooManyStreams(
    Refusal,
    code=9000030,
    kind=Kind.TOO_MANY,
    zh="同时打开的实时连接已达上限 {limit}，请先关闭其他页面",
):
    """{limit} streams are open already; close other pages first."""


class Said(msgspec.Struct, array_like=True, frozen=True):
    """A message under a topic. A reader who comes back names the last `number` it heard."""

    topic: str
    kind: str
    data: msgspec.Raw
    number: int = 0


class _Batch(msgspec.Struct, array_like=True, frozen=True):
    """What crosses processes in one payload; the number keeps two payloads from being alike."""

    origin: str
    number: int
    said: list[Said]


class Event(msgspec.Struct, frozen=True):
    """A message as who polls gets it; `id` is to be named as `last_event_id` the next time."""

    event: str
    data: Any
    id: str = ""

    @classmethod
    def of(cls, kind: str, data: object, number: int = 0) -> "Event":
        """A message to catch up with."""
        return cls(kind, data, str(number) if number else "")


class Heard(msgspec.Struct):
    """What a stream says first, to who asks without `Accept: text/event-stream`, and polls."""

    events: list[Event]


CatchUp: TypeAlias = Callable[["Call"], Awaitable[Sequence[Event]]]
Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a stream's handler grants: the topics, and what is said first.

    `catch_up` runs once the topics are heard, so that nothing falls between; what it says may
    come a second time, and readers pass over numbers they know. `counted`: who hears is told to
    all processes (`Streams.audience`). `only_latest`: of what waits, only the last matters.
    """

    topics: tuple[str, ...]
    catch_up: CatchUp | None = None
    counted: bool = False
    only_latest: bool = False


class Listener:
    """Somebody who hears some topics: frames wait here until they are sent."""

    __slots__ = (
        "_frames",
        "_waiter",
        "closed",
        "counted",
        "is_person",
        "only_latest",
        "topics",
        "who",
    )

    def __init__(self, who: str, hearing: Hearing, *, is_person: bool) -> None:
        """Hears nothing before the hub knows it."""
        self.who, self.is_person = who, is_person
        self.topics, self.counted = hearing.topics, hearing.counted
        self.only_latest = hearing.only_latest
        self.closed = False
        self._frames: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None

    def hear(self, frame: bytes) -> None:
        """One more frame; who is too far behind hears no more, and is to come again."""
        if self.only_latest:
            self._frames.clear()
        elif len(self._frames) >= WAITING_MAX:
            self.close()
            return
        self._frames.append(frame)
        self._wake()

    def close(self) -> None:
        """No more frames: what waits is forgotten."""
        self.closed = True
        self._frames.clear()
        self._wake()

    async def next(self) -> bytes:
        """All frames that wait, as soon as there are any; nothing once it is closed."""
        if not self._frames and not self.closed:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        said, self._frames = b"".join(self._frames), []
        return said

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


@dataclass(slots=True)
class _Elsewhere:
    """How many hear a topic in another process, as it last said."""

    count: int
    until: float


@dataclass(slots=True)
class Streams:
    """Who hears what in this process, and the way to the others."""

    origin: str = field(default_factory=lambda: secrets.token_hex(6))
    closing: bool = False
    _by_topic: dict[str, set[Listener]] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)
    _waiting: deque[Said] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _elsewhere: dict[str, dict[str, _Elsewhere]] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)
    _sent: int = 0

    # --- saying -----------------------------------------------------------------------------

    def publish(self, call: "Call", topic: str, kind: str, data: object, number: int = 0) -> None:
        """Say something under a topic, once the call is committed; never if it is not."""
        encoded = _encode(data)
        assert len(encoded) <= DATA_BYTES_MAX, f"{kind} is too large for a stream"
        said = Said(topic, kind, msgspec.Raw(encoded), number)
        if call.said is None:
            call.said = []
        call.said.append(said)

    def tell(self, said: Iterable[Said]) -> None:
        """Say at once what has happened for good: here, and to the other processes."""
        for one in said:
            self._deliver(one)
            self._waiting.append(one)
        self._wake.set()

    def show(self, topic: str, frame: bytes) -> None:
        """Give who hears a topic in this process a frame of its own kind, now."""
        for listener in self._by_topic.get(topic, ()):
            listener.hear(frame)

    def _deliver(self, said: Said) -> None:
        listeners = self._by_topic.get(said.topic)
        if listeners:
            heard = frame(said.kind, said.data, said.number)
            for listener in listeners:
                listener.hear(heard)

    # --- hearing ----------------------------------------------------------------------------

    def join(self, caller: "Caller", hearing: Hearing) -> Listener:
        """Hear the topics from now on; refuses one stream too many of a person or an address."""
        is_person = bool(caller.owner_id)
        limit = STREAMS_PER_PERSON_MAX if is_person else STREAMS_PER_ADDRESS_MAX
        if self._open.get(caller.name, 0) >= limit:
            raise TooManyStreams(limit=limit)
        if sum(self._open.values()) >= STREAMS_MAX:
            raise TooManyStreams(limit=STREAMS_MAX)
        self._open[caller.name] = self._open.get(caller.name, 0) + 1
        listener = Listener(caller.name, hearing, is_person=is_person)
        for topic in hearing.topics:
            self._by_topic.setdefault(topic, set()).add(listener)
        if self.closing:
            listener.close()
        return listener

    def leave(self, listener: Listener) -> None:
        """Hear no more."""
        for topic in listener.topics:
            listeners = self._by_topic.get(topic, set())
            listeners.discard(listener)
            if not listeners:
                self._by_topic.pop(topic, None)
        self._open[listener.who] -= 1
        if not self._open[listener.who]:
            del self._open[listener.who]

    def close(self) -> None:
        """End all streams: the process stops, and readers find another."""
        self.closing = True
        for listeners in list(self._by_topic.values()):
            for listener in list(listeners):
                listener.close()

    def end(self, topic: str) -> None:
        """End the streams of a topic in this process: there will be no more of it."""
        for listener in list(self._by_topic.get(topic, ())):
            listener.close()

    def is_heard(self, topic: str) -> bool:
        """Whether anybody hears a topic in this process."""
        return topic in self._by_topic

    def here(self, topic: str) -> int:
        """How many people count as hearing a topic in this process; one with two pages is one."""
        listeners = [one for one in self._by_topic.get(topic, ()) if one.counted]
        people = {one.who for one in listeners if one.is_person}
        return len(people) + sum(not one.is_person for one in listeners)

    def audience(self, topic: str) -> int:
        """How many people hear a counted topic in all processes, some seconds old."""
        now = time.monotonic()
        others = self._elsewhere.get(topic, {})
        return self.here(topic) + sum(o.count for o in others.values() if o.until > now)

    # --- the other processes ----------------------------------------------------------------

    def hear_others(self, payload: str) -> None:
        """What another process said."""
        batch = msgspec.json.decode(payload, type=_Batch)
        if batch.origin == self.origin:
            return
        for said in batch.said:
            if said.kind != _PRESENCE:
                self._deliver(said)
                continue
            until = time.monotonic() + PRESENCE_LASTS
            count = msgspec.json.decode(said.data, type=int)
            self._elsewhere.setdefault(said.topic, {})[batch.origin] = _Elsewhere(count, until)

    async def tell_others(self, connection: "Connection") -> None:
        """Pass on what was said here, all that waits at a time, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            said = list(self._waiting)
            self._waiting.clear()
            try:
                await connection.execute(_NOTIFY, list(self._payloads(said)))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
                log.write_failure(machine_now(), "streams.cut_off", failure, lost=len(said))
                await asyncio.sleep(PRESENCE_SECONDS)

    def _payloads(self, said: Sequence[Said]) -> Iterator[str]:
        batch: list[Said] = []
        size = 0
        for one in said:
            more = len(_encode(one)) + 1
            if batch and size + more > _PAYLOAD_MAX - 60:
                yield self._payload(batch)
                batch, size = [], 0
            batch.append(one)
            size += more
        if batch:
            yield self._payload(batch)

    def _payload(self, batch: list[Said]) -> str:
        self._sent += 1
        return _encode(_Batch(self.origin, self._sent, batch)).decode()

    async def beat(self) -> None:
        """Keep quiet streams open and tell how many hear, until cancelled."""
        rounds, beaten = 0, time.monotonic()
        while True:
            await asyncio.sleep(PRESENCE_SECONDS)
            rounds += 1
            self._tell_presence(again=rounds % PRESENCE_EVERY == 0)
            if time.monotonic() - beaten >= HEARTBEAT_SECONDS:
                beaten = time.monotonic()
                for listener in {one for many in self._by_topic.values() for one in many}:
                    if not listener.only_latest:
                        listener.hear(_BEAT)

    def _tell_presence(self, *, again: bool) -> None:
        counted = {t for t, many in self._by_topic.items() if any(one.counted for one in many)}
        counts = {topic: self.here(topic) for topic in counted}
        gone = {topic: 0 for topic in self._told if topic not in counts}
        news = {
            topic: count
            for topic, count in (counts | gone).items()
            if again or self._told.get(topic) != count
        }
        self._told = counts
        for topic, count in news.items():
            self._waiting.append(Said(topic, _PRESENCE, msgspec.Raw(_encode(count))))
        if news:
            self._wake.set()
        if again:
            now = time.monotonic()
            for topic, others in list(self._elsewhere.items()):
                fresh = {origin: one for origin, one in others.items() if one.until > now}
                self._elsewhere[topic] = fresh
                if not fresh:
                    del self._elsewhere[topic]


def frame(kind: str, data: msgspec.Raw | bytes, number: int = 0) -> bytes:
    """A message as server-sent events are written."""
    numbered = f"id: {number}\n" if number else ""
    return b"".join((f"event: {kind}\n{numbered}data: ".encode(), bytes(data), b"\n\n"))


def frame_of(event: Event) -> bytes:
    """A message to catch up with, likewise."""
    return frame(event.event, _encode(event.data), int(event.id or 0))


def first_frames(first: Sequence[Event]) -> bytes:
    """How an event stream begins."""
    return b"".join((_RETRY, *map(frame_of, first)))


@contextlib.asynccontextmanager
async def joined(streams: Streams, connection: "Connection") -> AsyncIterator[None]:
    """While the block lasts, this process and the others hear each other.

    The connection is held for this and for nothing that takes time.
    """

    def hear(*heard: object) -> None:
        streams.hear_others(str(heard[-1]))

    await connection.add_listener(_CHANNEL, hear)
    doing = [
        asyncio.create_task(streams.tell_others(connection)),
        asyncio.create_task(streams.beat()),
    ]
    try:
        yield
    finally:
        streams.close()
        for one in doing:
            one.cancel()
        await asyncio.gather(*doing, return_exceptions=True)
        await hear_no_more(connection, _CHANNEL, hear)


class EventStream:
    """One reader's stream as an ASGI response, until the reader goes or the process stops."""

    HEADERS: Final = (
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    )

    __slots__ = ("_first", "_listener", "_streams")

    def __init__(self, streams: Streams, listener: Listener, first: bytes) -> None:
        """`first` is sent before what the listener hears."""
        self._streams, self._listener, self._first = streams, listener, first

    async def send(
        self, receive: Receive, send: Send, headers: Sequence[tuple[bytes, bytes]] = HEADERS
    ) -> None:
        """Send what is heard."""
        listener = self._listener
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            start = {"type": "http.response.start", "status": 200, "headers": list(headers)}
            await send(start)
            frames, self._first = self._first, b""
            while not listener.closed:
                await send({"type": "http.response.body", "body": frames, "more_body": True})
                frames = await listener.next()
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._streams.leave(listener)


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()
