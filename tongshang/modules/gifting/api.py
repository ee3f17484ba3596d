"""What rooms above may ask of gifting, inside their transaction."""

from collections.abc import Sequence

from tongshang.modules.gifting.actions import token
from tongshang.modules.gifting.domain.present import Portion, Present
from tongshang.modules.gifting.domain.returning import CAUSE, LATE
from tongshang.modules.gifting.store import portions, presents
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

__all__ = [
    "CAUSE",
    "LATE",
    "Portion",
    "Present",
    "find_presents",
    "parts_of",
    "portions_of",
    "tokens_of",
]


async def find_presents(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Present]:
    """Those of the presents that exist; keys are (shop_id, present_id)."""
    return await presents.find_presents(tx, keys) if keys else {}


async def portions_of(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], list[Portion]]:
    """The portions of presents, by number."""
    return await portions.list_portions(tx, keys) if keys else {}


async def parts_of(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """For each present its orders with what each costs: (order_id, fen), by number."""
    if not keys:
        return {}
    given = await presents.find_presents(tx, keys)
    found = await portions.list_portions(tx, keys)
    return {
        key: tuple((one.order_id, given[key].each_fen) for one in same)
        for key, same in found.items()
    }


async def tokens_of(call: Call, present_ids: Sequence[int]) -> dict[int, str]:
    """The texts of presents' links, for whoever has come by a link to them."""
    shops = await presents.find_shops(call.tx, present_ids)
    secret = call.house.secret
    return {one: token.write(secret, shop_id, one) for one, shop_id in shops.items()}
