"""Cards and touches: who brought whom, on real tables."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.surfaces import api
from tongshang.modules.surfaces.api import CardRef, Scene, TouchDraft

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SHOP, PRODUCT, PROMOTER, CONTENT = 10 * 10**17, 11 * 10**17 + 7, 10 * 10**17 + 3, 15 * 10**17
CARD = CardRef(SHOP, PRODUCT, PROMOTER, CONTENT, Scene.ARTICLE_CARD)


async def test_a_token_says_where_it_leads_and_is_short(opened: Opened) -> None:
    token = api.card_token(opened.house, CARD)
    assert len(token) < 90
    assert api.read_card(opened.house, token) == CARD


async def test_a_changed_or_foreign_token_is_not_read(opened: Opened) -> None:
    token = api.card_token(opened.house, CARD)
    changed = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(64)]
    assert all(api.read_card(opened.house, text) is None for text in changed)
    assert all(api.read_card(opened.house, text) is None for text in ("", "x", "中文", token[:-2]))
    opened.house.secret = b"another platform's"
    assert api.read_card(opened.house, token) is None


async def test_the_last_promoter_counts_and_every_click_is_kept(opened: Opened) -> None:
    other = CardRef(SHOP, PRODUCT, PROMOTER + 1, 0, Scene.PRODUCT_SHARE)
    async with calling(opened) as call:
        await api.record_touches(
            call,
            [
                TouchDraft(1, other, NOON),
                TouchDraft(1, CARD, NOON + timedelta(minutes=1)),
                TouchDraft(0, CARD, NOON),  # nobody signed in
                TouchDraft(2, CardRef(SHOP, PRODUCT), NOON),  # the shop's own card
            ],
        )
        await api.record_touches(call, [TouchDraft(1, other, NOON)])  # arrives late
        found = await api.last_touches(call.tx, [(1, PRODUCT), (2, PRODUCT)], NOON)
        assert {key: touch.promoter_id for key, touch in found.items()} == {(1, PRODUCT): PROMOTER}
        assert await call.tx.fetchval("select count(*) from clicks") == 5
        assert not await api.last_touches(call.tx, [(1, PRODUCT)], NOON + timedelta(hours=1))


async def test_the_shops_own_card_takes_no_sale_from_a_promoter(opened: Opened) -> None:
    async with calling(opened) as call:
        later = NOON + timedelta(days=1)
        own = TouchDraft(1, CardRef(SHOP, PRODUCT), later)
        await api.record_touches(call, [TouchDraft(1, CARD, NOON), own])
        (touch,) = (await api.last_touches(call.tx, [(1, PRODUCT)], NOON)).values()
        assert (touch.promoter_id, touch.at) == (PROMOTER, NOON)


async def test_of_touches_at_once_the_latest_is_last_and_none_deadlocks(opened: Opened) -> None:
    async def touch(minute: int) -> None:
        cards = [CardRef(SHOP, PRODUCT + n, PROMOTER + minute) for n in range(20)]
        drafts = [TouchDraft(1, card, NOON + timedelta(minutes=minute)) for card in cards]
        async with calling(opened) as call:
            await api.record_touches(call, drafts if minute % 2 else drafts[::-1])

    await asyncio.gather(*(touch(minute) for minute in range(8)))
    async with calling(opened) as call:
        keys = [(1, PRODUCT + n) for n in range(20)]
        found = await api.last_touches(call.tx, keys, NOON)
    assert {touch.promoter_id for touch in found.values()} == {PROMOTER + 7}


def test_an_order_item_says_where_it_came_from() -> None:
    touch = api.Touch(PROMOTER, CONTENT, Scene.ARTICLE_CARD, SHOP, PRODUCT, NOON)
    assert api.source_of(touch) == api.Source(100, 2, PROMOTER, CONTENT)
    shared = api.Touch(PROMOTER, 0, Scene.PRODUCT_SHARE, SHOP, PRODUCT, NOON)
    assert api.source_of(shared) == api.Source(100, 5, PROMOTER, 0)
    assert api.source_of(api.Touch(0, 0, Scene.OTHER, SHOP, PRODUCT, NOON)) is None
