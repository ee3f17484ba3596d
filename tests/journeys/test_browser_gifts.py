"""Gifts as people give and take them, in their browsers."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.test_browser_main_job import become
from tests.market import Market, build_market
from tests.modules.social.people import People, people_on
from tests.platform import ask, calling
from tongshang.app import asgi, open_house
from tongshang.modules.sandbox.api import furnish_buyers
from tongshang.runtime import jobs, serving

FIVE = ("木木", "秋秋", "阿远", "小北", "可可")


@dataclass(slots=True)
class Served:
    """A small market on a free port; five friends in one group."""

    market: Market
    people: People
    chat_id: str
    address: str
    browser: Browser
    troubles: list[str]

    async def phone(self, name: str) -> Page:
        """A phone on which somebody is signed in."""
        context = await self.browser.new_context(
            base_url=self.address, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()

        def hear(said: ConsoleMessage) -> None:
            if said.type == "error":
                self.troubles.append(f"{name}: {said.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.troubles.append(f"{name}: {error}"))
        await become(page, name)
        return page


@contextlib.asynccontextmanager
async def served(dsn: str, home: Path, browser: Browser) -> AsyncIterator[Served]:
    listening = serving.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with open_house(dsn, home, address, demo=True) as opened:
        market = await build_market(opened)
        people = await people_on(opened, *FIVE)
        async with calling(opened) as call:
            await furnish_buyers(call, [one.buyer_id for one in people.callers.values()])
        for other in FIVE[1:]:
            await people.befriend(FIVE[0], other)
        chat_id = await people.group(*FIVE)
        for name in FIVE:
            await ask(
                opened, people[name], "/v1/buyer/address/add", name=name, phone="13800138001",
                province="浙江省", city="杭州市", county="西湖区", detail="西溪边小区 3 幢",
            )  # fmt: skip
        app, stop = asgi(opened.house), opened.house.streams.close
        answering = asyncio.create_task(serving.serve(app, listening, stop))
        working = asyncio.create_task(jobs.work(opened.house, opened.works))
        place = Served(market, people, chat_id, address, browser, [])
        try:
            yield place
            for context in browser.contexts:
                await context.close()
            assert place.troubles == []
        finally:
            for task in (answering, working):
                task.cancel()
            await asyncio.gather(answering, working, return_exceptions=True)
            listening.close()


async def look(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants to see it (TONGSHANG_LOOK: a folder)."""
    if folder := os.environ.get("TONGSHANG_LOOK"):
        await page.wait_for_timeout(900)
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def pay(page: Page) -> str:
    """Through the cashier to the gift's own page; its link."""
    await page.get_by_role("button", name="包好，去付款").click()
    await page.get_by_role("button", name="确认支付").click()
    paid = page.get_by_role("heading", name="支付成功")
    await expect(paid).to_be_visible(timeout=15_000)
    await page.get_by_role("link", name="送出礼物").click()
    return await page.get_by_label("礼物链接").input_value()


async def unwrap(page: Page, link: str, giver: str = "木木") -> None:
    """Open the link, and the envelope."""
    await page.goto(link)
    await expect(page.get_by_text(f"{giver} 送你一份礼物")).to_be_visible()
    await page.locator("summary.cover").click()
    await expect(page.locator(".wish")).to_be_visible()


async def take(page: Page) -> None:
    await page.get_by_role("button", name="收下这份礼物").click()
    await expect(page.get_by_text("收下了，商家会尽快发货。")).to_be_visible()


@pytest.mark.browser
async def test_a_gift_to_a_friend_who_thanks_for_it(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, browser) as place:
        mumu, qiuqiu = await place.phone("木木"), await place.phone("秋秋")
        await mumu.goto(f"/p/{place.market.tea.product_id}")
        await mumu.get_by_role("link", name="送给朋友").click()
        await mumu.get_by_label("送给谁").select_option("秋秋")
        await mumu.get_by_label("写句祝福").fill("秋天的第一杯茶")
        await mumu.get_by_text("不让对方看到价格").click()
        await look(mumu, "new")
        link = await pay(mumu)
        await look(mumu, "sent")
        await qiuqiu.goto(link)
        await look(qiuqiu, "closed")
        await unwrap(qiuqiu, link)
        await expect(qiuqiu.locator(".wish")).to_have_text("秋天的第一杯茶")
        assert "128.00" not in await qiuqiu.content()
        await look(qiuqiu, "opened")
        await take(qiuqiu)
        await look(qiuqiu, "taken")
        await qiuqiu.get_by_role("button", name="太喜欢了，谢谢你！").click()
        await expect(qiuqiu.get_by_text("谢意已经送到。")).to_be_visible()
        await mumu.reload()
        await expect(mumu.locator(".portions")).to_contain_text("太喜欢了，谢谢你！")
        assert "西溪边" not in await mumu.content()
        await look(mumu, "thanked")
        await mumu.goto("/gifts?show=sent")
        await look(mumu, "list")
