"""Stock as numbers that move: what a batch of moves does to each SKU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import accumulate
from typing import TypeAlias

from tongshang.modules.inventory.refusals import StockTooLow

StockKey: TypeAlias = tuple[int, int]  # shop_id, sku_id
Place: TypeAlias = tuple[int, int, int]  # shop_id, sku_id, discount_id (0: the normal stock)


class StockOp(IntEnum):
    """What moved the stock (reference section 3.4)."""

    ADD = 1
    SUBTRACT = 2
    SET = 3
    OCCUPY = 4
    RELEASE = 5
    SET_APART = 6
    GIVEN_BACK = 7


@dataclass(frozen=True, slots=True)
class StockMove:
    """`change` more of a SKU, or less; of the stock set apart for a discount, where one is named."""

    shop_id: int
    sku_id: int
    product_id: int
    change: int
    op: StockOp
    order_id: int = 0
    discount_id: int = 0

    @property
    def key(self) -> StockKey:
        """Which stock it moves."""
        return self.shop_id, self.sku_id

    @property
    def place(self) -> Place:
        """Which row it moves."""
        return self.shop_id, self.sku_id, self.discount_id


@dataclass(frozen=True, slots=True)
class SetApart:
    """So many pieces of a SKU that only a discount may sell."""

    shop_id: int
    sku_id: int
    product_id: int
    discount_id: int
    count: int


@dataclass(frozen=True, slots=True)
class StockDraft:
    """A SKU that comes into being, and how many there are."""

    shop_id: int
    sku_id: int
    product_id: int
    available: int


@dataclass(frozen=True, slots=True)
class StockFlow:
    """A move that was made: what was there before and after."""

    move: StockMove
    beginning: int
    ending: int
    at: datetime
    flow_id: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a batch does to one SKU: the sum, and the lowest point on the way."""

    change: int
    lowest: int


def turns(moves: Sequence[StockMove]) -> dict[Place, Turn]:
    """What the moves, in their order, do to each stock."""
    changes: dict[Place, list[int]] = {}
    for move in moves:
        changes.setdefault(move.place, []).append(move.change)
    return {
        key: Turn(change=sum(each), lowest=min(accumulate(each)))
        for key, each in sorted(changes.items())
    }


def flows(
    moves: Sequence[StockMove],
    planned: Mapping[Place, Turn],
    ending: Mapping[Place, int],
    at: datetime,
    flow_ids: Sequence[int],
) -> list[StockFlow]:
    """The moves with what was there before and after each; refuses where one found too little."""
    for key in planned:
        if key not in ending:
            raise StockTooLow(sku_id=str(key[1]))
    now = {key: ending[key] - turn.change for key, turn in planned.items()}
    made: list[StockFlow] = []
    for move, flow_id in zip(moves, flow_ids, strict=True):
        before = now[move.place]
        now[move.place] = before + move.change
        made.append(StockFlow(move, before, now[move.place], at, flow_id))
    return made
