"""Discounts opened, taken from, and ended; their stock moves in the same transaction.

Rows are held in the house's order: the normal stock of the SKUs, the discounts, what is set apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.catalog import api as catalog
from tongshang.modules.discounts import domain, refusals, store
from tongshang.modules.discounts.domain import Discount, DiscountDraft, DiscountStatus, Flash
from tongshang.modules.discounts.events import DiscountEnded, DiscountOpened
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import SetApart
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

END_BATCH: Final = 100


async def start(call: Call, draft: DiscountDraft) -> int:
    """Open a discount: its pieces leave the normal stock now; refuses what breaks a rule."""
    keys = sorted((draft.shop_id, sku.sku_id) for sku in draft.skus)
    offers = {key[1]: one for key, one in (await catalog.offers(call.tx, keys)).items()}
    stock = {key[1]: left for key, left in (await inventory.lock(call.tx, keys)).items()}
    open_now = await store.find_open(call.tx, draft.shop_id, draft.product_id)
    if open_now is not None and open_now.status(call.at) is DiscountStatus.OVER:
        await end(call, [(draft.shop_id, open_now.discount_id)])
        stock = {key[1]: left for key, left in (await inventory.lock(call.tx, keys)).items()}
    judged = replace(draft, skus=domain.judged(draft, offers, stock, call.at))
    discount_id = call.take_id(Named.DISCOUNT)
    if not await store.add(call.tx, judged, discount_id, call.at):
        raise refusals.DiscountRuns(product_id=str(draft.product_id))
    apart = [
        SetApart(draft.shop_id, sku.sku_id, draft.product_id, discount_id, sku.sale_stock)
        for sku in judged.skus
    ]
    await inventory.set_apart(call, apart)
    opened = DiscountOpened(
        draft.shop_id, discount_id, draft.product_id, draft.starts_at, draft.ends_at
    )
    await call.tell(opened)
    return discount_id


async def check(call: Call, draft: DiscountDraft) -> None:
    """Judge a draft that is to be opened later; nothing is held."""
    keys = sorted({(draft.shop_id, sku.sku_id) for sku in draft.skus})
    offers = {key[1]: one for key, one in (await catalog.offers(call.tx, keys)).items()}
    stock = await inventory.stocks_of(call.tx, draft.shop_id, [sku_id for _, sku_id in keys])
    domain.judged(draft, offers, stock, call.at)


async def stop(call: Call, shop_id: int, discount_id: int) -> Discount:
    """End a discount before its time, for good."""
    held = await _hold(call, shop_id, discount_id)
    if held.status(call.at) is DiscountStatus.OVER:
        raise refusals.DiscountOver(task_id=str(discount_id))
    await store.stop(call.tx, shop_id, discount_id, call.at)
    await end(call, [(shop_id, discount_id)])
    return held


async def delete(call: Call, shop_id: int, discount_id: int) -> None:
    """Show a discount no more; only one that is over."""
    held = await _hold(call, shop_id, discount_id)
    if held.status(call.at) is not DiscountStatus.OVER:
        raise refusals.DiscountNotOver(task_id=str(discount_id))
    if not held.is_over:
        await end(call, [(shop_id, discount_id)])
    await store.delete(call.tx, shop_id, discount_id)


async def _hold(call: Call, shop_id: int, discount_id: int) -> Discount:
    key = (shop_id, discount_id)
    await _hold_stock(call, [key])
    held = (await store.hold(call.tx, [key])).get(key)
    if held is None:
        raise refusals.DiscountNotFound(task_id=str(discount_id))
    return held


async def _hold_stock(call: Call, keys: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The places of what is set apart for discounts, with the normal stock beneath them held."""
    skus = await store.find_skus(call.tx, keys)
    places = [(shop, sku.sku_id, one) for shop, one in keys for sku in skus.get(one, ())]
    if places:
        await inventory.lock(call.tx, sorted(place[:2] for place in places))
    return places


async def end(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    """Discounts are over: what they did not sell is normal stock again."""
    places = await _hold_stock(call, keys)
    held = await store.hold(call.tx, keys)
    await store.end(call.tx, keys)
    await inventory.give_back(call, places)
    await call.tell(*(DiscountEnded(*key, one.product_id, call.at) for key, one in held.items()))


async def end_due(call: Call) -> bool:
    """End what the clock has ended; whether there may be more."""
    due = await store.list_ended(call.tx, call.at, END_BATCH)
    if due:
        await end(call, due)
    return len(due) == END_BATCH


async def flash_prices(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Flash]:
    """The prices that run now, with what is left; one statement where none does."""
    found = await store.find_flash(tx, keys, at) if keys else {}
    if not found:
        return {}
    left = await inventory.apart(tx, [(*key, one.discount_id) for key, one in found.items()])
    return {
        key: replace(one, left=left.get((*key, one.discount_id), 0)) for key, one in found.items()
    }


async def hold(call: Call, found: dict[tuple[int, int], Flash]) -> dict[tuple[int, int], Flash]:
    """The prices again, held with what is left of them; the normal stock is held already."""
    discounts = sorted({(key[0], one.discount_id) for key, one in found.items()})
    held = await store.hold(call.tx, discounts)
    runs = {
        key: one
        for key, one in found.items()
        if (key[0], one.discount_id) in held
        and held[key[0], one.discount_id].status(call.at) is DiscountStatus.RUNS
    }
    left = await inventory.lock_apart(call.tx, [(*k, one.discount_id) for k, one in runs.items()])
    return {
        key: replace(one, left=left.get((*key, one.discount_id), 0)) for key, one in runs.items()
    }
