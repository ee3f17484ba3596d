"""Funnels: how many went on from step to step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from tongshang.modules.compass.domain.events import EventKind
from tongshang.modules.compass.domain.sums import Sum

PERIOD_DAYS_MAX: Final = 366
WHOLE_PPM: Final = 1_000_000
STEPS: Final = frozenset(
    {
        EventKind.EXPOSURE, EventKind.CLICK, EventKind.ADD_TO_CART, EventKind.ORDER, EventKind.PAY,
        EventKind.REFUND, EventKind.GIFT,
    }
)  # fmt: skip


class By(IntEnum):
    """By what a funnel is divided."""

    SURFACE = 1
    PRODUCT = 2
    CONTENT = 3
    CARRIER = 4


@dataclass(frozen=True, slots=True)
class Funnel:
    """How often each step was taken by one surface, product, content or carrier (`key`)."""

    key: int
    sums: Mapping[int, Sum]

    def of(self, kind: EventKind) -> Sum:
        """What a step came to."""
        return self.sums.get(kind, Sum())

    def ppm(self, step: EventKind, before: EventKind) -> int:
        """How many of a million that took the step before took this one."""
        whole = self.of(before).events
        return self.of(step).events * WHOLE_PPM // whole if whole else 0


def funnels(rows: Iterable[tuple[int, int, Sum]]) -> list[Funnel]:
    """Funnels of (key, kind, sum), those that sold most first, then those that were clicked most.

    What was only looked at, and led nowhere, is no funnel.
    """
    by_key: dict[int, dict[int, Sum]] = {}
    for key, kind, one in rows:
        if kind in STEPS:
            by_key.setdefault(key, {})[kind] = one
    found = [Funnel(key, sums) for key, sums in by_key.items()]
    return sorted(found, key=_rank)


def _rank(funnel: Funnel) -> tuple[int, ...]:
    paid = funnel.of(EventKind.PAY)
    clicks, seen = funnel.of(EventKind.CLICK).events, funnel.of(EventKind.EXPOSURE).events
    return -paid.amount_fen, -clicks, -seen, funnel.key


def whole(found: Sequence[Funnel]) -> Funnel:
    """All of them as one."""
    sums: dict[int, Sum] = {}
    for one in found:
        for kind, part in one.sums.items():
            sums[kind] = sums.get(kind, Sum()).plus(part)
    return Funnel(0, sums)
