"""Stock in a shop's hands, and products by the thousand."""

import asyncio
import time
from typing import Any

import msgspec
import pytest

from tests.modules.catalog.goods import (
    OTHER_SELLER,
    SELLER,
    SHOP,
    add,
    add_listed,
    goods,
    plant,
    sku,
)
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.modules.catalog import api, wire
from tongshang.modules.catalog.refusals import (
    DraftInAudit,
    NeverListed,
    ProductNotFound,
    SkuNotFound,
    WrongParameter,
)
from tongshang.modules.inventory.api import StockTooLow

PATH = "/channels/ec/product/stock/"


@pytest.fixture(autouse=True)
async def _tree(opened: Opened) -> None:
    await plant(opened)


async def skus(opened: Opened, product_id: int) -> list[int]:
    async with calling(opened) as call:
        found = await api.skus_of(call.tx, SHOP, [product_id])
    return [sku_id for sku_id, _ in found[product_id]]


async def stock(opened: Opened, product_id: int, sku_id: int) -> int:
    ref: dict[str, Any] = {"product_id": product_id, "sku_id": sku_id}
    found = await ask(opened, SELLER, PATH + "get", **ref)
    count: int = found.data.total_stock_num
    return count


async def change(opened: Opened, product_id: int, sku_id: int, diff_type: int, num: int) -> None:
    fields: dict[str, Any] = {
        "product_id": product_id,
        "sku_id": sku_id,
        "diff_type": diff_type,
        "num": num,
    }
    await ask(opened, SELLER, PATH + "update", **fields)


async def test_of_64_who_subtract_one_from_ten_at_once_ten_succeed(opened: Opened) -> None:
    product_id = await add_listed(opened, skus=[sku("白", stock=10)])
    (sku_id,) = await skus(opened, product_id)
    outcomes = await asyncio.gather(
        *(change(opened, product_id, sku_id, 2, 1) for _ in range(64)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 10
    assert sum(isinstance(outcome, StockTooLow) for outcome in outcomes) == 54
    assert await stock(opened, product_id, sku_id) == 0


async def test_stock_is_added_subtracted_and_set(opened: Opened) -> None:
    product_id = await add_listed(opened)
    sku_id, other = await skus(opened, product_id)
    await change(opened, product_id, sku_id, 1, 10)
    await change(opened, product_id, sku_id, 2, 1)
    await change(opened, product_id, sku_id, 3, 7)
    assert await stock(opened, product_id, sku_id) == 7
    batch = await ask(opened, SELLER, PATH + "batchget", product_id=[str(product_id)])
    (spu,) = batch.data.spu_stock_list
    assert [(s.sku_id, s.normal_stock_num) for s in spu.sku_stock] == [
        (str(sku_id), 7),
        (str(other), 3),
    ]


async def test_moves_are_listed_the_latest_first(opened: Opened) -> None:
    product_id = await add_listed(opened)
    sku_id, _ = await skus(opened, product_id)
    for num in (1, 2, 3):
        await change(opened, product_id, sku_id, 1, num)
    now = int(opened.house.clock.now().timestamp())
    asked: dict[str, Any] = {
        "product_id": product_id,
        "sku_id": sku_id,
        "stock_type": 0,
        "begin_time": now - 60,
        "end_time": now + 60,
        "page_size": 2,
    }
    first = (await ask(opened, SELLER, PATH + "getflow", **asked)).data
    last = (await ask(opened, SELLER, PATH + "getflow", **asked, next_key=first.next_key)).data
    seen = [*first.stock_flow_info_list, *last.stock_flow_info_list]
    assert [(f.op_type, f.amount, f.beginning_amount, f.ending_amount) for f in seen] == [
        (1, 3, 8, 11),
        (1, 2, 6, 8),
        (1, 1, 5, 6),
        (3, 5, 0, 5),
    ]
    sets = (await ask(opened, SELLER, PATH + "getflow", **asked, op_type_list=[3, 6])).data
    assert [flow.op_type for flow in sets.stock_flow_info_list] == [3]
    for wrong in ({"begin_time": now - 181 * 86_400}, {"stock_type": 1}, {"end_time": 0}):
        with pytest.raises(WrongParameter):
            await ask(opened, SELLER, PATH + "getflow", **{**asked, **wrong})
    with pytest.raises(SkuNotFound):
        await ask(opened, OTHER_SELLER, PATH + "getflow", **asked)


async def test_stock_that_may_not_be_changed_stays(opened: Opened) -> None:
    product_id = await add(opened)
    sku_id, _ = await skus(opened, product_id)
    with pytest.raises(NeverListed):
        await change(opened, product_id, sku_id, 1, 1)
    await ask(opened, SELLER, "/channels/ec/product/listing", product_id=product_id)
    listed = await add_listed(opened)
    (mine, *_) = await skus(opened, listed)
    wrong: list[tuple[Any, ...]] = [
        (StockTooLow, listed, mine, 2, 6),
        (WrongParameter, listed, mine, 4, 1),
        (WrongParameter, listed, mine, 0, 1),
        (WrongParameter, listed, mine, 1, 10_000_000),
        (WrongParameter, listed, mine, 2, -1),
        (SkuNotFound, listed, sku_id, 1, 1),
        (ProductNotFound, 12, mine, 1, 1),
    ]
    for refusal, *given in wrong:
        with pytest.raises(refusal):
            await change(opened, *given)
    assert await stock(opened, listed, mine) == 5
    update: dict[str, Any] = {"product_id": listed, **goods("另一个点心架"), "listing": 1}
    await ask(opened, SELLER, "/channels/ec/product/update", **update)
    with pytest.raises(DraftInAudit):
        await change(opened, listed, mine, 1, 1)
    for path in ("get", "update"):
        fields: dict[str, Any] = {"product_id": listed, "sku_id": mine, "diff_type": 1, "num": 1}
        with pytest.raises(ProductNotFound):
            await ask(opened, OTHER_SELLER, PATH + path, **fields)


async def test_four_thousand_products_are_added_and_listed_in_seconds(opened: Opened) -> None:
    sheets = [
        msgspec.convert(
            goods(f"点心架第{n}号", skus=[sku(f"色{k}") for k in range(4)]),
            wire.ProductDraft,
            strict=False,
        ).as_sheet()
        for n in range(4_000)
    ]
    begun = time.perf_counter()
    async with calling(opened) as call:
        ids = await api.add_products(call, SHOP, sheets)
        assert await api.list_products(call, SHOP, ids) == {}
    assert time.perf_counter() - begun < 30
    count = (
        "select count(*) from skus s join products p using (shop_id, product_id) where p.status = 5"
    )
    assert await opened.house.pool.fetchval(count) == 16_000


async def test_a_barred_word_among_many_fails_only_its_product(opened: Opened) -> None:
    titles = ("普通的点心架", "国家级点心架")
    sheets = [msgspec.convert(goods(title), wire.ProductDraft, strict=False) for title in titles]
    async with calling(opened) as call:
        good, bad = await api.add_products(call, SHOP, [sheet.as_sheet() for sheet in sheets])
        failed = await api.list_products(call, SHOP, [good, bad])
        cards = await api.cards(call.tx, [(SHOP, good), (SHOP, bad)])
    assert list(failed) == [bad]
    assert [cards[good].status, cards[bad].status] == [5, 0]
    async with calling(opened) as call:
        assert await api.category_paths(call.tx, [12, 21, 99]) == {12: (10, 11, 12), 21: (20, 21)}
