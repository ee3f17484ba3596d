"""The alliance as shops and promoters use it."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.modules.league.goods import PRICE_FEN, Goods, open_goods
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.league import api
from tongshang.modules.league.refusals import (
    BadPeriod,
    NoProduct,
    RatioOutOfRange,
    TooMany,
    UnknownKind,
    UnknownOperation,
)
from tongshang.runtime.call import WrongCaller

PATH = "/channels/ec/league/item/"


@pytest.fixture
async def goods(opened: Opened) -> Goods:
    return await open_goods(opened)


async def _as_shop(goods: Goods, what: str, **fields: object) -> Any:
    """The answer as the shop reads it from the wire."""
    answer = await ask(goods.opened, goods.shop, PATH + what, "", **{"type": 1, **fields})
    return msgspec.json.decode(msgspec.json.encode(answer))


async def _add(goods: Goods, *items: tuple[int, int | None], **terms: object) -> list[int]:
    listed = [{"product_id": product, "ratio": ratio} for product, ratio in items]
    answer = await _as_shop(goods, "batchadd", list=listed, **terms)
    return [one["errcode"] for one in answer["result_info_list"]]


async def _rates(goods: Goods) -> dict[int, int]:
    async with calling(goods.opened) as call:
        keys = [(goods.shop.party_id, product) for product in (*goods.listed, goods.draft)]
        return dict(await api.rates(call.tx, keys, call.at))


async def test_each_product_of_a_batch_has_its_own_result(goods: Goods) -> None:
    one, two, three = goods.listed
    codes = await _add(
        goods, (one, 20), (one, 30), (two, 51), (three, None), (goods.draft, 10), (404, 10)
    )
    assert codes == [0, 10023101, 10023000, 10023000, 10023104, 10023103]
    assert await _rates(goods) == {one: 200_000}
    assert await _add(goods, (one, 30), (two, 50)) == [10023101, 0]
    assert await _rates(goods) == {one: 200_000, two: 500_000}


async def test_of_two_who_add_one_product_at_once_one_is_told(goods: Goods) -> None:
    one = goods.listed[0]
    codes = await asyncio.gather(*(_add(goods, (one, ratio)) for ratio in (10, 20, 30)))
    assert sorted(codes) == [[0], [10023101], [10023101]]


@pytest.mark.parametrize(
    ("what", "fields", "refusal"),
    [
        ("batchadd", {"type": 4, "list": [{"product_id": 1, "ratio": 5}]}, UnknownKind),
        ("batchadd", {"list": []}, NoProduct),
        ("batchadd", {"list": [{"product_id": n, "ratio": 5} for n in range(21)]}, TooMany),
        ("batchadd", {"list": [{"product_id": 1}], "end_time": 1_600_000_000}, BadPeriod),
        ("upd", {"type": 0, "operate_type": 1}, UnknownKind),
        ("upd", {"operate_type": 4}, UnknownOperation),
        ("upd", {"operate_type": 1, "product_id": 404}, NoProduct),
        ("delete", {"product_id": 404}, NoProduct),
        ("delete", {"type": 2, "info_id": 123}, NoProduct),
        ("get", {"product_id": 404}, NoProduct),
        ("list/get", {"last_buffer": "%%"}, CursorMismatch),
    ],
)
async def test_what_is_refused_changes_nothing(
    goods: Goods, what: str, fields: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await _as_shop(goods, what, **fields)
    assert await goods.opened.house.pool.fetchval("select count(*) from plans") == 0


async def test_a_plan_lives_as_its_shop_decides(goods: Goods) -> None:
    one = goods.listed[0]
    await _add(goods, (one, 20))
    view = (await _as_shop(goods, "get", product_id=str(one)))["item"]
    assert (view["product_id"], view["ratio"], view["status"]) == (str(one), 20, 1)
    assert view["exclusive_info"]["is_forerver"]

    await _as_shop(goods, "upd", product_id=one, operate_type=1, ratio=30)
    assert await _rates(goods) == {one: 300_000}
    with pytest.raises(RatioOutOfRange):
        await _as_shop(goods, "upd", product_id=one, operate_type=1, ratio=90)
    await _as_shop(goods, "upd", product_id=one, operate_type=3)
    assert await _rates(goods) == {}
    with pytest.raises(IllegalMove):
        await _as_shop(goods, "upd", product_id=one, operate_type=3)
    await _as_shop(goods, "upd", product_id=one, operate_type=2)
    assert await _rates(goods) == {one: 300_000}
    await _as_shop(goods, "delete", product_id=one)
    assert await _rates(goods) == {}
    assert (await _as_shop(goods, "get", product_id=one))["item"]["status"] == 4
    assert (await _as_shop(goods, "list/get"))["items"] == []
    assert await _add(goods, (one, 10)) == [0], "what was deleted may come again"


async def test_a_plan_waits_for_its_time_and_ends(goods: Goods) -> None:
    one = goods.listed[0]
    now = int(goods.opened.house.clock.now().timestamp())
    assert await _add(goods, (one, 20), begin_time=now + 60, end_time=now + 120) == [0]
    statuses = []
    for _ in range(3):
        view = (await _as_shop(goods, "get", product_id=one))["item"]
        statuses.append((view["status"], await _rates(goods)))
        goods.opened.house.clock.offset += timedelta(seconds=61)
    assert statuses == [(10, {}), (1, {one: 200_000}), (2, {})]


async def test_the_list_is_read_by_cursor_or_by_page(goods: Goods) -> None:
    await _add(goods, *((product, 10) for product in goods.listed))
    first = await _as_shop(goods, "list/get", page_size=2, need_total_num=True)
    assert (first["total_num"], first["has_more"]) == (3, True)
    assert first["items"][0] == {"product_id": goods.listed[0]}
    second = await _as_shop(goods, "list/get", page_size=2, last_buffer=first["last_buffer"])
    paged = await _as_shop(goods, "list/get", page_size=2, page_index=2)
    assert [one["product_id"] for one in second["items"]] == goods.listed[2:]
    assert (paged["items"], paged["has_more"]) == (second["items"], False)
    found = await ask(goods.opened, goods.other_shop, PATH + "list/get")
    assert found.items == []


async def test_promoters_see_what_they_may_carry_and_what_a_sale_earns(goods: Goods) -> None:
    await _add(goods, *((product, 15) for product in goods.listed))
    await goods.delist(goods.listed[1])
    first = await ask(goods.opened, goods.promoter, "/v1/promoter/plan/list", limit=1)
    (offer,) = first.offers
    assert int(offer.product_id) == goods.listed[2], "the newest first"
    assert (offer.price_fen, offer.earns_fen) == (PRICE_FEN, 299)
    rest = await ask(
        goods.opened, goods.promoter, "/v1/promoter/plan/list", next_key=first.next_key
    )
    assert [int(one.product_id) for one in rest.offers] == goods.listed[:1]
    with pytest.raises(WrongCaller):
        await ask(goods.opened, goods.buyer, "/v1/promoter/plan/list")


async def test_a_foreign_shops_product_is_not_found(goods: Goods) -> None:
    listed = [{"product_id": goods.listed[0], "ratio": 10}]
    answer = await ask(goods.opened, goods.other_shop, PATH + "batchadd", type=1, list=listed)
    assert [one.errcode for one in answer.result_info_list] == [10023103]
    await _add(goods, (goods.listed[0], 10))
    with pytest.raises(NoProduct):
        await ask(goods.opened, goods.other_shop, PATH + "delete", product_id=goods.listed[0])
    assert len(await _rates(goods)) == 1
