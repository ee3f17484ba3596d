"""Search as buyers, shops and the operator meet it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.market import Market
from tests.modules.search.catalogue import build
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog.events import ProductChanged, ProductListed
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.api import Bar, BarSource, RestrictionDraft
from tongshang.modules.inventory.events import StockTurned
from tongshang.modules.search import endpoints, jobs
from tongshang.modules.search.api import rebuild
from tongshang.modules.search.refusals import SearchedTooOften, SynonymsNotFound, SynonymsTooFew
from tongshang.modules.surfaces.api import Surface, read_card
from tongshang.runtime.call import NOBODY, Caller

SEARCH = "/v1/buyer/search"


async def search(opened: Opened, q: str, **fields: Any) -> Any:
    return await ask(opened, NOBODY, SEARCH, q=q, **fields)


def titles(page: Any) -> list[str]:
    return [hit.card.title for hit in page.products]


# --- what is found ------------------------------------------------------------------------------


async def test_one_answer_counts_every_tab(opened: Opened) -> None:
    made = await build(opened)
    page = await search(opened, "生日")
    counts = page.counts
    assert counts.product.count >= 4
    assert counts.content.count >= 1
    assert counts.gift.count > counts.product.count, "the group of the occasion stands there too"
    assert [group.title for group in page.groups] == ["生日礼物"]
    everything = counts.product.count + counts.shop.count + counts.content.count + 1
    assert counts.all.count == everything
    shops = await search(opened, "mjdq", tab="shop")
    assert [hit.card.name for hit in shops.shops] == ["慢居电器"]
    assert shops.shops[0].product_count == 36
    assert shops.products == []
    assert made.products


async def test_a_card_says_that_it_was_found_by_search_and_where_it_stood(opened: Opened) -> None:
    await build(opened)
    page = await search(opened, "保温杯")
    for place, hit in enumerate(page.products, start=1):
        card = read_card(opened.house, hit.card.token)
        assert card is not None
        assert (card.surface, card.position) == (Surface.SEARCH, place)


async def test_what_was_looked_for_is_marked_in_the_title(opened: Opened) -> None:
    await build(opened)
    (hit, *_) = (await search(opened, "bwb")).products
    (mark,) = hit.marks
    assert hit.card.title[mark.begin : mark.end] == "保温杯"


async def test_a_slip_is_mended_and_can_be_insisted_on(opened: Opened) -> None:
    await build(opened)
    page = await search(opened, "保温悲")
    assert (page.is_corrected, page.shown) == (True, "保温杯")
    assert len(page.products) == 2
    literal = await search(opened, "保温悲", literal=True)
    assert not literal.is_corrected
    assert literal.counts.all.count == 0 or literal.is_lenient


async def test_words_that_no_product_has_together_find_what_comes_near(opened: Opened) -> None:
    await build(opened)
    page = await search(opened, "带娃露营用的折叠椅子")
    assert page.is_lenient
    assert "折叠椅" in titles(page)[0]


@pytest.mark.parametrize(
    "q",
    [
        "\0", "杯\0杯", "杯" * 10_000, "& | ! <-> :*", "'); drop table search_documents; --", "\\",
        "%_%", "😀🎁", "<script>alert(1)</script>", "''''", "  ", "=k", "=c8001", "\u202e杯", "ß", "ŉ",
    ],
)  # fmt: skip
async def test_whatever_is_typed_is_only_text(
    opened: Opened, q: str, client: httpx.AsyncClient
) -> None:
    made = await build(opened) if q in {"=k", "%_%"} else None
    if len(q) > 2_000:
        assert (await client.get(SEARCH, params={"q": "a" * len(q)})).status_code == 400
        q = q[:2_000]
    page = await search(opened, q)
    assert page.q == q[:60]
    assert made is None or page.counts.product.count < 100, "an operator or a facet is no word"
    assert (await search(opened, q, tab="product", sort="cheapest")).products is not None
    await ask(opened, NOBODY, f"{SEARCH}/suggest", q=q)
    shown = await client.get("/search", params={"q": q, "typed": "1"})
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text


# --- filters, orders, pages ---------------------------------------------------------------------


async def test_filters_leave_only_what_fits_all_of_them(opened: Opened) -> None:
    made = await build(opened)
    shop_id = made.shops["朴宿生活馆"]
    own = await search(opened, "杯", shop_id=str(shop_id))
    assert 0 < own.counts.product.count < (await search(opened, "杯")).counts.product.count
    assert {hit.card.shop_id for hit in own.products} == {str(shop_id)}
    cheap = await search(opened, "杯", price_to_fen=6_000)
    assert all(hit.card.price_fen <= 6_000 for hit in cheap.products)
    first = own.categories[0]
    within = await search(opened, "杯", cat_id=first.cat_id)
    assert [one.name for one in within.categories] == [first.name]
    browsed = await search(opened, "", shop_id=str(shop_id))
    assert browsed.counts.product.count == 15, "without words, all of the shop"


@pytest.mark.parametrize("sort", ["relevance", "sales", "newest", "cheapest", "dearest"])
async def test_pages_show_each_product_once_in_the_order_asked(opened: Opened, sort: str) -> None:
    await build(opened)
    seen: list[Any] = []
    key = ""
    while True:
        page = await search(opened, "茶", tab="product", sort=sort, limit=7, next_key=key)
        seen += [hit.card for hit in page.products]
        if not (key := page.next_key):
            break
    assert len(seen) == page.counts.product.count > 14
    assert len({card.product_id for card in seen}) == len(seen)
    assert [read_card(opened.house, card.token).position for card in seen] == list(  # type: ignore[union-attr]
        range(1, len(seen) + 1)
    ) or sort == "relevance"
    prices = [card.price_fen for card in seen]
    if sort in {"cheapest", "dearest"}:
        assert prices == sorted(prices, reverse=sort == "dearest")


async def test_a_cursor_belongs_to_its_question(opened: Opened) -> None:
    await build(opened)
    page = await search(opened, "茶", tab="product", limit=5)
    others: list[dict[str, Any]] = [{"sort": "newest"}, {"tab": "all"}, {"in_stock": True}]
    for other in others:
        with pytest.raises(CursorMismatch):
            await search(opened, "茶", **({"tab": "product"} | other), next_key=page.next_key)


# --- the index follows --------------------------------------------------------------------------


async def _first(market: Market, q: str) -> Any:
    return next(iter((await search(market.opened, q)).products), None)


async def test_the_index_follows_listing_price_stock_and_removal(market: Market) -> None:
    opened, tea = market.opened, market.tea
    found = await _first(market, "大红袍")
    assert (found.card.product_id, found.card.price_fen) == (tea.product_id, 12_800)
    change = [{"sku_id": tea.sku_ids[0], "sale_price": 9_900}]
    await market.ask(
        market.shop, "/channels/ec/product/auditfree", product_id=tea.product_id, skus=change
    )
    await finish_work(opened)
    assert [
        hit.card.price_fen for hit in (await search(opened, "大红袍", price_to_fen=9_900)).products
    ] == [9_900]
    for sku_id in tea.sku_ids:
        await market.ask(
            market.shop,
            "/channels/ec/product/stock/update",
            product_id=tea.product_id,
            sku_id=sku_id,
            diff_type=3,
            num=0,
        )
    await finish_work(opened)
    assert (await search(opened, "大红袍", in_stock=True)).products == []
    assert (await _first(market, "大红袍")).card.why == "sold_out"
    await market.ask(market.shop, "/channels/ec/product/delisting", product_id=tea.product_id)
    await finish_work(opened)
    assert await _first(market, "大红袍") is None


async def test_what_is_sold_out_is_counted_anew_without_its_words(market: Market) -> None:
    opened, tea = market.opened, market.tea
    found = await _first(market, "大红袍")
    for left in (0, 7):
        for sku_id in tea.sku_ids:
            await market.ask(
                market.shop,
                "/channels/ec/product/stock/update",
                product_id=tea.product_id,
                sku_id=sku_id,
                diff_type=3,
                num=left,
            )
        with sent_statements(opened) as sent:
            await finish_work(opened)
        written = [one for one in sent if "search_documents" in one and "select" not in one[:20]]
        assert written, "the number is"
        assert not any("tokens" in one for one in written), "the words are not"
        before = await _state(opened)
        await rebuild(opened.house, lambda _: None)
        assert await _state(opened) == before, "nor would all of it made anew be another"
    assert (await _first(market, "大红袍")).card.why == found.card.why


@pytest.mark.parametrize("scene", [Bar.SEARCH, Bar.SALE])
async def test_what_is_barred_from_search_is_found_by_nobody_until_it_is_let_back(
    market: Market, scene: Bar
) -> None:
    opened, key = market.opened, (int(market.shop_id), int(market.tea.product_id))
    async with calling(opened, market.operator) as call:
        await governance.restrict(
            call, [RestrictionDraft(*key, scene, BarSource.LOW_RISK, "试用类目")]
        )
    assert await _first(market, "大红袍") is None, "at once, before the index heard of it"
    await finish_work(opened)
    assert (await search(opened, "大红袍")).counts.product.count == 0
    async with calling(opened, market.operator) as call:
        await governance.lift(call, [(*key, int(scene))])
    await finish_work(opened)
    assert (await _first(market, "大红袍")).card.is_available


async def test_where_information_is_hidden_only_the_title_finds(market: Market) -> None:
    opened, key = market.opened, (int(market.shop_id), int(market.tea.product_id))
    assert (await search(opened, "福建武夷山")).counts.product.count == 2, "by an attribute"
    async with calling(opened, market.operator) as call:
        await governance.restrict(
            call, [RestrictionDraft(*key, Bar.HIDDEN_INFO, BarSource.HIDDEN_IMAGE, "图片待审")]
        )
    await finish_work(opened)
    assert titles(await search(opened, "福建武夷山")) == [market.cup.title]
    assert (await _first(market, "大红袍")).card.picture_url == ""


async def test_doubled_and_reordered_facts_change_nothing(market: Market) -> None:
    opened = market.opened
    before = await _state(opened)
    facts = [
        fact(int(market.shop_id), int(market.tea.product_id), *rest)
        for fact, *rest in (
            (StockTurned, 1, 0), (ProductListed, "", 11, ""), (ProductChanged, 9),
        )
    ]  # fmt: skip
    for some in (facts, facts[::-1], facts * 2):
        async with calling(opened) as call:
            await jobs._hear(call, some)
    assert await _state(opened) == before


async def _state(opened: Opened) -> list[Any]:
    async with calling(opened) as call:
        documents = await call.tx.fetch(
            """select owner_id, kind, subject_id, print, tokens, sold, in_stock, rank
            from search_documents order by 1, 2, 3"""
        )
        terms = await call.tx.fetch(
            "select term, kind, weight from search_terms where weight > 0 order by 1, 2"
        )
    return [*map(tuple, documents), *map(tuple, terms)]


async def test_a_rebuild_makes_the_index_what_following_made_it(market: Market) -> None:
    opened = market.opened
    async with calling(opened) as call:
        await jobs._weigh(call)
    before = await _state(opened)
    told: list[int] = []
    count = await rebuild(opened.house, told.append)
    assert await _state(opened) == before
    assert told[-1] == count == len([one for one in before if len(one) == 8])
    async with calling(opened) as call:
        await call.tx.execute("delete from search_documents")
        await call.tx.execute("delete from search_terms")
    await rebuild(opened.house, told.append)
    assert await _state(opened) == before
    async with calling(opened) as call:  # what was lost to the index without a fact
        await call.tx.execute(
            "update products set status = 11 where product_id = $1", int(market.tea.product_id)
        )
        await call.tx.execute(
            "delete from shelves where product_id = $1", int(market.tea.product_id)
        )
    await rebuild(opened.house, told.append)
    assert await _first(market, "大红袍") is None


# --- what it costs ------------------------------------------------------------------------------


async def test_a_search_sends_few_statements(market: Market) -> None:
    opened = market.opened
    await search(opened, "茶")
    with sent_statements(opened) as sent:
        await search(opened, "茶", tab="product")
    assert len(sent) <= 8
    with sent_statements(opened) as sent:
        await ask(opened, NOBODY, f"{SEARCH}/suggest", q="dahong")
    assert len(sent) == 1


async def test_who_searches_without_end_is_asked_to_wait(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "SEARCHES_PER_MINUTE", 3)
    for _ in range(3):
        await search(opened, "杯")
    with pytest.raises(SearchedTooOften):
        await search(opened, "杯")
    other = Caller("address 10.0.0.9")
    assert (await ask(opened, other, SEARCH, q="杯")).q == "杯"


# --- suggestions, popular and own queries ---------------------------------------------------------


async def test_suggestions_come_by_characters_pinyin_and_initials(opened: Opened) -> None:
    await build(opened)
    for begun, hoped in (
        ("保温", "保温杯"),
        ("baow", "保温杯"),
        ("bw", "保温杯"),
        ("四时", "四时花事"),
        ("sshs", "四时花事"),
    ):
        found = await ask(opened, NOBODY, f"{SEARCH}/suggest", q=begun)
        assert hoped in [one.text for one in found.suggestions], begun
    assert (await ask(opened, NOBODY, f"{SEARCH}/suggest", q="")).suggestions == []


async def test_what_few_looked_for_is_shown_to_nobody(opened: Opened) -> None:
    people = [Caller(f"address 10.0.0.{n}") for n in range(4)]
    note = f"{SEARCH}/recent/add"
    for person in people:
        for _ in range(3):
            await ask(opened, person, note, q=" 露营  灯 ")
    for person in people[:2]:
        await ask(opened, person, note, q="张三的电话")
    for person in people:
        await ask(opened, person, note, q="全网最低价")  # a forbidden superlative
    async with calling(opened) as call:
        await jobs._weigh(call)
    assert (await ask(opened, NOBODY, f"{SEARCH}/popular")).queries == ["露营 灯"]
    found = await ask(opened, NOBODY, f"{SEARCH}/suggest", q="luy")
    assert [(one.text, one.kind) for one in found.suggestions] == [("露营 灯", "query")]
    async with calling(opened) as call:
        call.at += timedelta(days=8)
        await jobs._weigh(call)
    assert (await ask(opened, NOBODY, f"{SEARCH}/popular")).queries == []


async def test_queries_are_remembered_only_for_who_agreed_and_forgotten_on_a_word(
    market: Market,
) -> None:
    async def told() -> Any:
        return await market.ask(market.buyer, f"{SEARCH}/recent/list")

    async def note(q: str) -> None:
        await market.ask(market.buyer, f"{SEARCH}/recent/add", q=q)

    await note("大红袍")
    assert ((await told()).keeps, (await told()).queries) == (False, [])
    await market.ask(market.buyer, f"{SEARCH}/recent/consent", keeps=True)
    for q in ("大红袍", "茶杯", *(f"茶 {n}" for n in range(30)), "大红袍"):
        await note(q)
    queries = (await told()).queries
    assert len(queries) == 20
    assert queries.count("大红袍") == 1
    await market.ask(market.buyer, f"{SEARCH}/recent/clear", q=queries[1])
    assert queries[1] not in (await told()).queries
    await market.ask(market.buyer, f"{SEARCH}/recent/consent", keeps=False)
    await market.ask(market.buyer, f"{SEARCH}/recent/consent", keeps=True)
    assert (await told()).queries == [], "taking it back forgets"


async def test_the_operators_synonyms_count_within_seconds(market: Market) -> None:
    opened, path = market.opened, "/v1/platform/search/synonym"
    assert (await search(opened, "功夫茶叶子", tab="product", literal=True)).products == []
    opened.house.memory.pop("search.words", None)
    added = await market.ask(market.operator, f"{path}/add", words=["功夫茶叶子", "岩茶"])
    assert "岩茶" in (await _first(market, "功夫茶叶子")).card.title
    with pytest.raises(SynonymsTooFew):
        await market.ask(market.operator, f"{path}/add", words=["茶", " 茶 "])
    await market.ask(market.operator, f"{path}/remove", group_id=added.group_id)
    with pytest.raises(SynonymsNotFound):
        await market.ask(market.operator, f"{path}/remove", group_id=added.group_id)
    assert (await market.ask(market.operator, f"{path}/list")).groups == []


async def test_a_pasted_link_leads_to_its_card(market: Market) -> None:
    page = await search(market.opened, f"{market.opened.house.address}/p/{market.tea.product_id}")
    assert page.pasted is not None
    assert page.pasted.card.product_id == market.tea.product_id
