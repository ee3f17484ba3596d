"""What the alliance hears after the commit, and its daily check."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from tongshang.modules.catalog.events import ProductChanged, ProductListed
from tongshang.modules.governance.events import ProductRestricted
from tongshang.modules.league.actions import goods
from tongshang.modules.league.domain.square import day_began
from tongshang.modules.league.store import square
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

FACTS: Final = (ProductListed, ProductChanged, ProductRestricted)
CHECKED_AT_ONCE: Final = 500


async def _hear(call: Call, facts: Sequence[Any]) -> None:
    """Keep up with the catalog at once, where products have plans."""
    keys = await goods.with_plans(call, {(fact.shop_id, fact.product_id) for fact in facts})
    await goods.tell_agencies(call, await goods.note_goods(call, keys), ("status",))


async def _check(call: Call) -> bool:
    """Look at every product with a plan once a day: what is off sale or barred falls below."""
    keys = await square.list_unchecked(call.tx, day_began(call.at), CHECKED_AT_ONCE)
    await goods.tell_agencies(call, await goods.check_goods(call, keys), ("status",))
    return len(keys) == CHECKED_AT_ONCE


HEAR: Final = jobs.listener("league.goods", FACTS, _hear)
STANDARD: Final = jobs.Periodic("league.standard", timedelta(minutes=10), _check)
