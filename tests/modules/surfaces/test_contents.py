"""The life of a content: written, kept, scheduled, published, changed, taken back, taken down."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.league.goods import PRICE_FEN, Goods, open_goods, picture
from tests.modules.media.films import mp4
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.governance.refusals import AlreadyRestricted, NotRestricted
from tongshang.modules.inventory import api as inventory
from tongshang.modules.inventory.api import StockMove, StockOp
from tongshang.modules.surfaces import api
from tongshang.modules.surfaces.api import CardRef, Surface
from tongshang.modules.surfaces.domain.content import VERSIONS_MAX
from tongshang.modules.surfaces.domain.markup import clean, plain
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    BadTime,
    CardTypeUnknown,
    ContentMoved,
    ContentNotFound,
    ProductBarred,
    ProductNotHere,
    ProductOffSale,
    VersionNotFound,
)
from tongshang.runtime.call import NOBODY, Caller, Scope
from tongshang.runtime.files import SentFile

OPERATOR = Caller("operator", frozenset({Scope.PUBLIC, Scope.OPERATOR}), party_id=9)


@pytest.fixture
async def goods(opened: Opened) -> Goods:
    return await open_goods(opened, 3)


def _content(goods: Goods, *products: int, **fields: Any) -> dict[str, Any]:
    shop_id = str(goods.shop.party_id)
    cards = [{"kind": "card", "shop_id": shop_id, "product_id": str(one)} for one in products]
    return {"title": "春天的茶", "blocks": [{"kind": "paragraph", "text": "山"}, *cards], **fields}


async def _do(goods: Goods, what: str, who: Caller | None = None, **fields: Any) -> Any:
    caller = who or goods.promoter
    audience = "shop" if Scope.SHOP in caller.scopes else "promoter"
    return await ask(goods.opened, caller, f"/v1/{audience}/content/{what}", **fields)


async def _add(goods: Goods, *products: int, **fields: object) -> str:
    return str((await _do(goods, "add", **_content(goods, *products, **fields))).content_id)


async def _read(goods: Goods, content_id: str) -> Any:
    return await ask(goods.opened, NOBODY, "/v1/buyer/content/get", content_id=content_id)


async def _state(goods: Goods, content_id: str) -> tuple[str, int]:
    about = (await _do(goods, "get", content_id=content_id)).about
    return about.state, about.version


async def _restrict(goods: Goods, what: str, product_id: int, *scenes: int, **more: Any) -> None:
    path = f"/v1/platform/restriction/{what}"
    await ask(goods.opened, OPERATOR, path, product_id=product_id, scenes=list(scenes), **more)


async def _bar(goods: Goods, product_id: int, *scenes: int) -> None:
    await _restrict(goods, "add", product_id, *scenes, source=1, reason="夸大宣传")


# --- its life -----------------------------------------------------------------------------------


async def test_a_draft_is_its_authors_alone_until_it_is_published(goods: Goods) -> None:
    content_id = await _add(goods, goods.listed[0], is_draft=True)
    with pytest.raises(ContentNotFound):
        await _read(goods, content_id)
    with pytest.raises(ContentNotFound):
        await _do(goods, "get", goods.other_promoter, content_id=content_id)
    shown = (await _do(goods, "get", content_id=content_id)).shown
    assert shown.blocks[1].card.price_fen == PRICE_FEN, "a preview shows what people will see"
    await _do(goods, "publish", content_id=content_id)
    assert (await _read(goods, content_id)).title == "春天的茶"
    with pytest.raises(IllegalMove):
        await _do(goods, "publish", content_id=content_id)
    page = await _do(goods, "list")
    assert page.counts == {"visible": 1, "removed": 0, "draft": 0, "scheduled": 0}


async def test_an_unfinished_draft_is_kept_and_not_published(goods: Goods) -> None:
    content_id = await _add(goods, blocks=[], is_draft=True)
    scheduled: dict[str, Any] = {"publish_at": _in(goods, hours=1)}
    for what, more in (("publish", {}), ("schedule", scheduled)):
        with pytest.raises(BadBlock):
            await _do(goods, what, content_id=content_id, **more)
    assert await _state(goods, content_id) == ("draft", 1)


def _in(goods: Goods, **time: int) -> str:
    return (goods.opened.house.clock.now() + timedelta(**time)).isoformat()


async def test_the_clock_publishes_what_is_scheduled_at_its_time(goods: Goods) -> None:
    at = _in(goods, hours=2)
    content_id = await _add(goods, goods.listed[0], publish_at=at)
    waiting = await _add(goods, publish_at=at)
    await _do(goods, "withdraw", content_id=waiting)
    await finish_work(goods.opened)
    assert await _state(goods, content_id) == ("scheduled", 1)
    with pytest.raises(ContentNotFound):
        await _read(goods, content_id)
    goods.opened.house.clock.offset += timedelta(hours=3)
    await finish_work(goods.opened)
    assert (await _read(goods, content_id)).published_at.isoformat() == at
    assert await _state(goods, waiting) == ("draft", 1)


async def test_a_time_that_is_past_or_far_is_refused(goods: Goods) -> None:
    content_id = await _add(goods, is_draft=True)
    for at in (_in(goods, minutes=-1), _in(goods, days=91)):
        with pytest.raises(BadTime):
            await _do(goods, "schedule", content_id=content_id, publish_at=at)
        with pytest.raises(BadTime):
            await _add(goods, publish_at=at)
    assert await _state(goods, content_id) == ("draft", 1)


async def test_of_two_who_publish_at_once_one_is_refused(goods: Goods) -> None:
    content_id = await _add(goods, is_draft=True)
    both = [_do(goods, "publish", content_id=content_id) for _ in range(2)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(one, IllegalMove) for one in done) == [False, True]


async def test_versions_are_kept_and_an_earlier_one_is_said_again(goods: Goods) -> None:
    content_id = await _add(goods, goods.listed[0])
    await _do(goods, "update", content_id=content_id, **_content(goods, title="夏天的茶"))
    with pytest.raises(ContentMoved):
        await _do(goods, "update", content_id=content_id, version=1, **_content(goods))
    kept = (await _do(goods, "version/list", content_id=content_id)).versions
    assert [(one.version, one.title, one.card_count) for one in kept] == [
        (2, "夏天的茶", 0),
        (1, "春天的茶", 1),
    ]
    restored = await _do(goods, "version/restore", content_id=content_id, version=1)
    assert restored.version == 3
    assert (await _read(goods, content_id)).blocks[1].card
    with pytest.raises(VersionNotFound):
        await _do(goods, "version/restore", content_id=content_id, version=99)
    with pytest.raises(ContentNotFound):
        await _do(goods, "version/restore", goods.other_promoter, content_id=content_id, version=1)
    for number in range(VERSIONS_MAX):
        await _do(goods, "update", content_id=content_id, **_content(goods, title=str(number)))
    kept = (await _do(goods, "version/list", content_id=content_id)).versions
    assert [one.version for one in kept] == list(range(VERSIONS_MAX + 3, 3, -1))


async def test_a_shop_writes_of_its_own_goods_and_nobody_earns(goods: Goods) -> None:
    added = await _do(goods, "add", goods.shop, **_content(goods, goods.listed[0]))
    content = await _read(goods, added.content_id)
    assert (content.author.kind, content.author.promoter_id) == ("shop", "0")
    card = api.read_card(goods.opened.house, content.blocks[1].card.token)
    assert card is not None
    assert (card.promoter_id, card.surface, card.position) == (0, Surface.ARTICLE, 1)
    with pytest.raises(ProductNotHere):
        await _do(goods, "add", goods.other_shop, **_content(goods, goods.listed[0]))


# --- what is in it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept", "words"),
    [
        ("<b>山</b><script>alert(1)</script>里", "<b>山</b>里", "山里"),
        ("3 < 5 & <i>6</i>", "3 &lt; 5 &amp; 6", "3 < 5 & 6"),
        ('<a href="javascript:alert(1)">x</a>', "<a rel=", "x"),
        ('<a href="//evil.test">x</a>', "<a rel=", "x"),
        ('<a href="/p/1" onclick="x()">茶</a>', '<a href="/p/1" rel="noopener', "茶"),
        ('<a href="https://a.test/?x=1&y">茶</a>', '<a href="https://a.test/?x=1&amp;y"', "茶"),
        ("<svg onload=alert(1)><img src=x onerror=alert(1)>好", "好", "好"),
        ("<ul><li>一<li>二</ul>三<br>四", "<ul><li>一</li><li>二</li></ul>三<br>四", "一 二 三 四"),
        ("&lt;script&gt;", "&lt;script&gt;", "<script>"),
    ],
)
def test_only_the_markup_on_the_list_stays(written: str, kept: str, words: str) -> None:
    assert clean(written).startswith(kept)
    assert clean(clean(written)) == clean(written)
    assert plain(clean(written)) == words


async def test_script_in_a_paragraph_is_gone_and_in_a_title_only_words(goods: Goods) -> None:
    blocks = [{"kind": "paragraph", "text": "<script>x()</script><b>好</b>茶"}]
    content_id = await _add(goods, title="<script>x()</script>", blocks=blocks)
    content = await _read(goods, content_id)
    assert (content.title, content.blocks[0].html) == ("<script>x()</script>", "<b>好</b>茶")
    stored = await goods.opened.house.pool.fetchval("select blocks::text from contents")
    assert "script" not in stored


async def test_a_short_video_plays_its_own_video_with_cards_at_a_second(goods: Goods) -> None:
    sent = SentFile(io.BytesIO(mp4(millis=9_500)), len(mp4()))
    video = await ask(goods.opened, goods.promoter, "/v1/promoter/video/upload", media=sent)

    def short(second: int, **media: str) -> dict[str, Any]:
        content = _content(goods, goods.listed[0], kind="short_video", media=media)
        content["blocks"][1]["at_seconds"] = second
        return content

    added = await _do(goods, "add", **short(9, url=video.url))
    content = await _read(goods, added.content_id)
    assert (content.media.seconds, content.blocks[1].at_seconds) == (9, 9)
    card = api.read_card(goods.opened.house, content.blocks[1].card.token)
    assert card is not None
    assert Surface(card.surface) is Surface.SHORT_VIDEO
    for bad in (short(10, url=video.url), short(1), short(1, url="/media/" + "0" * 64 + ".mp4")):
        with pytest.raises(BadBlock):
            await _do(goods, "add", **bad)
    with pytest.raises(BadBlock):  # somebody else's video
        await _do(goods, "add", goods.other_promoter, **short(1, url=video.url))


@pytest.mark.parametrize(
    "block",
    [
        {"kind": "picture", "url": "/media/x.svg"},
        {"kind": "video", "url": picture(1)},
        {"kind": "shop", "shop_id": "404"},
        {"kind": "live", "content_id": "404"},
    ],
)
async def test_a_block_that_leads_nowhere_is_named(goods: Goods, block: dict[str, Any]) -> None:
    with pytest.raises(BadBlock) as refused:
        await _add(goods, blocks=[{"kind": "heading", "text": "茶"}, block])
    assert refused.value.details["position"] == 2


async def test_shops_and_live_rooms_have_cards_too(goods: Goods) -> None:
    room_id = await _add(goods, kind="live_room")
    blocks = [
        {"kind": "shop", "shop_id": str(goods.shop.party_id)},
        {"kind": "live", "content_id": room_id},
    ]
    content = await _read(goods, await _add(goods, blocks=blocks, kind="mini_page"))
    assert content.blocks[0].shop.name == "party 0"
    assert content.blocks[1].live.url == f"/live/{room_id}"


async def test_what_is_off_sale_gets_no_new_card_and_keeps_the_one_it_has(goods: Goods) -> None:
    content_id = await _add(goods, goods.listed[0])
    await goods.delist(goods.listed[0])
    with pytest.raises(ProductOffSale):
        await _add(goods, goods.listed[0])
    content = _content(goods, goods.listed[0], title="改个标题")
    await _do(goods, "update", content_id=content_id, **content)
    assert (await _read(goods, content_id)).blocks[1].card.why == "off_sale"


# --- cards show what is true now ----------------------------------------------------------------


async def test_stock_price_and_delisting_show_on_every_placed_card_at_once(goods: Goods) -> None:
    content_id = await _add(goods, *goods.listed)
    shop_id, product_id = goods.shop.party_id, goods.listed[0]

    async def card() -> Any:
        return (await _read(goods, content_id)).blocks[1].card

    assert ((await card()).stock, (await card()).why) == (10, "")
    async with calling(goods.opened) as call:
        sku_id = await call.tx.fetchval("select sku_id from skus where product_id=$1", product_id)
        taken = StockMove(shop_id, sku_id, product_id, -10, StockOp.OCCUPY)
        await inventory.move(call, [taken])
    sold_out = await card()
    assert (sold_out.stock, sold_out.why, sold_out.is_available) == (0, "sold_out", False)
    await goods.opened.house.pool.execute(
        "update products set price_fen = 1 where product_id = $1", product_id
    )
    assert (await card()).price_fen == 1
    await goods.delist(product_id)
    assert (await card()).why == "off_sale"


async def test_cards_cost_the_same_statements_however_many(goods: Goods) -> None:
    shop_id = goods.shop.party_id
    async with calling(goods.opened) as call:
        for few in ([CardRef(shop_id, goods.listed[0])], [CardRef(shop_id, 1)] * 99):
            refs = few + [CardRef(shop_id, one, position=9) for one in goods.listed]
            with sent_statements(goods.opened) as sent:
                views = await api.card_views(call, refs)
            assert len(sent) <= 4
            assert [int(view.product_id) for view in views] == [ref.product_id for ref in refs]
        (nothing,) = await api.card_views(call, [CardRef(shop_id, 1)])
        assert nothing.why == "gone"


@pytest.mark.parametrize(
    ("scene", "barred"),
    [
        (1, {Surface.LIVE_ROOM}),
        (2, {Surface.SHORT_VIDEO}),
        (3, {Surface.SHOP_HOME, Surface.WINDOW}),
        (4, {Surface.SEARCH}),
        (8, {Surface.FEED, Surface.PRODUCT_PAGE}),
        (9, set(Surface)),
        (7, set()),
    ],
)
async def test_a_restriction_holds_on_its_surface_at_once_and_ends_at_once(
    goods: Goods, scene: int, barred: set[Surface]
) -> None:
    product_id = goods.listed[0]
    refs = [CardRef(goods.shop.party_id, product_id, surface=one) for one in Surface]

    async def why() -> set[Surface]:
        async with calling(goods.opened) as call:
            views = await api.card_views(call, refs)
        return {Surface(r.surface) for r, v in zip(refs, views, strict=True) if v.why == "barred"}

    await _bar(goods, product_id, scene)
    assert await why() == barred
    await _restrict(goods, "lift", product_id, scene)
    assert await why() == set()


async def test_what_is_barred_from_cards_gets_no_new_one(goods: Goods) -> None:
    await _bar(goods, goods.listed[0], 6)
    with pytest.raises(ProductBarred):
        await _add(goods, goods.listed[0])


async def test_the_shop_asks_what_is_barred_over_the_wire(goods: Goods) -> None:
    await _bar(goods, goods.listed[1], 4, 1)
    path = "/channels/ec/product/getproductrestrictedinfo"
    ids = [str(goods.listed[0]), str(goods.listed[1]), "404"]
    answer = await ask(goods.opened, goods.shop, path, product_ids=ids)
    infos = answer.data.restricted_info_list
    assert [info.product_id for info in infos] == ids[:2], "what the shop does not have is left out"
    scenes = [[(one.scene, one.source) for one in info.scene_info] for info in infos]
    assert scenes == [[], [(1, 1), (4, 1)]]
    others = await ask(goods.opened, goods.other_shop, path, product_ids=ids)
    assert others.data.restricted_info_list == []


async def test_of_two_who_bar_the_same_one_is_refused_and_of_different_both_hold(
    goods: Goods,
) -> None:
    product_id = goods.listed[0]
    both = [_bar(goods, product_id, 4), _bar(goods, product_id, 4)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(one, AlreadyRestricted) for one in done) == [False, True]
    await asyncio.gather(*(_bar(goods, product_id, scene) for scene in (1, 2, 3, 8)))
    pool = goods.opened.house.pool
    barred = await pool.fetchval("select barred from products where product_id = $1", product_id)
    assert barred == sum(1 << scene for scene in (1, 2, 3, 4, 8))
    with pytest.raises(NotRestricted):
        await _restrict(goods, "lift", product_id, 1, 9)
    with pytest.raises(ProductNotHere):
        await _bar(goods, 404, 1)
    listed = await ask(goods.opened, OPERATOR, "/v1/platform/restriction/list", limit=3)
    path, key = "/v1/platform/restriction/list", listed.next_key
    rest = await ask(goods.opened, OPERATOR, path, limit=3, next_key=key)
    assert len(listed.restrictions) + len(rest.restrictions) == 5
    assert {one.title for one in listed.restrictions} == {"高山红茶第0号"}


# --- cards for articles written elsewhere -------------------------------------------------------


async def test_an_article_elsewhere_gets_the_dom_or_the_key_of_a_card(goods: Goods) -> None:
    path = "/channels/ec/service/product/getcardinfo"

    async def card(article: str, look: int, product: object = goods.listed[0]) -> Any:
        fields: dict[str, Any] = {"product_id": str(product), "article_type": article}
        return await ask(goods.opened, goods.promoter, path, card_type=look, **fields)

    news = await card("news", 0)
    assert news.product_key is None
    assert 'class="tongshang-card tongshang-card-large"' in news.dom
    token = news.dom.split('data-card="')[1].split('"')[0]
    ref = api.read_card(goods.opened.house, token)
    assert ref is not None
    assert (ref.promoter_id, ref.surface, ref.scene) == (goods.promoter.party_id, 1, 6)
    bar = await card("newspic", 3)
    assert (bar.dom, api.read_card(goods.opened.house, bar.product_key)) == (None, ref)
    for article, look in (("news", 3), ("newspic", 0), ("news", 9)):
        with pytest.raises(CardTypeUnknown):
            await card(article, look)
    wrong: list[tuple[int, str, object]] = [
        (10170002, "x", goods.listed[0]), (10170001, "news", 404), (10170001, "news", "x"),
    ]  # fmt: skip
    for code, article, product in wrong:
        with pytest.raises(Exception, match=str(code)):
            await card(article, 0, product)
