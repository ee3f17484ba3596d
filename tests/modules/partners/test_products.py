"""An agency's pool, and links to it that carry the deal to the line that is sold."""

from typing import Any

import pytest

from tests.modules.partners.world import PROMOTER, World
from tests.platform import ask
from tongshang.kernel.refusal import Refusal
from tongshang.modules.league.api import THE_SHOP, Hand, NoSharer
from tongshang.modules.partners.refusals import NotInPool, UnknownPlanType
from tongshang.modules.surfaces.api import CardRef, card_token, read_card
from tongshang.runtime.call import Caller

LINKS = {
    "get_product_promotion_link_info": "short_link",
    "get_product_promotion_qrcode_info": "qrcode_url",
    "get_promoter_single_product_promotion_info": "product_promotion_link",
}


async def pool(world: World, who: Caller | None = None, **fields: object) -> list[str]:
    path = PROMOTER + "get_promote_product_list"
    answer = await world.ask(who or world.agency, path, **{"page_size": 20, **fields})
    return [one.product_id for one in answer.product_list]


async def test_the_pool_has_what_lets_the_agency_pay_sharers_and_nothing_else(
    world: World,
) -> None:
    tea, cup = world.market.tea.product_id, world.market.cup.product_id
    await world.plan(tea)
    await world.plan(cup, commission_type=0)  # the shop pays promoters itself
    assert await pool(world) == [tea]
    assert await pool(world, world.other_agency) == []
    detail = await world.agency_asks("get_promote_product_detail", product_id=tea)
    product = detail.product
    assert product.shop_appid == world.appids[world.market.shop.party_id]
    assert product.commission_info.service_ratio == 200_000
    assert [sku.sale_price for sku in product.product_info.skus] == list(
        world.market.tea.prices_fen
    )
    with pytest.raises(NotInPool):
        await world.agency_asks("get_promote_product_detail", product_id=cup)


CONDITION = "spu_item_condition"


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ({"keyword": "大红袍"}, True),
        ({"keyword": "龙井"}, False),
        ({"plan_type": 1}, True),
        ({"plan_type": 2}, False),
        ({CONDITION: {"selling_price_range": {"min": 12_800, "max": 12_800}}}, True),
        ({CONDITION: {"selling_price_range": {"min": 12_801}}}, False),
        ({CONDITION: {"service_fee_rate_range": {"min": 200_000, "max": 200_000}}}, True),
        ({CONDITION: {"service_fee_rate_range": {"min": 0, "max": 199_999}}}, False),
        ({CONDITION: {"commission_rate_range": {"min": 1, "max": 900_000}}}, False),
        ({CONDITION: {"monthly_sales_range": {"min": 1, "max": 9}}}, False),
        ({CONDITION: {"promote_time_range": {"min": 1, "max": 2}}}, False),
        ({CONDITION: {"flags": ["5"]}}, False),
        ({"category": {"category_id": 9003}}, True),
        ({"category": {"category_ids_1": [9001], "category_ids_3": [9004]}}, False),
        ({"category": {"category_name": "茶叶"}}, True),
        ({"category": {"category_name": "茶杯"}}, False),
    ],
)
async def test_filters_of_the_pool(world: World, asked: dict[str, Any], is_there: bool) -> None:
    tea = world.market.tea.product_id
    await world.plan(tea)
    assert await pool(world, **asked) == ([tea] if is_there else [])


async def test_the_pool_is_read_page_by_page(world: World) -> None:
    tea, cup = world.market.tea.product_id, world.market.cup.product_id
    await world.plan(tea, cup)
    name = "get_promote_product_list"
    first = await world.agency_asks(name, page_size=1)
    assert [one.product_id for one in first.product_list] == [cup]
    rest = await world.agency_asks(name, page_size=1, next_key=first.next_key)
    assert [one.product_id for one in rest.product_list] == [tea]
    assert rest.next_key == ""


@pytest.mark.parametrize("name", LINKS)
async def test_who_buys_by_a_sharer_s_link_pays_agency_and_sharer(world: World, name: str) -> None:
    await world.plan(world.market.tea.product_id)
    appid = await world.sharer()
    fields = {"sharer_appid": appid, "product_id": world.market.tea.product_id}
    answer = await world.agency_asks(name, **fields)
    again = await world.agency_asks(name, **fields)
    made = getattr(answer, LINKS[name])
    assert made == getattr(again, LINKS[name]), "the same link while the terms are the same"
    if name.endswith("single_product_promotion_info"):
        token = made
    else:
        code = made.rpartition("/")[2].partition(".")[0]
        target = await world.ask(world.market.buyer, "/v1/buyer/link/open", code=code)
        token = target.token
    order_id = await world.market.place(world.market.tea, card=token)
    line, deal = await world.deal_of(order_id)
    assert deal is not None
    sharer = (await world.agency_asks("get_bind_sharer_list")).sharer_info_list
    assert len(sharer) == 1
    assert [(hop.hand, hop.ratio_ppm, hop.payer) for hop in deal.hops] == [
        (Hand.AGENCY, 200_000, THE_SHOP),
        (Hand.SHARER, 100_000, 0),
    ]
    assert deal.hops[0].party_id == world.agency.party_id
    assert line.promoter_id == deal.hops[1].party_id, "the carrier is the sharer"
    order = await world.ask(world.market.shop, "/channels/ec/order/get", order_id=order_id)
    (source,) = order.order.order_detail.source_infos
    assert (source.sale_channel, source.account_type) == (101, 1000)
    assert [one.type for one in order.order.order_detail.commission_infos] == [1]
    assert line.commission_ppm == 200_000


async def test_nobody_earns_by_what_he_buys_by_his_own_link(world: World) -> None:
    await world.plan(world.market.tea.product_id)
    appid = await world.sharer()
    answer = await world.agency_asks(
        "get_promoter_single_product_promotion_info",
        sharer_appid=appid,
        product_id=world.market.tea.product_id,
    )
    kept = await world.ask(
        world.person, "/v1/buyer/address/add",
        name="阿雯", phone="13800138001", province="浙江省", city="杭州市", county="西湖区",
        detail="龙井路 2 号",
    )  # fmt: skip
    line = {
        "sku_id": world.market.tea.sku_ids[0],
        "count": 1,
        "card": answer.product_promotion_link,
    }
    placed = await world.ask(
        world.person, "/v1/buyer/order/place",
        shop_id=world.market.shop_id, address_id=kept.address_id, lines=[line],
    )  # fmt: skip
    sold, deal = await world.deal_of(placed.order_id)
    assert (sold.promoter_id, sold.commission_ppm, deal) == (0, 0, None)


async def test_without_a_sharer_the_link_is_the_agency_s_own(world: World) -> None:
    tea = world.market.tea
    await world.plan(tea.product_id)
    detail = await world.agency_asks("get_promote_product_detail", product_id=tea.product_id)
    token = detail.product.product_promotion_link
    line, deal = await world.deal_of(await world.market.place(tea, card=token))
    assert deal is not None
    assert [(hop.hand, hop.party_id) for hop in deal.hops] == [(Hand.AGENCY, world.agency.party_id)]
    assert line.promoter_id == world.agency.party_id


async def test_a_product_is_named_by_a_short_link_too(world: World) -> None:
    tea = world.market.tea
    await world.plan(tea.product_id)
    name = "get_product_promotion_link_info"
    first = await world.agency_asks(name, product_id=tea.product_id)
    again = await world.agency_asks(name, product_short_link=first.short_link)
    assert again.short_link == first.short_link
    for text in ("", "https://elsewhere.example/s/abc"):
        with pytest.raises(NotInPool):
            await world.agency_asks(name, product_short_link=text)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"sharer_appid": "wx0000"}, NoSharer),
        ({"sharer_openid": "nobody"}, NoSharer),
        ({"shop_appid": "wx0000"}, NotInPool),
        ({"head_supplier_appid": "wx0000"}, NotInPool),
        ({"product_id": 11}, NotInPool),
    ],
)
async def test_links_to_what_is_not_there(
    world: World, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    await world.plan(world.market.tea.product_id)
    named = {"product_id": world.market.tea.product_id, **fields}
    for name in LINKS:
        with pytest.raises(refusal):
            await world.agency_asks(name, **named)
    pool_ = world.opened.house.pool
    assert await pool_.fetchval("select count(*) from deals where plan_kind = 4") == 0
    assert await pool_.fetchval("select count(*) from links") == 0


async def test_unknown_kinds_of_plans_are_refused(world: World) -> None:
    for asked in ({"plan_type": 5}, {"plan_type": -1}):
        with pytest.raises(UnknownPlanType):
            await world.agency_asks("get_promote_product_list", **asked)
    with pytest.raises(UnknownPlanType):
        await world.agency_asks("get_promote_product_detail", product_id=1, plan_type=3)


async def test_what_goes_off_sale_leaves_the_pool(world: World) -> None:
    tea = world.market.tea.product_id
    await world.plan(tea)
    await ask(world.opened, world.market.shop, "/channels/ec/product/delisting", product_id=tea)
    assert await pool(world) == []
    with pytest.raises(NotInPool):
        await world.agency_asks("get_product_promotion_link_info", product_id=tea)


async def test_a_changed_part_is_another_deal_and_old_links_keep_theirs(world: World) -> None:
    tea = world.market.tea
    await world.plan(tea.product_id)
    appid = await world.sharer()
    name, fields = (
        "get_promoter_single_product_promotion_info",
        {"sharer_appid": appid, "product_id": tea.product_id},
    )
    old = (await world.agency_asks(name, **fields)).product_promotion_link
    await world.agency_asks(
        "set_sharer_commission_info",
        sharer_appid=appid, commission_type=0, commission_ratio=100_000,
    )  # fmt: skip
    new = (await world.agency_asks(name, **fields)).product_promotion_link
    cards = [read_card(world.opened.house, one) for one in (old, new)]
    assert cards[0]
    assert cards[1]
    assert cards[0].deal_id != cards[1].deal_id
    for token, part in ((old, 100_000), (new, 20_000)):
        _, deal = await world.deal_of(await world.market.place(tea, card=token))
        assert deal is not None
        assert deal.hops[1].ratio_ppm == part


async def test_a_link_of_who_was_let_go_or_of_an_ended_plan_credits_nobody(world: World) -> None:
    """Not even by the plan for all promoters, of whom a sharer is none."""
    tea = world.market.tea
    (plan_id,) = await world.plan(tea.product_id)
    appid = await world.sharer()
    name = "get_promoter_single_product_promotion_info"
    fields = {"sharer_appid": appid, "product_id": tea.product_id}
    token = (await world.agency_asks(name, **fields)).product_promotion_link
    detail = await world.agency_asks("get_promote_product_detail", product_id=tea.product_id)
    own = detail.product.product_promotion_link

    async def earns(card: str) -> bool:
        line, _ = await world.deal_of(await world.market.place(tea, card=card))
        assert bool(line.promoter_id) is bool(line.commission_ppm)
        return bool(line.promoter_id)

    assert await earns(token)
    await world.agency_asks("headsupplier_unbind_promoter", sharer_appid=appid)
    assert [await earns(token), await earns(own)] == [False, True]
    path = "/v1/shop/agencyplan/move"
    await world.ask(world.market.shop, path, plan_id=plan_id, move="delete")
    assert await earns(own) is False


async def test_what_a_friend_shows_on_still_pays_who_shared_it_first(world: World) -> None:
    tea, friend = world.market.tea, world.market.buyer
    await world.plan(tea.product_id)
    await world.sharer()
    made = await world.ask(world.person, "/v1/sharer/link/make", product_id=tea.product_id)
    await world.ask(friend, "/v1/buyer/link/open", code=made.forms.link_code)
    shown = await world.ask(friend, "/v1/buyer/share/make", product_id=tea.product_id)
    line, deal = await world.deal_of(await world.market.place(tea, card=shown.token))
    assert deal is not None
    assert [hop.hand for hop in deal.hops] == [Hand.AGENCY, Hand.SHARER]
    assert line.share_id


async def test_a_card_that_lost_its_deal_pays_no_sharer_by_the_promoters_plan(
    world: World,
) -> None:
    await world.sharer()
    pool_ = world.opened.house.pool
    sharer_id = await pool_.fetchval("select party_id from sharers")
    card = CardRef(world.market.shop.party_id, int(world.market.tea.product_id), sharer_id)
    token = card_token(world.opened.house, card)
    line, _ = await world.deal_of(await world.market.place(world.market.tea, card=token))
    assert (line.promoter_id, line.commission_ppm) == (0, 0)


async def test_a_sharer_s_link_sent_to_a_chat_is_a_card_with_its_deal(world: World) -> None:
    tea, friend = world.market.tea, world.market.buyer
    await world.plan(tea.product_id)
    await world.sharer()
    token = (await world.ask(friend, "/v1/buyer/contact/card")).token
    await world.ask(world.person, "/v1/buyer/contact/request", token=token)
    accept = {"buyer_id": str(world.person.buyer_id)}
    path = "/v1/buyer/contact/request/accept"
    chat_id = (await world.ask(friend, path, **accept)).chat_id
    made = await world.ask(world.person, "/v1/sharer/link/make", product_id=tea.product_id)
    body = {"kind": "text", "text": made.forms.url, "may_turn": True}
    await world.ask(world.person, "/v1/buyer/chat/send", chat_id=chat_id, body=body)
    page = await world.ask(friend, "/v1/buyer/chat/messages", chat_id=chat_id)
    (card,) = [one.card for one in page.messages if one.kind == "product"]
    line, deal = await world.deal_of(await world.market.place(tea, card=card.token))
    assert deal is not None
    assert [hop.hand for hop in deal.hops] == [Hand.AGENCY, Hand.SHARER]
    assert line.surface == 8, "the chat"
