"""The catalog, for the rooms above."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.catalog import actions, copies, store
from tongshang.modules.catalog.domain import Category as Category
from tongshang.modules.catalog.domain import Offer as Offer
from tongshang.modules.catalog.domain import ProductCard as ProductCard
from tongshang.modules.catalog.domain import ProductKey as ProductKey
from tongshang.modules.catalog.domain import SkuKey as SkuKey
from tongshang.modules.catalog.machine import ProductStatus as ProductStatus
from tongshang.modules.catalog.refusals import DraftInAudit as DraftInAudit
from tongshang.modules.catalog.refusals import ProductGone as ProductGone
from tongshang.modules.catalog.refusals import ProductNotFound as ProductNotFound
from tongshang.modules.catalog.sheet import AfterSaleInfo as AfterSaleInfo
from tongshang.modules.catalog.sheet import Attr as Attr
from tongshang.modules.catalog.sheet import CatRef as CatRef
from tongshang.modules.catalog.sheet import DescInfo as DescInfo
from tongshang.modules.catalog.sheet import ExpressInfo as ExpressInfo
from tongshang.modules.catalog.sheet import ExtraService as ExtraService
from tongshang.modules.catalog.sheet import LimitedInfo as LimitedInfo
from tongshang.modules.catalog.sheet import ProductSheet as ProductSheet
from tongshang.modules.catalog.sheet import SkuSheet as SkuSheet
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_SHOPS_MAX: Final = 100_000
_shops: dict[int, int] = {}  # whose a product is never changes, so what is known stays true


async def offers(tx: Tx, keys: Sequence[SkuKey]) -> dict[SkuKey, Offer]:
    """SKUs as orders take them over, in one statement; what is not online is absent."""
    return await store.find_offers(tx, keys)


async def cards(tx: Tx, keys: Sequence[ProductKey]) -> dict[int, ProductCard]:
    """Products at a glance, by product id; whether they are on sale says `status`."""
    return await store.find_cards(tx, keys)


async def standings(
    tx: Tx, keys: Sequence[ProductKey]
) -> dict[ProductKey, tuple[ProductStatus, int]]:
    """Where products stand and the mask of what they are barred from; their copies stay unread."""
    return await store.find_standings(tx, keys)


async def sheets(tx: Tx, product_ids: Sequence[int]) -> dict[int, tuple[int, ProductSheet]]:
    """Whose each product is and all that is said of it online; what is not on sale is absent."""
    found = await store.read_online(tx, product_ids)
    return {
        product_id: (one.shop_id, copies.unpack(one.bodies[1]))
        for product_id, one in found.items()
        if one.status is ProductStatus.LISTED and 1 in one.bodies
    }


async def list_newest(tx: Tx, before: int, limit: int) -> list[ProductCard]:
    """What is on sale, of all shops, the newest first, those before the id `before`."""
    return await store.browse(tx, 0, 0, before, limit)


async def list_of_shop(tx: Tx, shop_id: int, before: int, limit: int) -> list[ProductCard]:
    """What a shop has on sale, the newest first, before the id `before`."""
    return await store.browse(tx, shop_id, 0, before, limit)


async def count_of_shop(tx: Tx, shop_id: int) -> int:
    """How many products a shop has on sale."""
    return (await store.list_ids(tx, shop_id, ProductStatus.LISTED, 2**62, 1))[1]


async def list_pages(tx: Tx, after: int, limit: int) -> list[tuple[int, datetime]]:
    """All that is on sale, by id after `after`, with when it last changed."""
    return await store.list_pages(tx, after, limit)


async def page_parts(tx: Tx, size: int) -> list[int]:
    """The last ids of the full parts, when all that is on sale is cut into parts of `size`."""
    return await store.page_parts(tx, size)


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


async def add_categories(call: Call, categories: Sequence[Category]) -> None:
    """Categories, new or in place of those with the same ids."""
    await store.add_categories(call.tx, categories)


async def list_categories(tx: Tx, parent_id: int = 0) -> list[Category]:
    """What is directly below a category; below 0 are the roots."""
    return await store.list_categories(tx, parent_id)


async def all_categories(tx: Tx) -> list[Category]:
    """The whole tree, from the roots down."""
    return await store.all_categories(tx)


async def categories(tx: Tx, cat_ids: Sequence[int]) -> dict[int, Category]:
    """Those of the categories that exist, by id."""
    return await store.find_categories(tx, cat_ids)


async def category_paths(tx: Tx, cat_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """For each category the way to it from its root: what a sheet's `cats_v2` must say."""
    return await store.find_paths(tx, cat_ids)


async def add_products(call: Call, shop_id: int, sheets: Sequence[ProductSheet]) -> list[int]:
    """New products as drafts, by the rules of `product/add` but without its quota; their ids."""
    return [one.product_id for one in await actions.add_products(call, shop_id, sheets)]


async def list_products(
    call: Call, shop_id: int, product_ids: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """Put products on sale, judged now and not by a job; says why which failed."""
    return await actions.judge(call, await actions.list_products(call, shop_id, product_ids))


async def skus_of(
    tx: Tx, shop_id: int, product_ids: Sequence[int]
) -> dict[int, tuple[tuple[int, str], ...]]:
    """For each product the SKUs of its draft, in the sheet's order: (sku_id, out_sku_id)."""
    return await actions.skus_of(tx, shop_id, product_ids)
