"""Three friends and a lucky red packet of two: whoever comes last finds it empty."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.test_browser_chat import Served, page_of, served
from tests.platform import ask, finish_work
from tongshang.prove import examine

NAMES = ("木木", "秋秋", "星野")


async def put(mumu: Page) -> None:
    """A packet for two, from the chat's own panel to the cashier and back."""
    await mumu.get_by_label("更多", exact=True).click()
    await mumu.get_by_role("link", name="红包").click()
    await mumu.get_by_label("红包个数").fill("2")
    await mumu.get_by_label("总金额（元）").fill("6.66")
    await mumu.get_by_label("祝福语（选填）").fill("下午茶")
    await mumu.get_by_role("button", name="塞钱进红包").click()
    await mumu.get_by_role("button", name="确认支付").click()
    await expect(mumu.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)


async def take(page: Page, chat: str) -> None:
    packet = page.locator(".present-card.packet")
    await expect(packet).to_contain_text("领取红包")
    await packet.click()
    await page.get_by_role("button", name="打开红包").click()
    await expect(page.get_by_text("已存入零钱")).to_be_visible()
    await page.goto(chat)
    await expect(page.locator(".present-card.packet")).to_contain_text("已领取")


async def group_of(place: Served) -> str:
    return await place.people.group(*NAMES)


@pytest.mark.browser
async def test_the_third_who_opens_a_packet_of_two_is_too_late(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, NAMES) as place:
        troubles: list[str] = []
        place.chat_id = await group_of(place)
        chat = f"/chats/{place.chat_id}"
        pages = [await page_of(browser, place, name, troubles) for name in NAMES]
        for page in pages:  # the coin to open by turns for ever, and no robot hits what moves
            await page.emulate_media(reduced_motion="reduce")
        mumu, qiuqiu, xingye = pages
        await put(mumu)
        await mumu.goto(chat)
        await take(qiuqiu, chat)
        await take(mumu, chat)
        # Nobody touched this page: it was told.
        await expect(xingye.locator(".present-card.packet")).to_contain_text("已被领完")
        await xingye.locator(".present-card.packet").click()
        await expect(xingye.get_by_text("手慢了，红包派完了")).to_be_visible()
        await expect(xingye.get_by_role("button", name="打开红包")).to_have_count(0)
        await told(qiuqiu, place)
        assert troubles == []
        await close(pages)


async def told(qiuqiu: Page, place: Served) -> None:
    """Her own page names the sum, and the books agree."""
    await qiuqiu.goto("/packets")
    sum_of = qiuqiu.locator(".red-packet .got")
    opened = place.market.opened
    got = await ask(opened, place.people["秋秋"], "/v1/buyer/packets/received/list")
    await expect(sum_of).to_contain_text(f"{got.total_fen / 100:.2f}")
    await finish_work(opened)
    async with opened.house.pool.acquire() as connection:
        assert [v.check.name async for v in examine(connection) if v.breaches] == []


async def close(pages: Sequence[Page]) -> None:
    for page in pages:
        await page.context.close()
