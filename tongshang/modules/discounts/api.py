"""Limited discounts, for the rooms above."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.discounts import actions, store
from tongshang.modules.discounts.domain import Discount as Discount
from tongshang.modules.discounts.domain import DiscountDraft as DiscountDraft
from tongshang.modules.discounts.domain import DiscountStatus as DiscountStatus
from tongshang.modules.discounts.domain import Flash as Flash
from tongshang.modules.discounts.domain import FlashSku as FlashSku
from tongshang.modules.discounts.domain import Taken as Taken
from tongshang.modules.discounts.refusals import DiscountNotFound as DiscountNotFound
from tongshang.modules.discounts.refusals import DiscountOver as DiscountOver
from tongshang.modules.discounts.refusals import DiscountRuns as DiscountRuns
from tongshang.modules.discounts.refusals import NoSkus as NoSkus
from tongshang.modules.discounts.refusals import NotOnSale as NotOnSale
from tongshang.modules.discounts.refusals import NotOurs as NotOurs
from tongshang.modules.discounts.refusals import WrongPrice as WrongPrice
from tongshang.modules.discounts.refusals import WrongStock as WrongStock
from tongshang.modules.discounts.refusals import WrongTime as WrongTime
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


async def flash_prices(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Flash]:
    """The flash prices that run, with what is left; keys are (shop_id, sku_id).

    One statement where none runs.
    """
    return await actions.flash_prices(tx, keys, at)


async def hold(call: Call, found: dict[tuple[int, int], Flash]) -> dict[tuple[int, int], Flash]:
    """Flash prices to sell at: nobody else takes of them until the transaction ends.

    The caller holds the normal stock of their SKUs already.
    """
    return await actions.hold(call, found)


async def taken(tx: Tx, keys: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """How many pieces buyers have, by (discount_id, buyer_id).

    Keys are (shop_id, discount_id, buyer_id).
    """
    return await store.find_taken(tx, keys) if keys else {}


async def note_taken(call: Call, taken: Sequence[Taken]) -> None:
    """Buyers took pieces of held discounts."""
    if taken:
        await store.note_taken(call.tx, taken)


async def note_returned(call: Call, returned: Sequence[Taken]) -> None:
    """What buyers had taken is not theirs after all: they may take as much again."""
    if returned:
        await store.note_returned(call.tx, returned)


async def start(call: Call, draft: DiscountDraft) -> int:
    """Open a discount of a shop's product; its id. Refuses what breaks a rule."""
    return await actions.start(call, draft)


async def check(call: Call, draft: DiscountDraft) -> None:
    """Refuse a draft that `start` would refuse now, but for a discount that runs."""
    await actions.check(call, draft)


async def stop(call: Call, shop_id: int, discount_id: int) -> Discount:
    """End a discount before its time."""
    return await actions.stop(call, shop_id, discount_id)


async def discounts_of(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[int, Discount]:
    """Discounts that run or will, by product, without SKUs; keys are (shop_id, product_id)."""
    return await store.find_of_products(tx, keys, at) if keys else {}
