"""What settlement does on the clock, and what it tells receivers after the commit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.gifting import api as gifting
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.events import OrderPaid
from tongshang.modules.payment.events import RefundDone
from tongshang.modules.settlement.actions.settling import settle_due
from tongshang.modules.settlement.actions.standing import look_after
from tongshang.modules.settlement.actions.telling import tell_receivers
from tongshang.modules.settlement.domain.values import SETTLE_BATCH
from tongshang.modules.settlement.events import OrderSettled
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

FACTS: Final = (OrderPaid, OrderSettled, RefundDone)


async def _settle(call: Call) -> bool:
    return await settle_due(call) == SETTLE_BATCH


async def _look_after(call: Call) -> bool:
    await look_after(call)
    return False


async def _tell_receivers(call: Call, facts: Sequence[Any]) -> None:
    keys: set[tuple[int, int]] = set()
    cases: list[tuple[int, int]] = []
    for fact in facts:
        if not isinstance(fact, RefundDone):
            keys.add((fact.shop_id, fact.order_id))
        elif fact.subject_kind == ordering.SUBJECT:
            keys.add((fact.shop_id, fact.subject_id))
        elif fact.cause_kind == gifting.CAUSE:
            keys.add((fact.shop_id, fact.cause_id))
        elif fact.cause_kind == aftersale.CAUSE:
            cases.append((fact.shop_id, fact.cause_id))
    keys |= {one.order_key for one in (await aftersale.get_aftersales(call.tx, cases)).values()}
    await tell_receivers(call, sorted(keys))


SETTLER: Final = jobs.Periodic("settlement.settle", timedelta(minutes=1), _settle)
STANDINGS: Final = jobs.Periodic("settlement.standings", timedelta(hours=1), _look_after)
COMMISSIONS: Final = jobs.listener("settlement.commissions", FACTS, _tell_receivers)
