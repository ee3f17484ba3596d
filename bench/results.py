"""What was measured, beside what was wanted: one table for people, one file for programs."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

RESULTS: Final = Path(__file__).with_name("results.json")
_WIDTH: Final = 46


class Rates(msgspec.Struct):
    """Rates of several runs of the same, a second, and the times of all their parts."""

    name: str
    runs: list[float] = []
    p50_ms: list[float] = []
    p99_ms: list[float] = []

    @property
    def middle(self) -> float:
        return median(self.runs)

    def add(self, rate: float, p50_ms: float, p99_ms: float) -> None:
        """One run more."""
        self.runs.append(rate)
        self.p50_ms.append(p50_ms)
        self.p99_ms.append(p99_ms)


class Line(msgspec.Struct):
    """One line of the table: a rate beside another, a number beside its limit, or a fact."""

    name: str
    value: str
    ratio: float | None = None
    goal: str = ""
    kept: bool | None = None
    rates: Rates | None = None

    def text(self) -> str:
        """The line as it is printed."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        times = ""
        if self.rates:
            times = f"{median(self.rates.p50_ms):.1f} / {median(self.rates.p99_ms):.1f}"
        mark = {None: "", True: "yes", False: "NO"}[self.kept]
        name = self.name + " " * (_WIDTH - len(self.name))
        return f"{name}{self.value:>24}{ratio:>8}{times:>16}   {self.goal:<9}{mark}".rstrip()


def rate_line(ours: Rates, beside: Rates | None = None, least: float | None = None) -> Line:
    """A rate, its ratio to the one beside which it was measured, and the least it should be."""
    value = f"{ours.middle:,.0f}/s ({min(ours.runs):,.0f}–{max(ours.runs):,.0f})"
    ratio = ours.middle / beside.middle if beside else None
    goal = "" if least is None else f"≥ {least:g}"
    kept = None if least is None or ratio is None else ratio >= least
    return Line(ours.name, value, ratio, goal, kept, ours)


def heading() -> str:
    """What the columns are."""
    columns = f"{'median (least–most)':>24}{'ratio':>8}{'p50 / p99 ms':>16}   {'goal':<9}kept"
    return " " * _WIDTH + columns


def machine() -> str:
    """What it ran on, and how busy that was with other things."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} CPUs, {platform.machine()}, load before: {load}"


def write(where: Path, ran_on: str, lines: Sequence[Line]) -> None:
    """Keep the results for programs."""
    told = msgspec.json.encode({"machine": ran_on, "lines": lines})
    where.write_bytes(msgspec.json.format(told, indent=2) + b"\n")
