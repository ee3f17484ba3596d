"""Gifts as people give and take them, in their browsers."""

import asyncio
import contextlib
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.test_browser_main_job import become
from tests.market import Market, build_market, sell
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


@pytest.mark.browser
async def test_a_receiver_takes_another_of_the_same_price(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, browser) as place:
        sencha = await sell(
            place.market, "茉莉香片 三窨春毫", {"罐装": 6_800, "袋装": 6_800, "礼盒": 9_900}
        )
        mumu, kuku = await place.phone("木木"), await place.phone("可可")
        await mumu.goto(f"/gifts/new?product={sencha.product_id}")
        await mumu.get_by_label("发链接").check()
        await expect(mumu.get_by_label("送给谁")).to_be_hidden()
        link = await pay(mumu)
        await unwrap(kuku, link)
        await expect(kuku.get_by_text("礼盒")).to_have_count(0)
        await kuku.get_by_label("袋装").check()
        await take(kuku)
        await kuku.get_by_role("link", name="看看到哪了").click()
        await expect(kuku.get_by_text("袋装")).to_be_visible()
        await kuku.goto(link)
        await kuku.locator("summary.cover").click()
        await kuku.get_by_text("想换一款？").click()
        await kuku.get_by_label("罐装").check()
        await kuku.get_by_role("button", name="请商家换成这款").click()
        await expect(kuku.get_by_text("已经告诉商家，等商家答复。")).to_be_visible()
        await become(kuku, "山里茶铺")
        await kuku.goto("/desk/shop/gifts")
        await kuku.get_by_role("button", name="同意换款").click()
        await expect(kuku.get_by_text("已同意换款，按新的规格发货。")).to_be_visible()
        await look(kuku, "desk")
        await look(kuku, "order")
        xiaobei = await place.phone("小北")
        await unwrap(xiaobei, link)
        await expect(xiaobei.get_by_text("来晚一步，已经送完")).to_be_visible()
        await look(xiaobei, "late")


@pytest.mark.browser
async def test_a_pasted_saying_becomes_a_card_and_the_card_a_gift_to_the_group(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    """Three portions among five, given in the chat where the 口令 was pasted."""
    async with served(dsn, tmp_path, browser) as place:
        forms = await place.people.ask("木木", "link/make", product_id=place.market.tea.product_id)
        phones = {name: await place.phone(name) for name in FIVE}
        mumu, qiuqiu = phones["木木"], phones["秋秋"]
        await mumu.goto(f"/chats/{place.chat_id}")
        await mumu.get_by_label("消息", exact=True).fill(forms.taglink)
        await mumu.get_by_role("button", name="发送卡片").click()
        await qiuqiu.goto(f"/chats/{place.chat_id}")
        await qiuqiu.locator(".chat-card").click()
        await expect(qiuqiu.get_by_role("heading", name=place.market.tea.title)).to_be_visible()
        await qiuqiu.get_by_role("link", name="送给朋友").click()
        await qiuqiu.get_by_label("大家先到先得").check()
        await qiuqiu.get_by_label("共几份").fill("3")
        await qiuqiu.get_by_label("谁可以参加").select_option("群聊“茶友”")
        await expect(qiuqiu.locator("[data-total]")).to_have_text("¥384.00")
        await pay(qiuqiu)
        for name in ("木木", "阿远", "小北"):
            page = phones[name]
            await page.goto(f"/chats/{place.chat_id}")
            await page.locator(".present-card").click()
            await page.locator("summary.cover").click()
            await take(page)
        late = phones["可可"]
        await late.goto(f"/chats/{place.chat_id}")
        await look(late, "chat")
        await late.locator(".present-card").click()
        await late.locator("summary.cover").click()
        await expect(late.get_by_text("来晚一步，已经送完")).to_be_visible()
        await qiuqiu.reload()
        await expect(qiuqiu.get_by_text("收下 3 / 3 份")).to_be_visible()
        await look(qiuqiu, "group")


@pytest.mark.browser
async def test_a_draw_that_anybody_recomputes(dsn: str, tmp_path: Path, browser: Browser) -> None:
    async with served(dsn, tmp_path, browser) as place:
        phones = {name: await place.phone(name) for name in FIVE}
        giver = await place.phone("小满")
        await giver.goto(f"/gifts/new?product={place.market.cup.product_id}")
        await giver.get_by_label("抽奖送").check()
        await giver.get_by_label("共几份").fill("2")
        link = await pay(giver)
        promised = await giver.locator("[data-seed-hash]").text_content()
        for page in phones.values():
            await unwrap(page, link, "小满")
            await page.get_by_role("button", name="参加抽奖").click()
            await expect(page.get_by_text("已经参加，等开奖。")).to_be_visible()
        await look(phones["可可"], "joined")
        await giver.reload()
        await giver.get_by_role("button", name="现在开奖").click()
        await expect(giver.locator(".lots .won")).to_have_count(2)
        seed = str(await giver.locator("[data-seed]").text_content())
        present = str(await giver.locator("[data-present]").text_content())
        shown = giver.locator(".lots li")
        won = await giver.locator(".lots .won .num").all_text_contents()
        assert hashlib.sha256(bytes.fromhex(seed)).hexdigest() == promised
        assert won == recomputed(seed, present, await shown.locator(".num").all_text_contents())
        names = await giver.locator(".lots .won .grow").all_text_contents()
        for name, page in phones.items():
            await page.reload()
            if name in names:
                await take(page)
            else:
                await expect(page.get_by_text("这次没有抽中")).to_be_visible()
        await look(giver, "drawn")


def recomputed(seed: str, present: str, numbers: list[str], count: int = 2) -> list[str]:
    """The winners, by what the page says of how they are found and by nothing else."""
    lots = {
        number: hmac.new(
            bytes.fromhex(seed), f"{present}:{number}".encode(), hashlib.sha256
        ).hexdigest()
        for number in numbers
    }
    return sorted(lots, key=lambda number: lots[number])[:count]


@pytest.mark.browser
async def test_what_nobody_takes_and_what_is_declined_goes_back(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, browser) as place:
        mumu, qiuqiu = await place.phone("木木"), await place.phone("秋秋")
        links = []
        for _ in range(2):
            await mumu.goto(f"/gifts/new?product={place.market.cup.product_id}")
            await mumu.get_by_label("送给谁").select_option("秋秋")
            links.append(await pay(mumu))
        await unwrap(qiuqiu, links[0])
        await qiuqiu.get_by_text("不方便收？").click()
        await qiuqiu.get_by_role("button", name="婉拒这份礼物").click()
        await expect(qiuqiu.get_by_text("你婉拒了这份礼物")).to_be_visible()
        await look(qiuqiu, "declined")
        await mumu.get_by_role("button", name="延长领取时间").click()
        await expect(mumu.get_by_text("已经延长，对方还有时间。")).to_be_visible()
        for _ in range(2):
            await mumu.goto("/sandbox")
            await mumu.get_by_role("button", name="+1 天").click()
            await expect(mumu.get_by_text("时间已经拨快")).to_be_visible(timeout=30_000)
        await qiuqiu.goto(links[1])
        await qiuqiu.locator("summary.cover").click()
        await expect(qiuqiu.get_by_text("礼物过期了")).to_be_visible()
        await look(qiuqiu, "expired")
        await mumu.goto("/gifts?show=sent")
        await expect(mumu.locator(".gift-row .tag")).to_have_text(["已退回", "已退回"])
        await mumu.locator(".gift-row").first.click()
        await expect(mumu.get_by_role("heading", name="没有人收，钱已退回")).to_be_visible()
        await expect(mumu.locator("dd")).to_have_text(["¥48.50", "¥48.50"])
