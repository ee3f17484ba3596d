"""Limited discounts: their rules, their stock, and who gets the last piece."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.market import Market
from tests.platform import ask, calling, finish_work
from tongshang.kernel.refusal import Refusal
from tongshang.modules.discounts import refusals
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.modules.ordering.refusals import FlashGone, FlashLimitReached
from tongshang.runtime.call import Caller

TASK = "/channels/ec/product/limiteddiscounttask"
FLASH_FEN = 8_800


def _now(market: Market) -> int:
    return int(market.opened.house.clock.now().timestamp())


async def _open(market: Market, stock: int = 1, price: int = FLASH_FEN, **more: Any) -> str:
    now = _now(market)
    fields: dict[str, Any] = {
        "product_id": market.tea.product_id,
        "start_time": now,
        "end_time": now + 3_600,
        "limited_discount_skus": [
            {"sku_id": market.tea.sku_ids[0], "sale_price": price, "sale_stock": stock}
        ],
    }
    opened = await market.ask(market.shop, f"{TASK}/add", **(fields | more))
    task_id: str = opened.task_id
    return task_id


async def _stocks(market: Market) -> tuple[int, int]:
    ref = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0]}
    data = (await market.ask(market.shop, "/channels/ec/product/stock/get", **ref)).data
    assert data.total_stock_num == data.normal_stock_num + data.limited_discount_stock_num
    return data.normal_stock_num, data.limited_discount_stock_num


async def _buyers(market: Market, count: int) -> list[tuple[Caller, str]]:
    """More people, each with an address."""
    async with calling(market.opened) as call:
        ids = await add_buyers(call, [BuyerDraft(f"买家{n}") for n in range(count)])
        found = await find_buyers(call.tx, ids)
    people = []
    for buyer in found.values():
        caller = buyer_caller(buyer)
        kept = await ask(
            market.opened, caller, "/v1/buyer/address/add",
            name="买家", phone="13800138000", province="浙江省", city="杭州市", county="西湖区",
            detail="龙井路 2 号",
        )  # fmt: skip
        people.append((caller, kept.address_id))
    return people


async def _buy(
    market: Market, who: tuple[Caller, str], count: int = 1, path: str = "place", **more: Any
) -> Any:
    caller, address_id = who
    return await ask(
        market.opened, caller, f"/v1/buyer/order/{path}", shop_id=market.shop_id,
        address_id=address_id, lines=[{"sku_id": market.tea.sku_ids[0], "count": count}], **more,
    )  # fmt: skip


async def test_pieces_of_a_discount_are_set_apart_and_come_back_when_it_is_stopped(
    market: Market,
) -> None:
    before = (await _stocks(market))[0]
    task_id = await _open(market, stock=3)
    assert await _stocks(market) == (before - 3, 3)
    shown = await market.ask(market.buyer, "/v1/buyer/flash/get", product_id=market.tea.product_id)
    assert shown.flash.runs
    assert [(sku.price_fen, sku.left) for sku in shown.flash.skus] == [(FLASH_FEN, 3)]
    await market.ask(market.shop, f"{TASK}/stop", task_id=task_id)
    assert await _stocks(market) == (before, 0)
    with pytest.raises(refusals.DiscountOver):
        await market.ask(market.shop, f"{TASK}/stop", task_id=task_id)
    await market.ask(market.shop, f"{TASK}/delete", task_id=task_id)
    with pytest.raises(refusals.DiscountNotFound):
        await market.ask(market.shop, f"{TASK}/delete", task_id=task_id)
    flows = await market.ask(
        market.shop, "/channels/ec/product/stock/getflow", product_id=market.tea.product_id,
        sku_id=market.tea.sku_ids[0], stock_type=0, begin_time=_now(market) - 60,
        end_time=_now(market) + 60, page_size=20,
    )  # fmt: skip
    told = [
        (one.op_type, one.amount, one.stock_sub_type) for one in flows.data.stock_flow_info_list
    ]
    assert told[:4] == [(7, 3, 1), (2, 3, 2), (1, 3, 2), (6, 3, 1)]
    apart = flows.data.stock_flow_info_list[1].ext_info
    assert apart.limited_discount_id == task_id
    assert flows.data.stock_flow_info_list[3].ext_info.move_to_stock_sub_type == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"start_time": -601}, refusals.WrongTime),
        ({"start_time": 366 * 86_400, "end_time": 366 * 86_400 + 60}, refusals.WrongTime),
        ({"end_time": 0}, refusals.WrongTime),
        ({"end_time": 86_401}, refusals.WrongTime),
        ({"price": 1_279}, refusals.WrongPrice),
        ({"price": 10_881}, refusals.WrongPrice),
        ({"stock": 10_000_000}, refusals.WrongStock),
        ({"limited_discount_skus": []}, refusals.NoSkus),
    ],
)
async def test_a_discount_that_breaks_a_rule_is_refused_and_sets_nothing_apart(
    market: Market, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = await _stocks(market)
    now = _now(market)
    moved = {name: now + change[name] for name in ("start_time", "end_time") if name in change}
    with pytest.raises(refusal):
        await _open(market, **(change | moved))
    assert await _stocks(market) == before


async def test_a_price_less_than_ten_yuan_below_is_no_discount(market: Market) -> None:
    sku = {"sku_id": market.cup.sku_ids[0], "sale_price": 4_122, "sale_stock": 1}
    with pytest.raises(refusals.WrongPrice):
        await _open(market, product_id=market.cup.product_id, limited_discount_skus=[sku])
    with pytest.raises(refusals.NotOurs):
        await _open(market, limited_discount_skus=[sku])


async def test_a_product_has_one_discount_at_a_time_also_of_two_opened_at_once(
    market: Market,
) -> None:
    before = (await _stocks(market))[0]
    given = await asyncio.gather(*(_open(market) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, refusals.DiscountRuns) for one in given) == 3
    assert await _stocks(market) == (before - 1, 1)


async def test_of_two_who_buy_the_last_piece_at_once_one_gets_it_and_the_other_is_told(
    market: Market,
) -> None:
    await _open(market)
    people = await _buyers(market, 2)
    quotes = [await _buy(market, one, path="price") for one in people]
    assert {quote.goods_fen for quote in quotes} == {FLASH_FEN}
    expected = quotes[0].order_fen
    given: list[Any] = await asyncio.gather(
        *(_buy(market, one, expected_fen=expected) for one in people), return_exceptions=True
    )
    (lost,) = [n for n, one in enumerate(given) if isinstance(one, BaseException)]
    assert isinstance(given[lost], FlashGone)
    assert "抢完" in given[lost].message_zh()
    later = await _buy(market, people[lost])
    assert later.order_fen - given[1 - lost].order_fen == 12_800 - FLASH_FEN


async def test_an_order_keeps_the_flash_price_and_says_what_it_took_off(market: Market) -> None:
    await _open(market)
    order_id = await market.place(market.tea)
    order = (await market.ask(market.shop, "/channels/ec/order/get", order_id=order_id)).order
    (line,) = order.order_detail.product_infos
    assert (line.sale_price, line.real_price) == (FLASH_FEN, FLASH_FEN)
    assert order.order_detail.price_info.limited_discount_discounted_price == 12_800 - FLASH_FEN
    (item,) = order.order_detail.product_infos
    assert item.limited_discount_discounted_price == 12_800 - FLASH_FEN


async def test_a_cancelled_order_gives_its_piece_back_to_the_discount_or_after_it_to_the_stock(
    market: Market,
) -> None:
    before = (await _stocks(market))[0]
    await _open(market, is_limit_purchase=True, limit_purchase_num=1)
    order_id = await market.place(market.tea)
    assert await _stocks(market) == (before - 1, 0)
    await market.ask(market.buyer, "/v1/buyer/order/cancel", order_id=order_id)
    assert await _stocks(market) == (before - 1, 1)
    again = await market.place(market.tea)
    market.opened.house.clock.offset += timedelta(hours=2)
    await finish_work(market.opened)  # both are over: the discount and the time to pay
    assert await _stocks(market) == (before, 0)
    order = (await market.ask(market.shop, "/channels/ec/order/get", order_id=again)).order
    assert order.status == 250


async def test_one_buyer_gets_no_more_than_the_limit_and_is_told(market: Market) -> None:
    await _open(market, stock=5, is_limit_purchase=True, limit_purchase_num=2)
    (one, other) = await _buyers(market, 2)
    expected = (await _buy(market, one, 2, path="price")).order_fen
    await _buy(market, one, 2, expected_fen=expected)
    with pytest.raises(FlashLimitReached):
        await _buy(market, one, 2, expected_fen=expected)
    assert (await _buy(market, one, 1, path="price")).goods_fen == 12_800
    assert (await _buy(market, other, 2, path="price")).goods_fen == 2 * FLASH_FEN


async def test_twenty_at_once_share_seven_pieces_at_two_each(market: Market) -> None:
    await _open(market, stock=7, is_limit_purchase=True, limit_purchase_num=2)
    people = await _buyers(market, 10)
    expected = (await _buy(market, people[0], path="price")).order_fen
    given = await asyncio.gather(
        *(_buy(market, one, expected_fen=expected) for one in people * 2), return_exceptions=True
    )
    refused = [one for one in given if isinstance(one, BaseException)]
    assert len(given) - len(refused) == 7
    assert {type(one) for one in refused} <= {FlashGone, FlashLimitReached}
    assert (await _stocks(market))[1] == 0


async def test_a_discount_begins_and_ends_by_the_clock(market: Market) -> None:
    now = _now(market)
    await _open(market, start_time=now + 600, end_time=now + 1_200)

    async def status() -> list[int]:
        page = await market.ask(market.shop, f"{TASK}/list/get", page_size=10)
        assert page.total_num == len(page.limited_discount_tasks)
        return [one.status for one in page.limited_discount_tasks]

    for minutes, expected, price in ((0, 0, 12_800), (11, 1, FLASH_FEN), (10, 2, 12_800)):
        market.opened.house.clock.offset += timedelta(minutes=minutes)
        assert await status() == [expected]
        shown = await _buy(market, (market.buyer, market.address_id), path="price")
        assert shown.goods_fen == price
    only = await market.ask(market.shop, f"{TASK}/list/get", page_size=10, status=1)
    assert (only.limited_discount_tasks, only.total_num) == ([], 0)


async def test_another_shop_s_discount_does_not_exist(
    market: Market, client: httpx.AsyncClient
) -> None:
    task_id = await _open(market)
    stranger = Caller("shop 9", market.shop.scopes, party_id=9)
    for verb in ("stop", "delete"):
        with pytest.raises(refusals.DiscountNotFound):
            await market.ask(stranger, f"{TASK}/{verb}", task_id=task_id)
    answer = await client.get("/v1/buyer/flash/get?product_id=5")
    assert answer.json() == {"flash": None}
