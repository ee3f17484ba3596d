"""What is heard of the trade, as events."""

from collections.abc import Sequence
from typing import Any

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.compass.actions.taking import record
from tongshang.modules.compass.domain import trade
from tongshang.modules.compass.domain.events import EventDraft
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.events import OrderPaid, OrderPlaced
from tongshang.modules.payment.events import RefundDone
from tongshang.runtime.call import Call


async def hear(call: Call, facts: Sequence[Any]) -> None:
    """Write orders, payments and refunds of orders; what was paid too late to count is none."""
    told = [fact for fact in facts if not isinstance(fact, RefundDone) or _is_of_trade(fact)]
    if not told:
        return
    orders = await ordering.find_orders(call.tx, sorted({_order_key(fact) for fact in told}))
    cases = await aftersale.get_aftersales(
        call.tx, sorted({key for fact in told if (key := _case_key(fact))})
    )
    drafts: list[EventDraft] = []
    for fact in told:
        order = orders[_order_key(fact)]
        if isinstance(fact, OrderPlaced):
            drafts += trade.placed(order)
        elif isinstance(fact, OrderPaid):
            drafts += trade.paid(order, fact.paid_at, is_gift=fact.is_gift)
        else:
            case = cases.get(_case_key(fact) or (0, 0))
            line, count = (case.line, case.count) if case else (0, 0)
            drafts += trade.refunded(order, fact.at, fact.amount_fen, line, count)
    await record(call, drafts)


def _is_of_trade(fact: RefundDone) -> bool:
    return fact.subject_kind == ordering.SUBJECT and fact.cause_kind != ordering.LATE_PAYMENT


def _order_key(fact: OrderPlaced | OrderPaid | RefundDone) -> tuple[int, int]:
    order_id = fact.subject_id if isinstance(fact, RefundDone) else fact.order_id
    return fact.shop_id, order_id


def _case_key(fact: object) -> tuple[int, int] | None:
    if isinstance(fact, RefundDone) and fact.cause_kind == aftersale.CAUSE:
        return fact.shop_id, fact.cause_id
    return None
