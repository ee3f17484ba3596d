"""Calls end to end through a toy room: one answer each, twice and at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import msgspec
import pytest

from tongshang.app import open_house
from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime import http, jobs
from tongshang.runtime.call import NOBODY, Call, Caller, House, Scope
from tongshang.runtime.gather import Gatherer
from tongshang.runtime.rpc import Asked, Endpoints, Nothing, Registry, WireReply, perform


class Unlucky(Refusal, code=9999001, kind=Kind.CONFLICT, zh="{number} 不吉利"):
    """{number} is unlucky."""


class Draft(msgspec.Struct):
    name: str
    number: int = 0


class Kept(WireReply):
    attempt: int = 0


TOYS = Endpoints("toys")
_ADD = "insert into platform (key, value) values ($1, $2)"
_COUNT = "select count(*) from platform where key like 'toy:%'"


async def _keep(call: Call, draft: Draft) -> int:
    await call.tx.execute(_ADD, f"toy:{draft.name}", str(draft.number))
    if draft.number == 13:
        raise Unlucky(number=draft.number)
    if draft.number == 666:
        raise ZeroDivisionError
    await jobs.add(call, [jobs.Job("toy", draft.name.encode(), call.at)])
    count: int = await call.tx.fetchval(_COUNT)
    return count


@TOYS("POST", "/channels/toy/add", needs=Scope.PUBLIC, refuses=(Unlucky,))
async def add_toy(call: Call, req: Draft) -> Kept:
    """Keep a toy."""
    return Kept(attempt=await _keep(call, req))


@TOYS("POST", "/channels/toy/add_many", needs=Scope.PUBLIC, lane="toys")
async def add_toys(call: Call, asked: Sequence[Asked[Draft]]) -> Sequence[Kept | Refusal]:
    """Keep toys together."""
    given: list[Kept | Refusal] = []
    for one in asked:
        if one.request.number == 13:
            given.append(Unlucky(number=13))
        else:
            given.append(Kept(attempt=await _keep(call, one.request)))
    return given


@TOYS("GET", "/channels/toy/count", needs=Scope.SHOP, reads=True)
async def count_toys(call: Call, req: Nothing) -> Kept:
    """How many toys there are."""
    return Kept(attempt=await call.tx.fetchval(_COUNT))


@pytest.fixture
async def house(dsn: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(dsn, tmp_path) as opened:
        opened.house.registry = Registry((TOYS,))
        opened.house.lanes["toys"] = Gatherer(opened.house)
        yield opened.house
        await opened.house.pool.execute("delete from platform where key like 'toy:%'")


@pytest.fixture
async def toys(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async def nobody(_house: House, _token: str) -> Caller:
        return NOBODY

    app = http.Wire(house, nobody, nobody, nobody)  # type: ignore[arg-type] # no pages here
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://toys.test") as client:
        yield client


async def _post(toys: httpx.AsyncClient, path: str, body: object, key: str = "") -> dict[str, int]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = await toys.post(path, json=body, headers=headers)
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.mark.parametrize(
    ("method", "path", "content", "code"),
    [
        ("POST", "/channels/toy/none", b"{}", 40066),
        ("GET", "/channels/toy/add", b"", 43002),
        ("POST", "/channels/toy/count", b"{}", 43001),
        ("GET", "/channels/toy/count", b"", 48001),
        ("POST", "/channels/toy/add", b"", 44002),
        ("POST", "/channels/toy/add", b"{", 47001),
        ("POST", "/channels/toy/add", b"{}", 40097),
        ("POST", "/channels/toy/add", b'{"name": []}', 40097),
        ("POST", "/channels/toy/add", b'{"name": "x", "number": 13}', 9999001),
        ("POST", "/channels/toy/add", b'{"name": "x", "number": 666}', -1),
        ("POST", "/channels/toy/add", b" " * (http.BODY_BYTES_MAX + 1), 45002),
    ],
)
async def test_bad_input_gets_its_code_and_changes_nothing(
    house: House, toys: httpx.AsyncClient, method: str, path: str, content: bytes, code: int
) -> None:
    answer = (await toys.request(method, path, content=content)).json()
    assert answer["errcode"] == code
    assert " rid: " in answer["errmsg"]
    assert await house.pool.fetchval(_COUNT) == 0


async def test_a_missing_field_is_named(toys: httpx.AsyncClient) -> None:
    answer = await toys.post("/channels/toy/add", content=b'{"number": 1}')
    assert "field name: is missing" in answer.json()["errmsg"]
    answer = await toys.post("/channels/toy/add", content=b'{"name": "x", "number": "one"}')
    assert "field number: " in answer.json()["errmsg"]


@pytest.mark.parametrize("path", ["/channels/toy/add", "/channels/toy/add_many"])
async def test_the_same_key_answers_the_same(
    house: House, toys: httpx.AsyncClient, path: str
) -> None:
    first = await _post(toys, path, {"name": "bear"}, "k")
    assert await _post(toys, path, {"name": "bear"}, "k") == first
    assert (await _post(toys, path, {"name": "doll"}, "k"))["errcode"] == 9000010
    assert await house.pool.fetchval(_COUNT) == 1


@pytest.mark.parametrize("path", ["/channels/toy/add", "/channels/toy/add_many"])
async def test_of_many_at_once_with_one_key_one_is_done(house: House, path: str) -> None:
    endpoint = house.registry.find(path)
    given = await asyncio.gather(
        *(perform(house, endpoint, NOBODY, Draft(name="bear"), "k") for _ in range(20)),
        return_exceptions=True,
    )
    assert await house.pool.fetchval(_COUNT) == 1
    for one in given:
        assert one == Kept(attempt=1) or getattr(one, "code", 0) == 9000011


async def test_a_poisoned_request_never_fails_its_neighbours(house: House) -> None:
    endpoint = house.registry.find("/channels/toy/add_many")
    numbers = [1, 2, 13, 666, 3]
    given = await asyncio.gather(
        *(perform(house, endpoint, NOBODY, Draft(f"n{n}", n)) for n in numbers),
        return_exceptions=True,
    )
    assert [type(one) for one in given] == [Kept, Kept, Unlucky, ZeroDivisionError, Kept]
    assert await house.pool.fetchval(_COUNT) == 3


async def test_work_is_done_once_and_a_poisoned_job_is_set_aside(house: House) -> None:
    endpoint = house.registry.find("/channels/toy/add")
    for name in ("a", "bad", "c"):
        await perform(house, endpoint, NOBODY, Draft(name))
    done: list[bytes] = []

    async def handle(_call: Call, due: Sequence[jobs.Due]) -> None:
        if any(job.body == b"bad" for job in due):
            raise ZeroDivisionError
        done.extend(job.body for job in due)

    works = jobs.Works(tasks=(jobs.Task("toy", handle, retries=()),))
    await jobs.drain(house, works)
    assert sorted(done) == [b"a", b"c"]
    assert await house.pool.fetchval("select count(*) from jobs where dead") == 1
