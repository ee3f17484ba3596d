"""What is heard of the trade, as events."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.aftersale.api import Aftersale
from tongshang.modules.compass.actions.taking import record
from tongshang.modules.compass.domain import trade
from tongshang.modules.compass.domain.events import EventDraft
from tongshang.modules.gifting import api as gifting
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.events import OrderPaid, OrderPlaced
from tongshang.modules.payment.events import RefundDone
from tongshang.runtime.call import Call

_LATE: Final = frozenset({ordering.LATE_PAYMENT, gifting.LATE})


async def hear(call: Call, facts: Sequence[Any]) -> None:
    """Write orders, payments, refunds and gifts; what was paid too late to count is none."""
    told = [one for one in facts if not (isinstance(one, RefundDone) and one.cause_kind in _LATE)]
    cases = await aftersale.get_aftersales(
        call.tx, sorted({(one.shop_id, one.cause_id) for one in told if _is_of_case(one)})
    )
    keys = [_order_key(one, cases) for one in told]
    orders = await ordering.find_orders(call.tx, sorted({key for key in keys if key is not None}))
    drafts: list[EventDraft] = []
    for fact, key in zip(told, keys, strict=True):
        if key is None:
            continue
        order = orders[key]
        if isinstance(fact, OrderPlaced):
            drafts += trade.placed(order)
        elif isinstance(fact, OrderPaid):
            drafts += trade.paid(order, fact.paid_at, is_gift=fact.is_gift)
        else:
            case = cases.get((fact.shop_id, fact.cause_id)) if _is_of_case(fact) else None
            line, count = (case.line, case.count) if case else (0, 0)
            drafts += trade.refunded(order, fact.at, fact.amount_fen, line, count)
    await record(call, drafts)


def _is_of_case(fact: object) -> bool:
    return isinstance(fact, RefundDone) and fact.cause_kind == aftersale.CAUSE


def _order_key(
    fact: OrderPlaced | OrderPaid | RefundDone, cases: Mapping[tuple[int, int], Aftersale]
) -> tuple[int, int] | None:
    """Which order it is about: a gift's money goes back to its present, which may have several."""
    if not isinstance(fact, RefundDone):
        return fact.shop_id, fact.order_id
    if _is_of_case(fact):
        return cases[fact.shop_id, fact.cause_id].order_key
    if fact.cause_kind == gifting.CAUSE:
        return fact.shop_id, fact.cause_id
    return (fact.shop_id, fact.subject_id) if fact.subject_kind == ordering.SUBJECT else None
