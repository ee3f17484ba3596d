"""What a shop may know of how its gifts travel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from tongshang.kernel.money import WHOLE
from tongshang.modules.gifting.domain.generation import Flow, Generation, Node

Counted = TypeVar("Counted", Node, Flow)

# Fewer people than this are not told apart: a shop sees how gifts travel, not whose.
K_ANONYMOUS: Final = 5


def shown(generations: Sequence[Generation]) -> list[tuple[Generation, bool]]:
    """The generations, those of few givers without figures; whether they are hidden."""
    return [
        (one, False)
        if one.givers >= K_ANONYMOUS
        else (replace(one, givers=0, portions=0, ordered=0, lapsed=0, revenue_fen=0), True)
        for one in generations
    ]


def of_many(found: Sequence[Counted]) -> list[Counted]:
    """Those that enough people had a part in."""
    return [one for one in found if one.givers >= K_ANONYMOUS]


def ppm(part: int, whole: int) -> int:
    """A part of a whole in parts per million; of nothing, nothing."""
    return part * WHOLE // whole if whole else 0
