"""Two people talk at once; a pasted link becomes a card; who buys from it is known to be shown it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
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


@dataclass(slots=True)
class Served:
    """A small market on a free port, and two friends with a chat."""

    market: Market
    people: People
    chat_id: str
    address: str


@contextlib.asynccontextmanager
async def served(
    dsn: str, home: Path, names: Sequence[str] = ("木木", "秋秋")
) -> AsyncIterator[Served]:
    listening = serving.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with open_house(dsn, home, address, demo=True) as opened:
        market = await build_market(opened)
        people = await people_on(opened, *names)
        async with calling(opened) as call:
            await furnish_buyers(call, [one.buyer_id for one in people.callers.values()])
        chats = [await people.befriend(names[0], other) for other in names[1:]]
        await ask(
            opened, people["秋秋"], "/v1/buyer/address/add", name="方秋", phone="13800138001",
            province="浙江省", city="杭州市", county="西湖区", detail="西溪边小区 3 幢",
        )  # fmt: skip
        app, stop = asgi(opened.house), opened.house.streams.close
        answering = asyncio.create_task(serving.serve(app, listening, stop))
        working = asyncio.create_task(jobs.work(opened.house, opened.works))
        try:
            yield Served(market, people, chats[0], address)
        finally:
            for task in (answering, working):
                task.cancel()
            await asyncio.gather(answering, working, return_exceptions=True)
            listening.close()


async def page_of(browser: Browser, served: Served, name: str, troubles: list[str]) -> Page:
    """A phone on which somebody has the chat open."""
    context = await browser.new_context(
        base_url=served.address, viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            troubles.append(f"{name}: {said.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: troubles.append(f"{name}: {error}"))
    await become(page, name)
    await page.goto(f"/chats/{served.chat_id}")
    return page


async def talk(mumu: Page, qiuqiu: Page) -> None:
    """What one says the other reads without a reload; what is recalled goes on both sides."""
    await mumu.get_by_label("消息", exact=True).fill("周末喝什么茶？")
    await mumu.get_by_role("button", name="发送", exact=True).click()
    await expect(qiuqiu.locator(".bubble")).to_have_text(["周末喝什么茶？"])
    await qiuqiu.get_by_label("消息", exact=True).fill("<b>大红袍</b>吧")
    await qiuqiu.keyboard.press("Enter")
    await expect(mumu.locator(".bubble")).to_have_text(["周末喝什么茶？", "<b>大红袍</b>吧"])
    await expect(qiuqiu.get_by_label("消息", exact=True)).to_have_value("")
    await mumu.get_by_label("消息", exact=True).fill("发错了")
    await mumu.keyboard.press("Enter")
    await expect(qiuqiu.get_by_role("list", name="聊天内容").get_by_text("发错了")).to_be_visible()
    await mumu.locator(".msg").last.hover()
    await mumu.locator(".msg").last.get_by_label("更多操作").click()
    await mumu.get_by_role("button", name="撤回").click()
    await expect(qiuqiu.get_by_text("木木 撤回了一条消息")).to_be_visible()
    await expect(qiuqiu.get_by_role("list", name="聊天内容").get_by_text("发错了")).to_have_count(0)


async def show(mumu: Page, qiuqiu: Page, served: Served) -> None:
    """A pasted link offers to be a card, and arrives as one."""
    link = f"{served.address}/p/{served.market.tea.product_id}"
    await mumu.get_by_label("消息", exact=True).fill(link)
    await expect(mumu.locator(".preview")).to_contain_text(served.market.tea.title)
    await mumu.get_by_role("button", name="发送卡片").click()
    card = qiuqiu.locator(".chat-card")
    await expect(card).to_contain_text(served.market.tea.title)
    await expect(card).to_contain_text("128.00")


async def buy(qiuqiu: Page, served: Served) -> None:
    await qiuqiu.locator(".chat-card").click()
    await expect(qiuqiu.get_by_role("heading", name=served.market.tea.title)).to_be_visible()
    await qiuqiu.get_by_role("button", name="立即购买").click()
    await qiuqiu.get_by_role("button", name="提交订单").click()
    await qiuqiu.get_by_role("button", name="确认支付").click()
    paid = qiuqiu.get_by_role("heading", name="支付成功")
    await expect(paid).to_be_visible(timeout=15_000)


@pytest.mark.browser
async def test_a_link_shown_in_a_chat_is_bought_from_and_its_sharer_known(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as place:
        troubles: list[str] = []
        mumu = await page_of(browser, place, "木木", troubles)
        qiuqiu = await page_of(browser, place, "秋秋", troubles)
        await talk(mumu, qiuqiu)
        await show(mumu, qiuqiu, place)
        await buy(qiuqiu, place)
        async with calling(place.market.opened) as call:
            (share,) = await call.tx.fetch("select sharer_id, share_id from link_shares")
            opened = await call.tx.fetch("select share_id, buyer_id from share_openings")
            lines = await call.tx.fetch("select share_id, surface from order_lines")
        assert share["sharer_id"] == place.people["木木"].buyer_id
        assert [tuple(one) for one in opened] == [
            (share["share_id"], place.people["秋秋"].buyer_id)
        ]
        assert [tuple(one) for one in lines] == [(share["share_id"], 8)], "bought by this share"
        assert troubles == []
        await mumu.context.close()
        await qiuqiu.context.close()


@pytest.mark.browser
async def test_without_scripts_one_reads_writes_and_shows_all_the_same(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as place:
        context = await browser.new_context(
            base_url=place.address, viewport={"width": 390, "height": 844},
            java_script_enabled=False,
        )  # fmt: skip
        page = await context.new_page()
        await become(page, "木木")
        await page.goto("/chats")
        await page.get_by_role("link", name="秋秋").first.click()
        await page.get_by_label("消息", exact=True).fill("你好")
        await page.get_by_role("button", name="发送", exact=True).click()
        await expect(page.locator(".bubble")).to_have_text(["你好"])
        link = f"{place.address}/p/{place.market.tea.product_id}"
        await page.get_by_label("消息", exact=True).fill(link)
        await page.get_by_role("button", name="发送", exact=True).click()
        await expect(page.locator(".chat-card")).to_contain_text(place.market.tea.title)
        await context.close()
