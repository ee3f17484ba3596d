"""What each side sees, and whose the money is."""

import asyncio

import msgspec
import pytest

from tests.modules.gifting.company import Company
from tests.platform import finish_work
from tongshang.kernel.refusal import Refusal
from tongshang.modules.gifting.wire import views as wire

GIFT_ORDERS = "/v1/shop/gifts/orders"
SECRETS = ("科技园", "13900", "深圳", "南山")


async def test_the_giver_never_sees_where_it_goes(company: Company) -> None:
    made = await company.give()
    await company.claim(company.friends[0], made.token)
    for path, fields in (
        ("get", {"present_id": made.present_id}), ("sent/list", {}), ("news/list", {}),
    ):  # fmt: skip
        told = msgspec.json.encode(await company.ask(company.giver, path, **fields)).decode()
        assert not [one for one in SECRETS if one in told], path
    assert set(wire.GiverPortion.__struct_fields__) == {
        "number", "state", "receiver", "named", "attrs", "order_status", "claimed_at", "ended_at",
        "thanks", "thanks_url", "thanked_at", "passes",
    }  # fmt: skip
    assert set(wire.Person.__struct_fields__) == {"buyer_id", "nickname", "avatar_url"}


async def test_the_receiver_sees_no_price_that_the_giver_hid(company: Company) -> None:
    market, friend = company.market, company.friends[0]
    made = await company.give(hides_price=True)
    taken = await company.claim(friend, made.token)
    await market.ship(taken.order_id)
    case = {"order_id": taken.order_id, "line": 1, "count": 1}
    with pytest.raises(Refusal) as refused:
        await market.ask(friend, "/v1/buyer/aftersale/apply", **case, amount_fen=99_999)
    assert refused.value.code == 9010029
    applied = await market.ask(friend, "/v1/buyer/aftersale/apply", **case)
    for path, fields in (
        ("/v1/buyer/gifts/open", {"token": made.token}),
        ("/v1/buyer/gifts/received/list", {}),
        ("/v1/buyer/order/get", {"order_id": taken.order_id}),
        ("/v1/buyer/order/list", {}),
        ("/v1/buyer/aftersale/get", {"aftersale_id": applied.aftersale_id}),
        ("/v1/buyer/aftersale/list", {}),
    ):
        told = msgspec.json.encode(await market.ask(friend, path, **fields)).decode()
        assert "12800" not in told, path
    assert (
        await market.ask(friend, "/v1/buyer/order/get", order_id=taken.order_id)
    ).order.is_price_hidden


async def test_a_price_that_is_not_hidden_is_shown(company: Company) -> None:
    made = await company.give()
    assert (await company.ask(company.friends[0], "open", token=made.token)).each_fen == 12_800


async def test_the_shop_sees_both_people_the_words_and_the_card_and_a_masked_address(
    company: Company,
) -> None:
    card = {"message": "平安喜乐", "giver_name": "小满", "receiver_name": "阿青"}
    made = await company.give(message="节日快乐", greeting=card)
    (order_id,) = await company.orders_of(made.present_id)
    before = await company.order(order_id)
    assert (before.status, before.openid, before.is_present) == (12, "", True)
    await company.claim(company.friends[0], made.token)
    order = await company.order(order_id)
    people = await company.market.opened.house.pool.fetch(
        "select openid from buyers where buyer_id = any($1) order by buyer_id",
        [company.giver.buyer_id, company.friends[0].buyer_id],
    )
    giver, receiver = (row["openid"] for row in people)
    assert (order.openid, order.present_giver_openid) == (receiver, giver)
    assert order.present_giver_unionid == order.order_present_info.present_giver_unionid == giver
    assert (order.present_note, order.present_send_type) == ("节日快乐", 0)
    assert order.order_present_info.is_b2c_free_present is False
    assert order.order_detail.greeting_card_info.greeting_message == "平安喜乐"
    found = await company.market.ask(company.market.shop, GIFT_ORDERS, order_ids=[order_id])
    (gift,) = found.gifts
    assert (gift.giver[1:], gift.receiver, gift.message) == ("**", "朋**", "节日快乐")
    address = order.order_detail.delivery_info.address_info
    assert (address.city_name, "*" in address.tel_number) == ("深圳市", True)


async def test_only_the_receiver_asks_for_a_refund_and_the_giver_gets_the_money(
    company: Company,
) -> None:
    market, friend = company.market, company.friends[0]
    made = await company.give()
    taken = await company.claim(friend, made.token)
    await market.ship(taken.order_id)
    await market.ask(friend, "/v1/buyer/order/confirm", order_id=taken.order_id)
    await company.wait(days=7, minutes=1)
    apply = "/v1/buyer/aftersale/apply"
    case = {"order_id": taken.order_id, "line": 1, "count": 1}
    with pytest.raises(Refusal) as refused:
        await market.ask(company.giver, apply, **case)
    assert refused.value.code == 100002
    applied = await market.ask(friend, apply, **case)
    shown = await market.ask(
        market.shop, "/channels/ec/aftersale/getaftersaleorder",
        after_sale_order_id=applied.aftersale_id,
    )  # fmt: skip
    assert shown.after_sale_order.present_giver_openid
    await market.ask(
        market.shop, "/channels/ec/aftersale/acceptapply",
        after_sale_order_id=applied.aftersale_id, accept_type=2,
    )  # fmt: skip
    await finish_work(market.opened)
    paid_back = await market.opened.house.pool.fetchrow(
        "select r.subject_kind, p.buyer_id from refunds r join payments p using (payment_id)"
    )
    assert paid_back is not None
    assert tuple(paid_back) == ("present", company.giver.buyer_id)
    told = await market.ask(market.shop, "/v1/shop/money/explain", order_id=taken.order_id)
    assert (told.paid_fen, told.refunded_after_fen) == (12_800, 12_800)
    assert {one.account.kind: one.amount_fen for one in told.sums if one.amount_fen} == {}
    assert "aftersale" in [one.kind for one in (await company.ask(company.giver, "news/list")).news]
    await company.prove()


async def test_a_promoter_whose_card_led_to_a_gift_earns_by_it(company: Company) -> None:
    market = company.market
    made = await company.give(card=await market.card(market.tea), kind=2, portions=3)
    taken = [await company.claim(friend, made.token) for friend in company.friends[:2]]
    for one, friend in zip(taken, company.friends, strict=False):
        await market.ship(one.order_id)
        await market.ask(friend, "/v1/buyer/order/confirm", order_id=one.order_id)
    await company.wait(days=8)
    earned = await market.ask(market.promoter, "/v1/promoter/money/summary")
    assert (earned.available_fen, earned.unsettled_fen) == (2 * 1_280, 0)
    order = await company.order(taken[0].order_id)
    assert order.order_detail.commission_infos[0].amount == 1_280
    explained = await market.ask(market.shop, "/v1/shop/money/explain", order_id=taken[0].order_id)
    paid = next(one for one in explained.entries if one.cause == "payment")
    assert [one.amount_fen for one in paid.postings] == [12_800], "of three orders its own"
    await company.prove()


async def test_funds_flows_name_the_present_and_a_groups_orders(company: Company) -> None:
    market = company.market
    alone = await company.give()
    group = await company.give(kind=2, portions=2)
    flows = await market.opened.house.pool.fetch("select flow_id from funds_flows order by flow_id")
    told = [
        (await market.ask(market.shop, "/channels/ec/funds/getfundsflowdetail", flow_id=str(row[0])))
        .funds_flow.related_info_list
        for row in flows
    ]  # fmt: skip
    assert [one.related_type for one in told[0]] == [1, 6]
    assert told[0][1].present_id == alone.present_id
    assert [one.related_type for one in told[1]] == [6, 7]
    orders = await company.orders_of(group.present_id)
    assert told[1][1].group_present_sub_order_id_list.split(",") == orders


async def test_the_shop_hears_of_a_gift_in_the_order_of_its_life(company: Company) -> None:
    market = company.market
    made = await company.give(kind=2, portions=2)
    await company.claim(company.friends[0], made.token)
    await market.ask(
        market.shop, "/channels/ec/order/presentnote/add",
        present_order_id=made.present_id, notes="赠品一份",
    )  # fmt: skip
    await company.wait(hours=24, seconds=5)
    rows = await market.opened.house.pool.fetch(
        "select event, body::jsonb as body from pushes where event like 'channels_ec_%' order by seq"
    )
    events = [row["event"].removeprefix("channels_ec_") for row in rows]
    assert events == [
        "order_new", "order_new", "order_pay", "order_pay", "order_wait_shipping",
        "order_ext_info_update", "order_ext_info_update", "order_cancel",
        "present_aftersale_update", "present_aftersale_update",
    ]  # fmt: skip
    last = msgspec.json.decode(rows[-1]["body"])["finder_shop_present_aftersale_status_update"]
    assert (last["status"], last["order_id"]) == ("MERCHANT_REFUND_SUCCESS", made.present_id)


async def test_another_sku_is_asked_for_after_accepting_and_agreed_to_or_refused(
    company: Company,
) -> None:
    market, friend = company.market, company.friends[0]
    pool, other = market.opened.house.pool, market.tea.sku_ids[1]
    await pool.execute("update skus set price_fen = 12800 where sku_id = $1", int(other))
    swap = "/channels/ec/order/preshipmentchangesku"
    stock = await company.left(), await company.left(sku=1)
    taken = await company.claim(friend, (await company.give()).token)
    wish = {"order_id": taken.order_id, "sku_id": other}
    await market.ask(friend, "/v1/buyer/order/sku/change", **wish)
    with pytest.raises(Refusal) as refused:
        await market.ask(friend, "/v1/buyer/order/sku/change", **wish)
    assert refused.value.code == 9010027
    waiting = await market.ask(market.shop, f"{swap}/get")
    assert waiting.order_ids == [taken.order_id]
    shown = (await company.order(taken.order_id)).order_detail.product_infos[0].change_sku_info
    assert (shown.preshipment_change_sku_state, shown.new_sku_id) == (3, int(other))
    await market.ask(market.shop, f"{swap}/reject", order_id=taken.order_id)
    await market.ask(friend, "/v1/buyer/order/sku/change", **wish)
    given = await asyncio.gather(
        market.ask(market.shop, f"{swap}/approve", order_id=taken.order_id),
        market.ask(friend, "/v1/buyer/order/sku/keep", order_id=taken.order_id),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refusal) for one in given) == 1
    if not isinstance(given[0], Refusal):
        assert (await company.left(), await company.left(sku=1)) == (stock[0], stock[1] - 1)
    await market.ask(friend, "/v1/buyer/order/sku/change", **wish) if isinstance(
        given[0], Refusal
    ) else None
    await company.wait(hours=49)
    assert (await market.ask(market.shop, f"{swap}/get")).order_ids == []
    await company.prove()


async def test_bad_input_gets_its_code_and_nothing_changes(company: Company) -> None:
    market, friend = company.market, company.friends[0]
    made = await company.give()
    stock = await company.left()
    cases = (
        (company.giver, "claim", {"token": made.token}, 9020020),
        (friend, "claim", {"token": "AAAA" + made.token[4:]}, 9020001),
        (friend, "claim", {"token": "赵钱孙李"}, 9020001),
        (friend, "open", {"token": made.token[:-2]}, 9020001),
        (friend, "claim", {"token": made.token, "address_id": market.address_id}, 9020033),
        (friend, "get", {"present_id": made.present_id}, 9020001),
        (friend, "extend", {"present_id": made.present_id}, 9020001),
        (friend, "join", {"token": made.token}, 9020029),
        (company.giver, "draw", {"present_id": made.present_id}, 9020029),
        (company.giver, "cancel", {"present_id": made.present_id}, 9020008),
        (friend, "thank", {"present_id": made.present_id, "text": "谢"}, 9020001),
        (friend, "wish/remove", {"product_id": market.tea.product_id}, 9020054),
    )
    for who, path, fields, code in cases:
        with pytest.raises(Refusal) as refused:
            await company.ask(who, path, **fields)
        assert refused.value.code == code, path
    shop = {"shop_id": market.shop_id, "sku_id": market.tea.sku_ids[0]}
    for fields, code in (
        ({"portions": 2}, 9020004),
        ({"to_buyer_id": str(company.giver.buyer_id)}, 6080101),
        ({"to_buyer_id": str(friend.buyer_id)}, 9020009),
        ({"chat_id": "123", "kind": 2}, 9020004),
        ({"expected_fen": 1}, 9010008),
        ({"kind": 2, "portions": 200}, 9010007),
        ({"kind": 4, "portions": 2, "named_ids": [str(friend.buyer_id)] * 2}, 6080079),
    ):
        with pytest.raises(Refusal) as refused:
            await company.ask(company.giver, "make", **shop, **fields)
        assert refused.value.code == code, fields
    assert await company.left() == stock


async def test_a_message_of_101_characters_or_with_a_nul_is_no_message(company: Company) -> None:
    for message in ("长" * 101, "a\x00b"):
        with pytest.raises(msgspec.ValidationError):
            await company.make(message=message)


async def test_what_is_too_dear_or_of_an_excluded_branch_is_not_given(company: Company) -> None:
    market = company.market
    pool, sku_id = market.opened.house.pool, int(market.tea.sku_ids[0])
    await pool.execute("update skus set price_fen = 1000001 where sku_id = $1", sku_id)
    with pytest.raises(Refusal) as refused:
        await company.make()
    assert refused.value.code == 9020002
    await pool.execute("update skus set price_fen = 12800 where sku_id = $1", sku_id)
    path = "/v1/platform/gifts/category/set"
    await market.ask(market.operator, path, cat_id=9002, reason="茶叶不送")
    try:
        with pytest.raises(Refusal) as refused:
            await company.make()
        assert refused.value.code == 9020003
    finally:
        await market.ask(market.operator, path, cat_id=9002)
    assert (await company.make()).amount_fen == 12_800


async def test_a_chain_is_told_by_generation_and_hides_the_few(company: Company) -> None:
    market, friend = company.market, company.friends[0]
    first = await company.give()
    await company.claim(friend, first.token)
    made = await company.ask(
        friend, "make", shop_id=market.shop_id, sku_id=market.tea.sku_ids[0], surface=7
    )
    await company.ask(friend, "pay", present_id=made.present_id, confirm=True)
    await finish_work(market.opened)
    seen = await company.ask(friend, "get", present_id=made.present_id)
    assert seen.generation == 1
    told = await market.ask(market.shop, "/v1/shop/gifts/chain")
    assert (told.depth, told.presents, told.receivers) == (0, 2, 0), "the list of gifts tells two"
    assert (told.generations, told.surfaces, told.nodes, told.flows) == ([], [], [], [])
    assert (told.is_partial, told.few) == (True, 5)


async def test_a_gift_that_is_donated_is_the_charity_s_and_nobody_s_refund(
    company: Company,
) -> None:
    market, (first, second, *_) = company.market, company.friends
    rule = {"name": "donation_party_id", "reason": "ours: a test"}
    path = "/v1/platform/gifts/rule/set"
    made = await company.give(kind=2, portions=2)
    alone = await company.give()
    with pytest.raises(Refusal) as refused:
        await company.ask(first, "donate", token=alone.token)
    assert refused.value.code == 9020044, "the platform has chosen nobody"
    with pytest.raises(Refusal) as refused:
        await market.ask(market.operator, path, value=77, **rule)
    assert refused.value.code == 9020056
    stock = await company.left()
    charity = market.promoter.party_id
    await market.ask(market.operator, path, value=charity, **rule)
    try:
        assert (await company.ask(first, "open", token=alone.token)).charity
        given = await asyncio.gather(
            company.ask(first, "donate", token=alone.token),
            company.ask(second, "decline", token=alone.token),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Refusal) for one in given) == 1
        await company.ask(first, "claim", token=made.token)
        await company.ask(first, "donate", token=made.token)
        for do, code in (("donate", 9020043), ("claim", 9020043), ("decline", 9020043)):
            with pytest.raises(Refusal) as refused:
                await company.ask(first, do, token=made.token)
            assert refused.value.code == code, do
        with pytest.raises(Refusal) as refused:
            await company.ask(second, "donate", token=made.token)
        assert refused.value.code == 606662, "it is nobody's yet"
        await finish_work(market.opened)
        told = await market.ask(market.operator, "/v1/platform/gifts/donations")
        donated = 1 + isinstance(given[1], Refusal)
        assert (told.count, told.sum_fen) == (donated, donated * 12_800)
    finally:
        await market.ask(market.operator, path, value=0, **rule)
    assert await company.left() == stock + 2
    assert await company.refunded_fen() == (2 - donated) * 12_800
    order_id = (await company.orders_of(made.present_id))[0]
    story = await market.ask(market.shop, "/v1/shop/money/explain", order_id=order_id)
    sums = {one.account.kind: one.amount_fen for one in story.sums if one.amount_fen}
    assert (sums["donation"], "shop_pending" in sums) == (12_800, False)
    assert "donated" in [one.kind for one in (await company.ask(company.giver, "news/list")).news]
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert [one.state for one in seen.portions] == ["donated", "open"]
    await company.wait(hours=24, seconds=5)
    await company.prove()
