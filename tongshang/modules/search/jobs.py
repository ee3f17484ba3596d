"""What search hears after the commit, and what it does on the clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from tongshang.modules.catalog.events import ProductChanged, ProductListed
from tongshang.modules.compass import api as compass
from tongshang.modules.governance.events import ProductRestricted
from tongshang.modules.identity.events import PartyOpened
from tongshang.modules.inventory.events import StockTurned
from tongshang.modules.search.actions import asked, indexing
from tongshang.modules.search.actions.rebuilding import LISTENER
from tongshang.modules.search.domain import words
from tongshang.modules.search.domain.documents import DocumentKey, DocumentKind
from tongshang.modules.search.store import documents
from tongshang.modules.surfaces.events import ContentChanged, ContentPublished, ContentRemoved
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

_PRODUCT_FACTS: Final = (ProductListed, ProductChanged, ProductRestricted, StockTurned)
_CONTENT_FACTS: Final = (ContentPublished, ContentChanged, ContentRemoved)
FACTS: Final = (*_PRODUCT_FACTS, *_CONTENT_FACTS, PartyOpened)

_MERIT_EVERY: Final = timedelta(minutes=10)
_LIVELY_MAX: Final = 500


def _key(fact: Any) -> DocumentKey:
    if isinstance(fact, PartyOpened):
        return fact.shop_id, DocumentKind.SHOP, fact.shop_id
    if isinstance(fact, _CONTENT_FACTS):
        return fact.author_id, DocumentKind.CONTENT, fact.content_id
    return fact.shop_id, DocumentKind.PRODUCT, fact.product_id


async def _hear(call: Call, facts: Sequence[Any]) -> None:
    """What changed is described anew; what was only sold out or is there again is counted anew."""
    turned = [fact for fact in facts if isinstance(fact, StockTurned)]
    await indexing.refresh(
        call, [_key(fact) for fact in facts if not isinstance(fact, StockTurned)]
    )
    await indexing.count_anew(call, [(one.shop_id, one.product_id) for one in turned])


async def _weigh(call: Call) -> bool:
    """Count anew how well the lively sold, and what is looked for; groups of presents are there."""
    await documents.hold_listener(call.tx, LISTENER)
    lively = await compass.trending(call.tx, call.at - _MERIT_EVERY, _LIVELY_MAX)
    await indexing.count_anew(call, [(one.shop_id, one.product_id) for one in lively])
    await indexing.refresh(
        call,
        [
            (indexing.PLATFORM, int(DocumentKind.GIFT_GROUP), one.number)
            for one in words.occasions()
        ],
    )
    await asked.count_popular(call)
    return False


HEAR: Final = jobs.listener(LISTENER, FACTS, _hear)
MERIT: Final = jobs.Periodic("search.merit", _MERIT_EVERY, _weigh)
