"""Who showed what to whom: shares, what was opened from them, and what came of that."""

import asyncio
from typing import Any

import pytest

from tests.market import Market
from tests.modules.links.test_endpoints import another_buyer, touch_of
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.modules.links import api
from tongshang.modules.links.refusals import NothingToShare, ShareNotFound
from tongshang.modules.surfaces.api import CardRef, Surface, read_card
from tongshang.runtime.call import NOBODY, Caller


async def share(market: Market, who: Caller, **asked: Any) -> Any:
    return await market.ask(who, "/v1/buyer/share/make", **asked)


async def tree(market: Market, who: Caller, share_id: str) -> Any:
    return await market.ask(who, "/v1/buyer/share/get", share_id=share_id)


async def test_a_chain_of_shares_keeps_the_promoter_and_tells_each_sharer(market: Market) -> None:
    li, wang = await another_buyer(market, "小李"), await another_buyer(market, "小王")
    card = await market.card(market.tea)
    await market.ask(market.buyer, "/v1/buyer/card/open", token=card)
    first = await share(market, market.buyer, token=card, to_surface=Surface.CHAT)
    await market.ask(li, "/v1/buyer/link/open", code=first.forms.link_code)
    touch = await touch_of(market, li)
    assert (touch.promoter_id, touch.share_id) == (market.promoter.party_id, int(first.share_id))
    # Li names nothing but the product: the promoter and the parent are those he came by.
    second = await share(market, li, product_id=market.tea.product_id)
    ref = read_card(market.opened.house, second.token)
    assert ref is not None
    assert (ref.promoter_id, ref.share_id) == (market.promoter.party_id, int(second.share_id))
    await market.ask(wang, "/v1/buyer/card/open", token=second.token)
    await market.ask(NOBODY, "/v1/buyer/card/open", token=second.token)

    seen = await tree(market, market.buyer, first.share_id)
    assert [(g.depth, g.shares, g.openings, g.openers) for g in seen.generations] == [
        (0, 1, 1, 1), (1, 1, 2, 1),
    ]  # fmt: skip
    (mine,) = (await market.ask(market.buyer, "/v1/buyer/share/list")).shares
    assert (mine.openings, mine.openers, mine.shown_on) == (1, 1, 1)
    assert mine.title == market.tea.title
    with pytest.raises(ShareNotFound):
        await tree(market, wang, first.share_id)


async def test_what_is_bought_by_a_shared_card_keeps_its_share_and_pays_its_promoter(
    market: Market,
) -> None:
    li = await another_buyer(market, "小李")
    made = await share(market, li, token=await market.card(market.tea))
    target = await market.ask(market.buyer, "/v1/buyer/link/open", code=made.forms.link_code)
    order_id = await market.place(market.tea, card=target.token)
    await market.pay(order_id)
    await finish_work(market.opened)
    pool = market.opened.house.pool
    line = await pool.fetchrow(
        "select share_id, surface, promoter_id from order_lines where order_id = $1", int(order_id)
    )
    assert tuple(line or ()) == (int(made.share_id), Surface.SHORT_LINK, market.promoter.party_id)


async def test_opening_ones_own_share_counts_for_nothing(market: Market) -> None:
    made = await share(market, market.buyer, product_id=market.tea.product_id)
    await market.ask(market.buyer, "/v1/buyer/link/open", code=made.forms.link_code)
    (mine,) = (await market.ask(market.buyer, "/v1/buyer/share/list")).shares
    assert (mine.openings, mine.openers) == (0, 0)
    again = await share(market, market.buyer, token=made.token)
    assert (await tree(market, market.buyer, made.share_id)).share.shown_on == 0
    assert again.share_id != made.share_id


async def test_a_shop_and_an_article_are_shared_and_opened_too(market: Market) -> None:
    li = await another_buyer(market, "小李")
    for asked in ({"shop_id": market.shop_id}, {"content_id": market.content_id}):
        made = await share(market, market.buyer, **asked)
        await market.ask(li, "/v1/buyer/link/open", code=made.forms.link_code)
        assert (await tree(market, market.buyer, made.share_id)).share.openers == 1
    with pytest.raises(NothingToShare):
        await share(market, market.buyer)
    with pytest.raises(NothingToShare):
        await share(market, market.buyer, shop_id=str(market.promoter.party_id))


async def test_a_share_that_is_none_of_ours_is_told_to_nobody(market: Market) -> None:
    async with calling(market.opened, market.buyer) as call:
        ref = CardRef(int(market.shop_id), int(market.tea.product_id), 0, 0, 1, 8, 0, 999)
        share_id = await api.share(call, api.ShareDraft(market.buyer.buyer_id, ref, 8))
        row = await call.tx.fetchrow(
            "select parent_share_id, root_share_id, depth from link_shares where share_id = $1",
            share_id,
        )
    assert tuple(row or ()) == (0, share_id, 1)


async def test_a_tree_of_any_width_is_counted_by_as_many_statements(market: Market) -> None:
    root = await share(market, market.buyer, product_id=market.tea.product_id)
    li = await another_buyer(market, "小李")
    with sent_statements(market.opened) as few:
        await tree(market, market.buyer, root.share_id)
    async with calling(market.opened, li) as call:
        ref = read_card(market.opened.house, root.token)
        assert ref is not None
        drafts = [api.ShareDraft(li.buyer_id, ref, 8) for _ in range(40)]
        with sent_statements(market.opened) as sent:
            await api.share_many(call, drafts)
        assert len(sent) <= 3
    with sent_statements(market.opened) as many:
        seen = await tree(market, market.buyer, root.share_id)
    assert len(many) == len(few)
    assert seen.generations[1].shares == 40
    assert seen.share.shown_on == 40


async def test_many_open_one_share_at_once_and_each_is_counted(market: Market) -> None:
    made = await share(market, market.buyer, product_id=market.tea.product_id)
    people = [await another_buyer(market, f"路人{n}") for n in range(6)]
    await asyncio.gather(
        *(ask(market.opened, who, "/v1/buyer/card/open", token=made.token) for who in people * 2)
    )
    (mine,) = (await market.ask(market.buyer, "/v1/buyer/share/list")).shares
    assert (mine.openings, mine.openers) == (12, 6)
