"""What time does to orders (reference section 4.2), in bounded batches."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tongshang.modules.league import api as league
from tongshang.modules.ordering.actions import moving
from tongshang.modules.ordering.domain.order import CancelType, ConfirmType
from tongshang.modules.ordering.events import OrderPaid
from tongshang.modules.ordering.store import changes, orders
from tongshang.runtime import jobs
from tongshang.runtime.call import Call
from tongshang.runtime.jobs import Periodic

BATCH_MAX: Final = 500


async def _expire(call: Call) -> bool:
    keys = await orders.take_expired(call.tx, call.at, BATCH_MAX)
    if keys:
        await moving.cancel(call, keys, CancelType.UNPAID_IN_TIME)
    return len(keys) == BATCH_MAX


async def _receive(call: Call) -> bool:
    keys = await orders.take_receivable(call.tx, call.at, BATCH_MAX)
    if keys:
        await moving.receive(call, keys, ConfirmType.IN_TIME)
    return len(keys) == BATCH_MAX


async def _lapse_changes(call: Call) -> bool:
    return len(await changes.lapse(call.tx, call.at, BATCH_MAX)) == BATCH_MAX


async def _note_sales(call: Call, facts: Sequence[OrderPaid]) -> None:
    paid_at = {(fact.shop_id, fact.order_id): fact.paid_at for fact in facts}
    found = await orders.find_orders(call.tx, sorted(paid_at))
    sales = [
        league.Sale(
            key[0],
            line.promoter_id,
            line.product_id,
            line.count,
            line.paid_fen,
            paid_at[key],
            line.deal_id,
        )
        for key, order in found.items()
        for line in order.lines
        if line.promoter_id
    ]
    await league.note_sales(call, sales)


SALES_FACTS: Final = (OrderPaid,)
SALES: Final = jobs.listener("ordering.promoter_sales", SALES_FACTS, _note_sales)
LAPSE_CHANGES: Final = Periodic("ordering.sku_changes", timedelta(minutes=1), _lapse_changes)
EXPIRE: Final = Periodic("ordering.expire", timedelta(seconds=5), _expire)
RECEIVE: Final = Periodic("ordering.receive", timedelta(seconds=30), _receive)
