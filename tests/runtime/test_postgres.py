"""The server of our own, started and killed for real."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tongshang.runtime import postgres
from tongshang.runtime.postgres import AlreadyRunning, PostgresFailed, Server, embedded, running

# One after another: each starts a server, and two at once would only wait for the disk.
pytestmark = pytest.mark.xdist_group("postgres")

OWNER = """
import os, sys, time
from pathlib import Path
from tongshang.runtime.postgres import Server
server = Server(Path(sys.argv[1]))
print(server.start(), flush=True)
if sys.argv[2:] == ["raise"]:
    raise SystemExit("no stop was called")
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the server's own user can reach, and with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="tongshang-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A home below a folder that only we may enter, as root's own is."""
    folder = Path(tempfile.mkdtemp(prefix="tongshang-private-"))
    yield folder / "shop"
    with_data = Server(folder / "shop").folder
    shutil.rmtree(with_data, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def own(home: Path, *how: str) -> tuple[subprocess.Popen[str], str]:
    """Another platform that runs a server in `home`, and the server's address."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, home, *how], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    dsn = owner.stdout.readline().strip()
    assert dsn.startswith("postgresql://")
    owner.stdout.close()
    return owner, dsn


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def server_pid(home: Path) -> int:
    return int((Server(home).folder / "cluster/postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pid: int) -> None:
    for _ in range(500):
        if not is_alive(pid):
            return
        time.sleep(0.02)
    pytest.fail(f"server {pid} is still there")


async def test_data_outlive_the_server(home: Path) -> None:
    async with embedded(home) as dsn:
        await ask(dsn, "create table goods as select '茶叶' as title")
    async with embedded(home) as dsn:
        assert await ask(dsn, "select title from goods") == "茶叶"
    assert not list(home.glob("database/cluster/postmaster.pid"))


async def test_the_server_is_safe_and_sorts_alike_everywhere(home: Path) -> None:
    async with embedded(home) as dsn:
        assert await ask(dsn, "show listen_addresses") == ""
        assert await ask(dsn, "show fsync") == "on"
        assert await ask(dsn, "show data_checksums") == "on"
        assert await ask(dsn, "show server_encoding") == "UTF8"
        assert await ask(dsn, "select 'a' < 'B'") is False
        sockets = postgres._socket_folder(Server(home).folder)
        assert sockets.stat().st_mode & 0o007 == 0


async def test_a_second_platform_on_one_home_is_refused(home: Path) -> None:
    async with embedded(home, durable=False) as dsn:
        with pytest.raises(AlreadyRunning, match=f"in use .* \\(process {os.getpid()}\\)"):
            Server(home).start()
        assert running(home) == dsn
        assert await ask(dsn, "select 1") == 1
    assert running(home) is None


async def test_a_killed_platform_takes_its_server_along(home: Path) -> None:
    owner, dsn = own(home)
    await ask(dsn, "create table goods as select 1 as id")
    pid = server_pid(home)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    await asyncio.to_thread(wait_until_gone, pid)
    async with embedded(home) as again:
        assert await ask(again, "select id from goods") == 1


def test_an_ending_platform_leaves_no_server(home: Path) -> None:
    owner, _ = own(home, "raise")
    owner.wait()
    assert not (Server(home).folder / "cluster/postmaster.pid").exists()


async def test_a_server_left_behind_is_ended_and_started_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as unbound:
        unbound.setattr(postgres, "bound_to_us", lambda: None)
        left = Server(home)
        await ask(left.start(), "create table goods as select 1 as id")
    pid = server_pid(home)
    left.release()  # what the kernel does with the lock of a platform that was killed
    async with embedded(home) as dsn:
        assert not is_alive(pid)
        assert await ask(dsn, "select id from goods") == 1
    left.stop()


async def test_a_killed_server_recovers(home: Path) -> None:
    server = Server(home)
    dsn = server.start()
    await ask(dsn, "create table goods as select generate_series(1, 1000) as id")
    os.kill(server_pid(home), signal.SIGKILL)
    server.stop()
    async with embedded(home) as again:
        assert await ask(again, "select count(*) from goods") == 1000


async def test_a_strangers_number_in_the_pid_file_does_not_stop_us(home: Path) -> None:
    async with embedded(home, durable=False):
        pass
    cluster = home / "database/cluster"
    (cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster}\n", encoding="utf-8")
    async with embedded(home, durable=False) as dsn:
        assert await ask(dsn, "select 1") == 1


async def test_half_a_cluster_never_counts(home: Path) -> None:
    (home / "database/cluster.tmp").mkdir(parents=True)
    (home / "database/cluster.tmp/PG_VERSION").write_text("18\n", encoding="utf-8")
    async with embedded(home, durable=False) as dsn:
        assert await ask(dsn, "select 1") == 1


async def test_a_broken_server_says_why(home: Path) -> None:
    async with embedded(home, durable=False):
        pass
    (home / "database/cluster/global/pg_control").write_bytes(b"")
    with pytest.raises(PostgresFailed, match=r"did not start\. It said:\n.*pg_control"):
        Server(home, durable=False).start()
    assert running(home) is None


async def test_a_home_nobody_else_may_enter_works_and_stays_closed(private_home: Path) -> None:
    async with embedded(private_home, durable=False) as dsn:
        await ask(dsn, "create table goods as select 1 as id")
    async with embedded(private_home, durable=False) as dsn:
        assert await ask(dsn, "select id from goods") == 1
    assert private_home.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's database lies in the home")
async def test_a_lost_database_is_not_silently_begun_anew(private_home: Path) -> None:
    async with embedded(private_home, durable=False):
        pass
    pointer = private_home / "database-is-in"
    shutil.rmtree(Path(pointer.read_text(encoding="utf-8").strip()))
    with pytest.raises(PostgresFailed, match=f"is gone: bring it back, or remove {pointer}"):
        Server(private_home)
    pointer.unlink()
