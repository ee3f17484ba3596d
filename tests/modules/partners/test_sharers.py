"""People become an agency's sharers, are paid by its rule, and leave."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.modules.partners.world import PROMOTER, World
from tests.platform import calling, finish_work
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.api import Hand, Hop, NoSharer, Sharing, sharing_of
from tongshang.modules.league.domain.sharers import shared
from tongshang.modules.league.refusals import (
    BoundElsewhere,
    InvitationVoid,
    NoAgencyHere,
    NoProduct,
    NotRegistered,
    SharerRatioOutOfRange,
    SimpleSharer,
    UnknownPay,
)

AGENCY, RESELLER, TALENT, OTHER, SHARER = 1, 2, 3, 4, 5
SUPPLIED = (Hop(Hand.AGENCY, AGENCY, 100_000), Hop(Hand.RESELLER, RESELLER, 60_000, 0))


def test_the_longest_chain_is_the_platform_s_own_example() -> None:
    hops = (*SUPPLIED, Hop(Hand.PROMOTER, TALENT, 40_000, 1))
    chain = shared(hops, Sharing(SHARER, OTHER, 500_000, 500_000))
    assert [(hop.hand, hop.ratio_ppm, hop.payer) for hop in chain[2:]] == [
        (Hand.PROMOTER, 40_000, 1),
        (Hand.SHARER_AGENCY, 20_000, 2),
        (Hand.SHARER, 10_000, 3),
    ]


def test_an_agency_in_the_chain_pays_its_sharer_of_what_it_keeps() -> None:
    chain = shared(SUPPLIED, Sharing(SHARER, RESELLER, 900_000))
    assert chain[2] == Hop(Hand.SHARER, SHARER, 54_000, 1)
    first = shared(SUPPLIED, Sharing(SHARER, AGENCY, 500_000))
    assert first[2] == Hop(Hand.SHARER, SHARER, 20_000, 0)  # of 100,000 it passes on 60,000
    assert shared(SUPPLIED, Sharing(SHARER, OTHER, 500_000)) == ()


async def test_a_person_registers_and_is_bound_and_the_agency_sees_it(world: World) -> None:
    name = "get_promoter_register_and_bind_status"
    before = await world.agency_asks(name, sharer_openid=world.openid)
    assert (before.bind_status, before.register_status) == (0, 0)
    assert before.register_business_type == "CreatorApplyments"
    query = before.bind_query_string
    seen = await world.ask(world.person, "/v1/sharer/invitation", query=query)
    assert (seen.agency_name, seen.state, seen.is_bound) == ("众选机构", 0, False)
    with pytest.raises(NotRegistered):
        await world.ask(world.person, "/v1/sharer/bind", query=query)
    asked = await world.ask(world.person, "/v1/sharer/register", query=query)
    assert asked.state == 3, "who is to be paid by the platform is verified first"
    with pytest.raises(NotRegistered):
        await world.ask(world.person, "/v1/sharer/bind", query=query)
    await world.ask(world.person, "/v1/sharer/verify")
    bound = await world.ask(world.person, "/v1/sharer/bind", query=query)
    assert (bound.agency_name, bound.paid_by, bound.ratio_ppm) == ("众选机构", "platform", 500_000)
    again = await world.ask(world.person, "/v1/sharer/bind", query=query)
    assert again == bound
    after = await world.agency_asks(name, sharer_appid=bound.sharer_appid)
    assert (after.bind_status, after.register_status) == (1, 2)
    assert after.bind_query_string == ""
    listed = (await world.agency_asks("get_bind_sharer_list")).sharer_info_list
    assert [(one.nickname, one.commission_ratio) for one in listed] == [("阿雯", 500_000)]
    with pytest.raises(IllegalMove):
        await world.ask(world.person, "/v1/sharer/verify")


async def test_an_invitation_is_one_person_s_and_ends(world: World) -> None:
    query = await world.query()
    for who, text in ((world.market.buyer, query), (world.person, "x" + query)):
        with pytest.raises(InvitationVoid):
            await world.ask(who, "/v1/sharer/register", query=text)
    world.opened.house.clock.offset += timedelta(days=8)
    with pytest.raises(InvitationVoid):
        await world.ask(world.person, "/v1/sharer/register", query=query)


async def test_who_registered_simply_is_paid_by_the_agency_until_he_is_verified(
    world: World,
) -> None:
    appid = await world.sharer(is_simple=True)
    status = await world.ask(world.person, "/v1/sharer/get")
    assert (status.paid_by, status.ratio_ppm, status.is_simple) == ("agency", 0, True)
    pay = "set_sharer_commission_info"
    with pytest.raises(SimpleSharer):
        await world.agency_asks(
            pay, sharer_appid=appid, commission_type=0, commission_ratio=300_000
        )
    whole = await world.agency_asks(
        "get_promoter_register_and_bind_status", sharer_appid=appid, is_simple_register=False
    )
    query = whole.register_query_string
    asked = await world.ask(world.person, "/v1/sharer/register", query=query)
    assert (asked.state, asked.agency_name) == (3, "众选机构")
    await world.ask(world.person, "/v1/sharer/verify")
    await world.agency_asks(pay, sharer_appid=appid, commission_type=0, commission_ratio=300_000)
    assert (await world.ask(world.person, "/v1/sharer/get")).ratio_ppm == 300_000


@pytest.mark.parametrize(
    ("kind", "ratio", "refusal"),
    [
        (2, 500_000, UnknownPay),
        (0, 99_999, SharerRatioOutOfRange),
        (0, 900_001, SharerRatioOutOfRange),
    ],
)
async def test_pay_that_cannot_be_is_refused_and_changes_nothing(
    world: World, kind: int, ratio: int, refusal: type[Refusal]
) -> None:
    appid = await world.sharer()
    with pytest.raises(refusal):
        await world.agency_asks(
            "set_sharer_commission_info",
            sharer_appid=appid, commission_type=kind, commission_ratio=ratio,
        )  # fmt: skip
    status = await world.ask(world.person, "/v1/sharer/get")
    assert (status.paid_by, status.ratio_ppm) == ("platform", 500_000)


async def test_a_ratio_of_one_product_beats_the_one_of_all(world: World) -> None:
    appid = await world.sharer()
    tea, cup = int(world.market.tea.product_id), int(world.market.cup.product_id)
    await world.plan(str(tea))
    ratio = "set_sharer_product_commission_info"
    await world.agency_asks(ratio, sharer_appid=appid, product_id=tea, commission_ratio=700_000)
    with pytest.raises(NoProduct):
        await world.agency_asks(ratio, sharer_appid=appid, product_id=cup, commission_ratio=700_000)
    got = await world.agency_asks(
        "get_sharer_product_commission_info", sharer_appid=appid, product_id=tea
    )
    assert (got.is_set, got.commission_ratio) == (True, 700_000)
    none = await world.agency_asks(
        "get_sharer_product_commission_info", sharer_appid=appid, product_id=cup
    )
    assert (none.is_set, none.commission_ratio) == (False, 0)
    async with calling(world.opened) as call:
        party_id = await call.tx.fetchval("select party_id from sharers")
        own = await sharing_of(call.tx, party_id, tea)
        other = await sharing_of(call.tx, party_id, cup)
    assert own is not None
    assert other is not None
    assert (own.ratio_ppm, other.ratio_ppm) == (700_000, 500_000)


async def test_a_sharer_is_one_agency_s_until_one_side_ends_it(world: World) -> None:
    appid = await world.sharer()
    query = await world.query(world.other_agency)
    with pytest.raises(BoundElsewhere):
        await world.ask(world.person, "/v1/sharer/bind", query=query)
    for name in ("headsupplier_unbind_promoter", "set_sharer_commission_info"):
        with pytest.raises(NoSharer):
            await world.ask(
                world.other_agency, PROMOTER + name, sharer_appid=appid, commission_type=1
            )
    listed = await world.ask(world.other_agency, PROMOTER + "get_bind_sharer_list")
    assert listed.sharer_info_list == []
    await world.agency_asks("headsupplier_unbind_promoter", sharer_appid=appid)
    with pytest.raises(NoSharer):
        await world.agency_asks("headsupplier_unbind_promoter", sharer_appid=appid)
    bound = await world.ask(world.person, "/v1/sharer/bind", query=query)
    assert bound.agency_name == "远帆机构"
    left = await world.ask(world.person, "/v1/sharer/leave")
    assert left.agency_id == ""
    with pytest.raises(NoAgencyHere):
        await world.ask(world.person, "/v1/sharer/leave")


async def test_of_two_agencies_at_once_one_binds_him(world: World) -> None:
    await world.sharer()
    await world.ask(world.person, "/v1/sharer/leave")
    queries = [await world.query(), await world.query(world.other_agency)]
    told = await asyncio.gather(
        *(world.ask(world.person, "/v1/sharer/bind", query=one) for one in queries),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, BoundElsewhere) for one in told) == [False, True]


async def test_two_registrations_at_once_are_one(world: World) -> None:
    query = await world.query()
    told = await asyncio.gather(
        *(world.ask(world.person, "/v1/sharer/register", query=query) for _ in range(2)),
        return_exceptions=True,
    )
    assert any(not isinstance(one, Exception) for one in told)
    async with calling(world.opened) as call:
        assert await call.tx.fetchval("select count(*) from sharers") == 1
        assert await call.tx.fetchval("select count(*) from parties where kind = 'sharer'") == 1


async def test_a_promoter_binds_himself_and_names_his_part(world: World) -> None:
    promoter, appid = world.market.promoter, world.appids[world.agency.party_id]
    for part in (300_000, 400_000):
        await world.ask(promoter, "/v1/promoter/agency/bind", agency_appid=appid, passes_ppm=part)
    bonds = (await world.ask(promoter, "/v1/promoter/agency/list")).agencies
    assert [(one.agency_name, one.passes_ppm) for one in bonds] == [("众选机构", 400_000)]
    own = world.appids[promoter.party_id]
    listed = (await world.agency_asks("get_bind_talent_list", talent_appid=own)).talent_list
    assert [one.talent_nickname for one in listed] == ["阿宁"]
    assert (
        await world.ask(world.other_agency, PROMOTER + "get_bind_talent_list")
    ).talent_list == []
    await world.ask(promoter, "/v1/promoter/agency/unbind", agency_appid=appid)
    with pytest.raises(NoAgencyHere):
        await world.ask(promoter, "/v1/promoter/agency/unbind", agency_appid=appid)
    assert (await world.agency_asks("get_bind_talent_list")).talent_list == []


async def test_the_agency_is_told_who_comes_and_goes(world: World) -> None:
    await world.sharer()
    await world.ask(world.person, "/v1/sharer/leave")
    await finish_work(world.opened)
    rows = await world.opened.house.pool.fetch(
        "select body from pushes where shop_id = $1 order by seq", world.agency.party_id
    )
    told = [json.loads(row["body"]) for row in rows]
    assert [(one["Event"], one["bind_status"]) for one in told] == [
        ("promoter_bind_result", 1),
        ("promoter_bind_result", 2),
    ]
    assert {one["sharer_openid"] for one in told} == {world.openid}
