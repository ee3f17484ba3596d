"""Articles, their cards and who opens them, as promoters and buyers live it."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.modules.league.goods import PRICE_FEN, Goods, open_goods, picture
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.modules.surfaces import api
from tongshang.modules.surfaces.api import CardRef, Scene
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    CardNotOurs,
    ContentNotFound,
    ProductNotHere,
    WordsForbidden,
)
from tongshang.runtime.call import NOBODY, WrongCaller


@pytest.fixture
async def goods(opened: Opened) -> Goods:
    return await open_goods(opened, 5)


def _article(goods: Goods, count: int = 1, **fields: object) -> dict[str, Any]:
    cards = [
        {"kind": "card", "shop_id": str(goods.shop.party_id), "product_id": str(product)}
        for product in goods.listed[:count]
    ]
    words = [
        {"kind": "heading", "text": "一杯好茶"},
        {"kind": "paragraph", "text": "<b>山</b>里的早晨"},
        {"kind": "picture", "url": picture(1), "text": "茶山"},
    ]
    return {"title": "春天的茶", "cover_url": picture(2), "blocks": words + cards, **fields}


async def _publish(goods: Goods, count: int = 1, **fields: object) -> str:
    article = _article(goods, count, **fields)
    added = await ask(goods.opened, goods.promoter, "/v1/promoter/content/add", **article)
    return str(added.content_id)


async def _touch(goods: Goods, product_id: int) -> api.Touch | None:
    async with calling(goods.opened) as call:
        key = goods.buyer.buyer_id, product_id
        found = await api.last_touches(call.tx, [key], call.at.replace(year=2000))
        return found.get(key)


async def test_an_article_is_read_by_anybody_and_its_card_brings_the_buyer(goods: Goods) -> None:
    content_id = await _publish(goods)
    content = await ask(goods.opened, NOBODY, "/v1/buyer/content/get", content_id=content_id)
    assert [block.kind.value for block in content.blocks] == [
        "heading", "paragraph", "picture", "card",
    ]  # fmt: skip
    card = content.blocks[3].card
    assert (card.price_fen, card.is_available) == (PRICE_FEN, True)
    assert card.url == f"/c/{card.token}"

    opened = await ask(goods.opened, goods.buyer, "/v1/buyer/card/open", token=card.token)
    assert (opened.content_id, int(opened.product_id)) == (content_id, goods.listed[0])
    touch = await _touch(goods, goods.listed[0])
    assert touch is not None
    assert (touch.promoter_id, touch.content_id, touch.scene) == (
        goods.promoter.party_id,
        int(content_id),
        Scene.ARTICLE_CARD,
    )


async def test_a_card_opened_by_nobody_known_is_a_click_only(goods: Goods) -> None:
    token = api.card_token(goods.opened.house, CardRef(1, 2, 3, 4, 6))
    await ask(goods.opened, NOBODY, "/v1/buyer/card/open", token=token)
    pool = goods.opened.house.pool
    assert await pool.fetchval("select count(*) from clicks where buyer_id = 0") == 1
    assert await pool.fetchval("select count(*) from touches") == 0


async def test_a_forged_card_is_refused_and_nothing_recorded(goods: Goods) -> None:
    token = api.card_token(goods.opened.house, CardRef(1, 2, 3, 4, 6))
    other = "B" if token[0] == "A" else "A"
    for forged in ("", "x" * 66, other + token[1:], token + "AAAA", "卡"):
        with pytest.raises(CardNotOurs):
            await ask(goods.opened, goods.buyer, "/v1/buyer/card/open", token=forged)
    assert await goods.opened.house.pool.fetchval("select count(*) from clicks") == 0


async def test_what_went_off_sale_is_not_available_at_once(goods: Goods) -> None:
    content_id = await _publish(goods)
    await goods.delist(goods.listed[0])
    content = await ask(goods.opened, NOBODY, "/v1/buyer/content/get", content_id=content_id)
    assert not content.blocks[3].card.is_available
    (item,) = (await ask(goods.opened, NOBODY, "/v1/buyer/content/list")).contents
    assert not item.cards[0].is_available


async def test_the_feed_has_the_newest_first_with_authors_and_first_cards(goods: Goods) -> None:
    ids = [await _publish(goods, count, title=f"第{count}篇") for count in (1, 5, 0)]
    first = await ask(goods.opened, NOBODY, "/v1/buyer/content/list", limit=2)
    rest = await ask(goods.opened, NOBODY, "/v1/buyer/content/list", next_key=first.next_key)
    items = first.contents + rest.contents
    assert [item.content_id for item in items] == ids[::-1]
    assert [(item.card_count, len(item.cards)) for item in items] == [(0, 0), (5, 3), (1, 1)]
    assert {item.author.name for item in items} == {"party 2"}
    assert rest.next_key == ""
    other = goods.other_promoter.party_id
    assert not (
        await ask(goods.opened, NOBODY, "/v1/buyer/content/list", promoter_id=other)
    ).contents


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"blocks": [{"kind": "picture", "url": "https://else.test/a.png"}]}, BadBlock),
        ({"cover_url": "/etc/passwd"}, BadBlock),
        ({"title": "   "}, BadBlock),
        ({"blocks": [{"kind": "card", "shop_id": "1", "product_id": "2"}]}, ProductNotHere),
        ({"blocks": [{"kind": "paragraph", "text": "喝一杯根治失眠"}]}, WordsForbidden),
    ],
)
async def test_a_content_that_is_not_right_is_not_published(
    goods: Goods, fields: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await _publish(goods, **fields)
    assert await goods.opened.house.pool.fetchval("select count(*) from contents") == 0


async def test_only_the_author_changes_a_content(goods: Goods) -> None:
    content_id = await _publish(goods, 1)
    for path, fields in (
        ("update", _article(goods, 2)),
        ("remove", {}),
    ):
        with pytest.raises(ContentNotFound):
            await ask(
                goods.opened, goods.other_promoter, f"/v1/promoter/content/{path}",
                content_id=content_id, **fields,
            )  # fmt: skip
    await ask(
        goods.opened, goods.promoter, "/v1/promoter/content/update",
        content_id=content_id, **_article(goods, 3, title="夏天的茶"),
    )  # fmt: skip
    (item,) = (await ask(goods.opened, NOBODY, "/v1/buyer/content/list")).contents
    assert (item.title, item.card_count) == ("夏天的茶", 3)
    await ask(goods.opened, goods.promoter, "/v1/promoter/content/remove", content_id=content_id)
    assert not (await ask(goods.opened, NOBODY, "/v1/buyer/content/list")).contents
    with pytest.raises(ContentNotFound):
        await ask(goods.opened, NOBODY, "/v1/buyer/content/get", content_id=content_id)


async def test_an_article_changed_twice_at_once_keeps_one_change_whole(goods: Goods) -> None:
    content_id = await _publish(goods, 1)

    async def change(count: int) -> None:
        article = _article(goods, count, title=f"{count} 张")
        path = "/v1/promoter/content/update"
        await ask(goods.opened, goods.promoter, path, content_id=content_id, **article)

    await asyncio.gather(*(change(count) for count in (1, 2, 3, 4, 5)))
    (item,) = (await ask(goods.opened, NOBODY, "/v1/buyer/content/list")).contents
    assert item.title == f"{item.card_count} 张"


async def test_a_promoter_makes_cards_to_share(goods: Goods) -> None:
    product = {"shop_id": str(goods.shop.party_id), "product_id": str(goods.listed[0])}
    path = "/v1/promoter/card/make"
    made = await ask(goods.opened, goods.promoter, path, **product)
    card = api.read_card(goods.opened.house, made.token)
    promoter_id = goods.promoter.party_id
    assert card == CardRef(
        goods.shop.party_id, goods.listed[0], promoter_id, 0, Scene.PRODUCT_SHARE
    )
    content_id = await _publish(goods, kind="live_room")
    made = await ask(goods.opened, goods.promoter, path, content_id=content_id, **product)
    card = api.read_card(goods.opened.house, made.token)
    assert card is not None
    assert (card.content_id, card.scene) == (int(content_id), Scene.LIVE_ROOM)

    with pytest.raises(ContentNotFound):
        await ask(goods.opened, goods.other_promoter, path, content_id=content_id, **product)
    with pytest.raises(ProductNotHere):
        await ask(goods.opened, goods.promoter, path, **{**product, "product_id": "404"})
    with pytest.raises(WrongCaller):
        await ask(goods.opened, goods.buyer, path, **product)


async def test_bad_input_over_http_names_its_field(
    opened: Opened, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/v1/buyer/card/open", json={"token": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, 40097)
    answer = await client.post("/v1/buyer/card/open", json={"token": "x", "buyer_id": 1})
    assert "buyer_id" in answer.json()["message"]
    answer = await client.get("/v1/buyer/content/get", params={"content_id": "1"})
    assert (answer.status_code, answer.json()["code"]) == (404, ContentNotFound.code)
    answer = await client.get("/v1/buyer/content/get", params={"content_id": "9" * 19})
    assert answer.json()["code"] == 40097
