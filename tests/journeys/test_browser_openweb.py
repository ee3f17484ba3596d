"""A card on another site: read there, opened here, bought, and the promoter credited."""

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.journeys.test_browser_main_job import served
from tests.market import Market
from tests.platform import ask

EXAMPLE = Path("examples/static-site")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def other_site(folder: Path) -> Iterator[str]:
    """The folder on a port of its own: another origin."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def filled(market: Market, address: str, folder: Path) -> None:
    """The example site as its README says to fill it."""
    shutil.copytree(EXAMPLE, folder)
    page = (folder / "index.html").read_text("utf-8").replace("https://shop.example", address)
    for goods, place in ((market.tea, "CARD-ONE"), (market.cup, "CARD-TWO")):
        made = await ask(
            market.opened, market.promoter, "/v1/promoter/link/make", product_id=goods.product_id
        )
        page = page.replace(place, made.embed_url.split("card=")[1])
    (folder / "index.html").write_text(page, "utf-8")


async def agree(page: Page, market: Market) -> None:
    """What was seen is told without consent, until the reader agrees on the page around it."""
    frame = page.locator("iframe").nth(0)
    async with page.expect_response("**/v1/event/batch", timeout=15_000) as told:
        await frame.scroll_into_view_if_needed()
    assert (await told.value).ok
    seen = await market.opened.house.pool.fetch(
        "select surface, carrier_id, consent from events where kind = 1"
    )
    assert {tuple(row) for row in seen} == {(14, market.promoter.party_id, False)}
    await page.evaluate("document.querySelector('script[data-card]').dataset.consent = 'yes'")
    events = page.frame_locator("iframe").nth(0).locator("script[data-consent]")
    await expect(events).to_have_attribute("data-consent", "yes")


async def buy(page: Page, market: Market) -> str:
    """In the opened store: become somebody, choose, pay."""
    await expect(page.get_by_role("heading", name=market.tea.title)).to_be_visible()
    await page.get_by_role("button", name="立即购买").click()
    await page.get_by_role("button", name="小满").click()
    await page.wait_for_load_state()
    if "/checkout" not in page.url:
        await page.get_by_role("button", name="立即购买").click()
    await page.get_by_role("button", name="提交订单").click()
    await page.get_by_role("button", name="确认支付").click()
    await expect(page.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)
    await page.get_by_role("link", name="查看订单").click()
    return page.url.rsplit("/", 1)[1].split("?")[0]


async def look_at_frames(page: Page, market: Market, context: BrowserContext) -> None:
    """Both cards are there, as high as they need to be, and nothing was left with the reader."""
    by_script = page.frame_locator("iframe").nth(0)
    await expect(by_script.get_by_text(market.tea.title)).to_be_visible()
    await expect(page.frame_locator("iframe").nth(1).get_by_text(market.cup.title)).to_be_visible()
    frame = page.locator("iframe").nth(0)
    body = by_script.locator("body")
    await expect(frame).to_have_css("height", f"{await body.evaluate('b => b.offsetHeight')}px")
    assert await context.cookies() == []
    # A message that does not come from the store's frame changes nothing.
    await page.evaluate("postMessage({tongshang: 'size', height: 999}, '*')")
    box = await frame.bounding_box()
    assert box
    assert box["height"] < 400


async def try_what_is_closed(page: Page, address: str, market: Market) -> None:
    """No other page of the store can be framed, and none of its answers be read, from there."""
    blocked = page.wait_for_event("console", lambda message: "frame-ancestors" in message.text)
    await page.evaluate(
        "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f) }",
        f"{address}/p/{market.tea.product_id}",
    )
    await blocked
    read = "url => fetch(url).then(a => a.status, () => 'closed')"
    product = market.tea.product_id
    for path in (
        "/",
        f"/p/{product}",
        f"/v1/buyer/product/get?product_id={product}",
        "/embed/card",
    ):
        assert await page.evaluate(read, address + path) == "closed", path
    oembed = f"{address}/oembed?url={address}/p/{product}"
    for url in (oembed, f"{address}/embed/card.json?id={product}", f"{address}/feed.atom"):
        assert await page.evaluate(read, url) == 200, url


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
async def test_a_card_on_another_site_sells_and_its_promoter_is_credited(
    dsn: str, tmp_path: Path, browser: Browser, width: int
) -> None:
    async with served(dsn, tmp_path / "home") as (market, address):
        await filled(market, address, tmp_path / "site")
        with other_site(tmp_path / "site") as site:
            context = await browser.new_context(viewport={"width": width, "height": 900})
            page = await context.new_page()
            said: list[str] = []
            told: list[str] = []

            def hear(message: ConsoleMessage) -> None:
                if message.type in {"error", "warning"}:
                    said.append(message.text)

            def note(request: Request) -> None:
                if request.url.startswith(address):
                    told.append(request.headers.get("referer", ""))

            page.on("console", hear)
            page.on("request", note)
            await page.goto(f"{site}/index.html")
            await look_at_frames(page, market, context)
            assert said == []
            await agree(page, market)
            assert not [one for one in told if "index.html" in one], "no page is told on"

            async with context.expect_page() as opening:
                await page.frame_locator("iframe").nth(0).get_by_role("link").click()
            store = await opening.value
            await store.wait_for_load_state()
            assert await store.evaluate("document.referrer") == ""
            assert await store.evaluate("window.opener") is None
            order_id = await buy(store, market)
            await try_what_is_closed(page, address, market)
            await context.close()
        line = await market.opened.house.pool.fetchrow(
            "select promoter_id, surface, commission_ppm > 0 as pays from order_lines "
            "where order_id = $1",
            int(order_id),
        )
        assert tuple(line or ()) == (market.promoter.party_id, 14, True)
