"""The editor with its script, and a video as a person watches it, in a real browser."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.journeys.test_browser_main_job import served
from tests.sites.people import visiting
from tongshang.demo.films import Shot, film

pytestmark = pytest.mark.browser

HOME = "/desk/promoter/contents"


def _picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


async def test_parts_are_added_moved_and_taken_away_without_a_round_trip(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await visiting(browser, market, address, "promoter")
        page = await context.new_page()
        await page.goto(f"{HOME}/new")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.fill("input[name=title]", "三道茶")
        await page.fill("textarea[name=part_text]", "先闻香")
        await page.click("[data-add=heading]")
        await page.keyboard.type("一道")
        await page.click("li:has(.as-heading) [data-up]")
        await page.click("[data-add=paragraph]")
        await page.click("li:last-child [data-cut]")
        assert [url for url in asked if HOME in url] == []
        await page.fill("[data-find]", "大红袍")
        await page.keyboard.press("Enter")
        await page.wait_for_load_state()
        await page.click("button[value=publish]")
        await page.wait_for_url("**done=publish")
        await page.click("a:has-text('去看')")
        assert await page.locator("article h2 + .words").inner_text() == "先闻香"
        await context.close()


async def test_a_card_appears_over_the_video_at_its_second(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await visiting(browser, market, address, "promoter")
        page = await context.new_page()
        await page.goto(f"{HOME}/new?kind=short_video")
        await page.fill("input[name=title]", "一杯茶")
        video = film([Shot(_picture("teal"), 2), Shot(_picture("gold"), 2)])
        sent = {"name": "a.mp4", "mimeType": "video/mp4", "buffer": video}
        await page.set_input_files("input[name=media]", sent)  # type: ignore[arg-type]
        await page.click("button:has-text('上传')")
        await page.wait_for_url("**done=video")
        place = page.url.partition("?")[0]
        card = {"shop_id": market.shop_id, "product_id": market.tea.product_id}
        kept = await market.ask(
            market.promoter, "/v1/promoter/content/get", content_id=place.rpartition("/")[2]
        )
        await market.ask(
            market.promoter,
            "/v1/promoter/content/update",
            content_id=kept.about.content_id,
            title="一杯茶",
            kind="short_video",
            media={"url": kept.shown.media.url},
            blocks=[{"kind": "card", "at_seconds": 2, **card}],
        )
        await page.goto(f"{place}/preview")
        await page.click("button[value=publish]")
        await page.goto(f"/a/{kept.about.content_id}")
        await page.wait_for_function("document.querySelector('video').readyState >= 2")
        pop = page.locator(".pop")
        assert "on" not in (await pop.get_attribute("class") or "").split()
        await page.evaluate("document.querySelector('video').currentTime = 2.5")
        await page.wait_for_function("document.querySelector('.pop').classList.contains('on')")
        assert market.tea.title in await pop.inner_text()
        assert await page.evaluate("document.querySelector('video').videoWidth") == 360
        await context.close()
