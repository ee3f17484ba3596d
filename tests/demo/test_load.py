"""The market as it is on the platform once it is loaded, after a load that was cut short."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import database
from tests.demo.market_home import needs_icons, painted_home
from tongshang.app import open_house
from tongshang.demo.load import NoDemo, load
from tongshang.demo.market import read_market
from tongshang.prove.run import examine
from tongshang.runtime.migrate import migrate

pytestmark = [needs_icons, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
async def market_dsn(server_dsn: str, worker_id: str) -> AsyncIterator[str]:
    """A platform with the market; a first load of it was stopped amid its goods."""
    name = f"tongshang_demo_{worker_id}"
    server = await asyncpg.connect(server_dsn)
    await server.execute(f"drop database if exists {name} with (force)")
    await server.execute(f"create database {name}")
    dsn = database(server_dsn, name)
    await migrate(dsn)
    with painted_home() as home:
        await _load_in_part(dsn, home)
        assert await load(dsn, home, is_quiet=True)
        assert not (home / "painting").exists()
    yield dsn
    await server.execute(f"drop database {name} with (force)")
    await server.close()


@pytest.fixture
async def market(market_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(market_dsn)
    yield connection
    await connection.close()


async def _load_in_part(dsn: str, home: Path) -> None:
    loading = asyncio.create_task(load(dsn, home, is_quiet=True))
    watching = await asyncpg.connect(dsn)
    while await watching.fetchval("select count(*) from products") < 20:
        assert not loading.done()
        await asyncio.sleep(0.05)
    await watching.close()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading


async def test_all_goods_are_on_sale_once(market: asyncpg.Connection) -> None:
    listed = await market.fetchval("select count(*) from products where status = 5")
    assert listed == len(read_market().products)
    assert await market.fetchval("select count(*) from products") == listed
    skus = sum(len(product.skus) for product in read_market().products)
    assert await market.fetchval("select count(*) from skus") == skus
    assert await market.fetchval("select count(*) from plans") == listed


async def test_all_stories_are_out_in_their_order(market: asyncpg.Connection) -> None:
    titles = [one.title for one in read_market().contents]
    rows = await market.fetch(
        "select published_at from contents where title = any($1) and state = 1 order by content_id",
        titles,
    )
    assert len(rows) >= len(titles)
    times = [row["published_at"] for row in rows]
    assert times == sorted(times)


async def test_there_are_contents_of_every_kind_and_in_every_state_but_gone(
    market: asyncpg.Connection,
) -> None:
    assert {row[0] for row in await market.fetch("select distinct kind from contents")} == {
        1,
        2,
        3,
        4,
    }
    assert {row[0] for row in await market.fetch("select distinct state from contents")} >= {
        1,
        3,
        4,
    }
    assert await market.fetchval("select count(*) from contents where author_kind = 'shop'") > 0
    assert await market.fetchval("select count(*) from videos where millis > 5000") > 0


async def test_orders_are_in_every_state_and_brought_by_promoters(
    market: asyncpg.Connection,
) -> None:
    states: dict[int, int] = dict(
        map(tuple, await market.fetch("select state, count(*) from orders group by state"))
    )
    assert set(states) == {10, 12, 20, 30, 100, 200, 250}
    assert 60 <= sum(states.values()) <= 240
    assert await market.fetchval("select count(*) from order_lines where promoter_id > 0") > 20


async def test_money_was_divided_and_some_waits(market: asyncpg.Connection) -> None:
    kinds: dict[str, int] = dict(
        map(tuple, await market.fetch("select kind, sum(balance_fen) from accounts group by kind"))
    )
    assert sum(kinds.values()) == 0
    for kind in ("shop_available", "shop_pending", "platform_fee", "promoter"):
        assert kinds[kind] > 0


async def test_a_case_waits_for_its_shop(market: asyncpg.Connection) -> None:
    waiting = "select count(*) from aftersales where state = 'MERCHANT_PROCESSING'"
    assert await market.fetchval(waiting) > 0


async def test_no_work_is_left_and_time_is_as_it_was(market: asyncpg.Connection) -> None:
    """What lies ahead may wait: banks are asked days later whether money came back."""
    assert await market.fetchval("select count(*) from jobs where run_at <= now() or dead") == 0
    moved = "select count(*) from platform where key = 'clock_offset_us'"
    assert await market.fetchval(moved) == 0
    assert await market.fetchval("select max(placed_at) < now() from orders")


async def test_everybody_can_be_anybody(market_dsn: str, tmp_path: Path) -> None:
    async with open_house(market_dsn, tmp_path, demo=True) as opened:
        assert opened.house.clock.offset.total_seconds() == 0
        rows = await opened.house.pool.fetch("select count(*) from sandbox_apps")
        agencies = await opened.house.pool.fetchval(
            "select count(*) from parties where kind = 'agency'"
        )
        known = 1 + len(read_market().shops) + len(read_market().promoters) + agencies
        assert (rows[0][0], agencies) == (known, 2)
        rows = await opened.house.pool.fetch("select count(*) from sandbox_buyers")
        assert rows[0][0] == len(read_market().buyers)


async def test_what_is_loaded_is_not_loaded_again(market_dsn: str, tmp_path: Path) -> None:
    assert not await load(market_dsn, tmp_path, is_quiet=True)
    assert not list(tmp_path.iterdir())


async def test_the_books_are_sound(market: asyncpg.Connection) -> None:
    verdicts = [verdict async for verdict in examine(market)]
    assert [verdict.check.name for verdict in verdicts if verdict.breaches] == []


async def test_a_platform_in_earnest_is_left_alone(
    dsn: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    await pool.execute(
        "insert into parties (party_id, kind, name, name_en, intro, icon_url, appid, username, "
        "opened_at) values (1, 'shop', '真店', '', '', '', 'wx0001', 'gh_0001', now())"
    )
    with pytest.raises(NoDemo, match="it is no demo"):
        await load(dsn, tmp_path, is_quiet=True)
    assert await pool.fetchval("select name from parties") == "真店"
