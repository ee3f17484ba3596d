"""Finding, following and keeping, as buyers, shops and programs do it."""

import asyncio
from typing import Any

import pytest

from tests.market import Market
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.discovery import api, domain
from tongshang.modules.discovery.api import Choices
from tongshang.modules.discovery.refusals import (
    ItemNotFound,
    PartyNotHere,
    TooManyFollowed,
    WeightUnknown,
)
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.modules.surfaces.api import (
    Block,
    BlockKind,
    ContentDraft,
    Surface,
    publish,
    read_card,
)
from tongshang.runtime.call import NOBODY, Caller

FEED = "/v1/buyer/feed/list"


async def friend_of(market: Market, name: str = "秋秋") -> Caller:
    """Another buyer, who is the buyer's friend."""
    async with calling(market.opened) as call:
        (buyer_id,) = await add_buyers(call, [BuyerDraft(name)])
        found = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
        pairs = ((market.buyer.buyer_id, buyer_id), (buyer_id, market.buyer.buyer_id))
        await call.tx.executemany(
            "insert into contacts (buyer_id, friend_id, remark, since) values ($1, $2, '', $3)",
            [(*pair, call.at) for pair in pairs],
        )
    return buyer_caller(found)


async def read_all(market: Market, who: Caller, limit: int) -> list[str]:
    """The ids of a whole feed, page by page."""
    ids, next_key = list[str](), ""
    for _ in range(40):
        page = await market.ask(who, FEED, limit=limit, next_key=next_key)
        ids += [item.item_id for item in page.items]
        next_key = page.next_key
        if not next_key:
            return ids
    raise AssertionError("a feed without an end")


async def write(market: Market, count: int) -> list[int]:
    """So many articles of the promoter."""
    card = Block(BlockKind.CARD, shop_id=int(market.shop_id), product_id=int(market.tea.product_id))
    drafts = [
        ContentDraft(
            market.promoter.party_id, f"第 {n} 泡", (Block(BlockKind.PARAGRAPH, "茶"), card)
        )
        for n in range(count)
    ]
    async with calling(market.opened) as call:
        ids = await publish(call, drafts)
    await finish_work(market.opened)
    return ids


async def test_the_feed_mixes_contents_goods_and_shops_and_says_why(market: Market) -> None:
    page = await market.ask(NOBODY, FEED)
    assert {item.kind for item in page.items} == {"article", "product", "shop"}
    assert all(item.reason.text and item.reason.text_zh for item in page.items)
    content = next(item for item in page.items if item.kind == "article")
    assert [card.title for card in content.cards] == [market.tea.title, market.cup.title]
    card = read_card(market.opened.house, content.cards[1].token)
    assert card is not None
    assert (card.surface, card.position) == (Surface.FEED, 2)
    assert card.promoter_id == market.promoter.party_id


async def test_one_reading_shows_nothing_twice_though_much_comes_out_meanwhile(
    market: Market,
) -> None:
    await write(market, 30)
    first = await market.ask(market.buyer, FEED, limit=7)
    later = await write(market, 5)
    await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=market.promoter.party_id)
    ids, key = [item.item_id for item in first.items], first.next_key
    while key:
        page = await market.ask(market.buyer, FEED, limit=7, next_key=key)
        ids, key = ids + [item.item_id for item in page.items], page.next_key
    assert len(ids) == len(set(ids)) == 34  # 31 articles, 2 products, a shop
    assert not set(map(str, later)) & set(ids)
    assert set(map(str, later)) <= set(await read_all(market, market.buyer, 50))


async def test_a_page_of_the_feed_takes_as_many_statements_whatever_its_size(
    market: Market,
) -> None:
    await write(market, 40)
    await market.ask(market.buyer, FEED, limit=1)  # weights are remembered from here on
    with sent_statements(market.opened) as few:
        await market.ask(market.buyer, FEED, limit=5)
    with sent_statements(market.opened) as many:
        await market.ask(market.buyer, FEED, limit=40)
    assert len(few) == len(many) <= 16, many


async def test_what_went_off_sale_or_was_removed_is_found_no_more(market: Market) -> None:
    await market.ask(market.promoter, "/v1/promoter/content/remove", content_id=market.content_id)
    await market.ask(
        market.shop, "/channels/ec/product/delisting", product_id=market.tea.product_id
    )
    page = await market.ask(NOBODY, FEED)
    assert {item.item_id for item in page.items} == {market.cup.product_id, market.shop_id}
    await finish_work(market.opened)
    with pytest.raises(ItemNotFound):
        await market.ask(NOBODY, "/v1/buyer/feed/why", item_id=market.content_id)


async def test_following_brings_what_the_followed_published(market: Market) -> None:
    promoter_id = str(market.promoter.party_id)
    empty = await market.ask(market.buyer, FEED, tab="following")
    assert (empty.items, empty.note) == ([], "no_follows")
    await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=promoter_id)
    standing = await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=promoter_id)
    assert (standing.follows, standing.followers) == (True, 1)
    (item,) = (await market.ask(market.buyer, FEED, tab="following")).items
    assert item.item_id == market.content_id
    assert item.reason.text_zh == "你关注的 阿宁"
    await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=promoter_id, follows=False)
    assert (await market.ask(market.buyer, "/v1/buyer/follow/list")).parties == []
    assert (await market.ask(NOBODY, "/v1/buyer/home/get", party_id=promoter_id)).followers == 0


async def test_a_hundred_who_follow_at_once_are_counted(market: Market) -> None:
    friends = [await friend_of(market, f"友{n}") for n in range(8)]
    path, party_id = "/v1/buyer/follow/set", str(market.promoter.party_id)
    await asyncio.gather(
        *(market.ask(one, path, party_id=party_id) for one in friends for _ in range(3))
    )
    assert (await market.ask(NOBODY, "/v1/buyer/home/get", party_id=party_id)).followers == 8


async def test_friends_see_what_one_bought_only_where_one_allows_it(market: Market) -> None:
    friend = await friend_of(market)
    seen = [await buy_and_look(market, friend)]
    await market.ask(market.buyer, "/v1/buyer/choices/set", shows_purchases=True)
    seen.append(await buy_and_look(market, friend))
    await market.ask(market.buyer, "/v1/buyer/choices/set", shows_purchases=False)
    seen.append((await market.ask(friend, FEED, tab="friends")).items)
    assert [len(items) for items in seen] == [0, 1, 0]
    assert seen[1][0].reason.text_zh == "1 位好友买过"
    stranger = Caller("x", market.buyer.scopes, buyer_id=17)
    assert (await market.ask(stranger, FEED, tab="friends")).note == "no_friends"


async def buy_and_look(market: Market, friend: Caller) -> Any:
    order_id = await market.place(market.cup)
    await market.pay(order_id)
    await market.ship(order_id)
    await market.receive(order_id)
    await finish_work(market.opened)
    return (await market.ask(friend, FEED, tab="friends")).items


async def test_nearby_is_the_city_of_ones_address(market: Market) -> None:
    page = await market.ask(market.buyer, FEED, tab="nearby")
    assert (page.items, page.note, page.city) == ([], "nothing", "杭州市")
    place = {"province": "浙江省", "city": "杭州市"}
    await market.ask(market.shop, "/v1/shop/place/set", **place)
    page = await market.ask(market.buyer, FEED, tab="nearby")
    assert {item.kind for item in page.items} == {"product", "shop"}
    assert page.items[0].reason.text_zh == "同城 · 杭州市"
    nobody_home = Caller("x", market.buyer.scopes, buyer_id=17)
    assert (await market.ask(nobody_home, FEED, tab="nearby")).note == "no_address"
    assert (await market.ask(NOBODY, FEED, tab="nearby")).note == "sign_in"


async def test_why_answers_the_parts_and_weights_are_the_operators(market: Market) -> None:
    await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=market.promoter.party_id)
    why = await market.ask(market.buyer, "/v1/buyer/feed/why", item_id=market.content_id)
    assert {part.part: part.points for part in why.parts}["follow"] == why.weights["follow"]
    assert why.points == sum(part.points for part in why.parts)
    path = "/v1/platform/feed/weight/set"
    told = await market.ask(market.operator, path, part="follow", points=7)
    assert told.weights["follow"] == 7
    why = await market.ask(market.buyer, "/v1/buyer/feed/why", item_id=market.content_id)
    assert {part.part: part.points for part in why.parts}["follow"] == 7
    with pytest.raises(WeightUnknown):
        await market.ask(market.operator, path, part="bribe", points=7)
    await market.ask(market.operator, path, part="follow", points=500)


async def test_what_is_kept_stays_and_says_when_it_is_gone(market: Market) -> None:
    kept = [market.tea.product_id, market.content_id, market.shop_id]
    for item_id in kept * 2:
        await market.ask(market.buyer, "/v1/buyer/saved/set", item_id=item_id)
    path, tea = "/v1/buyer/saved/list", market.tea.product_id
    await market.ask(market.shop, "/channels/ec/product/delisting", product_id=tea)
    await finish_work(market.opened)
    page = await market.ask(market.buyer, path)
    assert {item.item_id for item in page.items} == set(kept)
    gone = next(item for item in page.items if item.item_id == tea)
    assert (gone.is_available, gone.title, gone.card.why) == (False, market.tea.title, "off_sale")
    assert [one.item_id for one in (await market.ask(market.buyer, path, kind="shop")).items] == [
        market.shop_id
    ]
    await market.ask(market.buyer, "/v1/buyer/saved/set", item_id=tea, saved=False)
    assert len((await market.ask(market.buyer, path)).items) == 2
    with pytest.raises(ItemNotFound):
        await market.ask(market.buyer, "/v1/buyer/saved/set", item_id="1107128536221057999")


async def test_a_history_is_kept_cleared_and_turned_off(market: Market) -> None:
    look, path = "/v1/buyer/history/add", "/v1/buyer/history/list"
    for item_id in (market.tea.product_id, market.content_id, market.tea.product_id):
        assert (await market.ask(market.buyer, look, item_id=item_id)).done
    page = await market.ask(market.buyer, path)
    assert [one.item_id for one in page.items] == [market.tea.product_id, market.content_id]
    await market.ask(market.buyer, "/v1/buyer/history/clear", item_id=market.content_id)
    assert len((await market.ask(market.buyer, path)).items) == 1
    await market.ask(market.buyer, "/v1/buyer/choices/set", keeps_history=False)
    assert not (await market.ask(market.buyer, look, item_id=market.content_id)).done
    page = await market.ask(market.buyer, path)
    assert (page.items, page.keeps) == ([], False)


async def test_a_product_page_tells_who_carries_it_and_what_else_there_is(market: Market) -> None:
    around = await market.ask(NOBODY, "/v1/buyer/product/around", product_id=market.tea.product_id)
    assert [item.item_id for item in around.carriers] == [market.content_id]
    assert [item.item_id for item in around.goods] == [market.cup.product_id]
    assert (around.card.price_fen, around.card.stock) == (market.tea.prices_fen[0], 200)


async def test_a_creators_shelf_holds_what_the_latest_contents_carry_as_own_cards(
    market: Market,
) -> None:
    party_id = str(market.promoter.party_id)
    shelf = (await market.ask(NOBODY, "/v1/buyer/home/goods", party_id=party_id)).items
    assert [item.title for item in shelf] == [market.tea.title, market.cup.title]
    card = read_card(market.opened.house, shelf[0].card.token)
    assert card is not None
    assert (card.promoter_id, card.surface) == (market.promoter.party_id, Surface.WINDOW)


async def test_the_order_centre_leads_on_for_ones_own_orders_only(market: Market) -> None:
    order_id = await market.place(market.cup)
    path = "/v1/buyer/order/entries"
    (entry,) = (await market.ask(market.buyer, path, order_ids=[order_id])).orders
    card = read_card(market.opened.house, entry.cards[0].token)
    assert card is not None
    assert (card.surface, str(card.product_id)) == (Surface.ORDER_CENTER, market.cup.product_id)
    stranger = Caller("x", market.buyer.scopes, buyer_id=17)
    assert (await market.ask(stranger, path, order_ids=[order_id])).orders == []


async def test_limits_and_foreign_cursors_are_refused(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(market, 8)
    page = await market.ask(market.buyer, FEED, limit=2)
    for wrong in ({"tab": "hot"}, {"next_key": page.next_key[:-3] + "AAA"}):
        with pytest.raises(CursorMismatch):
            await market.ask(market.buyer, FEED, **({"next_key": page.next_key} | wrong))
    with pytest.raises(CursorMismatch):
        await market.ask(NOBODY, FEED, next_key=page.next_key)
    with pytest.raises(PartyNotHere):
        await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=market.operator.party_id)
    monkeypatch.setattr(domain, "FOLLOWS_MAX", 1)
    await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=market.shop_id)
    with pytest.raises(TooManyFollowed):
        await market.ask(market.buyer, "/v1/buyer/follow/set", party_id=market.promoter.party_id)


async def test_what_many_look_at_is_hot(market: Market) -> None:
    async with calling(market.opened) as call:
        looks = [(n, int(market.cup.product_id), call.at) for n in range(1, 6)]
        await api.add_looks(call, [*looks, (9, int(market.tea.product_id), call.at)])
        await api.set_choices(call, [1], Choices())
    async with calling(market.opened) as call:
        await call.tx.execute("update looks set at = at - interval '1 second'")
        await api.count_heat(call)
    page = await ask(market.opened, NOBODY, FEED, tab="hot")
    assert [item.item_id for item in page.items] == [
        market.cup.product_id, market.tea.product_id,
    ]  # fmt: skip
    assert page.items[0].reason.text_zh == "大家都在看"
