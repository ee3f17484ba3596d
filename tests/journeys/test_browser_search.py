"""From the initials in the box to the order that says that search brought it."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.test_browser_main_job import become, served
from tests.market import Market
from tests.platform import calling
from tongshang.modules.ordering.api import get_orders
from tongshang.modules.surfaces.api import Surface


async def find_the_shop(page: Page) -> None:
    """Suggestions come while one types; initials lead to the shop, and the shop to its goods."""
    await page.goto("/search")
    box = page.get_by_role("searchbox")
    await box.press_sequentially("sl", delay=40)
    await expect(page.locator("#seek-found").get_by_text("山里茶铺")).to_be_visible()
    await box.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.locator("#seek-found a")).to_have_count(0)
    await box.fill("slcp")
    await box.press("Enter")
    shop = page.locator("a.seek-shop", has_text="山里茶铺")
    await expect(shop).to_be_visible()
    await shop.click()
    await expect(page.get_by_role("heading", name="山里茶铺").first).to_be_visible()


async def buy_what_search_found(page: Page, market: Market) -> str:
    """The same by the name of a thing in pinyin, its second letter slipped."""
    await page.goto("/search?q=dhaongpao")
    await expect(page.get_by_text("已为你找“大红袍”。")).to_be_visible()
    card = page.locator("a.card", has_text="大红袍")
    await expect(card.locator("mark")).to_have_text("大红袍")
    await card.click()
    await expect(page.get_by_role("heading", name=market.tea.title)).to_be_visible()
    await page.get_by_role("button", name="立即购买").click()
    await page.get_by_role("button", name="提交订单").click()
    await page.get_by_role("button", name="确认支付").click()
    await expect(page.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)
    await page.get_by_role("link", name="查看订单").click()
    return page.url.rsplit("/", 1)[1].partition("?")[0]


@pytest.mark.browser
async def test_from_initials_to_a_shop_and_from_pinyin_to_an_order_that_search_brought(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await browser.new_context(
            base_url=address, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        troubles: list[str] = []

        def hear(said: ConsoleMessage) -> None:
            if said.type == "error":
                troubles.append(said.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await become(page, "小满")
        await find_the_shop(page)
        order_id = int(await buy_what_search_found(page, market))
        async with calling(market.opened) as call:
            order = (await get_orders(call.tx, int(market.shop_id), [order_id]))[order_id]
        assert [line.surface for line in order.lines] == [Surface.SEARCH]
        assert troubles == []
        await context.close()
