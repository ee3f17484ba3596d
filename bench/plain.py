"""The yardstick: pgbench on the same server, in databases of its own."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

import asyncpg

from bench.client import percentile
from tongshang.runtime.migrate import migrate

SQL: Final = Path(__file__).with_name("sql")
ORDERS: Final = "bench_orders"
SELECTS: Final = "bench_selects"
SCALE: Final = 10
_THREADS: Final = 2
_NUMBERED: Final = 10_000_000  # orders that one run may place
_RATE: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_FAILED: Final = re.compile(r"^number of failed transactions: ([0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """What pgbench told of a run."""

    rate: float
    seconds: list[float]  # sorted, of some of the transactions

    def after_ms(self, share: float) -> float:
        """The time in which `share` of the transactions were over."""
        return percentile(self.seconds, share) * 1000


@dataclass(slots=True)
class Plain:
    """pgbench beside the server at `dsn`."""

    dsn: str
    program: Path
    runs: int = field(default=0, init=False)

    async def make_databases(self, scale: int = SCALE) -> None:
        """A database with our tables and a market, and one with pgbench's own."""
        connection = await asyncpg.connect(self.dsn)
        try:
            for name in (ORDERS, SELECTS):
                await connection.execute(f"create database {name}")
        finally:
            await connection.close()
        address = urlunsplit(urlsplit(self.dsn)._replace(path=f"/{ORDERS}"))
        await migrate(address)
        connection = await asyncpg.connect(address)
        try:
            for name in ("market.sql", "calls.sql"):
                await connection.execute((SQL / name).read_text("utf-8"))
        finally:
            await connection.close()
        self._pgbench(SELECTS, "--initialize", "--quiet", f"--scale={scale}")

    def orders(self, script: str, shops: int, skus: int, clients: int, seconds: float) -> Ran:
        """Orders one at a time, by a script of ours, of so many SKUs of each shop."""
        self.runs += 1
        values = {"shops": shops, "skus": skus, "n": self.runs * _NUMBERED}
        return self._run(ORDERS, clients, seconds, values, f"--file={SQL / script}")

    def selects(self, clients: int, seconds: float) -> Ran:
        """pgbench's own select of one row by its key."""
        return self._run(SELECTS, clients, seconds, {}, "--select-only")

    def _run(
        self, database: str, clients: int, seconds: float, values: Mapping[str, int], what: str
    ) -> Ran:
        defined = [f"--define={name}={value}" for name, value in values.items()]
        with TemporaryDirectory(prefix="tongshang-bench-") as logs:
            told = self._pgbench(
                database,
                "--no-vacuum",
                "--protocol=prepared",
                f"--client={clients}",
                f"--jobs={_THREADS}",
                f"--time={max(1, round(seconds))}",
                "--log",
                f"--log-prefix={logs}/run",
                "--sampling-rate=0.1",
                *defined,
                what,
            )
            seconds_seen = sorted(
                int(line.split()[2]) / 1e6
                for log in Path(logs).iterdir()
                for line in log.read_text().splitlines()
            )
        rate, failed = _RATE.search(told), _FAILED.search(told)
        assert rate is not None, told
        assert failed is None or failed[1] == "0", told
        return Ran(float(rate[1]), seconds_seen)

    def _pgbench(self, database: str, *arguments: str) -> str:
        parts = urlsplit(self.dsn)
        (sockets,) = parse_qs(parts.query)["host"]
        where = (f"--host={sockets}", f"--username={parts.username}")
        command = [str(self.program), *where, *arguments, database]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise RuntimeError(f"pgbench failed:\n{ran.stderr}")
        return ran.stdout
