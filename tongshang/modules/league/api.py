"""What higher rooms ask of the alliance."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.kernel.money import Ppm
from tongshang.modules.league import store
from tongshang.modules.league.domain import PlanDraft, earned_fen, last_wins
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

__all__ = [
    "PlanDraft",
    "earned_fen",
    "rates",
    "set_plans",
]


async def rates(tx: Tx, keys: Sequence[tuple[int, int]], at: datetime) -> dict[int, Ppm]:
    """The ratio of each product's normal plan that runs at `at`; keys are (shop, product)."""
    return await store.rates(tx, keys, at)


async def set_plans(call: Call, drafts: Sequence[PlanDraft]) -> None:
    """Set normal plans in bulk, for a demonstration or a replay; the products' states are not asked."""
    await store.set_plans(call.tx, last_wins(drafts), call.at)
