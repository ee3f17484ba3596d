"""A demo as a program meets it: keys for the asking, and time that can be moved."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.platform import calling
from tongshang.app import Opened, asgi, open_house
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.push import api as push
from tongshang.modules.sandbox import api
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

PATHS = (
    ("GET", "/v1/sandbox/apps"),
    ("GET", "/v1/sandbox/buyers"),
    ("POST", "/v1/sandbox/buyer/add"),
    ("GET", "/v1/sandbox/clock/get"),
    ("POST", "/v1/sandbox/clock/move"),
)
KEY = "a" * 43


@pytest.fixture
async def demo(dsn: str, tmp_path: Path, _cleaner: asyncpg.Connection) -> AsyncIterator[Opened]:
    """A demo with a shop, a promoter, the platform and three buyers."""
    async with open_house(dsn, tmp_path, demo=True) as opened:
        async with calling(opened) as call:
            drafts = [PartyDraft(kind, f"{kind.value} 一号") for kind in PartyKind]
            party_ids = await identity.add_parties(call, drafts)
            for party_id in party_ids:
                await api.furnish_app(call, party_id)
            buyer_ids = await identity.add_buyers(call, [BuyerDraft(f"顾客{n}") for n in range(3)])
            await api.furnish_buyers(call, buyer_ids)
        yield opened
    # The table of what processes share stays from test to test; a moved clock must not.
    await _cleaner.execute("delete from platform where key = 'clock_offset_us'")


@pytest.fixture
async def web(demo: Opened) -> AsyncIterator[httpx.AsyncClient]:
    async with reach(demo) as client:
        yield client


def reach(opened: Opened) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=asgi(opened.house))
    return httpx.AsyncClient(transport=transport, base_url="http://demo.test")


async def told(web: httpx.AsyncClient, what: str) -> list[dict[str, Any]]:
    return list((await web.get(f"/v1/sandbox/{what}")).json()[what])


async def move(web: httpx.AsyncClient, **how: int) -> dict[str, Any]:
    return dict((await web.post("/v1/sandbox/clock/move", json=how)).json())


async def me(web: httpx.AsyncClient, token: str) -> dict[str, Any]:
    answer = await web.get("/v1/buyer/me", headers={"Authorization": f"Bearer {token}"})
    return dict(answer.json())


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_in_earnest_there_is_no_sandbox(
    client: httpx.AsyncClient, opened: Opened, method: str, path: str
) -> None:
    answer = await client.request(method, path, json={"seconds": 60})
    assert (answer.status_code, answer.json()["code"]) == (404, 40066)
    assert opened.house.clock.offset == timedelta(0)


async def test_in_earnest_nobody_writes_a_secret_down(opened: Opened) -> None:
    async with calling(opened) as call:
        (party_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, "山间杂货")])
        with pytest.raises(AssertionError):
            await api.furnish_app(call, party_id)


async def test_a_program_starts_without_a_person(web: httpx.AsyncClient) -> None:
    apps = await told(web, "apps")
    assert sorted(app["role"] for app in apps) == [
        "agency",
        "operator",
        "promoter",
        "sharer",
        "shop",
    ]
    for app in apps:
        shown = {"grant_type": "client_credential", "appid": app["appid"], "secret": app["secret"]}
        token = (await web.post("/cgi-bin/stable_token", json=shown)).json()["access_token"]
        assert (await me(web, token))["code"] == 48001, "recognised, but no buyer"
    buyers = await told(web, "buyers")
    assert len(buyers) == 3
    for buyer in buyers:
        assert (await me(web, buyer["token"]))["buyer_id"] == buyer["buyer_id"]


async def test_a_shops_app_comes_with_where_its_pushes_go(
    demo: Opened, web: httpx.AsyncClient
) -> None:
    shop = next(app for app in await told(web, "apps") if app["role"] == "shop")
    assert (shop["push_url"], shop["push_token"], shop["push_key"]) == ("", "", "")
    async with calling(demo) as call:
        draft = push.TargetDraft(int(shop["party_id"]), "http://127.0.0.1:9/push", "token", KEY)
        await push.set_targets(call, [draft])
    shop = next(app for app in await told(web, "apps") if app["role"] == "shop")
    assert (shop["push_url"], shop["push_token"]) == ("http://127.0.0.1:9/push", "token")
    assert shop["push_key"] == KEY


async def test_moving_the_clock_ends_an_access_token(web: httpx.AsyncClient) -> None:
    app = (await told(web, "apps"))[0]
    shown = {"grant_type": "client_credential", "appid": app["appid"], "secret": app["secret"]}
    token = (await web.post("/cgi-bin/stable_token", json=shown)).json()["access_token"]
    before = (await web.get("/v1/sandbox/clock/get")).json()
    assert (await me(web, token))["code"] == 48001
    after = await move(web, seconds=7200)
    assert 7200 <= after["now"] - before["now"] <= 7203
    assert (await me(web, token))["code"] == 42001


async def test_somebody_new_comes_to_the_demo_with_a_token(web: httpx.AsyncClient) -> None:
    made = (await web.post("/v1/sandbox/buyer/add", json={"nickname": "新来的"})).json()
    assert (await me(web, made["token"]))["buyer_id"] == made["buyer_id"]
    assert "新来的" in [one["nickname"] for one in await told(web, "buyers")]
    for wrong in ("", "长" * 21, "<b>", "a\0b"):
        answer = await web.post("/v1/sandbox/buyer/add", json={"nickname": wrong})
        assert answer.status_code == 400
    assert len(await told(web, "buyers")) == 4


async def test_buyers_tokens_are_opened_anew_before_they_end(web: httpx.AsyncClient) -> None:
    first = await told(web, "buyers")
    await move(web, seconds=28 * 86_400)
    assert await told(web, "buyers") == first
    await move(web, seconds=86_400 + 60)
    second, again = await asyncio.gather(told(web, "buyers"), told(web, "buyers"))
    assert second == again
    assert {one["token"] for one in first}.isdisjoint(one["token"] for one in second)
    assert (await me(web, second[0]["token"]))["buyer_id"] == second[0]["buyer_id"]


async def test_the_clock_moves_for_every_process_and_adds_up(
    demo: Opened, web: httpx.AsyncClient, dsn: str, tmp_path: Path
) -> None:
    async with open_house(dsn, tmp_path, demo=True) as second, reach(second) as other:
        await asyncio.gather(*(move(one, seconds=60) for one in (web, other, web)))
        await asyncio.sleep(0.2)
        assert demo.house.clock.offset == second.house.clock.offset == timedelta(seconds=180)
    async with open_house(dsn, tmp_path, demo=True) as third:
        assert third.house.clock.offset == timedelta(seconds=180)


async def test_what_is_due_is_done_before_the_answer(demo: Opened, web: httpx.AsyncClient) -> None:
    done: list[bytes] = []

    async def handle(_call: Call, due: Sequence[jobs.Due]) -> None:
        done.extend(job.body for job in due)

    demo.house.works = jobs.Works(tasks=(jobs.Task("tea", handle),))
    async with calling(demo) as call:
        hours = [jobs.Job("tea", b"%d" % n, call.at + timedelta(hours=n)) for n in range(1, 4)]
        await jobs.add(call, hours)
    await move(web, seconds=2 * 3600)
    assert sorted(done) == [b"1", b"2"]


async def test_an_answer_waits_for_what_another_worker_has_in_hand(
    demo: Opened, web: httpx.AsyncClient
) -> None:
    done: list[int] = []
    started = asyncio.Event()

    async def slow(_call: Call, due: Sequence[jobs.Due]) -> None:
        started.set()
        await asyncio.sleep(0.3)
        done.extend(job.job_id for job in due)

    works = demo.house.works = jobs.Works(tasks=(jobs.Task("slow", slow),))
    async with calling(demo) as call:
        await jobs.add(call, [jobs.Job("slow", b"", call.at)])
    other = asyncio.create_task(jobs.work_once(demo.house, works))
    await started.wait()
    await move(web, seconds=1)
    assert len(done) == 1
    await other


@pytest.mark.parametrize(
    "how",
    [
        {"seconds": -1},
        {"to": 1},
        {"seconds": 1, "to": 4_000_000_000},
        {"to": 5_000_000_000},
        {"hours": 1},
        {"seconds": "60"},
    ],
)
async def test_the_clock_goes_forward_only_and_stays_among_dates(
    demo: Opened, web: httpx.AsyncClient, how: dict[str, int]
) -> None:
    assert (await move(web, **how))["code"] == 40097
    assert demo.house.clock.offset == timedelta(0)


async def test_the_clock_goes_to_a_time(demo: Opened, web: httpx.AsyncClient) -> None:
    to = int(demo.house.clock.now().timestamp()) + 86_400
    assert to <= (await move(web, to=to))["now"] <= to + 2
    await asyncio.gather(*(move(web, to=to + 3600) for _ in range(2)))
    assert to + 3600 <= (await web.get("/v1/sandbox/clock/get")).json()["now"] <= to + 3603
