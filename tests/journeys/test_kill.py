"""Whatever is killed in the midst of its work is whole when it stands again, and does nothing twice."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import pytest

from tests.market import Market, build_market
from tests.platform import calling, finish_work
from tongshang.app import Opened, open_house
from tongshang.modules.identity.api import open_session
from tongshang.prove import examine
from tongshang.replay import store
from tongshang.replay.reading import COLUMNS
from tongshang.replay.run import replay
from tongshang.runtime import jobs
from tongshang.runtime.db import Connection
from tongshang.runtime.postgres import running

CLIENTS: Final = 12
PAID_BEFORE_THE_KILL: Final = 40
KILLED_AFTER_STEPS: Final = (1, 8, 16, 24, 36)  # marks in the database when the replay is killed


# ── A platform in processes of its own ────────────────────────────────────────────────────────


@dataclass(slots=True)
class Platform:
    """`tongshang serve` in a home of its own, with the server that comes with it."""

    home: Path
    port: int

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The platform, answering; whatever is left of it at the end is killed."""
        environment = {name: text for name, text in os.environ.items() if "TONGSHANG" not in name}
        environment |= {"TONGSHANG_HOME": str(self.home), "TONGSHANG_PORT": str(self.port)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tongshang", "serve", env=environment, start_new_session=True
        )
        try:
            await self._answers(process)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def _answers(self, process: asyncio.subprocess.Process) -> None:
        async with httpx.AsyncClient(base_url=self.address) as client:
            for _ in range(600):
                assert process.returncode is None, "the platform did not start"
                with contextlib.suppress(httpx.TransportError):
                    await client.get("/v1/buyer/product/list")
                    return
                await asyncio.sleep(0.05)
        pytest.fail("the platform never answered")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        dsn = running(self.home)
        assert dsn, "no server runs in this home"
        return dsn


@pytest.fixture
def platform() -> Iterator[Platform]:
    home = Path(tempfile.mkdtemp(prefix="tongshang-kill-"))
    home.chmod(0o755)  # where root runs the tests, the server's own user must get in
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield Platform(home, port)
    shutil.rmtree(home, ignore_errors=True)


# ── Shoppers ──────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Shopper:
    """Buys one order after the other; what got no answer is asked again, with the same key."""

    client: httpx.AsyncClient
    name: int
    order: dict[str, object]
    placed: dict[str, str] = field(default_factory=dict)  # by key
    paid: list[str] = field(default_factory=list)

    async def shop(self) -> None:
        """Buy until nobody answers."""
        with contextlib.suppress(httpx.TransportError):
            while True:
                await self.buy_one()

    async def buy_one(self) -> None:
        """The next order: the one that is placed and not yet paid, or a new one."""
        key = f"{self.name}-{len(self.paid)}"
        if key not in self.placed:
            placed = await self._ask("/v1/buyer/order/place", f"place {key}", self.order)
            self.placed[key] = str(placed["order_id"])
        pay = {"order_id": self.placed[key], "confirm": True}
        await self._ask("/v1/buyer/order/pay", f"pay {key}", pay)
        self.paid.append(self.placed[key])

    async def _ask(self, path: str, key: str, body: dict[str, object]) -> dict[str, object]:
        while True:
            answer = await self.client.post(path, json=body, headers={"Idempotency-Key": key})
            if answer.status_code != 409:  # the server has not yet noticed that the asker died
                assert answer.status_code == 200, answer.text
                return dict(answer.json())
            await asyncio.sleep(0.1)


async def _furnish(platform: Platform) -> tuple[dict[str, object], str]:
    """A market on the running platform; an order to place again and again, and a session."""
    async with open_house(platform.dsn, platform.home) as opened:
        market = await build_market(opened)
        more = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0]}
        path = "/channels/ec/product/stock/update"
        await market.ask(market.shop, path, **more, diff_type=1, num=100_000)
        async with calling(opened) as call:
            session = await open_session(call, market.buyer.buyer_id)
        line = {"sku_id": market.tea.sku_ids[0], "count": 1, "card": await market.card(market.tea)}
        order: dict[str, object] = {
            "shop_id": market.shop_id,
            "address_id": market.address_id,
            "lines": [line],
        }
        return order, session


async def _is_sound(connection: Connection) -> None:
    async for verdict in examine(connection):
        assert verdict.breaches == 0, verdict


async def _told_once(connection: Connection, order_ids: set[int], event: str) -> None:
    rows = await connection.fetch(
        """select (body::jsonb -> 'order_info' ->> 'order_id')::bigint as order_id, count(*) as told
           from pushes where event = $1 group by 1""",
        event,
    )
    assert {row["order_id"]: row["told"] for row in rows} == dict.fromkeys(order_ids, 1)


async def test_a_platform_killed_in_the_midst_of_trade_keeps_every_word_it_gave(
    platform: Platform,
) -> None:
    async with platform.serving() as process:
        order, session = await _furnish(platform)
        limits = httpx.Limits(max_connections=CLIENTS)
        headers = {"Authorization": f"Bearer {session}"}
        async with httpx.AsyncClient(
            base_url=platform.address, headers=headers, limits=limits, timeout=30
        ) as client:
            shoppers = [Shopper(client, number, order) for number in range(CLIENTS)]
            shopping = asyncio.gather(*(one.shop() for one in shoppers))
            await _until(lambda: sum(len(one.paid) for one in shoppers) >= PAID_BEFORE_THE_KILL)
            os.killpg(process.pid, signal.SIGKILL)
            await shopping
    answered = {int(order_id) for one in shoppers for order_id in one.placed.values()}
    async with platform.serving() as process:
        connection = await asyncpg.connect(platform.dsn)
        stood = {row[0] for row in await connection.fetch("select order_id from orders")}
        assert answered <= stood, "an order that was answered is there"
        assert len(stood) <= len(answered) + CLIENTS, "at most one more of each shopper's"
        async with httpx.AsyncClient(
            base_url=platform.address, headers=headers, timeout=30
        ) as client:
            for one in shoppers:
                one.client = client
            await asyncio.gather(*(one.buy_one() for one in shoppers))
        paid = {int(order_id) for one in shoppers for order_id in one.paid}
        await _await_quiet(connection)
        states = await connection.fetch("select order_id, state from orders")
        assert {row["order_id"]: row["state"] for row in states} == dict.fromkeys(paid, 20)
        await _told_once(connection, paid, "channels_ec_order_new")
        await _told_once(connection, paid, "channels_ec_order_pay")
        await _is_sound(connection)
        await connection.close()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until, "it never came to that"
        await asyncio.sleep(0.005)


async def _await_quiet(connection: Connection) -> None:
    until = time.monotonic() + 20
    while await connection.fetchval("select count(*) from jobs where not dead and run_at < now()"):
        assert time.monotonic() < until, "the work is never done"
        await asyncio.sleep(0.05)
    assert await connection.fetchval("select count(*) from jobs where dead") == 0


# ── A replay ──────────────────────────────────────────────────────────────────────────────────


def _year(folder: Path) -> Path:
    """Three days of a small shop, with what real exports have: returns, finds, losses, gifts."""
    lines = [",".join(COLUMNS)]
    for day in (4, 5, 6):
        for number in range(14):
            invoice = f"5{day}{number:02}"
            when = f"2011-01-0{day} {9 + number // 3:02}:{number:02}:00"
            lines += [
                f"{invoice},A{item},THING {item},{1 + item % 4},{when},{item}.50,{100 + number % 5},UK"
                for item in range(number % 3, 9, 2)
            ]
        lines += [
            f"C6{day},A2,THING 2,-1,2011-01-0{day} 17:00:00,2.50,{100 + day % 5},UK",
            f"7{day},A3,found,20,2011-01-0{day} 17:10:00,0,,UK",
            f"8{day},A4,damaged,-2,2011-01-0{day} 17:20:00,0,,UK",
        ]
    path = folder / "year.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


async def _outcome(opened: Opened) -> dict[str, int]:
    async with opened.house.pool.acquire() as connection:
        shop_id = await connection.fetchval("select shop_id from replays")
        await _is_sound(connection)
        told = await connection.fetch("select event, count(*) as times from pushes group by 1")
        return {
            **{row["event"]: row["times"] for row in told},
            **await store.totals(connection, shop_id),
            "stock": await connection.fetchval("select sum(available) from stocks"),
            "flows": await connection.fetchval("select count(*) from stock_flows"),
            "buyers": await connection.fetchval("select count(*) from buyers"),
            "refused": len(await store.list_refusals(connection, shop_id)),
        }


async def _replay_killed_after(steps: int, path: Path, dsn: str, home: Path) -> bool:
    """Start or resume a replay, and kill it once so many steps are done; False: it was done."""
    environment = {**os.environ, "TONGSHANG_DATABASE_URL": dsn, "TONGSHANG_HOME": str(home)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tongshang", "replay", str(path), env=environment,
        start_new_session=True, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    connection = await asyncpg.connect(dsn)
    try:
        while process.returncode is None:
            if await connection.fetchval("select count(*) from replay_marks") >= steps:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
                return True
            await asyncio.sleep(0.002)
        return False
    finally:
        await connection.close()


def _say_nothing(line: str) -> None:
    """What a replay tells is for a terminal."""


async def _clean(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("select clean()")
    await connection.close()


async def test_a_replay_killed_again_and_again_ends_like_an_unbroken_one(
    dsn: str, tmp_path: Path
) -> None:
    path = _year(tmp_path)
    async with open_house(dsn, tmp_path) as opened:
        await replay(opened, dsn, path, _say_nothing)
        unbroken = await _outcome(opened)
    assert unbroken["settled"] == unbroken["orders"] > 30
    assert unbroken["refunded_fen"] > 0
    await _clean(dsn)
    killed = [await _replay_killed_after(n, path, dsn, tmp_path) for n in KILLED_AFTER_STEPS]
    assert all(killed), "each was still at work"
    async with open_house(dsn, tmp_path) as opened:
        await replay(opened, dsn, path, _say_nothing)
        assert await _outcome(opened) == unbroken
        await replay(opened, dsn, path, _say_nothing)
        assert await _outcome(opened) == unbroken, "and once more, for nothing"


# ── Work ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_work_that_is_cancelled_at_any_moment_is_done_once(market: Market, seed: int) -> None:
    draw = random.Random(seed)
    opened, orders = market.opened, set[int]()
    for _ in range(12):
        order_id = await market.place(market.tea)
        await market.ask(market.buyer, "/v1/buyer/order/pay", order_id=order_id, confirm=True)
        orders.add(int(order_id))
    for _ in range(25):
        working = asyncio.create_task(jobs.drain(opened.house, opened.works))
        await asyncio.sleep(draw.uniform(0, 0.012))
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    await finish_work(opened)
    async with opened.house.pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from jobs") == 0
        states = await connection.fetch("select distinct state from orders")
        assert [row["state"] for row in states] == [20]
        await _told_once(connection, orders, "channels_ec_order_new")
        await _told_once(connection, orders, "channels_ec_order_pay")
        await _is_sound(connection)
