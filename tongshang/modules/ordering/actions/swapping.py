"""Another SKU before the shipment: asked, agreed to, refused, taken back, not answered."""

from tongshang.modules.catalog import api as catalog
from tongshang.modules.inventory import api as inventory
from tongshang.modules.ordering.actions import gifting
from tongshang.modules.ordering.actions.moving import hold
from tongshang.modules.ordering.domain import swapping
from tongshang.modules.ordering.domain.order import InfoChange
from tongshang.modules.ordering.domain.swapping import ChangeMove, SkuChange
from tongshang.modules.ordering.events import OrderInfoChanged
from tongshang.modules.ordering.store import changes, orders
from tongshang.runtime.call import Call

OrderKey = tuple[int, int]  # shop_id, order_id


async def ask(call: Call, key: OrderKey, sku_id: int) -> SkuChange:
    """Ask the shop of a gift for another SKU of the same product at the same price."""
    (order,) = await hold(call, [key])
    offer = (await catalog.offers(call.tx, [(key[0], sku_id)])).get((key[0], sku_id))
    latest = await changes.find_latest(call.tx, key)
    change = swapping.ask(order, latest, offer, call.at)
    await changes.add_change(call.tx, change)
    await orders.touch_orders(call.tx, [key], call.at)
    await call.tell(OrderInfoChanged(*key, InfoChange.SKU_CHANGE_ASKED.value, call.at))
    return change


async def agree(call: Call, key: OrderKey) -> None:
    """Give the receiver the other SKU: the order, then both stocks, change together."""
    (order,) = await hold(call, [key])
    latest = await changes.find_latest(call.tx, key)
    sku_key = (key[0], latest.new_sku_id if latest else 0)
    offer = (await catalog.offers(call.tx, [sku_key])).get(sku_key)
    old_key = (key[0], order.lines[0].sku_id)
    left = (await inventory.lock(call.tx, [old_key, sku_key])).get(sku_key, 0)
    after = swapping.agree(order, latest, offer, left)
    await changes.end_change(call.tx, key, ChangeMove.AGREE, call.at)
    await gifting.swap(call, {key: order}, [after])
    await orders.touch_orders(call.tx, [key], call.at)
    await call.tell(OrderInfoChanged(*key, InfoChange.SKU_CHANGE_AGREED.value, call.at))


async def refuse(call: Call, key: OrderKey) -> None:
    """Leave the order as it is."""
    await hold(call, [key])
    await changes.end_change(call.tx, key, ChangeMove.REFUSE, call.at)
    await orders.touch_orders(call.tx, [key], call.at)


async def take_back(call: Call, key: OrderKey) -> None:
    """The receiver does not want the other SKU any more."""
    await hold(call, [key])
    await changes.end_change(call.tx, key, ChangeMove.TAKE_BACK, call.at)
    await orders.touch_orders(call.tx, [key], call.at)
