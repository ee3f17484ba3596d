"""The way of the money in figures worked out by hand; the books are looked through at each step."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.aftersale.api import AftersaleDraft, accept
from tongshang.modules.aftersale.api import apply as apply_for
from tongshang.modules.payment.events import PaymentTaken, RefundDone
from tongshang.modules.settlement import reactions
from tongshang.modules.settlement.api import settle_due
from tongshang.modules.settlement.wire.funds import OrderFlow


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    yield await open_books(opened)
    opened.house.clock.offset = offset


async def test_an_orders_money_from_the_payment_to_nothing(books: Books) -> None:
    order_id = await books.buy((0, 3), (1, 2))  # 3 x 33.33 + 2 x 2.50 yuan
    assert await books.balances() == {"channel": -10_499, "shop_pending": 10_499}

    await books.market.send(order_id, [(0, 3), (1, 2)])
    await books.refund(order_id, 1, 1)
    assert await books.balances() == {"channel": -7_166, "shop_pending": 7_166}

    await books.market.as_buyer("confirm", order_id=order_id)
    books.market.later(days=6, hours=23)
    await finish_work(books.opened)
    assert (await books.balances())["shop_pending"] == 7_166

    # Line 1: 5 % of 6,666 = 333.3, 10 % = 666.6; line 2: 0.6 % of 500 = 3.
    books.market.later(hours=1)
    await finish_work(books.opened)
    assert await books.balances() == {
        "channel": -7_166, "platform_fee": 336, "promoter": 666, "shop_available": 6_164,
    }  # fmt: skip

    # Half of line 1 goes back: of 333 fen 166.5, which leans to the refund; of 666 fen 333.
    await books.refund(order_id, 1, 1)
    assert await books.balances() == {
        "channel": -3_833, "platform_fee": 169, "promoter": 333, "shop_available": 3_331,
    }  # fmt: skip

    # In parts of any size: 1 fen of line 1, then the rest, each counted from the sale.
    await books.refund(order_id, 1, 1, amount_fen=1)
    assert await books.balances() == {
        "channel": -3_832, "platform_fee": 169, "promoter": 333, "shop_available": 3_330,
    }  # fmt: skip
    assert (await books.market.order(order_id))["status"] == 100

    await books.refund(order_id, 2, 2)
    assert (await books.market.order(order_id))["status"] == 200
    # All pieces went back, 33.32 yuan stayed with those who got them.
    assert await books.balances() == {
        "channel": -3_332, "platform_fee": 166, "promoter": 333, "shop_available": 2_833,
    }  # fmt: skip


async def test_what_goes_back_whole_leaves_nobody_anything(books: Books) -> None:
    order_id = await books.buy((0, 3), (1, 2))
    await books.ship_and_receive(order_id, (0, 3), (1, 2))
    await books.wait_a_week()
    for line, count in ((1, 1), (2, 2), (1, 1), (1, 1)):
        await books.refund(order_id, line, count)
    assert await books.balances() == {}
    assert (await books.market.order(order_id))["status"] == 200


async def test_a_shop_that_owes_pays_with_its_next_settlement(books: Books) -> None:
    first = await books.buy((0, 2))  # 6,666: fee 333, commission 666, shop 5,667
    await books.ship_and_receive(first, (0, 2))
    await books.wait_a_week()
    await books.withdraw(5_667)
    await books.refund(first, 1, 2)
    assert await books.balances() == {"channel": 5_667, "shop_available": -5_667}
    shown = await books.ask_shop("/channels/ec/funds/getbalance")
    assert (shown.available_amount, shown.pending_amount) == (0, 0)
    own = await books.ask_shop("/v1/shop/money/summary")
    assert (own.available_fen, own.debt_fen) == (0, 5_667)

    second = await books.buy((0, 4))  # 13,332: fee 666, commission 1,333, shop 11,333
    await books.ship_and_receive(second, (0, 4))
    await books.wait_a_week()
    assert (await books.balances())["shop_available"] == 11_333 - 5_667


async def test_unshipped_goods_are_refunded_at_once_and_nothing_is_settled(books: Books) -> None:
    order_id = await books.buy((0, 1))
    case = await books.apply(order_id, 1, 1)
    assert (case.status, case.refund_reason) == ("PLATFORM_REFUNDING", 4)
    await finish_work(books.opened)
    assert await books.balances() == {}
    assert await books.market.stock(0) == 100
    await books.wait_a_week()
    (flow,) = await _order_flows(books, order_id)
    assert (flow.order_settle_state, flow.mch_settle_amount) == (2, 0)


async def test_an_order_with_a_running_case_waits_until_the_case_is_over(books: Books) -> None:
    order_id = await books.buy((0, 1))
    await books.ship_and_receive(order_id, (0, 1))
    books.market.later(days=6, hours=23)
    case = await books.apply(order_id, 1, 1)
    books.market.later(hours=2)
    await finish_work(books.opened)
    assert (await books.balances())["shop_pending"] == 3_333
    await ask(
        books.opened, books.market.buyers[0], "/v1/buyer/aftersale/cancel",
        aftersale_id=case.aftersale_id,
    )  # fmt: skip
    books.market.later(hours=1)
    await finish_work(books.opened)
    assert "shop_pending" not in await books.balances()


async def test_freight_that_an_order_keeps_is_settled_after_all(books: Books) -> None:
    order_id = await books.buy((0, 1))
    pool, number = books.opened.house.pool, int(order_id)
    # 10 yuan of the price were freight.
    await pool.execute(
        "update order_lines set paid_fen = 2333, freight_fen = 1000 where order_id = $1", number
    )
    await books.market.send(order_id, [(0, 1)])
    case = await books.refund(order_id, 1, 1)
    assert case.amount_fen == 2_333
    assert (await books.market.order(order_id))["status"] == 200
    await books.wait_a_week()
    balances = await books.balances()
    assert balances == {"channel": -1_000, "platform_fee": 50, "shop_available": 950}


async def test_of_many_settlers_at_once_each_order_is_divided_by_one(books: Books) -> None:
    for buyer in (0, 1, 0, 1):
        order_id = await books.buy((0, 1), (1, 1), buyer=buyer)
        await books.market.send(order_id, [(0, 1), (1, 1)])
        await books.market.as_buyer("confirm", buyer, order_id=order_id)
    books.market.later(days=7)

    async def settle() -> int:
        async with calling(books.opened) as call:
            looked_at = await settle_due(call)
            await asyncio.sleep(0.02)
            return looked_at

    await asyncio.gather(*(settle() for _ in range(5)))
    # Of 3,333: 166, 333, 2,834; of 250: 1 and 249.
    assert await books.balances() == {
        "channel": -14_332, "platform_fee": 668, "promoter": 1_332, "shop_available": 12_332,
    }  # fmt: skip
    assert await books.opened.house.pool.fetchval("select count(*) from shares") == 8


async def test_a_refund_and_a_settlement_at_once_lose_nothing(books: Books) -> None:
    order_id = await books.buy((0, 3))
    await books.ship_and_receive(order_id, (0, 3))
    case = await books.apply(order_id, 1, 1)
    await ask(
        books.opened, books.market.shop, "/channels/ec/aftersale/acceptapply",
        after_sale_order_id=case.aftersale_id,
    )  # fmt: skip
    books.market.later(days=7)

    async def settle() -> None:
        async with calling(books.opened) as call:
            await settle_due(call)

    await asyncio.gather(settle(), finish_work(books.opened), settle())
    books.market.later(hours=1)
    await finish_work(books.opened)
    assert await books.balances() == {
        "channel": -6_666, "platform_fee": 333, "promoter": 666, "shop_available": 5_667,
    }  # fmt: skip


async def test_a_fact_told_twice_is_booked_once(books: Books) -> None:
    order_id = await books.buy((0, 2))
    await books.ship_and_receive(order_id, (0, 2))
    await books.wait_a_week()
    case = await books.refund(order_id, 1, 1)
    before = await books.balances()
    pool = books.opened.house.pool
    payment = await pool.fetchrow("select * from payments")
    refund = await pool.fetchrow("select * from refunds")
    assert payment
    assert refund
    shop_id, number = books.market.shop_id, int(order_id)
    paid, back = payment["payment_id"], refund["refund_id"]
    case_id = int(case.aftersale_id)
    async with calling(books.opened) as call:
        again = PaymentTaken(shop_id, paid, "order", number, 1, 6_666, "sandbox", "T", call.at)
        await reactions.take_payments(call, [again])
        done = RefundDone(
            shop_id, back, paid, "order", number, "aftersale", case_id, 3_333, call.at
        )
        await reactions.give_back(call, [done, done])
    assert await books.balances() == before


async def test_money_that_came_too_late_goes_back_and_leaves_the_order_as_it_is(
    books: Books,
) -> None:
    order_id = await books.buy((0, 1))
    shop_id, number = books.market.shop_id, int(order_id)
    async with calling(books.opened) as call:
        late = PaymentTaken(shop_id, 999, "order", number, 1, 500, "sandbox", "T9", call.at)
        await reactions.take_payments(call, [late])
    assert (await books.balances())["shop_pending"] == 3_833
    async with calling(books.opened) as call:
        back = RefundDone(
            shop_id, 998, 999, "order", number, "order.late_payment", 999, 500, call.at
        )
        await reactions.give_back(call, [back])
    assert (await books.balances())["shop_pending"] == 3_333
    await books.ship_and_receive(order_id, (0, 1))
    await books.wait_a_week()
    assert (await books.balances())["shop_available"] == 2_834


async def test_many_refunds_of_one_order_in_one_batch(books: Books) -> None:
    order_id = await books.buy((0, 2), (1, 2))
    await books.ship_and_receive(order_id, (0, 2), (1, 2))
    await books.wait_a_week()
    buyer_id = books.market.buyers[0].buyer_id
    async with calling(books.opened) as call:
        shop_id = books.market.shop_id
        drafts = [AftersaleDraft(buyer_id, shop_id, int(order_id), 1, line=n) for n in (1, 2)]
        ids = await apply_for(call, drafts)
        await accept(call, [(shop_id, one) for one in ids if isinstance(one, int)])
    await finish_work(books.opened)
    assert await books.balances() == {
        "channel": -3_583, "platform_fee": 167, "promoter": 333, "shop_available": 3_083,
    }  # fmt: skip


async def _order_flows(books: Books, order_id: str) -> list[OrderFlow]:
    reply = await books.ask_shop(
        "/channels/ec/funds/listorderflow", order_settle_state=0, order_id=order_id
    )
    return list(reply.order_flow_list)
