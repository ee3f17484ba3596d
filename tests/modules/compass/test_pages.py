"""A browser tells what it saw, and the desks show where buyers came from."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.test_browser_main_job import become, served
from tests.market import Market
from tests.modules.compass.sending import event, rows, send
from tests.platform import finish_work
from tests.sites.test_storefront import sign_in
from tongshang.modules.compass.domain.events import EventKind, Mark
from tongshang.modules.compass.domain.filters import Agents
from tongshang.modules.surfaces.api import Surface

SEEN, CLICK, VIEW = EventKind.EXPOSURE, EventKind.CLICK, EventKind.VIEW


async def told(market: Market, count: int, *kinds: EventKind) -> list[Any]:
    """The counted events of these kinds once there are so many of them, and none more comes."""

    async def counted() -> list[Any]:
        return [one for one in await rows(market) if one["kind"] in kinds and not one["mark"]]

    for _ in range(200):
        if len(await counted()) >= count:
            break
        await asyncio.sleep(0.05)
    return await counted()


@contextlib.asynccontextmanager
async def reading(
    browser: Browser, dsn: str, home: Path, height: int = 700
) -> AsyncIterator[tuple[Market, Page]]:
    async with served(dsn, home) as (market, address):
        # What a page sends as it goes says "headless", whatever its context was told to say.
        market.opened.house.memory["compass.agents"] = Agents(())
        context = await browser.new_context(
            base_url=address, viewport={"width": 390, "height": height}
        )
        page = await context.new_page()
        try:
            yield market, page
        finally:
            await context.close()


async def show(page: Page, product: str, share: float) -> None:
    """Scroll until this share of a product's card is in sight, from below."""
    await page.evaluate(
        """([title, share]) => {
            const card = [...document.querySelectorAll("[data-card]")].find(
                (one) => one.textContent.includes(title));
            const at = card.getBoundingClientRect();
            scrollBy({ top: at.top + at.height * share - innerHeight, behavior: "instant" });
        }""",
        [product, share],
    )
    await page.wait_for_timeout(200)  # an observer's answer comes with the next frames


@pytest.mark.browser
async def test_a_card_that_is_half_in_sight_for_a_second_is_seen_once_and_not_before(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with reading(browser, dsn, tmp_path, height=240) as (market, page):

        async def seen() -> list[Any]:
            await page.clock.run_for(6_000)  # what waits is sent
            await asyncio.sleep(0.3)
            wanted = SEEN, int(market.tea.product_id)
            return [r for r in await rows(market) if (r["kind"], r["product_id"]) == wanted]

        await page.clock.install()
        await page.goto(f"/a/{market.content_id}")
        await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))
        await page.evaluate("scrollTo(0, 0)")
        await show(page, market.tea.title, 0.8)
        await page.clock.run_for(700)
        await show(page, market.tea.title, -2)
        assert await seen() == [], "only passed by"
        await show(page, market.tea.title, 0.3)
        await page.clock.run_for(5_000)
        assert await seen() == [], "less than half of it"
        for _ in range(2):
            await show(page, market.tea.title, 0.8)
            await page.clock.run_for(1_100)
            await show(page, market.tea.title, -2)
        (one,) = await seen()
        assert (one["surface"], one["mark"]) == (Surface.ARTICLE, Mark.COUNTED)


@pytest.mark.browser
async def test_click_order_and_payment_are_of_the_same_place_and_counted_once(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with reading(browser, dsn, tmp_path) as (market, page):
        await become(page, "小满")
        await page.goto("/me/privacy")
        await page.get_by_label("统计里可以认出我").check()
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_label("统计里可以认出我")).to_be_checked()
        await page.goto(f"/a/{market.content_id}")
        await page.get_by_role("link", name=market.tea.title).click()
        await page.wait_for_url("**/p/*")  # and until all of it is there: nobody is so quick
        await page.get_by_label("100 克").check(force=True)
        await page.get_by_role("button", name="立即购买").click()
        await page.get_by_role("button", name="提交订单").click()
        await page.get_by_role("button", name="确认支付").click()
        await expect(page.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)
        kinds = (SEEN, CLICK, EventKind.ORDER, EventKind.PAY)
        found = await told(market, 4, *kinds)
        of_tea = [one for one in found if one["product_id"] == int(market.tea.product_id)]
        assert sorted(one["kind"] for one in of_tea) == sorted(kinds)
        assert {one["surface"] for one in of_tea} == {Surface.ARTICLE}
        assert {one["carrier_id"] for one in of_tea} == {market.promoter.party_id}
        assert {one["buyer_id"] for one in of_tea} == {market.buyer.buyer_id}
        assert len({one["position"] for one in of_tea}) == 1
        views = await told(market, 2, VIEW)
        assert {one["surface"] for one in views} == {Surface.ARTICLE, Surface.PRODUCT_PAGE}


@pytest.mark.browser
async def test_who_asks_not_to_be_tracked_is_counted_without_a_name(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with reading(browser, dsn, tmp_path) as (market, page):
        say = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
        await page.add_init_script(say)
        await become(page, "小满")
        await page.goto(f"/a/{market.content_id}")
        await page.get_by_role("link", name=market.tea.title).click()
        (one,) = await told(market, 1, CLICK)
        assert (one["buyer_id"], one["consent"]) == (0, False)


@pytest.mark.browser
async def test_cards_that_come_later_are_seen_as_well(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with reading(browser, dsn, tmp_path) as (market, page):
        await page.goto("/enter")
        card = await market.card(market.cup)
        await page.evaluate(
            """(card) => {
                const made = document.createElement("div");
                made.innerHTML = `<a data-card="${card}" href="/">x</a>`;
                document.querySelector("main").prepend(made);
            }""",
            card,
        )
        (one,) = await told(market, 1, SEEN)
        assert one["product_id"] == int(market.cup.product_id)


# --- desks -------------------------------------------------------------------------------------


async def test_desks_show_where_buyers_come_from(client: httpx.AsyncClient, market: Market) -> None:
    sign_in(client, market, market.shop)
    assert "还没有人看到你的商品卡片" in (await client.get("/desk/shop/funnel")).text
    card = await market.card(market.tea)
    await send(client, event(SEEN, card=card), event(CLICK, card=card))
    await market.pay(await market.place(market.tea, card=card))
    await finish_work(market.opened)
    page = (await client.get("/desk/shop/funnel?days=7&by=surface")).text
    for said in ("文章", "¥136.00", "100.00%"):
        assert said in page
    assert market.tea.title in (await client.get("/desk/shop/funnel?by=product&days=1")).text
    assert "阿宁" in (await client.get("/desk/shop/funnel?by=carrier")).text
    odd = await client.get("/desk/shop/funnel?days=999999&by=x")
    assert odd.status_code == 200
    sign_in(client, market, market.promoter)
    mine = (await client.get("/desk/promoter/funnel?by=content")).text
    assert "三坑两涧" in mine
    assert "按带货者" not in mine
