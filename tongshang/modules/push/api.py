"""What higher rooms ask of push."""

from collections.abc import Sequence

from tongshang.modules.push import store
from tongshang.modules.push.actions import ask_targets, drawn_key, journal, set_targets
from tongshang.modules.push.domain import Mode, PushDraft, Target, TargetDraft
from tongshang.modules.push.machine import TargetState
from tongshang.runtime.db import Tx

__all__ = [
    "Mode",
    "PushDraft",
    "Target",
    "TargetDraft",
    "TargetState",
    "ask_targets",
    "drawn_key",
    "find_targets",
    "journal",
    "set_targets",
]


async def find_targets(tx: Tx, shop_ids: Sequence[int]) -> dict[int, Target]:
    """The address in use of each shop that has one, with its secrets."""
    found = await store.find_targets(tx, shop_ids)
    return {target.shop_id: target for target in found if target.state is TargetState.IN_USE}
