"""A receiver checks a line in the browser; an altered one is seen there, whatever the page says."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.test_browser_main_job import served
from tests.market import Market
from tests.modules.statements.trade import pass_days, pass_to_noon, sell, today
from tests.platform import calling
from tests.sites.people import visiting

pytestmark = pytest.mark.browser


async def settle(market: Market) -> str:
    """A sale by the promoter's card, settled; the day of its settlement, closed."""
    await pass_to_noon(market)
    await sell(market)
    await pass_days(market, 8)
    day = today(market)
    await pass_days(market, 1)
    return day


async def test_a_promoter_checks_a_line_in_the_browser(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path) as (market, address):
        day = await settle(market)
        context = await visiting(browser, market, address, "promoter")
        page = await context.new_page()
        await page.goto("/desk/promoter/statements")
        await page.get_by_role("link", name=day).click()
        await page.get_by_role("link", name="核对", exact=True).first.click()
        verdict = page.locator("#verdict")
        await expect(verdict).to_contain_text("你的浏览器独立算了一遍")
        async with calling(market.opened) as call:
            await call.tx.execute(
                """update postings set amount_fen = amount_fen + 1
                   where target_party = $1""",
                market.promoter.party_id,
            )
        await page.reload()
        await expect(verdict).to_contain_text("你的浏览器算出来对不上")
        await context.close()
