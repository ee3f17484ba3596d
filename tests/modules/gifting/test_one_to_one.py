"""One gives, one receives: the whole way, and the ways that end early."""

import asyncio
from datetime import timedelta

import pytest

from tests.modules.gifting.company import Company
from tests.platform import finish_work
from tongshang.kernel.refusal import Refusal


async def test_a_gift_goes_from_its_giver_to_its_receiver_and_is_settled(company: Company) -> None:
    market, friend = company.market, company.friends[0]
    stock = await company.left()
    made = await company.make(message="生日快乐", expected_fen=12_800)
    assert made.amount_fen == 12_800
    assert await company.left() == stock - 1, "held while it waits to be paid"
    await company.pay(made.present_id)
    opened = await company.ask(friend, "open", token=made.token)
    assert (opened.title, opened.message, opened.may_claim) == (market.tea.title, "生日快乐", True)
    taken = await company.claim(friend, made.token)
    order = await company.order(taken.order_id)
    assert (order.status, order.is_present, order.present_order_id_str) == (
        20,
        True,
        made.present_id,
    )
    assert order.order_detail.delivery_info.address_info.city_name == "深圳市"
    await market.ship(taken.order_id)
    await market.ask(friend, "/v1/buyer/order/confirm", order_id=taken.order_id)
    await company.ask(friend, "thank", present_id=made.present_id, text="太喜欢了")
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert (seen.state, seen.portions[0].order_status, seen.portions[0].thanks) == (
        "done", 100, "太喜欢了",
    )  # fmt: skip
    await company.wait(days=7, minutes=1)
    told = await market.ask(market.shop, "/v1/shop/money/explain", order_id=taken.order_id)
    assert told.is_settled
    assert (told.paid_fen, told.fee_fen, told.shop_fen) == (12_800, 640, 12_160)
    assert sum(one.amount_fen for one in told.sums) == 0
    await company.prove()


async def test_whoever_declines_sends_the_money_back_and_the_piece_into_stock(
    company: Company,
) -> None:
    stock = await company.left()
    made = await company.give()
    await company.ask(company.friends[0], "decline", token=made.token)
    await finish_work(company.market.opened)
    assert await company.refunded_fen() == 12_800
    assert await company.left() == stock
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert (seen.state, seen.portions[0].state, seen.refunded_fen) == (
        "returned", "refunded", 12_800,
    )  # fmt: skip
    await company.prove()


async def test_what_nobody_accepts_in_a_day_goes_back_by_itself(company: Company) -> None:
    stock = await company.left()
    made = await company.give()
    (order_id,) = await company.orders_of(made.present_id)
    assert (await company.order(order_id)).status == 12
    await company.wait(hours=24, seconds=5)
    assert await company.refunded_fen() == 12_800
    assert await company.left() == stock
    assert (await company.order(order_id)).status == 200
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[0], made.token)
    assert refused.value.code == 9020022
    await company.prove()


async def test_another_sku_of_the_same_price_is_chosen_and_no_other(company: Company) -> None:
    market = company.market
    pool = market.opened.house.pool
    made = await company.give()
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[0], made.token, sku_id=market.tea.sku_ids[1])
    assert refused.value.code == 9010024
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[0], made.token, sku_id=market.cup.sku_ids[0])
    assert refused.value.code == 9010023
    await pool.execute(
        "update skus set price_fen = 12800 where sku_id = $1", int(market.tea.sku_ids[1])
    )
    before = await company.left(), await company.left(sku=1)
    shown = await company.ask(company.friends[0], "open", token=made.token)
    assert [one.sku_id for one in shown.options] == list(market.tea.sku_ids)
    taken = await company.claim(company.friends[0], made.token, sku_id=market.tea.sku_ids[1])
    assert (await company.left(), await company.left(sku=1)) == (before[0] + 1, before[1] - 1)
    product = (await company.order(taken.order_id)).order_detail.product_infos[0]
    assert product.sku_id == market.tea.sku_ids[1]
    assert product.sku_attrs[0].attr_value == "100 克"
    await company.prove()


async def test_of_claim_and_decline_at_once_one_is_done(company: Company) -> None:
    for _ in range(6):
        made = await company.give()
        given = await asyncio.gather(
            company.claim(company.friends[0], made.token),
            company.ask(company.friends[1], "decline", token=made.token),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Refusal) for one in given) == 1, given
    await finish_work(company.market.opened)
    await company.prove()


async def test_a_claim_said_again_answers_the_same(company: Company) -> None:
    made = await company.give()
    first = await company.claim(company.friends[0], made.token)
    assert await company.claim(company.friends[0], made.token) == first
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[1], made.token)
    assert refused.value.code == 9020021


async def test_the_giver_extends_once_and_the_receiver_has_the_time(company: Company) -> None:
    made = await company.give()
    await company.wait(hours=23)
    await company.ask(company.giver, "extend", present_id=made.present_id)
    with pytest.raises(Refusal) as refused:
        await company.ask(company.giver, "extend", present_id=made.present_id)
    assert refused.value.code == 9020034
    await company.wait(hours=2)
    assert (await company.claim(company.friends[0], made.token)).state == "ordered"
    await company.prove()


async def test_an_unpaid_gift_lapses_and_late_money_goes_back(company: Company) -> None:
    stock = await company.left()
    made = await company.make()
    await company.ask(company.giver, "pay", present_id=made.present_id)
    await company.wait(minutes=31)
    assert await company.left() == stock
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert (seen.state, seen.portions[0].state) == ("cancelled", "cancelled")
    with pytest.raises(Refusal):
        await company.ask(company.friends[0], "open", token=made.token)
    await company.prove()


async def test_a_gift_paid_ahead_is_sent_at_its_time_and_may_be_called_back_before(
    company: Company,
) -> None:
    now = company.market.opened.house.clock.now
    later = await company.give(send_at=now() + timedelta(days=2))
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[0], later.token)
    assert refused.value.code == 9020023
    back = await company.give(send_at=now() + timedelta(days=2))
    await company.ask(company.giver, "cancel", present_id=back.present_id)
    await company.wait(days=2, seconds=5)
    assert await company.refunded_fen() == 12_800
    assert (await company.claim(company.friends[0], later.token)).state == "ordered"
    with pytest.raises(Refusal) as refused:
        await company.ask(company.giver, "cancel", present_id=later.present_id)
    assert refused.value.code == 9020008
    await company.prove()
