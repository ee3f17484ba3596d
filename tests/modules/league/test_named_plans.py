"""Plans for named promoters and agencies, as shops make them."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import product as pairs
from typing import Any

import msgspec
import pytest

from tests.modules.league.goods import Goods, open_goods
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import Bar, BarSource, RestrictionDraft
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league import api
from tongshang.modules.league.domain.plans import (
    RATE_LOCK,
    PlanKind,
    Span,
    check_exclusion,
    recut,
)
from tongshang.modules.league.machine import PlanState
from tongshang.modules.league.refusals import (
    BadPeriod,
    NoAgency,
    NoProduct,
    NoPromoter,
    NormalPlanMissing,
    PlansExclude,
    TooMany,
)
from tongshang.runtime.call import Caller

PATH = "/channels/ec/league/item/"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS = (PlanKind.NORMAL, PlanKind.TARGETED, PlanKind.EXCLUSIVE, PlanKind.AGENCY)
SPANS = {
    "runs": Span(PlanState.LISTED, NOON, None),
    "waits": Span(PlanState.LISTED, NOON + DAY, None),
    "over": Span(PlanState.LISTED, NOON - DAY, NOON),
    "down": Span(PlanState.DELISTED, NOON, None),
    "gone": Span(PlanState.DELETED, NOON, None),
}


@pytest.fixture
async def goods(opened: Opened) -> Goods:
    return await open_goods(opened)


@pytest.mark.parametrize(("kind", "other", "span"), list(pairs(KINDS, KINDS, SPANS)))
def test_an_exclusive_plan_stands_alone_and_a_targeted_one_beside_a_normal(
    kind: PlanKind, other: PlanKind, span: str
) -> None:
    stands = span in {"runs", "waits"}
    expected: type[Refusal] | None = None
    if kind is PlanKind.TARGETED and not (stands and other is PlanKind.NORMAL):
        expected = NormalPlanMissing
    unlike = (kind is PlanKind.EXCLUSIVE) != (other is PlanKind.EXCLUSIVE)
    if stands and unlike and PlanKind.AGENCY not in {kind, other}:
        expected = PlansExclude
    found: type[Refusal] | None = None
    try:
        check_exclusion(kind, 7, [(other, SPANS[span])], NOON)
    except Refusal as refusal:
        found = type(refusal)
    assert found is expected


@pytest.mark.parametrize(
    ("pays", "new", "before", "after"),
    [
        (20, 30, (0, None), (0, None)),
        (20, 10, (0, None), (20, NOON + RATE_LOCK)),
        (20, 5, (20, NOON + DAY), (20, NOON + DAY)),
        (20, 15, (20, NOON + DAY), (20, NOON + DAY)),
        (20, 25, (20, NOON + DAY), (0, None)),
        (10, 5, (20, NOON), (10, NOON + RATE_LOCK)),
    ],
)
def test_a_cut_is_held_for_the_lock_s_time_and_no_longer(
    pays: int, new: int, before: tuple[int, Any], after: tuple[int, Any]
) -> None:
    assert recut(pays, new, before, NOON) == after


async def _shop(goods: Goods, what: str, **fields: object) -> Any:
    answer = await ask(goods.opened, goods.shop, PATH + what, "", **fields)
    return msgspec.json.decode(msgspec.json.encode(answer))


async def _add(goods: Goods, kind: int, ratio: int, *finders: object, at: int = 0) -> Any:
    items = [{"product_id": goods.listed[at], "ratio": ratio}]
    named = [str(one) for one in finders]
    answer = await _shop(
        goods, "batchadd", type=kind, list=items, finder_ids=named, is_forerver=True
    )
    return answer["result_info_list"][0]


async def _pays(goods: Goods, promoter_id: int) -> int:
    """What a promoter would be paid of the first product, per cent: the named terms, else normal."""
    key = goods.shop.party_id, goods.listed[0], promoter_id
    async with calling(goods.opened) as call:
        rates, named = await api.terms(call.tx, [key], call.at)
        assert await api.deal_for(call, api.Ask(*key)) == named.get(key, 0)
        if key not in named:
            return rates.get(key[1], 0) // 10_000
        deals = await api.standing_deals(call.tx, [(key[0], named[key])], call.at)
        return deals[key[0], named[key]].paid_out_ppm // 10_000


async def test_who_is_named_gets_his_terms_and_the_others_the_normal_ones(goods: Goods) -> None:
    me, other = goods.promoter.party_id, goods.other_promoter.party_id
    assert (await _add(goods, 2, 60, me))["errcode"] == 10023106
    await _add(goods, 1, 20)
    made = await _add(goods, 2, 60, me, "sph404", goods.shop.party_id)
    assert made["errcode"] == 0
    assert made["fail_finder_ids"] == ["sph404", str(goods.shop.party_id)]
    assert [await _pays(goods, me), await _pays(goods, other)] == [60, 20]
    assert (await _add(goods, 2, 30, me))["errcode"] == 10023101, "he stands on a plan already"
    assert (await _add(goods, 3, 30, other))["errcode"] == 10023105
    await _shop(goods, "delete", type=2, info_id=made["info_id"])
    assert await _pays(goods, me) == 20
    again = await _add(goods, 2, 0, me)
    assert again["errcode"] == 0, "a targeted plan may pay nothing"


async def test_an_exclusive_plan_gives_the_others_nothing(goods: Goods) -> None:
    me, other = goods.promoter.party_id, goods.other_promoter.party_id
    made = await _add(goods, 3, 90, me)
    assert [await _pays(goods, me), await _pays(goods, other)] == [90, 0]
    assert (await _add(goods, 1, 20))["errcode"] == 10023105
    await _shop(goods, "upd", type=3, info_id=made["info_id"], operate_type=3)
    assert (await _add(goods, 1, 20))["errcode"] == 0
    with pytest.raises(PlansExclude):
        await _shop(goods, "upd", type=3, info_id=made["info_id"], operate_type=2)
    assert await _pays(goods, me) == 20


async def test_of_two_plans_that_exclude_each_other_made_at_once_one_stands(goods: Goods) -> None:
    me = goods.promoter.party_id
    both = await asyncio.gather(_add(goods, 1, 20), _add(goods, 3, 30, me))
    assert sorted(one["errcode"] for one in both) == [0, 10023105]


async def test_a_named_plan_is_read_and_changed(goods: Goods) -> None:
    me, other = str(goods.promoter.party_id), str(goods.other_promoter.party_id)
    info_id = int((await _add(goods, 3, 40, me))["info_id"])
    patch = {"add_finder_ids": [other], "del_finder_ids": [me]}
    changed = await _shop(
        goods, "upd", type=3, info_id=info_id, operate_type=1, ratio=60, exclusive_info=patch
    )
    assert changed["info_id"] == info_id
    whole = {"need_relation": True, "need_total_num": True}
    item = (await _shop(goods, "get", type=3, info_id=info_id, **whole))["item"]
    assert (item["ratio"], item["status"]) == (60, 1)
    assert item["exclusive_info"]["finder_ids"] == [other]
    assert item["exclusive_info"]["finder_num"] == 1
    assert await _pays(goods, int(other)) == 60
    left = {"del_finder_ids": [other]}
    with pytest.raises(NoPromoter):
        await _shop(goods, "upd", type=3, info_id=info_id, operate_type=1, exclusive_info=left)
    assert await _pays(goods, int(other)) == 60, "and nothing changed"
    listed = await _shop(goods, "list/get", type=3, finder_id=other, need_total_num=True)
    assert listed["items"] == [{"product_id": goods.listed[0], "info_id": info_id}]
    assert listed["total_num"] == 1
    assert (await _shop(goods, "list/get", type=3, finder_id=me))["items"] == []
    with pytest.raises(NoProduct):
        await ask(goods.opened, goods.other_shop, PATH + "get", type=3, info_id=info_id)


async def test_a_cut_reaches_promoters_when_the_lock_is_over(goods: Goods) -> None:
    me, other = goods.promoter.party_id, goods.other_promoter.party_id
    await _add(goods, 1, 20)
    info_id = (await _add(goods, 2, 60, me))["info_id"]
    await _shop(goods, "upd", type=1, product_id=goods.listed[0], operate_type=1, ratio=10)
    await _shop(goods, "upd", type=2, info_id=info_id, operate_type=1, ratio=30)
    assert [await _pays(goods, me), await _pays(goods, other)] == [60, 20]
    goods.opened.house.clock.offset += RATE_LOCK
    assert [await _pays(goods, me), await _pays(goods, other)] == [30, 10]
    await _shop(goods, "upd", type=2, info_id=info_id, operate_type=1, ratio=70)
    assert await _pays(goods, me) == 70, "a rise at once"


async def test_leaving_and_coming_back_is_no_way_round_the_lock(goods: Goods) -> None:
    await _add(goods, 1, 20)
    await _shop(goods, "delete", type=1, product_id=goods.listed[0])
    assert (await _add(goods, 1, 5))["errcode"] == 0
    assert await _pays(goods, goods.promoter.party_id) == 20
    goods.opened.house.clock.offset += RATE_LOCK
    assert await _pays(goods, goods.promoter.party_id) == 5


async def test_what_is_barred_from_the_alliance_is_below_its_standard(goods: Goods) -> None:
    await _add(goods, 1, 20)
    async with calling(goods.opened, goods.shop) as call:
        key = goods.shop.party_id, goods.listed[0]
        bar = RestrictionDraft(*key, Bar.LEAGUE, BarSource.LOW_RISK, "试用类目")
        await governance.restrict(call, [bar])
    item = (await _shop(goods, "get", type=1, product_id=goods.listed[0]))["item"]
    assert item["status"] == 5
    square = await ask(goods.opened, goods.promoter, "/v1/promoter/plan/list")
    assert square.offers == []


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"type": 2, "finder_ids": ["1"]}, NoPromoter),
        ({"type": 3, "finder_ids": []}, NoPromoter),
        ({"type": 3, "finder_ids": ["1"] * 31}, TooMany),
        ({"type": 3, "finder_ids": ["1"], "end_time": 1_600_000_000}, BadPeriod),
    ],
)
async def test_a_named_plan_that_cannot_be_is_refused(
    goods: Goods, fields: dict[str, Any], refusal: type[Exception]
) -> None:
    items = [{"product_id": goods.listed[0], "ratio": 5}]
    with pytest.raises(refusal):
        await _shop(goods, "batchadd", list=items, **fields)
    assert await goods.opened.house.pool.fetchval("select count(*) from named_plans") == 0


# --- agencies ----------------------------------------------------------------------------------


async def _agency(goods: Goods) -> identity.Party:
    async with calling(goods.opened) as call:
        (agency_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.AGENCY, "好物机构")])
        return await identity.get_party(call.tx, agency_id)


async def _supply(goods: Goods, appid: str, *items: dict[str, int]) -> list[int]:
    answer = await _shop(goods, "headsupplier/batchadd", headsupplier_appid=appid, list=items)
    return [one["errcode"] for one in answer["result_info_list"]]


async def test_an_agency_s_plan_pays_the_promoter_and_the_agency(goods: Goods) -> None:
    agency = await _agency(goods)
    one, two, three = goods.listed
    codes = await _supply(
        goods,
        agency.appid,
        {"product_id": one, "ratio": 10, "service_ratio": 20},
        {"product_id": one, "ratio": 10, "service_ratio": 20},
        {"product_id": two, "service_ratio": 30, "commission_type": 1},
        {"product_id": three, "ratio": 50, "service_ratio": 41},
        {"product_id": three, "ratio": 5, "service_ratio": 30, "commission_type": 1},
        {"product_id": three, "ratio": 5},
        {"product_id": 404, "ratio": 5, "service_ratio": 5},
    )
    assert codes == [0, 10023101, 0, 9006004, 9006005, 10023000, 10023103]
    promoter, shop = goods.promoter.party_id, goods.shop.party_id
    async with calling(goods.opened) as call:
        deal_id = await api.deal_for(call, api.Ask(shop, one, promoter, agency.party_id))
        deal = (await api.deals_of(call.tx, [(shop, deal_id)]))[shop, deal_id]
        assert [(hop.party_id, hop.ratio_ppm) for hop in deal.hops] == [
            (agency.party_id, 200_000),
            (promoter, 100_000),
        ]
        unsaid = api.Ask(shop, two, promoter, agency.party_id)
        assert await api.deal_for(call, unsaid) == 0, "the agency has not said what it passes on"
        assert await api.deal_for(call, api.Ask(shop, three, promoter, agency.party_id)) == 0
    again = await asyncio.gather(
        *(
            _supply(goods, agency.appid, {"product_id": three, "ratio": 1, "service_ratio": n})
            for n in range(2)
        )
    )
    assert sorted(again) == [[0], [10023101]], "an agency has one plan of a product"


async def test_only_an_agency_is_supplied(goods: Goods) -> None:
    async with calling(goods.opened) as call:
        promoter = await identity.get_party(call.tx, goods.promoter.party_id)
    item = {"product_id": goods.listed[0], "ratio": 5, "service_ratio": 5}
    for appid in ("", "wx404", promoter.appid):
        with pytest.raises(NoAgency):
            await _supply(goods, appid, item)


async def test_a_shop_ends_its_plan_with_an_agency(goods: Goods) -> None:
    agency, one = await _agency(goods), goods.listed[0]
    item = {"product_id": one, "ratio": 10, "service_ratio": 20}
    assert await _supply(goods, agency.appid, item) == [0]
    (view,) = (await ask(goods.opened, goods.shop, "/v1/shop/agencyplan/list")).plans
    assert (view.agency_name, view.ratio_ppm, view.service_ppm) == ("好物机构", 100_000, 200_000)
    key = goods.shop.party_id, one, goods.promoter.party_id, agency.party_id

    async def moved(what: str, who: Caller = goods.shop) -> tuple[int, bool]:
        """What the plan shows then, and whether a link made before still holds."""
        path = "/v1/shop/agencyplan/move"
        said = await ask(goods.opened, who, path, plan_id=view.plan_id, move=what)
        async with calling(goods.opened) as call:
            return said.status, bool(await api.standing_deals(call.tx, [(key[0], deal)], call.at))

    async with calling(goods.opened) as call:
        deal = await api.deal_for(call, api.Ask(*key))
    with pytest.raises(NoProduct):
        await moved("delete", goods.other_shop)
    assert await moved("delist") == (2, False)
    assert await moved("list") == (1, True)
    both = await asyncio.gather(moved("delete"), api_deal(goods, key))
    assert both[0][0] == 4
    assert both[1] in {0, deal}, "a deal struck meanwhile is the one there was, or none"
    assert await api_deal(goods, key) == 0
    with pytest.raises(NoProduct):
        await moved("list")
    assert await _supply(goods, agency.appid, item) == [0], "and may be made again"


async def api_deal(goods: Goods, key: tuple[int, int, int, int]) -> int:
    async with calling(goods.opened) as call:
        return await api.deal_for(call, api.Ask(*key))
