"""Contents and live rooms shared: who comes by a sharer's link buys by his deal."""

import io
from typing import Any

import pytest

from tests.modules.media.films import mp4
from tests.modules.partners.world import PROMOTER, World
from tests.platform import calling
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.api import THE_SHOP, Ask, Hand, deal_for, go_on
from tongshang.modules.partners.refusals import NoContent, NoShop, NoTalent
from tongshang.modules.surfaces.api import CardRef, card_token
from tongshang.runtime.call import Caller
from tongshang.runtime.files import SentFile

PASSES = 500_000


async def bind_talent(world: World) -> str:
    """The promoter of the market gives the agency half of what he earns; his appid."""
    await world.ask(
        world.market.promoter,
        "/v1/promoter/agency/bind",
        agency_appid=world.appids[world.agency.party_id],
        passes_ppm=PASSES,
    )
    return world.appids[world.market.promoter.party_id]


async def bind_shop(world: World) -> dict[str, Any]:
    """The shop works with the agency and offers it both products; how its contents are named."""
    shop = world.market.shop
    appid = world.appids[shop.party_id]
    await world.ask(world.agency, "/v1/agency/shop/invite", appid=appid)
    await world.ask(shop, "/v1/shop/agency/accept", agency_id=str(world.agency.party_id))
    await world.plan(world.market.tea.product_id, world.market.cup.product_id)
    return {"shop_appid": appid, "promoter_id": world.market.shop_id}


def blocks(world: World) -> list[dict[str, Any]]:
    cards = [
        {"kind": "card", "shop_id": world.market.shop_id, "product_id": one.product_id}
        for one in (world.market.tea, world.market.cup)
    ]
    return [{"kind": "paragraph", "text": "茶"}, *cards]


async def film(world: World, audience: str) -> str:
    caller = getattr(world.market, audience)
    video = await world.ask(caller, f"/v1/{audience}/video/upload", media=_sent(mp4()))
    added = await world.ask(
        caller, f"/v1/{audience}/content/add", title="一分钟", kind="short_video",
        media={"url": video.url}, blocks=blocks(world)[1:],
    )  # fmt: skip
    content_id: str = added.content_id
    return content_id


def _sent(body: bytes) -> SentFile:
    return SentFile(io.BytesIO(body), len(body))


async def open_link(world: World, url: str) -> Any:
    code = url.rpartition("/")[2].partition(".")[0]
    return await world.ask(world.market.buyer, "/v1/buyer/link/open", code=code)


async def test_articles_of_a_bound_promoter_say_what_they_bring(world: World) -> None:
    appid = await bind_talent(world)
    answer = await world.agency_asks("get_talent_biz_article_list", talent_appid=appid)
    (article,) = answer.article_list
    tea, cup = article.product_info_list
    assert (tea.product_name, tea.product_mini_price) == (world.market.tea.title, 12_800)
    # 10 per cent for the promoter, half of it for the agency
    assert [one.predict_commission_amount for one in (tea, cup)] == [640, 242]
    assert article.article_info.article_url.endswith(f"/a/{world.market.content_id}")


async def test_who_comes_by_a_sharer_s_link_to_an_article_buys_by_his_deal(world: World) -> None:
    appid = await bind_talent(world)
    sharer = await world.sharer()
    answer = await world.agency_asks(
        "get_talent_biz_article_list", talent_appid=appid, sharer_appid=sharer
    )
    target = await open_link(world, answer.article_list[0].article_info.promoter_share_link)
    assert (target.kind, target.subject_id) == ("content", world.market.content_id)
    card = await world.market.card(world.market.tea)
    await world.ask(world.market.buyer, "/v1/buyer/card/open", token=card)
    for token in (card, ""):  # from the article's card, and later from anywhere
        line, deal = await world.deal_of(await world.market.place(world.market.tea, card=token))
        assert deal is not None
        assert [(hop.hand, hop.ratio_ppm, hop.payer) for hop in deal.hops] == [
            (Hand.PROMOTER, 100_000, THE_SHOP),
            (Hand.SHARER_AGENCY, 50_000, 0),
            (Hand.SHARER, 25_000, 1),
        ]
        assert line.promoter_id == world.market.promoter.party_id
        assert line.content_id == int(world.market.content_id)


async def test_who_comes_by_himself_buys_by_the_promoter_s_own_terms(world: World) -> None:
    await bind_talent(world)
    card = await world.market.card(world.market.tea)
    line, deal = await world.deal_of(await world.market.place(world.market.tea, card=card))
    assert deal is None
    assert (line.promoter_id, line.commission_ppm) == (world.market.promoter.party_id, 100_000)


async def test_videos_of_promoter_and_shop_are_shared(world: World) -> None:
    talent = {"talent_appid": await bind_talent(world)}
    shop = {**await bind_shop(world), "promoter_type": 1}
    sharer = await world.sharer()
    for audience, named, name, brings in (
        ("promoter", talent, "get_feed", 640),
        ("shop", shop, "get_shop_feed", 2_560),
    ):
        content_id = await film(world, audience)
        (feed,) = (await world.agency_asks(f"{name}_list", **named)).feed_list
        assert (feed.export_id, feed.predict_commission_amount) == (content_id, brings)
        assert feed.product_info.product_id == int(world.market.tea.product_id)
        feeds = [{"export_id": content_id}]
        made = await world.agency_asks(
            f"{name}_promotion_info", **named, sharer_appid=sharer, feed_list=feeds
        )
        (shared,) = made.feed_list
        assert shared.promoter_share_link.endswith(f"/s/{shared.feed_token}")
        await open_link(world, shared.promoter_share_link)
    line, deal = await world.deal_of(await world.market.place(world.market.tea))
    assert deal is not None
    assert [(hop.hand, hop.ratio_ppm) for hop in deal.hops] == [
        (Hand.AGENCY, 200_000),
        (Hand.SHARER, 100_000),
    ]
    assert line.promoter_id == deal.hops[1].party_id, "the shop's own video earns the sharer"
    with pytest.raises(NoContent):
        await world.agency_asks(
            "get_feed_promotion_info", **talent, feed_list=[{"export_id": world.market.content_id}]
        )


async def test_a_bound_shop_has_two_accounts(world: World) -> None:
    named = await bind_shop(world)
    shops = (await world.agency_asks("get_bind_shop_list")).shop_list
    assert [one.shop_nickname for one in shops] == ["山里茶铺"]
    page = await world.agency_asks(
        "get_bind_shop_promoter_list", shop_appid=named["shop_appid"], page_size=1
    )
    assert ([one.promoter_type for one in page.promoter_list], page.has_more) == ([1], True)
    rest = await world.agency_asks(
        "get_bind_shop_promoter_list", shop_appid=named["shop_appid"], next_key=page.next_key
    )
    assert [one.promoter_type for one in rest.promoter_list] == [4]
    added = await world.ask(
        world.market.shop, "/v1/shop/content/add", title="山里的茶", blocks=blocks(world)
    )
    (article,) = (
        await world.agency_asks("get_shop_mp_article_list", **named, promoter_type=4)
    ).article_list
    assert article.article_info.article_url.endswith(f"/a/{added.content_id}")
    assert [one.commission_rate for one in article.product_list] == [200_000, 200_000]
    for kind in (1, 5):
        with pytest.raises(NoShop):
            await world.agency_asks("get_shop_mp_article_list", **named, promoter_type=kind)


async def test_live_rooms_and_announcements_are_shared(world: World) -> None:
    appid = await bind_talent(world)
    sharer = await world.sharer()
    host = "/v1/promoter/live/"
    made = await world.ask(world.market.promoter, host + "schedule", title="茶山夜话")
    room = made.content_id
    goods = [
        {"shop_id": world.market.shop_id, "product_id": one.product_id}
        for one in (world.market.tea, world.market.cup)
    ]
    await world.ask(world.market.promoter, host + "bag/add", content_id=room, products=goods)
    (notice,) = (
        await world.agency_asks("get_live_notice_record_list", talent_appid=appid)
    ).live_notice_record_list
    assert (notice.notice_id, notice.description) == (room, "茶山夜话")
    named = {"talent_appid": appid, "sharer_appid": sharer}
    link = await world.agency_asks("get_live_notice_promoter_share_link", **named, notice_id=room)
    code = await world.agency_asks("get_live_notice_record_qr_code", **named, notice_id=room)
    assert code.qrcode_url.endswith(".png")
    count = "get_live_notice_reservation_info"
    await world.ask(world.market.buyer, "/v1/buyer/live/book", content_id=room)
    asked = {"sharer_appid": sharer, "live_notice_id": room}
    assert (await world.agency_asks(count, **asked)).count == 0
    await open_link(world, link.promoter_share_link)
    assert (await world.agency_asks(count, **asked)).count == 1
    assert (await world.agency_asks(count, live_notice_id=room)).count == 1
    await world.ask(world.market.promoter, host + "start", content_id=room)
    with pytest.raises(NoContent):
        await world.agency_asks("get_live_notice_record_qr_code", **named, notice_id=room)
    (record,) = (await world.agency_asks("get_live_record_list", **named)).live_record_list
    assert record.export_id == room
    await world.agency_asks("get_live_record_qr_code", **named, export_id=room)
    target = await open_link(world, record.promoter_share_link)
    assert (target.kind, target.subject_id) == ("live", room)
    bag = (
        await world.agency_asks("get_live_commission_product_list", talent_appid=appid)
    ).product_list
    assert {one.predict_commission_amount for one in bag} == {640, 242}
    seen = await world.ask(world.market.buyer, "/v1/buyer/live/get", content_id=room)
    card = next(one for one in seen.bag if one.product_id == world.market.tea.product_id)
    _, deal = await world.deal_of(await world.market.place(world.market.tea, card=card.token))
    assert deal is not None
    assert [hop.hand for hop in deal.hops][-1] is Hand.SHARER


async def test_a_bound_shop_s_rooms_are_asked_for_in_the_same_words(world: World) -> None:
    named = {**await bind_shop(world), "promoter_type": 1}
    assert (await world.agency_asks("get_shop_live_record_list", **named)).live_record_list == []
    notices = await world.agency_asks("get_shop_live_notice_record_list", **named)
    assert notices.live_record_list == []
    bag = await world.agency_asks("get_shop_live_commission_product_list", **named)
    assert bag.product_list == []
    for name, field in (
        ("get_shop_live_record_qr_code", "export_id"),
        ("get_shop_live_notice_promoter_share_link", "notice_id"),
        ("get_shop_live_notice_record_qr_code", "notice_id"),
    ):
        with pytest.raises(NoContent):
            await world.agency_asks(name, **named, **{field: world.market.content_id})


TALENT_CALLS = {
    "get_feed_list": {},
    "get_feed_promotion_info": {"feed_list": [{"export_id": "1"}]},
    "get_talent_biz_article_list": {},
    "get_live_commission_product_list": {},
    "get_live_record_list": {},
    "get_live_record_qr_code": {"export_id": "1"},
    "get_live_notice_record_list": {},
    "get_live_notice_promoter_share_link": {"notice_id": "1"},
    "get_live_notice_record_qr_code": {"notice_id": "1"},
}
SHOP_CALLS = {
    "get_bind_shop_promoter_list": {},
    "get_shop_feed_list": {},
    "get_shop_feed_promotion_info": {"feed_list": [{"export_id": "1"}]},
    "get_shop_mp_article_list": {},
    "get_shop_live_record_list": {},
    "get_shop_live_commission_product_list": {},
    "get_shop_live_notice_record_list": {},
    "get_shop_live_record_qr_code": {"export_id": "1"},
}


async def test_who_is_not_bound_is_not_there(world: World) -> None:
    talent = world.appids[world.market.promoter.party_id]
    shop = world.appids[world.market.shop.party_id]
    named: tuple[tuple[dict[str, Any], dict[str, Any], type[Refusal]], ...] = (
        (TALENT_CALLS, {"talent_appid": talent}, NoTalent),
        (SHOP_CALLS, {"shop_appid": shop, "promoter_id": world.market.shop_id}, NoShop),
    )
    for calls, who, refusal in named:
        for name, more in calls.items():
            for asked in (who, dict.fromkeys(who, "wx00")):
                with pytest.raises(Refusal) as refused:
                    await world.agency_asks(name, **asked, **more, promoter_type=1)
                assert type(refused.value) is refusal or name == "get_bind_shop_promoter_list"


# --- the longest chain ---------------------------------------------------------------------------


async def test_the_longest_chain_goes_from_the_shop_to_who_shares(world: World) -> None:
    """Shop, agency, re-selling agency, promoter, sharer's agency, sharer (section 7.1)."""
    tea, supply = world.market.tea, "/channels/ec/league/headsupplier/"
    second, third = world.other_agency, world.third_agency

    async def asks(who: Caller, name: str, **fields: object) -> Any:
        return await world.ask(who, supply + name, **fields)

    (plan_id,) = await world.plan(tea.product_id)
    link = f"weixinstorehs/{plan_id}"
    first = await asks(world.agency, "cooperativeitem/add", head_supplier_item_link=link)
    await asks(
        world.agency, "secondheadsupplieritem/add", plan_type=1, service_ratio=120_000,
        cooperative_item_id=str(first.cooperative_item_id),
        to_head_supplier_appid=world.appids[second.party_id],
    )  # fmt: skip
    (resale,) = (await asks(world.agency, "secondheadsupplieritem/getlist", page_size=10)).items
    link = resale.head_supplier_item_link
    taken = await asks(second, "cooperativeitem/add", head_supplier_item_link=link)
    item_id = str(taken.cooperative_item_id)
    await asks(second, "subitem/add", cooperative_item_id=item_id, ratio=8)
    await world.ask(
        world.market.promoter, "/v1/promoter/agency/bind",
        agency_appid=world.appids[third.party_id], passes_ppm=PASSES,
    )  # fmt: skip
    await world.sharer(third)
    shop_id, promoter_id = world.market.shop.party_id, world.market.promoter.party_id
    async with calling(world.opened) as call:
        sharer_id = await call.tx.fetchval("select party_id from sharers")
        ask = Ask(shop_id, int(tea.product_id), promoter_id, second.party_id)
        deal_id = await go_on(call, shop_id, await deal_for(call, ask), sharer_id)
    card = CardRef(shop_id, int(tea.product_id), promoter_id, deal_id=deal_id)
    token = card_token(world.opened.house, card)
    line, deal = await world.deal_of(await world.market.place(tea, card=token))
    assert deal is not None
    assert [(hop.hand, hop.party_id, hop.ratio_ppm, hop.payer) for hop in deal.hops] == [
        (Hand.AGENCY, world.agency.party_id, 200_000, THE_SHOP),
        (Hand.RESELLER, second.party_id, 120_000, 0),
        (Hand.PROMOTER, promoter_id, 80_000, 1),
        (Hand.SHARER_AGENCY, third.party_id, 40_000, 2),
        (Hand.SHARER, sharer_id, 20_000, 3),
    ]
    assert (line.promoter_id, line.commission_ppm) == (promoter_id, 200_000)


async def test_a_sharer_of_the_re_selling_agency_is_paid_of_what_it_keeps(world: World) -> None:
    tea, supply = world.market.tea, "/channels/ec/league/headsupplier/"
    (plan_id,) = await world.plan(tea.product_id)
    first = await world.ask(
        world.agency, supply + "cooperativeitem/add",
        head_supplier_item_link=f"weixinstorehs/{plan_id}",
    )  # fmt: skip
    second = world.other_agency
    await world.ask(
        world.agency, supply + "secondheadsupplieritem/add", plan_type=1, service_ratio=120_000,
        cooperative_item_id=str(first.cooperative_item_id),
        to_head_supplier_appid=world.appids[second.party_id],
    )  # fmt: skip
    appid = await world.sharer(second)
    pool = await world.ask(second, PROMOTER + "get_promote_product_list", plan_type=3, page_size=20)
    (item,) = pool.product_list
    supplier = world.appids[world.agency.party_id]
    assert (item.product_id, item.head_supplier_appid) == (tea.product_id, supplier)
    made = await world.ask(
        second, PROMOTER + "get_promoter_single_product_promotion_info",
        sharer_appid=appid, product_id=tea.product_id, head_supplier_appid=supplier,
    )  # fmt: skip
    token = made.product_promotion_link
    _, deal = await world.deal_of(await world.market.place(tea, card=token))
    assert deal is not None
    assert [(hop.hand, hop.ratio_ppm, hop.payer) for hop in deal.hops] == [
        (Hand.AGENCY, 200_000, THE_SHOP),
        (Hand.RESELLER, 120_000, 0),
        (Hand.SHARER, 60_000, 1),
    ]
