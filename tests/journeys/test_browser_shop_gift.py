"""A shop gives of its own: begun on its desk, sent by its program, taken on a phone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.test_browser_gifts import Served, served, take, unwrap
from tests.journeys.test_browser_main_job import become
from tests.modules.gifting.company import CREATE


async def _begin(place: Served) -> str:
    """On the desk: a pool of two for a budget; the activity's number."""
    desk = await place.phone("山里茶铺")
    await desk.goto("/desk/shop/gifts")
    await desk.get_by_role("link", name="送礼活动").click()
    await desk.get_by_label("活动名称").fill("开业送茶")
    await desk.get_by_label("送什么").select_option(index=0)
    await desk.get_by_label("备几件").fill("2")
    await desk.get_by_label("预算（元，0 不限）").fill("300")
    ends = place.market.opened.house.clock.now() + timedelta(days=3)
    await desk.get_by_label("结束", exact=True).fill(f"{ends:%Y-%m-%dT%H:%M}")
    await desk.get_by_role("button", name="开始活动").click()
    await expect(desk.get_by_text("活动已开始。")).to_be_visible()
    listed = await place.market.ask(place.market.shop, "/v1/shop/gifts/activity/list")
    return str(listed.activities[0].activity_id)


async def _send(place: Served, activity_id: str, name: str) -> None:
    """The shop's program gives one to somebody it knows by an openid."""
    market, activities = place.market, "/v1/shop/gifts/activity/list"
    (activity,) = (await market.ask(market.shop, activities)).activities
    openid = await market.opened.house.pool.fetchval(
        "select openid from buyers where buyer_id = $1", place.people[name].buyer_id
    )
    await market.ask(
        market.shop,
        CREATE,
        activity_id=activity_id,
        openid=openid,
        shop_appid="",
        product_id=activity.pool[0].product_id,
        sku_id=activity.pool[0].sku_id,
        wishmessage="谢谢一路光顾",
    )


@pytest.mark.browser
async def test_a_shop_gives_and_a_customer_takes_it(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, browser) as place:
        await _send(place, await _begin(place), "秋秋")
        qiuqiu = await place.phone("秋秋")
        await qiuqiu.goto("/gifts")
        await qiuqiu.locator(".gift-row").first.click()
        await unwrap(qiuqiu, qiuqiu.url, "山里茶铺")
        await expect(qiuqiu.locator(".wish")).to_have_text("谢谢一路光顾")
        await take(qiuqiu)
        await become(qiuqiu, "山里茶铺")
        await qiuqiu.goto("/desk/shop/gifts/activities")
        await expect(qiuqiu.locator("table")).to_contain_text("1 / 2")
        await qiuqiu.goto("/desk/shop/gifts")
        await expect(qiuqiu.get_by_text("商家赠送")).to_be_visible()
