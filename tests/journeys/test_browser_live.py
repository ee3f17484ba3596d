"""A live room in real browsers: three watch, the host explains, two buy the one flash piece."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.test_browser_main_job import served
from tests.market import Market
from tests.platform import ask, calling
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.runtime import crypto
from tongshang.sites.visit import COOKIE, Session

_HOST = "/v1/promoter/live"
_PATIENCE = 15_000


class Viewers:
    """Browsers of their own, each with somebody signed in, and what went wrong in any."""

    def __init__(self, browser: Browser, address: str, secret: bytes) -> None:
        self._browser, self._address, self._secret = browser, address, secret
        self.troubles: list[str] = []

    async def open(self, session: Session) -> Page:
        context = await self._browser.new_context(
            base_url=self._address, viewport={"width": 390, "height": 844}
        )
        signed = crypto.sign(self._secret, "session", msgspec.msgpack.encode(session))
        await context.add_cookies([{"name": COOKIE, "value": signed, "url": self._address}])
        page = await context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        # A refused order answers 400: the browser says so, and so should it.
        if said.type == "error" and "400" not in said.text:
            self.troubles.append(said.text)


async def _people(market: Market, count: int) -> list[Session]:
    async with calling(market.opened) as call:
        ids = await add_buyers(call, [BuyerDraft(f"看客{n}") for n in range(1, count + 1)])
        found = await find_buyers(call.tx, ids)
    for one in found.values():
        await ask(
            market.opened, buyer_caller(one), "/v1/buyer/address/add",
            name=one.nickname, phone="13800138000", province="浙江省", city="杭州市",
            county="西湖区", detail="龙井路 3 号",
        )  # fmt: skip
    return [Session("buyer", one, found[one].nickname, nonce=f"n{one}") for one in ids]


async def _room(market: Market) -> str:
    """A room with both products, and the shop's word for one piece at 88 yuan."""
    promoter_id = str(market.promoter.party_id)
    room = (await market.ask(market.promoter, f"{_HOST}/schedule", title="茶山夜话")).content_id
    refs = [
        {"shop_id": market.shop_id, "product_id": one.product_id}
        for one in (market.cup, market.tea)
    ]
    await market.ask(market.promoter, f"{_HOST}/bag/add", content_id=room, products=refs)
    sku = {"sku_id": market.tea.sku_ids[0], "price_fen": 8_800, "sale_stock": 1}
    await market.ask(
        market.shop, "/v1/shop/live/flash/grant", promoter_id=promoter_id,
        product_id=market.tea.product_id, skus=[sku], minutes=30,
    )  # fmt: skip
    return str(room)


async def _watch(host: Page, viewers: list[Page], market: Market, room: str) -> None:
    """All three see the room begin, what is said, what is explained, and its flash price."""
    for page in viewers:
        await page.goto(f"/live/{room}", wait_until="domcontentloaded")
    await host.goto(f"/desk/promoter/live/{room}", wait_until="domcontentloaded")
    await host.get_by_role("button", name="开播").click()
    for page in viewers:
        await expect(page.locator(".live-stage")).to_be_visible(timeout=_PATIENCE)
        await expect(page.locator("[data-viewers]")).to_contain_text("3", timeout=_PATIENCE)
    await viewers[0].get_by_placeholder("说点什么").fill("<i>这茶</i>香不香")
    await viewers[0].get_by_role("button", name="发送").click()
    row = host.locator("tr", has_text=market.tea.title)
    await row.get_by_role("button", name="讲解").click()
    for page in viewers:
        await expect(page.get_by_text("<i>这茶</i>香不香")).to_be_visible(timeout=_PATIENCE)
        pinned = page.locator("[data-pinned]")
        await expect(pinned).to_contain_text(market.tea.title, timeout=_PATIENCE)
        await expect(pinned).to_contain_text("128")
    await row.get_by_role("button", name=re.compile("开闪购")).click()
    for page in viewers:
        pinned = page.locator("[data-pinned]")
        await expect(pinned).to_contain_text("闪购剩 1 件", timeout=_PATIENCE)
        await expect(pinned.locator("[data-price]")).to_have_text("¥88.00")


async def _buy_at_once(pages: list[Page], market: Market) -> None:
    """Two go to the checkout at the flash price; one gets it, the other is told and pays more."""
    for page in pages:
        await page.locator("[data-pinned]").click()
        await expect(page.get_by_role("heading", name=market.tea.title)).to_be_visible()
        await page.get_by_role("button", name="立即购买").click()
        await expect(page.locator("dd.sum")).to_have_text("¥96.00", timeout=_PATIENCE)
    submit = [page.get_by_role("button", name="提交订单") for page in pages]
    await asyncio.gather(*(button.click() for button in submit))
    for page in pages:
        await page.wait_for_load_state()
    got = [page for page in pages if "/cashier/" in page.url]
    lost = [page for page in pages if "/cashier/" not in page.url]
    assert (len(got), len(lost)) == (1, 1)
    await expect(lost[0].get_by_role("alert")).to_contain_text("抢完")
    await expect(lost[0].locator("dd.sum")).to_have_text("¥136.00")
    await lost[0].get_by_role("button", name="提交订单").click()
    await lost[0].wait_for_url("**/cashier/**")


@pytest.mark.browser
async def test_three_watch_and_two_buy_the_one_flash_piece_one_gets_it(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        room = await _room(market)
        opening = Viewers(browser, address, market.opened.house.secret)
        viewers = [await opening.open(session) for session in await _people(market, 3)]
        promoter = Session("promoter", market.promoter.party_id, "阿宁", nonce="host")
        host = await opening.open(promoter)
        await _watch(host, viewers, market, room)
        await _buy_at_once(viewers[:2], market)
        third = viewers[2].locator("[data-pinned]")
        await expect(third.locator("[data-price]")).to_have_text("¥128.00", timeout=_PATIENCE)
        await host.get_by_role("button", name="结束直播").click()
        await expect(viewers[2].get_by_role("heading", name="讲解过的商品")).to_be_visible(
            timeout=_PATIENCE
        )
        assert opening.troubles == []
