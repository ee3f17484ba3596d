"""Products read: how many statements it takes, and to each reader his own."""

import asyncio
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

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
from tongshang.runtime.call import Caller
from tongshang.runtime.rpc import Asked

PATH = "/channels/ec/product/"


@pytest.fixture(autouse=True)
async def _tree(opened: Opened) -> None:
    await plant(opened)


async def test_reading_takes_two_statements_however_many_skus_and_readers(opened: Opened) -> None:
    product_id = await add_listed(opened, skus=[sku(str(n)) for n in range(100)])
    for path, fields in (
        (PATH + "get", {"product_id": product_id, "data_type": 3}),
        (PATH + "list/get", {}),
        ("/v1/buyer/product/get", {"product_id": product_id}),
        ("/v1/buyer/product/list", {"shop_id": SHOP}),
    ):
        endpoint = opened.house.registry.find(path)
        request = msgspec.convert(fields, type=endpoint.takes)
        statements: list[Any] = []
        async with calling(opened, SELLER) as call:
            with call.tx.query_logger(statements.append):
                together = [Asked(SELLER, request)] * 5
                await endpoint.handle(call, together if endpoint.lane else request)
        assert len(statements) <= 2, path


async def test_readers_at_once_each_get_their_own(opened: Opened) -> None:
    one, other = await add_listed(opened), await add_listed(opened, title="另一种三层点心架")
    draft = await add(opened, title="还没有上架的点心架")
    asked: list[tuple[Caller, dict[str, Any]]] = [
        (SELLER, {"product_id": one, "data_type": 1}),
        (SELLER, {"product_id": one, "data_type": 2}),
        (SELLER, {"product_id": other, "data_type": 3}),
        (SELLER, {"product_id": draft, "data_type": 1}),
        (SELLER, {"product_id": draft + 1}),
        (OTHER_SELLER, {"product_id": one}),
        (SELLER, {"product_id": one, "data_type": 4}),
    ]

    given = await asyncio.gather(
        *(ask(opened, caller, PATH + "get", **fields) for caller, fields in asked),
        return_exceptions=True,
    )

    read = [
        type(reply).__name__
        if isinstance(reply, BaseException)
        else [
            msgspec.json.decode(copy)["title"]
            for copy in (reply.product, reply.edit_product)
            if copy is not UNSET
        ]
        for reply in given
    ]
    titles = [goods()["title"], "另一种三层点心架", "还没有上架的点心架"]
    assert read == [
        titles[:1],
        titles[:1],
        [titles[1], titles[1]],
        [],
        "ProductNotFound",
        "ProductNotFound",
        "WrongParameter",
    ]
