"""Flash prices in a live room: the shop allows them, the host opens them.

A promoter has no goods of his own, so a price is never his alone to lower: a shop says beforehand
which SKUs, at which price, how many pieces and for how long; the host says when.
"""

from datetime import timedelta

from tongshang.modules.discounts import api as discounts
from tongshang.modules.discounts.api import DiscountDraft, FlashSku
from tongshang.modules.live import actions, refusals, store
from tongshang.modules.live.domain import Grant, Room
from tongshang.modules.surfaces.api import CardView
from tongshang.runtime.call import Call


async def open_flash(call: Call, room: Room, grant_id: int) -> list[CardView]:
    """Open a discount as a shop allowed it; who watches sees the price at once. The bag."""
    grant = await _hold(call, room, grant_id)
    if grant.discount_id or grant.valid_until <= call.at:
        raise refusals.GrantUsed
    bag = (await store.find_bags(call.tx, [room.content_id]))[room.content_id]
    if grant.product_id not in {item.product_id for item in bag}:
        raise refusals.NotInBag(product_id=str(grant.product_id))
    draft = DiscountDraft(
        grant.shop_id,
        grant.product_id,
        call.at,
        call.at + timedelta(minutes=grant.minutes),
        tuple(FlashSku(sku.sku_id, sku.price_fen, sku.sale_stock) for sku in grant.skus),
        grant.limit_per_buyer,
        "直播闪购",
    )
    discount_id = await discounts.start(call, draft)
    await store.use_grant(call.tx, grant, discount_id)
    return await _shown(call, room, grant)


async def stop_flash(call: Call, room: Room, grant_id: int) -> list[CardView]:
    """End it before its time. The bag."""
    grant = await _hold(call, room, grant_id)
    if not grant.discount_id:
        raise refusals.FlashNotRunning
    try:
        await discounts.stop(call, grant.shop_id, grant.discount_id)
    except (discounts.DiscountOver, discounts.DiscountNotFound):
        raise refusals.FlashNotRunning from None
    return await _shown(call, room, grant)


async def _hold(call: Call, room: Room, grant_id: int) -> Grant:
    grant = await store.hold_grant(call.tx, room.host_id, grant_id)
    if grant is None:
        raise refusals.GrantNotFound(grant_id=str(grant_id))
    return grant


async def _shown(call: Call, room: Room, grant: Grant) -> list[CardView]:
    bag = await actions.bag_of(call, room.content_id)
    changed = [card for card in bag if card.product_id == str(grant.product_id)]
    actions.tell_items(call, room.content_id, changed)
    return bag
