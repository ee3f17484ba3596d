"""What a shop's program gives over the wire (contract family order_present)."""

import asyncio
from datetime import timedelta

import pytest

from tests.modules.gifting.company import (
    Company,
    begin_activity,
    create_present,
    openid_of,
)
from tests.platform import finish_work
from tongshang.kernel.refusal import Refusal

RECEIVERS = "/channels/ec/order/presentorder/receiver/set"


async def test_a_shop_gives_its_own_goods_and_nobody_pays(company: Company) -> None:
    market, friend = company.market, company.friends[0]
    stock = await company.left()
    activity = await begin_activity(company, budget_fen=30_000)
    present_id = await create_present(company, activity.activity_id, friend.buyer_id)
    (gift,) = (await company.ask(friend, "received/list")).gifts
    taken = await company.claim(friend, gift.token)
    shown = (
        await market.ask(market.shop, "/channels/ec/order/present/get", present_order_id=present_id)
    ).present
    assert shown.is_b2c_free_present
    assert shown.present_detail.price_info.order_price == 0
    assert shown.sub_order_list[0].openid == await openid_of(company, friend.buyer_id)
    order = await company.order(taken.order_id)
    assert (order.status, order.order_detail.price_info.order_price) == (20, 0)
    assert order.present_send_type == 6
    await market.ship(taken.order_id)
    await market.ask(friend, "/v1/buyer/order/confirm", order_id=taken.order_id)
    await company.wait(days=8)
    await create_present(
        company, (await begin_activity(company)).activity_id, company.friends[1].buyer_id
    )
    await company.wait(hours=25)
    assert await company.left() == stock - 1
    assert await company.refunded_fen() == 0
    await company.prove()


async def test_a_paid_present_is_its_users_to_pay_and_his_program_names_receivers(
    company: Company,
) -> None:
    market = company.market
    activity = await begin_activity(company, is_free=False)
    present_id = await create_present(company, activity.activity_id, company.giver.buyer_id)
    (order_id,) = await company.orders_of(present_id)
    openids = {one.buyer_id: await openid_of(company, one.buyer_id) for one in company.friends}
    friend, other = (openids[one.buyer_id] for one in company.friends[:2])

    async def name(*pairs: tuple[str, str], present: str = present_id) -> None:
        listed = [{"order_id": one, "openid": openid} for one, openid in pairs]
        await market.ask(market.shop, RECEIVERS, present_order_id=present, sub_order_list=listed)

    async def refused(code: int, *pairs: tuple[str, str], present: str = present_id) -> None:
        with pytest.raises(Refusal) as no:
            await name(*pairs, present=present)
        assert no.value.code == code

    await refused(6080073, (order_id, friend))
    await company.pay(present_id)
    await refused(6080078)
    await refused(6080077, (order_id, friend), present="4200000000000000001")
    await refused(6080075, ("3700000000000000001", friend))
    await refused(6080101, (order_id, await openid_of(company, company.giver.buyer_id)))
    await refused(40097, (order_id, "nobody"))
    one_to_one = await company.give()
    await refused(6080074, (order_id, friend), present=one_to_one.present_id)
    given = await asyncio.gather(
        name((order_id, friend)), name((order_id, other)), return_exceptions=True
    )
    assert sum(isinstance(one, Refusal) for one in given) == 1
    await refused(6080076, (order_id, friend))
    group = await company.give(kind=4, portions=2)
    orders = await company.orders_of(group.present_id)
    await refused(6080079, *((one, friend) for one in orders), present=group.present_id)
    who = company.friends[0 if given[0] is None else 1]
    seen = await market.ask(
        market.shop, "/channels/ec/order/presentorder/get",
        present_order_id=present_id, open_id=openids[who.buyer_id],
    )  # fmt: skip
    info = seen.present_order_info
    assert (info.ecsgift.gifts.gift[0].giftstatus, info.cannot_receive) == (10, 0)
    (gift,) = (await company.ask(who, "received/list")).gifts
    await company.claim(who, gift.token)
    listed = await market.ask(
        market.shop, "/channels/ec/order/receiverorderlist/get", openid=openids[who.buyer_id],
        create_time_range=_range(company),
    )  # fmt: skip
    assert [(one.present_order_id, one.order_id) for one in listed.order_list] == [
        (present_id, order_id)
    ]
    await company.prove()


async def test_what_a_program_may_not_give_has_its_documented_code(company: Company) -> None:
    market, pool = company.market, company.market.opened.house.pool
    activity, who = await begin_activity(company), company.friends[0].buyer_id
    sku = int(market.tea.sku_ids[0])

    async def refused(code: int, activity_id: str = activity.activity_id, **fields: object) -> None:
        before = await pool.fetchval("select count(*) from presents")
        with pytest.raises(Refusal) as no:
            await create_present(company, activity_id, who, **fields)
        assert no.value.code == code
        assert await pool.fetchval("select count(*) from presents") == before

    await refused(9020050, activity_id="3800000000000000001")
    await refused(40097, openid="nobody")
    await refused(40097, shop_appid="wxanother")
    await refused(608016, sku_id=market.tea.sku_ids[1])
    await pool.execute("update skus set price_fen = 2000001 where sku_id = $1", sku)
    await refused(608021)
    await pool.execute("update skus set price_fen = 12800 where sku_id = $1", sku)
    await pool.execute("update skus set status = 11 where sku_id = $1", sku)
    await refused(108002)
    await pool.execute("update skus set status = 5 where sku_id = $1", sku)
    poor = await begin_activity(company, budget_fen=12_799)
    await refused(9020052, activity_id=poor.activity_id)
    later = await begin_activity(
        company, starts_at=market.opened.house.clock.now() + timedelta(hours=1)
    )
    await refused(9020051, activity_id=later.activity_id)
    for friend in company.friends[:3]:
        await create_present(company, activity.activity_id, friend.buyer_id)
    await refused(108001)
    await company.prove()


async def test_an_idempotent_id_makes_one_present_and_is_good_for_one_request(
    company: Company,
) -> None:
    activity, friend = await begin_activity(company), company.friends[0].buyer_id
    same = await asyncio.gather(
        *(
            create_present(company, activity.activity_id, friend, idempotent_id="a1")
            for _ in range(4)
        )
    )
    assert len(set(same)) == 1
    with pytest.raises(Refusal) as refused:
        await create_present(
            company, activity.activity_id, friend, idempotent_id="a1", wishmessage="别的"
        )
    assert refused.value.code == 6011104
    assert await company.market.opened.house.pool.fetchval("select count(*) from presents") == 1
    await company.prove()


async def test_presents_are_listed_to_programs_page_by_page(company: Company) -> None:
    market = company.market
    made = [(await company.give()).present_id for _ in range(3)]
    seen: list[str] = []
    next_key = ""
    for _ in range(3):
        page = await market.ask(
            market.shop, "/channels/ec/order/presentlist/get", page_size=1, next_key=next_key,
            create_time_range=_range(company),
        )  # fmt: skip
        seen += [one.present_order_id for one in page.present_order_list]
        next_key = page.next_key
    assert (seen, next_key) == (made, "")
    of_giver = await market.ask(
        market.shop, "/channels/ec/order/presentorderlist/get",
        open_id=await openid_of(company, company.giver.buyer_id), create_time_range=_range(company),
    )  # fmt: skip
    assert [one.present_order_id for one in of_giver.present_order_list] == made
    with pytest.raises(Refusal) as refused:
        await market.ask(market.shop, "/channels/ec/order/presentlist/get")
    assert refused.value.code == 40097
    found = await market.ask(
        market.shop, "/channels/ec/order/search", search_condition={"present_order_id": made[1]}
    )
    assert found.orders == await company.orders_of(made[1])


async def test_what_went_back_is_one_present_aftersale(company: Company) -> None:
    market = company.market
    made = await company.give(kind=2, portions=3)
    await company.claim(company.friends[0], made.token)
    await company.wait(hours=24, seconds=5)
    now = int(market.opened.house.clock.now().timestamp())
    path = "/channels/ec/aftersale/getpresentaftersale"
    page = await market.ask(
        market.shop, f"{path}list", begin_create_time=now - 600, end_create_time=now + 600
    )
    (case_id,) = page.after_sale_order_id_list
    case = (
        await market.ask(market.shop, f"{path}order", after_sale_order_id=case_id)
    ).after_sale_order
    assert (case.status, case.refund_info.amount, len(case.order_info_list)) == (
        "MERCHANT_REFUND_SUCCESS", 25_600, 2,
    )  # fmt: skip
    assert case.openid == await openid_of(company, company.giver.buyer_id)


async def test_a_refund_that_fails_is_tried_again(company: Company) -> None:
    market, pool = company.market, company.market.opened.house.pool
    market.opened.house.demo = True
    made = await company.give()
    await pool.execute(
        "insert into gateway_faults values ($1, 'fail_refund', 1)", int(market.shop_id)
    )
    await company.ask(company.friends[0], "decline", token=made.token)
    await finish_work(market.opened)
    assert await pool.fetchval("select state from present_aftersales") == "PLATFORM_REFUND_FAIL"
    await company.wait(hours=6, minutes=1)
    assert await pool.fetchval("select state from present_aftersales") == "MERCHANT_REFUND_SUCCESS"
    assert await company.refunded_fen() == 12_800
    await company.prove()


def _range(company: Company) -> dict[str, int]:
    now = int(company.market.opened.house.clock.now().timestamp())
    return {"start_time": now - 3_600, "end_time": now + 3_600}
