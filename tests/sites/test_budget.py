"""What the first view of a page costs: bytes, requests and layout shift, not seconds."""

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.test_browser_main_job import served
from tests.market import Market
from tests.sites.people import visiting

BYTES_MAX: Final = 100 * 1024  # besides pictures
REQUESTS_MAX: Final = 14  # likewise
# Layout shift in thousandths: under 100 counts as good, we hold ourselves to a fifth of it.
SHIFT_MAX: Final = 20
_PICTURES: Final = {"Image", "Media"}
_SHIFT: Final = """
    new Promise((tell) => {
        let sum = 0;
        new PerformanceObserver((list) => {
            for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
        }).observe({type: "layout-shift", buffered: true});
        setTimeout(() => tell(Math.ceil(sum * 1000)), 400);
    })
"""

pytestmark = pytest.mark.browser


async def measure(page: Page, place: str) -> dict[str, Any]:
    """Bytes and requests besides pictures, and layout shift, of a first visit."""
    client = await page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    client.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    client.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    await client.send("Network.enable")
    await page.goto(place, wait_until="load")
    shift: int = await page.evaluate(_SHIFT)
    counted = {i: size for i, size in sizes.items() if kinds.get(i) not in _PICTURES}
    return {"bytes": sum(counted.values()), "requests": len(counted), "shift": shift}


def main_places(market: Market) -> list[str]:
    """The pages that people meet first."""
    return [
        "/",
        f"/a/{market.content_id}",
        f"/p/{market.tea.product_id}",
        f"/s/{market.shop_id}",
        f"/u/{market.promoter.party_id}",
        "/cart",
        "/me",
        "/search",
        "/chats",
    ]


@pytest.mark.parametrize("role", ["", "buyer"])
async def test_a_first_view_is_small_and_stands_still(
    dsn: str, tmp_path: Path, browser: Browser, role: str
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        spent = {}
        for place in main_places(market):
            context = await visiting(browser, market, address, role)
            spent[place] = await measure(await context.new_page(), place)
            await context.close()
        over = {
            place: cost
            for place, cost in spent.items()
            if cost["bytes"] > BYTES_MAX
            or cost["requests"] > REQUESTS_MAX
            or cost["shift"] > SHIFT_MAX
        }
        assert over == {}


async def test_without_scripts_one_can_read_and_buy(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await browser.new_context(base_url=address, java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"/p/{market.cup.product_id}")
        await page.get_by_role("button", name="立即购买").click()
        await page.get_by_role("button", name="小满").click()
        await page.get_by_role("button", name="立即购买").click()
        await page.get_by_role("button", name="提交订单").click()
        await page.get_by_role("button", name="确认支付").click()
        assert "/cashier/" in page.url
        await page.goto("/saved")
        assert await page.get_by_role("heading", name="还没有收藏").is_visible()
        await context.close()


async def test_a_place_without_a_network_shows_a_page_of_nobody(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (_, address):
        context = await browser.new_context(base_url=address)
        page = await context.new_page()
        await page.goto("/")
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await page.reload()
        kept = await page.evaluate(
            """caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)
                .then((cache) => cache.keys()))).then((all) => all.flat().map(
                    (request) => new URL(request.url).pathname)))"""
        )
        assert "/offline" in kept
        assert [place for place in kept if not place.startswith(("/static/", "/offline"))] == []
        await context.set_offline(True)
        await page.goto("/me")
        assert await page.get_by_role("heading", name="现在没有网络").is_visible()
        await context.close()


@pytest.mark.parametrize("width", [390, 1440])
async def test_who_recommends_a_product_comes_after_it(
    dsn: str, tmp_path: Path, browser: Browser, width: int
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await visiting(browser, market, address, "")
        page = await context.new_page()
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(f"/p/{market.tea.product_id}")
        link = page.locator(f'a[href*="/c/"], a[href*="/a/{market.content_id}"]').first
        await link.wait_for(state="attached")
        assert await page.locator("main .voice").count() == 1
        beside = page.locator("#around-beside .context")
        assert await beside.count() == 2
        assert await beside.first.is_visible() == (width == 1440)
        await page.goto(f"/p/{market.tea.product_id}/around")  # as those without scripts do
        assert await page.locator("main .voice").is_visible()
        await context.close()
