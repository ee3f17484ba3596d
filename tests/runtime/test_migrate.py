import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import database
from tongshang.runtime.migrate import MigrationRefused, migrate, read

FIRST = "create table goods (id bigint primary key);"
SECOND = "alter table goods add title text; insert into goods values (1, '茶');"


@pytest.fixture
async def empty(server_dsn: str, worker_id: str) -> AsyncIterator[str]:
    name = f"migrate_{worker_id}"
    connection = await asyncpg.connect(server_dsn)
    await connection.execute(f"create database {name}")
    yield database(server_dsn, name)
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_goods.sql").write_text(FIRST, encoding="utf-8")
    (tmp_path / "0002_title.sql").write_text(SECOND, encoding="utf-8")
    return tmp_path


async def titles(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row["title"] for row in await connection.fetch("select title from goods")]
    finally:
        await connection.close()


async def test_files_are_applied_once_and_in_order(empty: str, folder: Path) -> None:
    assert await migrate(empty, folder) == ["0001_goods", "0002_title"]
    assert await migrate(empty, folder) == []
    assert await titles(empty) == ["茶"]


async def test_two_starters_at_once_apply_once(empty: str, folder: Path) -> None:
    done = await asyncio.gather(*(migrate(empty, folder) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 2]
    assert await titles(empty) == ["茶"]


async def test_a_changed_past_is_refused(empty: str, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0001_goods.sql").write_text(FIRST + " -- better", encoding="utf-8")
    with pytest.raises(MigrationRefused, match="0001_goods was applied before and has changed"):
        await migrate(empty, folder)


async def test_a_newer_database_is_refused(empty: str, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0002_title.sql").unlink()
    with pytest.raises(MigrationRefused, match="has had 0002_title, which this version"):
        await migrate(empty, folder)


async def test_a_failing_file_leaves_nothing_and_keeps_those_before(
    empty: str, folder: Path
) -> None:
    (folder / "0003_wrong.sql").write_text("delete from goods; select wrong;", encoding="utf-8")
    with pytest.raises(MigrationRefused, match="0003_wrong could not be applied"):
        await migrate(empty, folder)
    assert await titles(empty) == ["茶"]
    (folder / "0003_wrong.sql").write_text("delete from goods;", encoding="utf-8")
    assert await migrate(empty, folder) == ["0003_wrong"]


def test_two_files_of_one_number_are_refused(folder: Path) -> None:
    (folder / "0002_price.sql").write_text(FIRST, encoding="utf-8")
    with pytest.raises(MigrationRefused, match="0002_price and 0002_title have the same number"):
        read(folder)


def test_a_file_without_a_number_is_refused(folder: Path) -> None:
    (folder / "later.sql").write_text(FIRST, encoding="utf-8")
    with pytest.raises(MigrationRefused, match="is not named like"):
        read(folder)
