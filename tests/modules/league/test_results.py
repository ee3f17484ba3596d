"""What came of it: a sale by an agency's link, as the agency, the shop and the square see it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.market import Market
from tests.platform import calling, finish_work, sent_statements
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyDraft, PartyKind

PATH = "/channels/ec/league/"


@pytest.fixture
async def agency(market: Market) -> Party:
    async with calling(market.opened) as call:
        (party_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.AGENCY, "好物机构")])
        return await identity.get_party(call.tx, party_id)


async def _agency(market: Market, agency: Party, what: str, **fields: object) -> Any:
    answer = await market.ask(identity.agency_caller(agency), what, "", **fields)
    return msgspec.json.decode(msgspec.json.encode(answer))


async def _offer(market: Market, agency: Party) -> str:
    item = {"product_id": market.tea.product_id, "ratio": 10, "service_ratio": 20}
    answer = await market.ask(
        market.shop, PATH + "item/headsupplier/batchadd",
        headsupplier_appid=agency.appid, list=[item],
    )  # fmt: skip
    return f"weixinstorehs/{answer.result_info_list[0].info_id}"


async def test_a_sale_by_an_agency_s_link_is_seen_by_all(market: Market, agency: Party) -> None:
    link = await _offer(market, agency)
    await _agency(market, agency, PATH + "headsupplier/cooperativeitem/add", head_supplier_item_link=link)  # fmt: skip
    made = await market.ask(
        market.promoter, "/v1/promoter/card/make",
        shop_id=market.shop_id, product_id=market.tea.product_id, link=link,
    )  # fmt: skip
    order_id = await market.place(market.tea, count=2, card=made.token)
    await market.pay(order_id)
    await market.pay(await market.place(market.tea))
    await finish_work(market.opened)
    row = await market.opened.house.pool.fetchrow(
        "select paid_fen, commission_ppm, promoter_id from order_lines where deal_id <> 0"
    )
    assert row is not None
    assert (row["commission_ppm"], row["promoter_id"]) == (300_000, market.promoter.party_id)
    async with calling(market.opened) as call:
        shop = await identity.get_party(call.tx, market.shop.party_id)
    detail = await _agency(market, agency, PATH + "headsupplier/shop/get", appid=shop.appid)
    assert detail["shop_detail"]["data_info"] == {
        "gmv": row["paid_fen"], "product_number": 1, "settle_amount": 0,
        "unsettle_amount": row["paid_fen"] * 2 // 10,
        "product_number_today": 1, "product_number_sold_today": 1,
    }  # fmt: skip
    (own,) = (await _agency(market, agency, "/v1/agency/shop/list"))["shops"]
    assert (own["shop_name"], own["sold_fen"]) == (shop.name, row["paid_fen"])
    agencies = (await market.ask(market.shop, "/v1/shop/agency/list")).agencies
    assert [(one.agency_name, one.sold_fen) for one in agencies] == [("好物机构", row["paid_fen"])]
    (person,) = (await market.ask(market.shop, "/v1/shop/promoter/list")).promoters
    assert (person.state, person.sold_products, person.sold_fen) == (0, 1, row["paid_fen"])
    plans = (await market.ask(market.shop, "/v1/shop/plan/list")).plans
    sold = {one.product_id: one.sold_month for one in plans}
    assert sold == {market.tea.product_id: 2, market.cup.product_id: 0}
    page = await market.ask(market.promoter, "/v1/promoter/plan/list", sold_least=1)
    assert [one.product_id for one in page.offers] == [market.tea.product_id]
    await market.ship(order_id)
    await market.receive(order_id)
    market.opened.house.clock.offset += timedelta(days=8)
    await finish_work(market.opened)
    (own,) = (await _agency(market, agency, "/v1/agency/shop/list"))["shops"]
    assert (own["settled_fen"], own["unsettled_fen"]) == (row["paid_fen"] * 2 // 10, 0)


async def test_a_shop_sees_for_whom_its_plans_are(market: Market) -> None:
    finder = str(market.promoter.party_id)
    items = [{"product_id": market.tea.product_id, "ratio": 60}]
    await market.ask(market.shop, PATH + "item/batchadd", type=2, list=items, finder_ids=[finder])
    await market.ask(market.shop, PATH + "promoter/add", finder_id=finder)
    (plan,) = (await market.ask(market.shop, "/v1/shop/plan/list", kind=2)).plans
    assert [one.promoter_id for one in plan.promoters] == [finder]
    assert plan.costs_fen == market.tea.prices_fen[0] * 6 // 10
    (named,) = (await market.ask(market.promoter, "/v1/promoter/plan/named")).plans
    assert (named.plan_id, named.earns_fen) == (plan.plan_id, plan.costs_fen)
    offers = (await market.ask(market.promoter, "/v1/promoter/plan/list")).offers
    assert {one.product_id: one.own_ppm for one in offers} == {
        market.tea.product_id: 600_000, market.cup.product_id: None,
    }  # fmt: skip
    (person,) = (await market.ask(market.shop, "/v1/shop/promoter/list", state=1)).promoters
    assert person.sold_fen == 0


async def test_promoters_choose_by_filters(market: Market) -> None:
    async def found(**fields: object) -> set[str]:
        page = await market.ask(market.promoter, "/v1/promoter/plan/list", "", **fields)
        return {one.product_id for one in page.offers}

    tea, cup = market.tea.product_id, market.cup.product_id
    assert await found() == {tea, cup}
    assert await found(keyword=market.tea.title[:2]) == {tea}
    assert await found(cat_id=9003) == {tea, cup}
    assert await found(cat_id=404) == set()
    assert await found(fen_most=market.tea.prices_fen[0], fen_least=1) >= {tea}
    assert await found(ppm_least=110_000) == set()
    assert await found(shop_id=market.shop_id) == {tea, cup}
    assert await found(shop_id=404) == set()


async def test_reading_the_square_costs_the_same_for_one_or_many(market: Market) -> None:
    counts = []
    for limit in (1, 50):
        with sent_statements(market.opened) as sent:
            await market.ask(market.promoter, "/v1/promoter/plan/list", limit=limit)
        counts.append(len(sent))
    assert counts == [4, 4]
