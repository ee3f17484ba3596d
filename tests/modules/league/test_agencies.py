"""Agencies: what they take in, pass on and supply to each other, through endpoints."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.modules.league.goods import Goods, open_goods
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyDraft, PartyKind
from tongshang.modules.league import api
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    CannotResell,
    NoAgencyInvitation,
    NoAgencyProduct,
    NoResale,
    NoShopTie,
    NotSubmitted,
    ResaleStands,
)
from tongshang.runtime.call import Caller

PATH = "/channels/ec/league/headsupplier/"


@dataclass
class Trade:
    """A shop's goods, and two agencies."""

    goods: Goods
    shop: Party
    first: Party
    second: Party

    async def ask(self, who: Party, what: str, **fields: object) -> Any:
        """The answer as an agency's program reads it from the wire."""
        path = what if what.startswith("/") else PATH + what
        caller = identity.agency_caller(who)
        answer = await ask(self.goods.opened, caller, path, "", **fields)
        return msgspec.json.decode(msgspec.json.encode(answer))

    async def offer(self, whom: Party | None, *items: dict[str, object]) -> list[str]:
        """The ids of plans that the shop makes, for one agency or for all."""
        if whom is not None:
            path = "/channels/ec/league/item/headsupplier/batchadd"
            given = {"headsupplier_appid": whom.appid, "list": list(items)}
            answer = await ask(self.goods.opened, self.goods.shop, path, "", **given)
            results = answer.result_info_list
        else:
            path = "/v1/shop/agencyplan/open"
            items = tuple({**one, "product_id": str(one["product_id"])} for one in items)
            answer = await ask(self.goods.opened, self.goods.shop, path, "", items=list(items))
            results = answer.results
        assert [one.errcode for one in results] == [0] * len(items), results
        return [one.info_id for one in results]

    async def deal(
        self, product_id: int, promoter: Caller | None, agency: Party, link_id: int = 0
    ) -> tuple[tuple[int, int, int], ...]:
        """The hops of the deal that holds now: party, ratio, payer."""
        shop_id, promoter_id = self.shop.party_id, promoter.party_id if promoter else 0
        async with calling(self.goods.opened) as call:
            asked = api.Ask(shop_id, product_id, promoter_id, agency.party_id, link_id=link_id)
            deal_id = await api.deal_for(call, asked)
            found = await api.standing_deals(call.tx, [(shop_id, deal_id)], call.at)
        hops = found[shop_id, deal_id].hops if found else ()
        return tuple((hop.party_id, hop.ratio_ppm, hop.payer) for hop in hops)


@pytest.fixture
async def trade(opened: Opened) -> Trade:
    goods = await open_goods(opened)
    async with calling(opened) as call:
        drafts = [PartyDraft(PartyKind.AGENCY, name) for name in ("好物机构", "帮卖机构")]
        ids = await identity.add_parties(call, drafts)
        found = await identity.find_parties(call.tx, [*ids, goods.shop.party_id])
    return Trade(goods, found[goods.shop.party_id], found[ids[0]], found[ids[1]])


async def _taken(trade: Trade, who: Party, plan_id: str) -> int:
    link = f"weixinstorehs/{plan_id}"
    answer = await trade.ask(who, "cooperativeitem/add", head_supplier_item_link=link)
    item_id: int = answer["cooperative_item_id"]
    return item_id


async def test_an_agency_passes_on_what_it_says_of_what_it_has(trade: Trade) -> None:
    one, promoter = trade.goods.listed[0], trade.goods.promoter
    (plan_id,) = await trade.offer(
        trade.first, {"product_id": one, "service_ratio": 30, "commission_type": 1}
    )
    first = trade.first.party_id
    assert await trade.deal(one, promoter, trade.first) == (), "it has not said what it passes on"
    assert await trade.deal(one, None, trade.first) == ((first, 300_000, -1),)
    item_id = await _taken(trade, trade.first, plan_id)
    assert await _taken(trade, trade.first, plan_id) == item_id, "again it is the same"
    subs = [
        (await trade.ask(trade.first, "subitem/add", cooperative_item_id=item_id, **ratio))[
            "sub_item_id"
        ]
        for ratio in ({"ratio": 20}, {"ratio_ext": 125_000}, {"ratio": 20})
    ]
    assert subs[0] == subs[2]
    assert await trade.deal(one, promoter, trade.first) == (
        (first, 300_000, -1), (promoter.party_id, 200_000, 0),
    )  # fmt: skip
    assert (await trade.deal(one, promoter, trade.first, subs[1]))[1][1] == 125_000
    listed = await trade.ask(trade.first, "subitem/list/get", cooperative_item_id=item_id)
    assert [(s["ratio"], s["ratio_to_service_rate"], s["ratio_ext"]) for s in listed["list"]] == [
        (20, 66, 200_000), (12, 41, 125_000),
    ]  # fmt: skip
    view = await trade.ask(
        trade.first, "item/promotiondetail/get",
        head_supplier_item_link=listed["list"][1]["head_supplier_item_link"],
    )  # fmt: skip
    assert view["item"]["commission_info"]["ratio"] == 125_000
    assert view["item"]["cooperative_info"]["cooperative_status"] == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ratio": 31}, BadAgencyRequest),
        ({"ratio": -1}, BadAgencyRequest),
        ({"ratio": 5, "ratio_ext": 50_000}, BadAgencyRequest),
        ({}, BadAgencyRequest),
        ({"ratio": 5, "cooperative_item_id": 404}, NoAgencyProduct),
    ],
)
async def test_no_agency_passes_on_more_than_it_has(
    trade: Trade, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    one, two = trade.goods.listed[:2]
    plans = await trade.offer(
        trade.first,
        {"product_id": one, "service_ratio": 30, "commission_type": 1},
        {"product_id": two, "service_ratio": 30, "ratio": 10},
    )
    item_id, fixed = [await _taken(trade, trade.first, plan) for plan in plans]
    given = {"cooperative_item_id": item_id, **fields}
    with pytest.raises(refusal):
        await trade.ask(trade.first, "subitem/add", **given)
    with pytest.raises(NotSubmitted):
        await trade.ask(trade.first, "subitem/add", cooperative_item_id=fixed, ratio=5)
    with pytest.raises(NoAgencyProduct):
        await trade.ask(trade.second, "subitem/add", cooperative_item_id=item_id, ratio=5)
    assert await trade.goods.opened.house.pool.fetchval("select count(*) from sub_items") == 0


async def test_one_agency_supplies_another_and_ends_it(trade: Trade) -> None:
    one, promoter = trade.goods.listed[0], trade.goods.promoter
    (plan_id,) = await trade.offer(
        trade.first, {"product_id": one, "service_ratio": 20, "ratio": 10}
    )
    item_id = await _taken(trade, trade.first, plan_id)
    named = {
        "cooperative_item_id": item_id, "plan_type": 1,
        "to_head_supplier_appid": trade.second.appid,
    }  # fmt: skip
    for wrong in (None, -1, 200_001):
        with pytest.raises(BadAgencyRequest):
            await trade.ask(trade.first, "secondheadsupplieritem/add", **named, service_ratio=wrong)
    both = await asyncio.gather(
        *(
            trade.ask(trade.first, "secondheadsupplieritem/add", **named, service_ratio=120_000)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert [type(one) for one in both if isinstance(one, Refusal)] == [ResaleStands]
    chain = (
        (trade.first.party_id, 200_000, -1),
        (trade.second.party_id, 120_000, 0),
        (promoter.party_id, 100_000, -1),
    )
    assert await trade.deal(one, promoter, trade.second) == chain
    async with calling(trade.goods.opened) as call:
        asked = api.Ask(trade.shop.party_id, one, promoter.party_id, trade.second.party_id)
        before = await api.deal_for(call, asked)

    async def stands() -> bool:
        async with calling(trade.goods.opened) as call:
            keys = [(trade.shop.party_id, before)]
            return bool(await api.standing_deals(call.tx, keys, call.at))

    listed = await trade.ask(trade.first, "secondheadsupplieritem/getlist")
    (resale,) = listed["list"]
    assert (resale["to_head_supplier_appid"], resale["service_ratio"]) == (
        trade.second.appid, 120_000,
    )  # fmt: skip
    page = await trade.ask(trade.second, "selectionproducts/list/get", plan_type=3)
    assert page["product_list"][0]["head_supplier_item_link"] == resale["head_supplier_item_link"]
    second_item = await _taken(trade, trade.second, resale["head_supplier_item_link"].split("/")[1])
    with pytest.raises(CannotResell):
        await trade.ask(
            trade.second, "secondheadsupplieritem/add",
            cooperative_item_id=second_item, plan_type=2, service_ratio=1,
        )  # fmt: skip
    update = {**named, "update_type": 1}
    await trade.ask(trade.first, "secondheadsupplieritem/update", **update, service_ratio=150_000)
    assert await stands(), "a rise keeps what was promised"
    assert (await trade.deal(one, promoter, trade.second))[1][1] == 150_000
    await trade.ask(trade.first, "secondheadsupplieritem/update", **update, service_ratio=50_000)
    assert not await stands(), "a link that promises more than is offered"
    await trade.ask(trade.first, "secondheadsupplieritem/update", **{**update, "update_type": 2})
    assert await trade.deal(one, promoter, trade.second) == ()
    with pytest.raises(NoResale):
        await trade.ask(trade.first, "secondheadsupplieritem/update", **update, service_ratio=1)


async def test_what_is_nobody_s_business_is_not_found(trade: Trade) -> None:
    one = trade.goods.listed[0]
    (plan_id,) = await trade.offer(
        trade.first, {"product_id": one, "service_ratio": 20, "ratio": 10}
    )
    for link in ("", "weixinstorehs/", "weixinstorehs/404", f"weixinstorehs/{plan_id}", "x/1"):
        for call in ("cooperativeitem/add", "item/promotiondetail/get"):
            with pytest.raises(BadLink):
                await trade.ask(trade.second, call, head_supplier_item_link=link)
    shop = trade.shop.appid
    for kind in (2, 0):
        with pytest.raises(BadAgencyRequest):
            await trade.ask(trade.first, "item/upd", appid=shop, product_id=one, type=kind)
    for who, fields, refusal in (
        (trade.first, {"appid": "wx404", "product_id": one}, BadAppid),
        (trade.first, {"appid": trade.second.appid, "product_id": one}, BadAppid),
        (trade.first, {"appid": shop, "product_id": 404}, NoAgencyProduct),
        (trade.second, {"appid": shop, "product_id": one}, NoAgencyProduct),
    ):
        for kind in (1, 3):
            with pytest.raises(refusal):
                await trade.ask(who, "item/upd", **fields, type=kind)
        with pytest.raises(refusal):
            await trade.ask(who, "item/get", **fields)
    with pytest.raises(BadAppid):
        await trade.ask(
            trade.first, "secondheadsupplieritem/add", head_supplier_item_link=f"weixinstorehs/{plan_id}",
            plan_type=1, service_ratio=5, to_head_supplier_appid=trade.first.appid,
        )  # fmt: skip
    assert await trade.goods.opened.house.pool.fetchval("select count(*) from agency_items") == 0


async def test_an_agency_s_product_is_taken_in_hidden_and_read(trade: Trade) -> None:
    one, shop = trade.goods.listed[0], trade.shop.appid
    await trade.offer(trade.first, {"product_id": one, "service_ratio": 20, "ratio": 10})
    ref = {"appid": shop, "product_id": str(one)}
    await trade.ask(trade.first, "item/upd", **ref, type=1)
    for kind in (1, 4):
        with pytest.raises(NotSubmitted):
            await trade.ask(trade.first, "item/upd", **ref, type=kind)
    await trade.ask(trade.first, "item/upd", **ref, type=3)
    page = await trade.ask(trade.first, "item/list/get", appid=shop)
    assert page["list"] == [{"appid": shop, "product_id": str(one)}]
    view = (await trade.ask(trade.first, "item/get", **ref))["item"]
    terms = view["commission_info"]
    assert (view["product_id"], terms["status"], terms["service_ratio"], terms["ratio"]) == (
        one, 1, 200_000, 100_000,
    )  # fmt: skip
    assert view["product_info"]["skus"][0]["stock_num"] == 10
    await trade.goods.delist(one)
    await finish_work(trade.goods.opened)
    view = (await trade.ask(trade.first, "item/get", **ref))["item"]
    assert view["commission_info"]["status"] == 5, "off sale is below the standard"
    assert await trade.deal(one, trade.goods.promoter, trade.first) == ()


async def test_the_square_finds_by_every_filter(trade: Trade) -> None:
    one, two, three = trade.goods.listed
    await trade.offer(None, {"product_id": one, "service_ratio": 20, "ratio": 10})
    await trade.offer(None, {"product_id": two, "service_ratio": 30, "ratio": 5})
    await trade.offer(trade.first, {"product_id": three, "service_ratio": 30, "ratio": 5})

    async def found(who: Party = trade.second, plan_type: int = 2, **fields: object) -> list[int]:
        page = await trade.ask(who, "selectionproducts/list/get", plan_type=plan_type, **fields)
        return [int(row["product_id"]) for row in page["product_list"]]

    assert await found() == [two, one]
    assert await found(plan_type=1) == []
    assert await found(trade.first, 1) == [three]
    assert await found(spu_source=2) == []
    now = int(trade.goods.opened.house.clock.now().timestamp())
    for condition, right in (
        ({"selling_price_range": {"min": 1_999, "max": 1_999}}, [two, one]),
        ({"selling_price_range": {"min": 2_000}}, []),
        ({"service_fee_rate_range": {"min": 250_000}}, [two]),
        ({"commission_rate_range": {"min": 100_000, "max": 100_000}}, [one]),
        ({"monthly_sales_range": {"min": 1}}, []),
        ({"promote_time_range": {"min": now, "max": now + 60}}, [two, one]),
        ({"promote_time_range": {"max": now - 600}}, []),
        ({"create_time_range": {"min": now + 600}}, []),
        ({"flags": [0]}, [two, one]),
        ({"flags": ["7"]}, []),
    ):
        assert await found(spu_item_condition=condition) == right, condition
    assert await found(keyword="第1号") == [two]
    assert await found(category={"category_id": 1}) == [two, one]
    assert await found(category={"category_name": "茶"}) == [two, one]
    assert await found(category={"category_ids_2": [9]}) == []
    first = await trade.ask(trade.second, "selectionproducts/list/get", plan_type=2, page_size=1)
    assert await found(next_key=first["next_key"], page_size=1) == [one]
    with pytest.raises(CursorMismatch):
        await found(next_key=first["next_key"], page_size=1, keyword="红")
    for fields in ({"plan_type": 5}, {"spu_source": 3}, {"keyword": "\0"}):
        with pytest.raises(BadAgencyRequest):
            await found(**fields)
    detail = await trade.ask(
        trade.second, "productdetail/get", shop_appid=trade.shop.appid, product_id=two
    )
    assert detail["product"]["product_info"]["skus"][0]["sale_price"] == 1_999
    with pytest.raises(NoAgencyProduct):
        await trade.ask(
            trade.second, "productdetail/get", shop_appid=trade.shop.appid,
            product_id=trade.goods.draft,
        )  # fmt: skip


async def test_what_falls_below_the_standard_comes_back(trade: Trade) -> None:
    one = trade.goods.listed[0]
    await trade.offer(None, {"product_id": one, "service_ratio": 20, "ratio": 10})
    pool = trade.goods.opened.house.pool
    await pool.execute("update promoted_products set checked_at = null")
    await pool.execute("update products set status = 11 where product_id = $1", one)
    trade.goods.opened.house.clock.offset += timedelta(days=1)
    await finish_work(trade.goods.opened)
    assert await pool.fetchval("select state from named_plans") == 5
    await pool.execute("update products set status = 5 where product_id = $1", one)
    trade.goods.opened.house.clock.offset += timedelta(days=1)
    await finish_work(trade.goods.opened)
    assert await pool.fetchval("select state from named_plans") == 1


async def test_shops_and_agencies_ask_answer_and_part(trade: Trade) -> None:
    goods, appid = trade.goods, trade.shop.appid

    async def answer(what: str) -> int:
        fields = {"agency_id": str(trade.first.party_id)}
        said = await ask(goods.opened, goods.shop, f"/v1/shop/agency/{what}", "", **fields)
        state: int = said.state
        return state

    with pytest.raises(NoAgencyInvitation):
        await answer("accept")
    with pytest.raises(NoShopTie):
        await trade.ask(trade.first, "shop/get", appid=appid)
    both = await asyncio.gather(
        *(trade.ask(trade.first, "/v1/agency/shop/invite", appid=appid) for _ in range(2)),
        return_exceptions=True,
    )
    assert [type(one) for one in both if isinstance(one, Refusal)] == [IllegalMove]
    assert await answer("refuse") == 3
    with pytest.raises(IllegalMove):
        await answer("accept")
    await trade.ask(trade.first, "/v1/agency/shop/invite", appid=appid)
    ref = {"shop_id": str(trade.shop.party_id)}
    assert (await trade.ask(trade.first, "/v1/agency/shop/withdraw", **ref))["state"] == 4
    await trade.ask(trade.first, "/v1/agency/shop/invite", appid=appid)
    assert await answer("accept") == 2
    await trade.offer(
        trade.first, {"product_id": goods.listed[0], "service_ratio": 20, "ratio": 10}
    )
    await trade.ask(trade.first, "item/upd", appid=appid, product_id=goods.listed[0], type=1)
    detail = (await trade.ask(trade.first, "shop/get", appid=appid))["shop_detail"]
    assert (detail["status"], detail["data_info"]["product_number_today"]) == (2, 1)
    assert (await trade.ask(trade.first, "/v1/agency/shop/end", **ref))["state"] == 5
    page = await trade.ask(trade.first, "shop/list/get")
    assert [(row["base_info"]["appid"], row["status"]) for row in page["shop_list"]] == [(appid, 5)]
    path = "/channels/ec/league/item/headsupplier/batchadd"
    items = [{"product_id": goods.listed[1], "service_ratio": 20, "ratio": 10}]
    with pytest.raises(NoShopTie):
        await ask(
            goods.opened, goods.shop, path, "", headsupplier_appid=trade.first.appid, list=items
        )
    agencies = (await ask(goods.opened, goods.shop, "/v1/shop/agency/list")).agencies
    assert [(one.agency_name, one.state) for one in agencies] == [("好物机构", 5)]


async def test_who_subscribes_hears_of_changes(trade: Trade) -> None:
    one = trade.goods.listed[0]
    with pytest.raises(NoAgencyProduct):
        await trade.ask(trade.second, "subscription/subscribe", product_id=one)
    await trade.offer(None, {"product_id": one, "service_ratio": 20, "ratio": 10})
    for _ in range(2):
        await trade.ask(trade.second, "subscription/subscribe", product_id=one)
    page = await trade.ask(
        trade.second, "subscription/getsubscribe",
        filter={"appid": trade.shop.appid, "product_name": "红茶"}, need_total_num=True,
    )  # fmt: skip
    assert (page["total_num"], page["subscribe_info_list"][0]["product_id"]) == (1, str(one))
    await finish_work(trade.goods.opened)
    await trade.goods.delist(one)
    await finish_work(trade.goods.opened)
    rows = await trade.goods.opened.house.pool.fetch(
        "select body from pushes where shop_id = $1", trade.second.party_id
    )
    assert len(rows) == 1
    assert '"head_supplier_item_update"' in rows[0]["body"]
    two, path = trade.goods.listed[1], "/channels/ec/league/item/"
    asked = {"type": 1, "list": [{"product_id": two, "ratio": 10}]}
    await ask(trade.goods.opened, trade.goods.shop, path + "batchadd", "", **asked)
    await trade.ask(trade.second, "subscription/subscribe", product_id=two)
    changed = {"type": 1, "operate_type": 1, "product_id": two, "ratio": 20}
    await ask(trade.goods.opened, trade.goods.shop, path + "upd", "", **changed)
    await finish_work(trade.goods.opened)
    body = await trade.goods.opened.house.pool.fetchval(
        "select body from pushes where shop_id = $1 order by seq desc limit 1",
        trade.second.party_id,
    )
    assert '"commission_ratio"' in body
    await trade.ask(trade.second, "subscription/unsubscribe", product_id=one)
    page = await trade.ask(trade.second, "subscription/getsubscribe")
    assert [int(row["product_id"]) for row in page["subscribe_info_list"]] == [two]
