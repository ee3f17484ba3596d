"""Promoters' windows: filled by themselves and by agencies they let, seen by buyers."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.modules.league.goods import open_goods
from tests.modules.league.test_agencies import Trade
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import Bar, BarSource, RestrictionDraft
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league import api
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    BadOpenid,
    BadWindowProduct,
    CannotStandInWindow,
    NoFinder,
    NotInWindow,
    NoWindowAsk,
    WindowAllowed,
    WindowFailed,
    WindowNotAllowed,
)
from tongshang.modules.surfaces import api as surfaces


@pytest.fixture
async def trade(opened: Opened) -> Trade:
    goods = await open_goods(opened)
    async with calling(opened) as call:
        drafts = [PartyDraft(PartyKind.AGENCY, name) for name in ("好物机构", "帮卖机构")]
        ids = await identity.add_parties(call, drafts)
        found = await identity.find_parties(call.tx, [*ids, goods.shop.party_id])
    return Trade(goods, found[goods.shop.party_id], found[ids[0]], found[ids[1]])


async def _promoter(trade: Trade, path: str, **fields: object) -> Any:
    answer = await ask(trade.goods.opened, trade.goods.promoter, path, "", **fields)
    return msgspec.json.decode(msgspec.json.encode(answer))


async def _allow(trade: Trade, agency: identity.Party) -> None:
    finder = {"finder_id": str(trade.goods.promoter.party_id)}
    await trade.ask(agency, "windowauth/get", **finder)
    await _promoter(trade, "/v1/promoter/windowauth/allow", agency_id=str(agency.party_id))


async def _normal(trade: Trade, *products: int) -> None:
    items = [{"product_id": one, "ratio": 10} for one in products]
    path = "/channels/ec/league/item/batchadd"
    await ask(trade.goods.opened, trade.goods.shop, path, "", type=1, list=items)


async def test_a_window_is_asked_for_and_given(trade: Trade) -> None:
    finder = {"finder_id": str(trade.goods.promoter.party_id)}
    status = "windowauth/status/get"
    with pytest.raises(NoWindowAsk):
        await _promoter(trade, "/v1/promoter/windowauth/allow", agency_id=str(trade.first.party_id))
    assert (await trade.ask(trade.first, status, **finder))["window_auth_status"] == 0
    answer = await trade.ask(trade.first, "windowauth/get", **finder)
    assert str(trade.first.party_id) in answer["auth_info"]["auth_url"]
    with pytest.raises(WindowNotAllowed):
        await trade.ask(trade.first, "window/getall", **finder)
    await _promoter(trade, "/v1/promoter/windowauth/allow", agency_id=str(trade.first.party_id))
    with pytest.raises(IllegalMove):
        await _promoter(trade, "/v1/promoter/windowauth/allow", agency_id=str(trade.first.party_id))
    with pytest.raises(WindowAllowed):
        await trade.ask(trade.first, "windowauth/get", **finder)
    appid = (await trade.ask(trade.first, status, **finder))["opentalentid"]
    assert (await trade.ask(trade.first, status, talent_appid=appid))["window_auth_status"] == 1
    (asked,) = (await _promoter(trade, "/v1/promoter/windowauth/list"))["agencies"]
    assert (asked["agency_name"], asked["state"]) == ("好物机构", 1)
    await _promoter(trade, "/v1/promoter/windowauth/end", agency_id=str(trade.first.party_id))
    with pytest.raises(WindowNotAllowed):
        await trade.ask(trade.first, "window/getall", **finder)


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        ({}, BadAgencyRequest),
        ({"finder_id": "1", "openid": "o"}, BadAgencyRequest),
        ({"finder_id": "sph1234"}, NoFinder),
        ({"finder_id": "9" * 30}, NoFinder),
        ({"openid": "o404"}, BadOpenid),
        ({"openid": "\0"}, BadOpenid),
        ({"talent_appid": "wx404"}, BadAppid),
    ],
)
async def test_who_is_no_promoter_has_no_window(
    trade: Trade, names: dict[str, str], refusal: type[Refusal]
) -> None:
    for what in ("windowauth/get", "windowauth/status/get"):
        with pytest.raises(refusal):
            await trade.ask(trade.first, what, **names)
    assert await trade.goods.opened.house.pool.fetchval("select count(*) from window_auths") == 0


async def test_an_agency_puts_its_goods_in_a_window_and_takes_them_out(trade: Trade) -> None:
    one, two, three = trade.goods.listed
    finder = {"finder_id": str(trade.goods.promoter.party_id)}
    promoter_id = trade.goods.promoter.party_id
    plans = await trade.offer(
        trade.first,
        {"product_id": one, "service_ratio": 20, "ratio": 10},
        {"product_id": two, "service_ratio": 30, "commission_type": 1},
    )
    await _normal(trade, three)
    with pytest.raises(WindowNotAllowed):
        await trade.ask(trade.first, "window/add", **finder, product_id=one)
    await _allow(trade, trade.first)
    await _allow(trade, trade.second)
    both = [trade.ask(trade.first, "window/add", **finder, product_id=one) for _ in range(2)]
    await asyncio.gather(*both)
    with pytest.raises(WindowFailed):
        await trade.ask(trade.first, "window/add", **finder, product_id=two)
    link = f"weixinstorehs/{plans[1]}"
    item = await trade.ask(trade.first, "cooperativeitem/add", head_supplier_item_link=link)
    await trade.ask(
        trade.first, "subitem/add", cooperative_item_id=item["cooperative_item_id"], ratio=15
    )
    await trade.ask(trade.first, "window/add", **finder, product_id=two)
    await trade.ask(trade.first, "window/add", **finder, product_id=three, plan_type=1)
    page = await trade.ask(trade.first, "window/getall", **finder, need_total_num=True)
    assert [int(row["product_id"]) for row in page["list"]] == [two, one]
    whole = await trade.ask(
        trade.second, "window/getall", **finder, is_get_all=True, page_size=2, need_total_num=True
    )
    assert (whole["total_num"], whole["have_more"], whole["next_offset"]) == (3, True, 2)
    entries = (await _promoter(trade, "/v1/promoter/window/list"))["entries"]
    assert [(int(e["product_id"]), e["ratio_ppm"], e["agency_name"]) for e in entries] == [
        (three, 100_000, ""), (two, 150_000, "好物机构"), (one, 100_000, "好物机构"),
    ]  # fmt: skip
    seen = await ask(
        trade.goods.opened, trade.goods.buyer, "/v1/buyer/window/list", promoter_id=str(promoter_id)
    )
    card = surfaces.read_card(trade.goods.opened.house, seen.cards[1].token)
    assert card is not None
    assert (card.product_id, card.promoter_id, card.surface) == (two, promoter_id, 6)
    async with calling(trade.goods.opened) as call:
        deals = await api.deals_of(call.tx, [(card.shop_id, card.deal_id)])
        _, named = await api.terms(call.tx, [(card.shop_id, two, promoter_id)], call.at)
    hops = deals[card.shop_id, card.deal_id].hops
    assert [hop.ratio_ppm for hop in hops] == [300_000, 150_000]
    assert named == {(card.shop_id, two, promoter_id): card.deal_id}, "his other cards bring it too"
    detail = await trade.ask(trade.first, "window/getdetail", **finder, product_id=two)
    assert detail["product_detail"]["product_id"] == two
    with pytest.raises(WindowFailed):
        await trade.ask(trade.second, "window/remove", **finder, product_id=one)
    await trade.ask(trade.first, "window/remove", **finder, product_id=one)
    for what in ("window/remove", "window/getdetail"):
        with pytest.raises(NotInWindow):
            await trade.ask(trade.first, what, **finder, product_id=one)
    with pytest.raises(BadAppid):
        await trade.ask(trade.first, "window/getall", appid=trade.second.appid, **finder)


async def test_a_promoter_fills_and_arranges_his_own_window(trade: Trade) -> None:
    one, two, three = trade.goods.listed
    add = "/v1/promoter/window/add"
    with pytest.raises(BadWindowProduct):
        await _promoter(trade, add, product_id=str(one))
    await _normal(trade, one, two)
    await _promoter(trade, add, product_id=str(one))
    await _promoter(trade, add, product_id=str(two))
    (plan_id,) = await trade.offer(
        trade.first, {"product_id": three, "service_ratio": 20, "ratio": 10}
    )
    for link in ("x", "weixinstorehs/404"):
        with pytest.raises(BadLink):
            await _promoter(trade, add, product_id=str(three), link=link)
    link = f"weixinstorehs/{plan_id}"
    await _promoter(trade, add, product_id=str(three), link=link)
    made = await _promoter(
        trade, "/v1/promoter/card/make",
        shop_id=str(trade.shop.party_id), product_id=str(three), link=link,
    )  # fmt: skip
    card = surfaces.read_card(trade.goods.opened.house, made["token"])
    assert card is not None
    assert card.deal_id
    arrange = "/v1/promoter/window/arrange"
    await _promoter(trade, arrange, product_id=str(one), to_top=True)
    await _promoter(trade, arrange, product_id=str(two), is_hidden=True)
    listed = await _promoter(trade, "/channels/ec/talent/window/product/list/get", page_index=1)
    assert [int(row["product_id"]) for row in listed["products"]] == [one, three, two]
    seen = await ask(
        trade.goods.opened, trade.goods.buyer, "/v1/buyer/window/list",
        promoter_id=str(trade.goods.promoter.party_id),
    )  # fmt: skip
    assert [int(view.product_id) for view in seen.cards] == [one, three]
    view = await _promoter(trade, "/channels/ec/talent/window/product/get", product_id=one)
    assert (view["product"]["stock"], view["product"]["status"]) == (10, 1)
    appid = trade.shop.appid
    ref = {"product_id": one, "appid": appid}
    shown = (await _promoter(trade, "/channels/ec/window/product/get", **ref))["product"]
    assert (shown["selling_price"], shown["banned"]) == (1_999, False)
    page = await _promoter(
        trade, "/channels/ec/window/product/list/get", appid=appid, need_total_num=True
    )
    assert page["total_num"] == 3
    await _promoter(trade, "/channels/ec/window/product/off", **ref)
    for what in ("get", "off"):
        with pytest.raises(NotInWindow):
            await _promoter(trade, f"/channels/ec/window/product/{what}", **ref)
    await _promoter(trade, "/channels/ec/window/product/add", **ref)
    await _promoter(trade, "/v1/promoter/window/remove", product_id=str(one))
    async with calling(trade.goods.opened) as call:
        bar = RestrictionDraft(trade.shop.party_id, one, Bar.WINDOW, BarSource.LOW_RISK, "试")
        await governance.restrict(call, [bar])
    with pytest.raises(CannotStandInWindow):
        await _promoter(trade, "/channels/ec/window/product/add", **ref)
    with pytest.raises(BadWindowProduct):
        await _promoter(
            trade, "/channels/ec/window/product/add", product_id=one, appid=trade.first.appid
        )


async def test_a_window_is_full_at_its_limit(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongshang.modules.league.actions.windows.WINDOW_MAX", 1)
    one, two = trade.goods.listed[:2]
    await _normal(trade, one, two)
    both = await asyncio.gather(
        *(_promoter(trade, "/v1/promoter/window/add", product_id=str(n)) for n in (one, two)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, WindowFailed) for one in both) == 1


async def test_a_host_who_opens_an_agency_s_code_lets_it_fill_his_window(trade: Trade) -> None:
    code = await trade.ask(trade.first, "liveprotection/getqrcode")
    key = code["qrcode_url"].partition("protect=")[2]
    for _ in range(2):
        assert (await _promoter(trade, "/v1/promoter/windowauth/scan", code=key))["state"] == 1
    finder = {"finder_id": str(trade.goods.promoter.party_id)}
    status = await trade.ask(trade.first, "windowauth/status/get", **finder)
    assert status["window_auth_status"] == 1
    trade.goods.opened.house.clock.offset += timedelta(days=1)
    for wrong in (key, "x", ""):
        with pytest.raises(NoWindowAsk):
            await _promoter(trade, "/v1/promoter/windowauth/scan", code=wrong)
