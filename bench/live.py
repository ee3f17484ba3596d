"""A live room: a thousand watch over real sockets; what is explained reaches all; comments."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self

import httpx
import msgspec

from bench.client import Plan, load, percentile, request
from bench.results import Line
from bench.stage import Stage
from bench.viewers import Heard, Watch
from tongshang.app import Opened, open_house
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_app, add_parties
from tongshang.runtime.call import NOBODY, Call
from tongshang.runtime.children import bound_to_us
from tongshang.runtime.db import transaction

VIEWERS: Final = 1_000
PUSHES: Final = 10
PUSHED_IN_SECONDS: Final = 1.0
COMMENTS: Final = 1_000
CONNECTIONS: Final = 32
KB_MAX: Final = 100
_HOST: Final = "/v1/promoter/live"


async def measure(stage: Stage, tell: Callable[[Line], None]) -> None:
    """Open a room, let people in, explain, let them speak."""
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        token = await _host(stage, opened)
    host = httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{stage.port}", headers={"Authorization": f"Bearer {token}"}
    )
    async with host:
        room = await _room(host, stage)
        before = stage.memory_mb()
        people = [person.token for person in stage.market.people[:VIEWERS]]
        async with _Watching(Watch(stage.port, room, people)) as watching:
            await asyncio.sleep(2)
            after = stage.memory_mb()
            pushed = [await _explain(host, stage, room, n) for n in range(PUSHES)]
            began, said = await _comments(stage, room)
            await asyncio.sleep(5)
        heard = watching.heard
    _tell_pushes(tell, heard, pushed)
    kb = (sum(after) - sum(before)) * 1024 / VIEWERS
    tell(Line("  memory per viewer", f"{kb:.0f} kB", goal=f"≤ {KB_MAX}", kept=kb <= KB_MAX))
    done = len(said.seconds)
    rate = f"{done / (said.ended - said.begun):,.0f}/s"
    times = f"{said.after_ms(0.5):.0f} / {said.after_ms(0.99):.0f} ms"
    tell(Line(f"  comments, {done:,} of {COMMENTS:,} said, {times}", rate))
    least, late = min(heard.comments), heard.last_at - said.ended
    name = f"  heard by each of {VIEWERS:,}, the last {late:.2f} s after all was said"
    tell(Line(name, f"{least:,}", goal=f"{done:,}", kept=least >= done and not heard.lost))
    assert began <= said.begun


def _tell_pushes(tell: Callable[[Line], None], heard: Heard, pushed: list[float]) -> None:
    """How long from the host's request until the last of all had heard, for each push."""
    # What one hears first is how the room is when one comes.
    lasts = [
        max(times[n + 1] for times in heard.explained if len(times) > n + 1) - at
        for n, at in enumerate(pushed)
    ]
    missed = sum(len(times) < PUSHES + 1 for times in heard.explained)
    each = sorted(times[n + 1] - at for n, at in enumerate(pushed) for times in heard.explained)
    told = f"{percentile(each, 0.5) * 1000:.0f} ms half, {max(lasts) * 1000:.0f} ms all"
    kept = max(lasts) <= PUSHED_IN_SECONDS and not missed
    name = f"an item explained to {VIEWERS:,} viewers, {missed} missed"
    tell(Line(name, told, goal=f"≤ {PUSHED_IN_SECONDS:g} s", kept=kept))


async def _host(stage: Stage, opened: Opened) -> str:
    """A promoter's token."""
    async with transaction(opened.house.pool) as tx:
        call = Call(tx, opened.house.clock.now(), NOBODY, opened.house)
        (party_id,) = await add_parties(call, [PartyDraft(PartyKind.PROMOTER, "老周泡茶")])
        app = await add_app(call, party_id)
    body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{stage.port}") as client:
        answer = (await client.post("/cgi-bin/stable_token", json=body)).json()
    return str(answer["access_token"])


async def _room(host: httpx.AsyncClient, stage: Stage) -> int:
    """A room on air with two products."""
    room = (await _ask(host, "schedule", title="老周泡茶"))["content_id"]
    refs = [
        {"shop_id": str(one.shop_id), "product_id": str(one.product_id)}
        for one in stage.market.goods[0][:2]
    ]
    await _ask(host, "bag/add", content_id=room, products=refs)
    await _ask(host, "start", content_id=room)
    return int(room)


async def _explain(host: httpx.AsyncClient, stage: Stage, room: int, number: int) -> float:
    """Explain the one or the other; when that was asked for."""
    at = time.time()
    product_id = str(stage.market.goods[0][number % 2].product_id)
    await _ask(host, "explain/start", content_id=str(room), product_id=product_id)
    await asyncio.sleep(1)
    return at


async def _comments(stage: Stage, room: int) -> tuple[float, Any]:
    asked = [
        request(
            "POST", "/v1/buyer/live/comment",
            b'{"content_id":"%d","text":"%s"}' % (room, "第七泡还有甜味".encode()), person.token,
        )
        for person in stage.market.people[:COMMENTS]
    ]  # fmt: skip
    began = time.time()
    return began, await asyncio.to_thread(load, Plan(stage.port, CONNECTIONS, asked))


async def _ask(host: httpx.AsyncClient, path: str, **fields: object) -> dict[str, Any]:
    answer = await host.post(f"{_HOST}/{path}", json=fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class _Watching:
    """The viewers' process, while the block lasts; then what they heard."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.heard = Heard([], [], 0.0, 0)

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.viewers",
            stdin=pipe,
            stdout=pipe,
            limit=2**26,
            preexec_fn=bound_to_us(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(self._watch) + b"\n")
        said = await self._process.stdout.readline()
        assert said == b"open\n", said
        return self

    async def __aexit__(self, *why: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        told = await self._process.stdout.read()
        await self._process.wait()
        if why[0] is None:
            self.heard = msgspec.json.decode(told, type=Heard)
