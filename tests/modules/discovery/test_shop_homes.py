"""A shop arranges its home; buyers see it so."""

import asyncio
from typing import Any

import pytest

from tests.market import Market, sell
from tests.platform import calling, finish_work
from tongshang.modules.discovery.refusals import (
    ArrangementWrong,
    ClassNameWrong,
    GoodsNotYours,
    PictureNotKept,
)
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_parties, get_party
from tongshang.modules.identity.api import shop_caller as caller_of
from tongshang.runtime.call import NOBODY


async def shown(market: Market, **asked: Any) -> list[str]:
    page = await market.ask(NOBODY, "/v1/buyer/home/goods", party_id=market.shop_id, **asked)
    return [item.item_id for item in page.items]


async def arrange(market: Market, **fields: Any) -> Any:
    return await market.ask(market.shop, "/v1/shop/home/arrange", **fields)


async def test_what_comes_first_what_is_hidden_and_the_rest_by_time(market: Market) -> None:
    pot = await sell(market, "紫砂小壶 西施壶", {"120 毫升": 36_800})
    await finish_work(market.opened)
    tea, cup = market.tea.product_id, market.cup.product_id
    assert await shown(market) == [pot.product_id, cup, tea]
    await arrange(market, first=[tea], hidden=[cup])
    assert await shown(market) == [tea, pot.product_id]
    view = await market.ask(market.shop, "/v1/shop/home/get")
    assert [(one.product_id, one.place, one.is_hidden) for one in view.goods] == [
        (tea, 1, False), (cup, 0, True), (pot.product_id, 0, False),
    ]  # fmt: skip
    await market.ask(market.shop, "/channels/ec/product/delisting", product_id=tea)
    await finish_work(market.opened)
    assert await shown(market) == [pot.product_id], "what is off sale comes nowhere"
    await arrange(market)
    assert await shown(market) == [pot.product_id, cup]


async def test_a_page_goes_on_behind_what_comes_first(market: Market) -> None:
    await arrange(market, first=[market.tea.product_id])
    path = "/v1/buyer/home/goods"
    pot = await sell(market, "紫砂小壶 西施壶", {"120 毫升": 36_800})
    await finish_work(market.opened)
    page = await market.ask(NOBODY, path, party_id=market.shop_id, limit=1)
    ids = [item.item_id for item in page.items]
    assert ids == [market.tea.product_id, pot.product_id]
    assert await shown(market, limit=1, next_key=page.next_key) == [market.cup.product_id]


async def test_classes_are_the_shops_own(market: Market) -> None:
    tea, cup = market.tea.product_id, market.cup.product_id
    classes = [{"name": "喝", "product_ids": [tea]}, {"name": "用", "product_ids": [cup, tea]}]
    await market.ask(market.shop, "/v1/shop/home/classes", classes=classes)
    home = await market.ask(NOBODY, "/v1/buyer/home/get", party_id=market.shop_id)
    assert [(one.class_id, one.name, one.count) for one in home.classes] == [
        (1, "喝", 1), (2, "用", 2),
    ]  # fmt: skip
    assert await shown(market, class_id=2) == [cup, tea]
    await arrange(market, hidden=[tea])
    home = await market.ask(NOBODY, "/v1/buyer/home/get", party_id=market.shop_id)
    assert [(one.name, one.count) for one in home.classes] == [("用", 1)]
    assert await shown(market, class_id=2) == [cup]
    assert await shown(market, class_id=9) == []


async def test_a_banner_leads_to_a_product_that_can_be_bought(market: Market) -> None:
    found = await market.ask(NOBODY, "/v1/buyer/product/get", product_id=market.tea.product_id)
    await arrange(market, banner_url=found.pictures[0], banner_product_id=market.tea.product_id)
    home = await market.ask(NOBODY, "/v1/buyer/home/get", party_id=market.shop_id)
    assert home.banner_url == found.pictures[0]
    assert home.banner.product_id == market.tea.product_id
    path = "/channels/ec/product/delisting"
    await market.ask(market.shop, path, product_id=market.tea.product_id)
    home = await market.ask(NOBODY, "/v1/buyer/home/get", party_id=market.shop_id)
    assert (home.banner_url, home.banner) == (found.pictures[0], None)


async def test_what_is_not_the_shops_or_not_kept_is_refused_and_changes_nothing(
    market: Market,
) -> None:
    tea = market.tea.product_id
    await arrange(market, first=[tea])
    async with calling(market.opened) as call:
        (shop_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "别家")])
        other = caller_of(await get_party(call.tx, shop_id))
    for refusal, path, fields in (
        (GoodsNotYours, "arrange", {"first": [tea]}),
        (GoodsNotYours, "arrange", {"banner_product_id": tea}),
        (GoodsNotYours, "classes", {"classes": [{"name": "喝", "product_ids": [tea]}]}),
        (PictureNotKept, "arrange", {"banner_url": "https://evil.test/a.png"}),
        (ArrangementWrong, "arrange", {"first": [tea], "hidden": [tea]}),
        (ClassNameWrong, "classes", {"classes": [{"name": "喝"}, {"name": " 喝"}]}),
    ):
        with pytest.raises(refusal):
            await market.ask(other, f"/v1/shop/home/{path}", **fields)
    assert (await market.ask(other, "/v1/shop/home/get")).goods == []
    assert await shown(market) == [tea, market.cup.product_id]


async def test_of_two_who_arrange_at_once_one_arrangement_stands_whole(market: Market) -> None:
    tea, cup = market.tea.product_id, market.cup.product_id
    await asyncio.gather(
        arrange(market, first=[tea], hidden=[cup]), arrange(market, first=[cup], hidden=[tea])
    )
    assert await shown(market) in ([tea], [cup])
