"""Every page by keyboard and screen reader: axe finds nothing serious, in light and dark."""

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, BrowserContext, Error

from tests.journeys.test_browser_main_job import served
from tests.sites.people import places, visiting

AXE: Final = Path("tongshang/sites/static/parts/axe.min.js")
GRAVE: Final = {"serious", "critical"}
_LOOK: Final = """
    (more) => axe.run(document, {resultTypes: ["violations"], ...more}).then((found) => found.violations.map(
        (one) => ({rule: one.id, impact: one.impact, places: one.nodes.slice(0, 3).map(
            (node) => node.target.join(" ") + " " + (node.any[0] ? node.any[0].message : ""))})))
"""

pytestmark = pytest.mark.browser


async def findings(context: BrowserContext, place: str) -> list[dict[str, Any]]:
    """What axe finds grave on a page; nothing where the place is no page but a file.

    In the dark only colours are others, so only they are looked at again.
    """
    page = await context.new_page()
    try:
        answer = await page.goto(place, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return []
        if "<html" not in await answer.text():  # a part of a page, not one
            return []
        await page.add_script_tag(path=AXE)
        found: list[dict[str, Any]] = await page.evaluate(_LOOK)
        await page.emulate_media(color_scheme="dark")
        found += await page.evaluate(_LOOK, {"runOnly": ["color-contrast"]})
        return [one | {"place": place} for one in found if one["impact"] in GRAVE]
    except Error as problem:
        if "Download is starting" in problem.message or "ERR_ABORTED" in problem.message:
            return []
        raise
    finally:
        await page.close()


@pytest.mark.parametrize("role", ["", "buyer", "shop", "promoter", "operator"])
async def test_axe_finds_nothing_serious(
    dsn: str, tmp_path: Path, browser: Browser, role: str
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        context = await visiting(browser, market, address, role)
        grave = [one for place in await places(market, role) for one in
                 await findings(context, place)]  # fmt: skip
        await context.close()
        assert [f"{one['place']} {one['rule']}: {one['places']}" for one in grave] == []
