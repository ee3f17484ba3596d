"""The alliance in a browser: a promoter's way to the first money, and a chain of agencies."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.modules.partners.world import World, open_world
from tests.platform import calling
from tongshang.app import asgi, open_house
from tongshang.modules.sandbox.api import furnish_buyers
from tongshang.runtime import jobs, serving

FIRST, SECOND = "众选机构", "远帆机构"
SHOP, BUYER, SHARER = "山里茶铺", "小满", "阿雯"
TEA = "武夷岩茶 手工炭焙大红袍"

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class Served:
    """The world on a free port, doing its work; two pages: a desk's and a phone."""

    world: World
    address: str
    desk: Page
    phone: Page
    troubles: list[str]


@contextlib.asynccontextmanager
async def served(dsn: str, home: Path, browser: Browser) -> AsyncIterator[Served]:
    listening = serving.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with open_house(dsn, home, address, demo=True) as opened:
        world = await open_world(opened)
        async with calling(opened) as call:
            await furnish_buyers(call, [world.person.buyer_id])
        answering = asyncio.create_task(serving.serve(asgi(opened.house), listening))
        working = asyncio.create_task(jobs.work(opened.house, opened.works))
        troubles: list[str] = []
        desk = await _page(browser, address, 1440, 900, troubles)
        phone = await _page(browser, address, 390, 844, troubles)
        try:
            yield Served(world, address, desk, phone, troubles)
        finally:
            for page in (desk, phone):
                await page.context.close()
            for task in (answering, working):
                task.cancel()
            await asyncio.gather(answering, working, return_exceptions=True)
            listening.close()


async def _page(
    browser: Browser, address: str, width: int, height: int, troubles: list[str]
) -> Page:
    context = await browser.new_context(
        base_url=address, viewport={"width": width, "height": height}
    )
    page = await context.new_page()

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            troubles.append(f"{page.url}: {said.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    return page


# --- what people do ----------------------------------------------------------------------------


async def become(page: Page, name: str) -> None:
    """Be one of the demo's people; some are called like the beginning of another."""
    await page.goto("/personas")
    called = page.get_by_text(name, exact=True)
    await page.locator(".persona").filter(has=called).first.click()
    await page.wait_for_load_state()


async def buy(phone: Page, link: str) -> str:
    """Somebody opens a link and buys one piece; the order's id."""
    await become(phone, BUYER)
    await phone.goto("/" + link.split("/", 3)[3])
    await phone.get_by_role("button", name="立即购买").click()
    await phone.get_by_role("button", name="提交订单").click()
    await phone.get_by_role("button", name="确认支付").click()
    await expect(phone.get_by_role("heading", name="支付成功")).to_be_visible(timeout=15_000)
    await phone.get_by_role("link", name="查看订单").click()
    await phone.wait_for_url("**/order/*")
    return phone.url.rsplit("/", 1)[1]


async def deliver(desk: Page, phone: Page, order_id: str) -> None:
    """The shop ships, the buyer receives, and eight days go by."""
    await become(desk, SHOP)
    await desk.goto("/desk/shop/orders?status=20")
    await desk.get_by_label("快递单号").fill("SF1234567890123")
    await desk.get_by_role("button", name="发货").click()
    await expect(desk.get_by_text(f"已发货：{order_id}")).to_be_visible()
    await phone.goto(f"/order/{order_id}")
    await phone.get_by_role("button", name="确认收货").click()
    await expect(phone.get_by_role("heading", name="已完成")).to_be_visible()
    await phone.goto("/sandbox")
    await phone.get_by_role("button", name="+8 天").click()
    await expect(phone.get_by_text("时间已经拨快")).to_be_visible(timeout=20_000)


async def earned(desk: Page, who: str, *amounts: str) -> None:
    """An agency's line tells these amounts: received, passed on, kept, given back."""
    await become(desk, who)
    await desk.goto("/desk/agency/orders")
    row = desk.get_by_role("row").filter(has_text=TEA)
    for amount in amounts:
        await expect(row).to_contain_text(amount)


# --- a promoter --------------------------------------------------------------------------------


async def join(phone: Page) -> None:
    """Somebody new comes, and is a promoter three steps later."""
    await phone.goto("/personas")
    await phone.get_by_label("名字").fill("阿满")
    await phone.get_by_role("button", name="进来看看").click()
    await phone.goto("/join")
    await phone.get_by_label("名字").fill("阿满写字")
    await phone.get_by_label("一句话介绍（选填）").fill("一周一篇，写茶和路")
    await phone.get_by_role("button", name="下一步").click()
    await phone.get_by_label("真实姓名").fill("张小满")
    await phone.get_by_label("银行", exact=True).select_option(label="招商银行")
    await phone.get_by_label("银行卡号").fill("6225880000001234")
    await phone.get_by_label("开户城市").select_option(label="杭州市")
    await phone.get_by_role("button", name="下一步").click()
    await phone.get_by_label("我已读完并同意").check()
    await phone.get_by_role("button", name="同意并开始").click()
    await expect(phone.get_by_role("heading", name="概览")).to_be_visible()


async def withdraw(phone: Page) -> None:
    """All that is there goes to the bank, once a phone has confirmed it."""
    await phone.goto("/desk/promoter/funds")
    await expect(phone.get_by_label("金额（元）")).to_have_value("12.80")
    await phone.get_by_role("button", name="申请提现").click()
    waiting = phone.url
    place = await phone.get_by_role("link", name="打开沙盒手机").get_attribute("href")
    assert place
    await phone.goto(place)
    await phone.get_by_role("button", name="管理员扫码", exact=True).click()
    await phone.get_by_role("button", name="确认", exact=True).click()
    await expect(phone.get_by_text("已确认。")).to_be_visible()
    await phone.goto(waiting)
    await expect(phone.get_by_text("已到银行账户")).to_be_visible(timeout=20_000)
    await phone.goto("/desk/promoter/funds")
    await expect(phone.get_by_text("今天已经提现过")).to_be_visible()


async def test_a_promoter_from_entry_to_withdrawal(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    async with served(dsn, tmp_path, browser) as house:
        phone, desk = house.phone, house.desk
        await join(phone)
        await phone.goto("/desk/promoter/goods")
        await phone.get_by_role("link", name=TEA).click()
        drawer = phone.get_by_role("dialog", name=TEA)
        await expect(drawer).to_contain_text("¥12.80")
        await drawer.get_by_role("button", name="做卡片").click()
        link = await phone.get_by_label("链接", exact=True).input_value()
        order_id = await buy(phone, link)
        await deliver(desk, phone, order_id)
        await become(phone, "阿满写字")
        await phone.goto("/desk/promoter/orders")
        await phone.get_by_role("link", name=TEA).click()
        await phone.get_by_role("link", name="为什么有这笔佣金").click()
        await expect(phone.get_by_text("买家从 阿满写字 的卡片来")).to_be_visible()
        await expect(phone.locator(".chain .me")).to_contain_text("¥12.80")
        await withdraw(phone)
        assert house.troubles == []


# --- agencies ----------------------------------------------------------------------------------


async def supply(desk: Page, world: World) -> None:
    """The shop offers its tea to every agency; one takes it, and supplies another."""
    await become(desk, SHOP)
    await desk.goto("/desk/shop/alliance/new?kind=4")
    await desk.get_by_label(TEA).check()
    await desk.get_by_label("付给机构的服务费（%）").fill("20")
    await desk.get_by_label("带货者的佣金由机构从服务费里分").check()
    await desk.get_by_role("button", name="加入联盟").click()
    await expect(desk.get_by_text("已加入联盟 1 件")).to_be_visible()
    await become(desk, FIRST)
    await desk.goto("/desk/agency/square")
    await (
        desk.get_by_role("row").filter(has_text=TEA).get_by_role("button", name="拿进货盘").click()
    )
    await desk.get_by_role("link", name=TEA).click()
    drawer = desk.get_by_role("dialog", name=TEA)
    await drawer.get_by_label("对方的 AppID（留空为所有机构）").fill(
        world.appids[world.other_agency.party_id]
    )
    await drawer.get_by_label("给对方售价的百分之几").fill("12")
    await drawer.get_by_role("button", name="转供", exact=True).click()
    await expect(desk.get_by_text("已转供")).to_be_visible()
    await become(desk, SECOND)
    await desk.goto("/desk/agency/square?kind=3")
    await (
        desk.get_by_role("row").filter(has_text=TEA).get_by_role("button", name="拿进货盘").click()
    )
    await expect(desk.get_by_text("已拿进货盘 1 件")).to_be_visible()


async def share(desk: Page, phone: Page, openid: str) -> str:
    """The second agency invites somebody, who becomes its sharer and makes a link."""
    await desk.goto("/desk/agency/sharers")
    await desk.get_by_label("对方的 openid").fill(openid)
    await desk.get_by_role("button", name="生成邀请").click()
    invitation = await desk.get_by_label("邀请链接").input_value()
    await become(phone, SHARER)
    await phone.goto("/" + invitation.split("/", 3)[3])
    for step in ("同意并登记", "核验身份", "确认绑定"):
        await phone.get_by_role("button", name=step).click()
    row = phone.locator(".row").filter(has_text=TEA)
    await row.get_by_role("button", name="推广").click()
    return await phone.get_by_label("链接", exact=True).input_value()


async def give_back(desk: Page, phone: Page, order_id: str) -> None:
    """After the settlement the buyer wants the money back, and the shop agrees."""
    await become(phone, BUYER)
    await phone.goto(f"/order/{order_id}/refund?line=1")
    await phone.get_by_role("button", name="提交申请").click()
    await become(desk, SHOP)
    await desk.goto("/desk/shop/refunds")
    await desk.get_by_role("button", name=re.compile("同意退款")).click()
    await expect(desk.get_by_text("款项正在退回买家")).to_be_visible()


async def test_a_chain_of_agencies_and_a_sharer_is_paid_and_pays_back(
    dsn: str, tmp_path: Path, browser: Browser
) -> None:
    """Of 128.00 the agency gets a fifth, passes 12 % on, of which the sharer gets half."""
    async with served(dsn, tmp_path, browser) as house:
        desk, phone, world = house.desk, house.phone, house.world
        await supply(desk, world)
        link = await share(desk, phone, world.openid)
        order_id = await buy(phone, link)
        await earned(desk, FIRST, "¥25.60", "¥15.36", "¥10.24", "等结算")
        await deliver(desk, phone, order_id)
        await earned(desk, FIRST, "¥25.60", "¥15.36", "¥10.24", "已结算")
        await desk.goto("/desk/agency/shops")
        row = desk.get_by_role("row").filter(has_text=SHOP)
        await expect(row).to_contain_text("¥10.24")
        await earned(desk, SECOND, "¥15.36", "¥7.68", "已结算")
        await become(phone, SHARER)
        await phone.goto("/sharing/earned")
        await expect(phone.locator("main")).to_contain_text("¥7.68")
        await give_back(desk, phone, order_id)
        await earned(desk, FIRST, "−¥10.24")
        await earned(desk, SECOND, "−¥7.68")
        await desk.goto("/desk/agency")
        await expect(desk.get_by_text("因退款退回")).to_be_visible()
        await become(desk, SHOP)
        await desk.goto(f"/desk/shop/why/{order_id}/1")
        await expect(desk.locator(".chain li")).to_have_count(3)
        await expect(desk.get_by_text("因退款退回 ¥25.60")).to_be_visible()
        await desk.goto(f"/desk/shop/money/explain/{order_id}")
        await expect(desk.get_by_text("一分不多，一分不少。")).to_be_visible()
        assert house.troubles == []
