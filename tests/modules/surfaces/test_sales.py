"""What an order keeps of the card it was bought from, and what a restriction does to it."""

from collections.abc import Mapping
from struct import pack
from typing import Any

import pytest

from tests.market import Market
from tests.platform import calling
from tongshang.modules.catalog.api import ProductGone
from tongshang.modules.ordering.refusals import NotOnSale
from tongshang.modules.surfaces import api
from tongshang.modules.surfaces.api import CardRef, Scene, Surface
from tongshang.modules.surfaces.domain.card import pack_card, unpack_card


async def _line(market: Market, order_id: str) -> Mapping[str, Any]:
    row = await market.opened.house.pool.fetchrow(
        "select * from order_lines where order_id = $1", int(order_id)
    )
    assert row is not None
    return dict(row)


async def _bar(market: Market, what: str, scene: int, **more: Any) -> None:
    path = f"/v1/platform/restriction/{what}"
    product_id = market.tea.product_id
    await market.ask(market.operator, path, product_id=product_id, scenes=[scene], **more)


async def test_an_order_keeps_where_its_card_stood(market: Market) -> None:
    line = await _line(market, await market.place(market.cup, card=await market.card(market.cup)))
    assert (line["surface"], line["position"], line["share_id"]) == (Surface.ARTICLE, 2, 0)
    assert line["promoter_id"] == market.promoter.party_id


async def test_a_card_that_nobody_carries_still_says_where_the_sale_was_made(
    market: Market,
) -> None:
    shared = CardRef(
        int(market.shop_id),
        int(market.cup.product_id),
        0,
        0,
        Scene.PRODUCT_SHARE,
        Surface.CHAT,
        3,
        77,
    )
    token = api.card_token(market.opened.house, shared)
    line = await _line(market, await market.place(market.cup, card=token))
    kept = line["surface"], line["position"], line["share_id"], line["scene"]
    assert kept == (Surface.CHAT, 3, 77, Scene.PRODUCT_SHARE)
    assert (line["promoter_id"], line["commission_ppm"]) == (0, 0)


async def test_a_touch_remembers_where_the_card_stood(market: Market) -> None:
    token = await market.card(market.tea)
    await market.ask(market.buyer, "/v1/buyer/card/open", token=token)
    key = market.buyer.buyer_id, int(market.tea.product_id)
    async with calling(market.opened) as call:
        touch = (await api.last_touches(call.tx, [key], call.at.replace(year=2000)))[key]
    assert (touch.surface, touch.position) == (Surface.ARTICLE, 1)
    line = await _line(market, await market.place(market.tea))
    assert (line["surface"], line["position"]) == (Surface.ARTICLE, 1)


async def test_what_is_barred_from_sale_is_not_sold_until_it_is_let_back(market: Market) -> None:
    await _bar(market, "add", 9, source=7, reason="资质待核")
    with pytest.raises(NotOnSale):
        await market.place(market.tea)
    with pytest.raises(ProductGone):
        await market.ask(market.buyer, "/v1/buyer/product/get", product_id=market.tea.product_id)
    assert await market.opened.house.pool.fetchval("select count(*) from orders") == 0
    await _bar(market, "lift", 9)
    assert await market.place(market.tea)


async def test_what_is_barred_from_the_alliance_pays_no_commission(market: Market) -> None:
    card = await market.card(market.tea)
    before = await _line(market, await market.place(market.tea, card=card))
    await _bar(market, "add", 7, source=8, reason="观察期")
    after = await _line(market, await market.place(market.tea, card=card))
    assert (before["commission_ppm"], after["commission_ppm"]) == (100_000, 0)
    assert after["promoter_id"] == market.promoter.party_id, "who brought the buyer is still known"


def test_a_token_made_before_surfaces_were_known_is_still_read() -> None:

    old = pack(">BQQQQ", 6, 1, 2, 3, 4)
    assert unpack_card(old) == CardRef(1, 2, 3, 4, 6)
    assert pack_card(CardRef(1, 2, 3, 4, 6)) == old, "and as short as it was"
    full = CardRef(1, 2, 3, 4, 6, Surface.CHAT, 65_535, 2**62)
    assert unpack_card(pack_card(full)) == full
