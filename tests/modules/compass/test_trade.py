"""What was traded, as events: what the orders say, by whom they came, once each."""

from typing import Any

import pytest

from tests.market import Market
from tests.modules.compass.sending import rows
from tests.modules.gifting.company import Company, begin_activity, create_present, gather_company
from tests.platform import finish_work
from tongshang.modules.compass.domain.events import EventKind
from tongshang.modules.surfaces.api import Surface

# The orders beside the events of them: what was placed, paid and given back, in fen and in lines.
_FAULTS = """
    with told as (
        select shop_id, order_id,
               coalesce(sum(amount_fen) filter (where kind = 7), 0) as placed_fen,
               coalesce(sum(amount_fen) filter (where kind = 8), 0) as paid_fen,
               coalesce(sum(amount_fen) filter (where kind = 9), 0) as refunded_fen,
               count(*) filter (where kind = 7) as lines, count(*) filter (where kind = 8) as paid
        from events where order_id <> 0 group by 1, 2
    ), are as (
        select o.shop_id, o.order_id, o.goods_fen + o.freight_fen as placed_fen,
               case when o.paid_at is null then 0 else o.order_fen end as paid_fen,
               (select sum(refunded_fen) from order_lines l
                where l.shop_id = o.shop_id and l.order_id = o.order_id) as refunded_fen,
               (select count(*) from order_lines l
                where l.shop_id = o.shop_id and l.order_id = o.order_id) as lines,
               (select count(*) from order_lines l where l.shop_id = o.shop_id
                and l.order_id = o.order_id and o.paid_at is not null) as paid
        from orders o
    )
    (select * from told except select * from are) union all (select * from are except select * from told)
"""


@pytest.fixture
async def company(market: Market) -> Company:
    return await gather_company(market)


async def faults(market: Market) -> list[Any]:
    found: list[Any] = await market.opened.house.pool.fetch(_FAULTS)
    return found


async def refund(market: Market, order_id: str, count: int) -> None:
    asked = await market.ask(
        market.buyer, "/v1/buyer/aftersale/apply", order_id=order_id, line=1, count=count,
        reason="QUALITY_ISSUE", reason_text="", received=False,
    )  # fmt: skip
    path = "/channels/ec/aftersale/acceptapply"
    await market.ask(market.shop, path, after_sale_order_id=asked.aftersale_id)
    await finish_work(market.opened)


async def test_orders_payments_and_refunds_are_events_at_their_amounts(market: Market) -> None:
    by_card = await market.place(market.tea, count=2, card=await market.card(market.tea))
    await market.pay(by_card)
    alone = await market.place(market.cup)
    cheaper = await market.place(market.cup, count=2)
    infos = {"product_id": market.cup.product_id, "sku_id": market.cup.sku_ids[0]}
    await market.ask(
        market.shop, "/channels/ec/order/price/update", order_id=cheaper,
        change_order_infos=[{**infos, "change_price": 7_000}],
    )  # fmt: skip
    await market.pay(cheaper)
    await finish_work(market.opened)
    assert await faults(market) == []
    found = await rows(market)
    assert {int(by_card), int(alone), int(cheaper)} == {one["order_id"] for one in found}
    for one in found:
        came = one["order_id"] == int(by_card)
        assert one["carrier_id"] == (market.promoter.party_id if came else 0)
        assert one["surface"] == (Surface.ARTICLE if came else one["surface"])
        assert one["buyer_id"] == market.buyer.buyer_id
    placed, paid = (one for one in found if one["order_id"] == int(by_card))
    assert (placed["kind"], paid["kind"]) == (EventKind.ORDER, EventKind.PAY)
    assert placed["surface"] == paid["surface"] == Surface.ARTICLE
    assert placed["position"] == paid["position"] > 0
    assert paid["count"] == 2


async def test_a_refund_is_its_line_s_and_lowers_what_was_sold(market: Market) -> None:
    order_id = await market.place(market.tea, count=3, card=await market.card(market.tea))
    await market.pay(order_id)
    await market.ship(order_id)
    await refund(market, order_id, 1)
    assert await faults(market) == []
    (one,) = [one for one in await rows(market) if one["kind"] == EventKind.REFUND]
    assert (one["count"], one["carrier_id"]) == (1, market.promoter.party_id)
    assert one["amount_fen"] > 0
    pool = market.opened.house.pool
    sold = "select kind, pieces from product_totals where kind in (8, 9) order by kind"
    assert list(map(tuple, await pool.fetch(sold))) == [(8, 3), (9, 1)]


async def test_a_gift_is_its_givers_and_what_goes_back_is_of_its_portion(company: Company) -> None:
    market = company.market
    made = await company.give()
    await company.ask(company.friends[0], "decline", token=made.token)
    await finish_work(market.opened)
    assert await faults(market) == []
    found = {one["kind"]: one for one in await rows(market)}
    kinds = EventKind.ORDER, EventKind.PAY, EventKind.GIFT, EventKind.REFUND
    assert set(found) == set(kinds)
    assert {one["amount_fen"] for one in found.values()} == {12_800}
    assert {one["buyer_id"] for one in found.values()} == {company.giver.buyer_id}
    assert len({one["order_id"] for one in found.values()}) == 1


async def test_what_a_shop_gives_is_a_gift_and_no_payment(company: Company) -> None:
    market = company.market
    activity = await begin_activity(company, is_free=True)
    await create_present(company, activity.activity_id, company.friends[0].buyer_id)
    await finish_work(market.opened)
    kinds = [one["kind"] for one in await rows(market)]
    assert EventKind.GIFT in kinds
    assert EventKind.PAY not in kinds


async def test_what_is_heard_twice_is_there_once(market: Market) -> None:
    order_id = await market.place(market.tea)
    await market.pay(order_id)
    for _ in range(3):
        await finish_work(market.opened)
    kinds = [one["kind"] for one in await rows(market)]
    assert kinds == [EventKind.ORDER, EventKind.PAY]
    assert await faults(market) == []


@pytest.mark.parametrize("kind", [EventKind.ORDER, EventKind.PAY])
async def test_funnels_have_the_money_of_the_orders(market: Market, kind: EventKind) -> None:
    order_id = await market.place(market.tea, count=2, card=await market.card(market.tea))
    await market.pay(order_id)
    await finish_work(market.opened)
    pool = market.opened.house.pool
    asked = "select sum(amount_fen)::bigint from {} where kind = $1"
    sums = {
        await pool.fetchval(asked.format(table), kind)
        for table in ("event_hours", "event_days", "carrier_days", "product_totals")
    }
    assert sums == {await pool.fetchval("select order_fen from orders")}
