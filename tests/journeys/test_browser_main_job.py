"""The main job as people do it: read, buy, pay; ship; receive; see where every fen went."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.market import Market, build_market
from tongshang.app import asgi, open_house
from tongshang.runtime import jobs, serving


@contextlib.asynccontextmanager
async def served(dsn: str, home: Path) -> AsyncIterator[tuple[Market, str]]:
    """A small market on a free port, doing its work."""
    listening = serving.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with open_house(dsn, home, address, demo=True) as opened:
        market = await build_market(opened)
        answering = asyncio.create_task(serving.serve(asgi(opened.house), listening))
        working = asyncio.create_task(jobs.work(opened.house, opened.works))
        try:
            yield market, address
        finally:
            for task in (answering, working):
                task.cancel()
            await asyncio.gather(answering, working, return_exceptions=True)
            listening.close()


async def become(page: Page, name: str) -> None:
    await page.goto("/personas")
    await page.get_by_role("button", name=name).click()
    await page.wait_for_load_state()


async def buy(page: Page, market: Market) -> str:
    """Read, open a card, choose; be asked who one is only then; pay at the second attempt."""
    await page.goto("/")
    await page.get_by_role("link", name="三坑两涧，一泡大红袍").first.click()
    await page.get_by_role("link", name=market.tea.title).click()
    await expect(page.get_by_role("heading", name=market.tea.title)).to_be_visible()
    await page.get_by_role("button", name="立即购买").click()
    await page.get_by_role("button", name="小满").click()
    # As the buyer now, the card counts: open it again.
    await page.goto(f"/a/{market.content_id}")
    await page.get_by_role("link", name=market.tea.title).click()
    await page.get_by_label("100 克").check(force=True)
    await page.get_by_role("button", name="立即购买").click()
    await expect(page.locator("dd.sum")).to_have_text("¥247.00")
    await page.get_by_label("给商家留言（选填）").fill("请用纸包")
    await page.get_by_role("button", name="提交订单").click()
    await page.get_by_role("button", name="模拟付款失败").click()
    await expect(page.get_by_role("alert")).to_contain_text("没有扣款")
    await page.get_by_role("button", name="确认支付").click()
    await expect(page.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)
    await page.get_by_role("link", name="查看订单").click()
    return page.url.rsplit("/", 1)[1]


async def ship_and_receive(page: Page, order_id: str) -> None:
    await become(page, "山里茶铺")
    await page.get_by_role("link", name="待发货订单").click()
    await page.get_by_label("快递单号").fill("SF1234567890123")
    await page.get_by_role("button", name="发货").click()
    await expect(page.get_by_text(f"已发货：{order_id}")).to_be_visible()
    await become(page, "小满")
    await page.goto(f"/order/{order_id}")
    await expect(page.get_by_text("SF1234567890123")).to_be_visible()
    await page.get_by_role("button", name="确认收货").click()
    await expect(page.get_by_role("heading", name="已完成")).to_be_visible()


async def see_every_fen(page: Page, order_id: str) -> None:
    """247.00 paid: 5 % of it the platform's, 10 % of the goods the promoter's."""
    await page.goto("/sandbox")
    await page.get_by_role("button", name="+8 天").click()
    await expect(page.get_by_text("时间已经拨快")).to_be_visible(timeout=20_000)
    await become(page, "山里茶铺")
    await page.goto(f"/desk/shop/money/explain/{order_id}")
    await expect(page.get_by_text("一分不多，一分不少。")).to_be_visible()
    for amount in ("−¥12.35", "−¥23.90", "¥210.75"):
        await expect(page.locator(".flow")).to_contain_text(amount)
    await become(page, "阿宁")
    await expect(page.locator(".figure", has_text="可用佣金")).to_contain_text("¥23.90")


@pytest.mark.browser
async def test_from_the_article_to_the_last_fen(dsn: str, tmp_path: Path, browser: Browser) -> None:
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
        order_id = await buy(page, market)
        await ship_and_receive(page, order_id)
        await see_every_fen(page, order_id)
        assert troubles == []
        await context.close()
