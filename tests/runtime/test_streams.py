"""Streams: said once committed, heard by who may, in this process and in others."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tongshang.app import open_house
from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime import http, streams
from tongshang.runtime.call import NOBODY, Call, Caller, House, Scope
from tongshang.runtime.rpc import Endpoints, Registry, WireReply, hear, perform
from tongshang.runtime.streams import Event, EventStream, Hearing, Listener, TooManyStreams

_ADD = "insert into platform (key, value) values ($1, 'said')"
_PATIENCE = 10.0


class Unheard(Refusal, code=9999002, kind=Kind.CONFLICT, zh="不能说“{word}”"):
    """Nobody says {word}."""


class Word(msgspec.Struct, forbid_unknown_fields=True):
    word: str
    topic: str = "toys:1"


class Question(msgspec.Struct, forbid_unknown_fields=True):
    toy: int
    last_event_id: int = 0


class Spoken(WireReply):
    pass


TOYS = Endpoints("toys")


@TOYS("POST", "/v1/toys/say", needs=Scope.PUBLIC, refuses=(Unheard,))
async def say_word(call: Call, req: Word) -> Spoken:
    """Say a word."""
    await call.tx.execute(_ADD, f"toy:{req.word}")
    call.house.streams.publish(call, req.topic, "word", req, number=len(req.word))
    if req.word == "psst":
        raise Unheard(word=req.word)
    return Spoken()


@TOYS.stream("/v1/toys/hear", needs=Scope.PUBLIC, refuses=(Unheard,))
async def hear_toy(call: Call, req: Question) -> Hearing:
    """Hear a toy."""
    if req.toy == 13:
        raise Unheard(word="13")

    async def catch_up(call: Call) -> list[Event]:
        return [Event.of("began", {"after": req.last_event_id}, 3)]

    return Hearing((f"toys:{req.toy}",), catch_up, counted=True)


@contextlib.asynccontextmanager
async def _house(dsn: str, home: Path) -> AsyncIterator[House]:
    async with open_house(dsn, home) as opened:
        opened.house.registry = Registry((TOYS,))
        yield opened.house
        await opened.house.pool.execute("delete from platform where key like 'toy:%'")


@pytest.fixture
async def house(dsn: str, tmp_path: Path) -> AsyncIterator[House]:
    async with _house(dsn, tmp_path) as house:
        yield house


@pytest.fixture
async def other(dsn: str, tmp_path: Path) -> AsyncIterator[House]:
    """Another process on the same database."""
    async with _house(dsn, tmp_path) as house:
        yield house


async def _say(house: House, word: str, topic: str = "toys:1") -> None:
    await perform(house, house.registry.find("/v1/toys/say"), NOBODY, Word(word, topic))


async def _listen(house: House, toy: int = 1, caller: Caller = NOBODY) -> "Ear":
    stream = await hear(house, house.registry.find("/v1/toys/hear"), caller, Question(toy))
    return Ear(stream)


class Ear:
    """A reader of a stream, as a server serves one."""

    def __init__(self, stream: EventStream) -> None:
        self.heard = ""
        self.ended = False
        self._news = asyncio.Event()
        self._gone = asyncio.Event()
        self._slow: asyncio.Event | None = None
        self.task = asyncio.create_task(stream.send(self._receive, self._send))

    async def _receive(self) -> dict[str, str]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._slow is not None:
            await self._slow.wait()
        self.heard += message.get("body", b"").decode()
        self.ended = message["type"] == "http.response.body" and not message.get("more_body")
        self._news.set()

    async def until(self, text: str) -> None:
        async with asyncio.timeout(_PATIENCE):
            while text not in self.heard:
                self._news.clear()
                await self._news.wait()

    def stop_reading(self) -> asyncio.Event:
        self._slow = asyncio.Event()
        return self._slow

    async def go(self) -> None:
        self._gone.set()
        async with asyncio.timeout(_PATIENCE):
            await self.task


async def test_what_is_said_is_heard_after_what_was_caught_up_with(house: House) -> None:
    ear = await _listen(house)
    await _say(house, "tea")
    await ear.until("tea")
    assert ear.heard == (
        'retry: 2000\n\nevent: began\nid: 3\ndata: {"after":0}\n\n'
        'event: word\nid: 3\ndata: {"word":"tea","topic":"toys:1"}\n\n'
    )
    await ear.go()
    assert ear.ended


async def test_a_call_that_is_refused_says_nothing(house: House) -> None:
    ear = await _listen(house)
    with pytest.raises(Unheard):
        await _say(house, "psst")
    await _say(house, "tea")
    await ear.until("tea")
    assert "psst" not in ear.heard
    await ear.go()


async def test_other_processes_hear_too_and_only_the_topic_they_asked_for(
    house: House, other: House
) -> None:
    here, there, elsewhere = await _listen(house), await _listen(other), await _listen(other, 2)
    await asyncio.gather(*(_say(house, f"leaf {n} {'茶' * 900}") for n in range(30)))
    await _say(house, "last", "toys:2")
    await elsewhere.until("last")
    for n in range(30):
        await here.until(f"leaf {n} ")
        await there.until(f"leaf {n} ")
    assert "leaf" not in elsewhere.heard
    assert here.heard.count("event: word") == there.heard.count("event: word") == 30
    for ear in (here, there, elsewhere):
        await ear.go()


async def test_who_hears_is_counted_over_all_processes_one_person_once(
    house: House, other: House
) -> None:
    person = Caller("buyer 5", frozenset({Scope.PUBLIC}), buyer_id=5)
    ears = [await _listen(house, caller=person) for _ in range(2)]
    ears += [await _listen(other) for _ in range(2)]
    await _counted(house, 3)
    await _counted(other, 3)
    for ear in ears:
        await ear.go()
    await _counted(house, 0)


async def _counted(house: House, people: int) -> None:
    async with asyncio.timeout(_PATIENCE):
        while house.streams.audience("toys:1") != people:  # noqa: ASYNC110 - it is told by time
            await asyncio.sleep(0.05)


async def test_one_person_s_streams_are_limited_and_an_ended_one_frees_its_place(
    house: House,
) -> None:
    person = Caller("buyer 5", frozenset({Scope.PUBLIC}), buyer_id=5)
    ears = [await _listen(house, caller=person) for _ in range(streams.STREAMS_PER_PERSON_MAX)]
    with pytest.raises(TooManyStreams):
        await _listen(house, caller=person)
    await ears.pop().go()
    ears.append(await _listen(house, caller=person))
    for ear in ears:
        await ear.go()
    assert house.streams.here("toys:1") == 0


async def test_a_reader_who_falls_behind_is_dropped_and_holds_nobody_up(house: House) -> None:
    slow, quick = await _listen(house), await _listen(house)
    await slow.until("began")
    reads_again = slow.stop_reading()
    said = streams.Said("toys:1", "word", msgspec.Raw(b"1"))
    for _ in range(streams.WAITING_MAX):
        house.streams.tell([said] * 3)
        await asyncio.sleep(0)
    await _say(house, "tea")
    await quick.until("tea")
    reads_again.set()
    await asyncio.wait_for(slow.task, _PATIENCE)
    assert slow.ended
    assert slow.heard.count("event: word") < streams.WAITING_MAX
    await quick.go()


async def test_a_process_that_stops_ends_its_streams_and_opens_no_more(house: House) -> None:
    ear = await _listen(house)
    await ear.until("began")
    house.streams.close()
    await asyncio.wait_for(ear.task, _PATIENCE)
    assert ear.ended
    late = await _listen(house)
    await asyncio.wait_for(late.task, _PATIENCE)
    assert late.ended


async def test_over_http_who_accepts_events_hears_and_others_poll(house: House) -> None:
    async def nobody(_house: House, _token: str) -> Caller:
        return NOBODY

    app = http.Wire(house, nobody, nobody, nobody)  # type: ignore[arg-type] # no pages here
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://toys.test"
    ) as client:
        polled = await client.get("/v1/toys/hear?toy=1", headers={"Last-Event-ID": "7"})
        assert polled.json() == {"events": [{"event": "began", "data": {"after": 7}, "id": "3"}]}
        refused = await client.get("/v1/toys/hear?toy=13", headers={"Accept": "text/event-stream"})
        assert (refused.status_code, refused.json()["code"]) == (409, Unheard.code)
        house.streams.close()  # so that the stream ends
        heard = await client.get("/v1/toys/hear?toy=1", headers={"Accept": "text/event-stream"})
    assert heard.headers["content-type"].startswith("text/event-stream")


def test_what_is_too_far_behind_is_forgotten() -> None:
    listener = Listener("buyer 1", Hearing(("toys:1",)), is_person=True)
    for _ in range(streams.WAITING_MAX + 1):
        listener.hear(b"x")
    assert listener.closed
