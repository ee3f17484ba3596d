"""The catalog, for the rooms above."""

from collections.abc import Sequence
from typing import Final

from tongshang.modules.catalog import store
from tongshang.modules.catalog.domain import Category as Category
from tongshang.modules.catalog.domain import Offer as Offer
from tongshang.modules.catalog.domain import ProductCard as ProductCard
from tongshang.modules.catalog.domain import ProductKey as ProductKey
from tongshang.modules.catalog.domain import SkuKey as SkuKey
from tongshang.modules.catalog.machine import ProductStatus as ProductStatus
from tongshang.modules.catalog.refusals import ProductGone as ProductGone
from tongshang.modules.catalog.refusals import ProductNotFound as ProductNotFound
from tongshang.runtime.db import Tx

_SHOPS_MAX: Final = 100_000
_shops: dict[int, int] = {}  # whose a product is never changes, so what is known stays true


async def offers(tx: Tx, keys: Sequence[SkuKey]) -> dict[SkuKey, Offer]:
    """SKUs as orders take them over, in one statement; what is not online is absent."""
    return await store.find_offers(tx, keys)


async def cards(tx: Tx, keys: Sequence[ProductKey]) -> dict[int, ProductCard]:
    """Products at a glance, by product id; whether they are on sale says `status`."""
    return await store.find_cards(tx, keys)


async def shop_of(tx: Tx, product_ids: Sequence[int]) -> dict[int, int]:
    """Whose each product is, remembered by the process; unknown products are absent."""
    known = {i: _shops[i] for i in product_ids if i in _shops}
    unknown = [i for i in product_ids if i not in known]
    if not unknown:
        return known
    found = await store.find_shops(tx, unknown)
    if len(_shops) + len(found) > _SHOPS_MAX:
        _shops.clear()
    _shops.update(found)
    return known | found
