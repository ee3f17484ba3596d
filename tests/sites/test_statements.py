"""Statements, their proof, explanations and the comparison with the channel, as pages show them."""

import re
from html import unescape

import httpx
import pytest

from tests.market import Market
from tests.modules.statements.test_five_receivers import receivers
from tests.modules.statements.trade import pass_days, pass_to_noon, sell, today
from tests.platform import calling, finish_work
from tests.prove.selling import sell_by_deal
from tests.sites.test_storefront import fields, sign_in


@pytest.fixture
async def closed(market: Market) -> tuple[Market, str]:
    """A sale, paid and settled; the day of its settlement."""
    await pass_to_noon(market)
    await sell(market)
    await pass_days(market, 8)
    day = today(market)
    await pass_days(market, 1)
    return market, day


async def test_a_statement_is_made_found_again_and_downloaded(
    client: httpx.AsyncClient, closed: tuple[Market, str]
) -> None:
    market, day = closed
    for role, who, figure in (
        ("shop", market.shop, "¥116.40"),
        ("promoter", market.promoter, "¥12.80"),
    ):
        sign_in(client, market, who)
        place = f"/desk/{role}/statements"
        page = (await client.get(place)).text
        assert figure in page
        form = fields(page[page.index(f'id="{day}"') :], place)
        assert form["starts"] == day
        made = await client.post(place, data=form)
        assert made.status_code == 303
        assert "制作中 0 / " in (await client.get(place)).text
        await finish_work(market.opened)
        page = (await client.get(place)).text
        sheet = re.search(rf'href="({place}/\d+\.csv)"', page)
        assert sheet
        file = await client.get(sheet[1])
        assert f'filename="statement-{day}-day.csv"' in file.headers["content-disposition"]
        assert "期初余额" in file.text
        paper = await client.get(sheet[1].replace(".csv", ".pdf"))
        assert paper.content.startswith(b"%PDF")
        assert (await client.get(sheet[1].replace(".csv", ".exe"))).status_code == 400


async def test_every_amount_leads_to_its_story_and_its_proof(
    client: httpx.AsyncClient, closed: tuple[Market, str]
) -> None:
    market, day = closed
    sign_in(client, market, market.promoter)
    page = (await client.get(f"/desk/promoter/statements/day/{day}")).text
    story = unescape((await client.get(link(page, "explain"))).text)
    assert "按商品实付 ¥128.00 的 10% 收到 ¥12.80，由山里茶铺支付" in story
    proof = unescape((await client.get(link(page, "statements/check"))).text)
    assert f"平台：这笔账在 {day} 的账里，没有被改动。" in proof
    assert "hashlib" in proof
    digest = re.findall(r"<code>([0-9a-f]{64})</code>", proof)[0]
    noted = link(page, "statements/check") + f"&digest={digest}"
    assert "和你保存的摘要一致。" in (await client.get(noted)).text
    other = noted[:-1] + ("0" if noted[-1] != "0" else "1")
    assert "和你保存的摘要不一致。" in (await client.get(other)).text


def link(page: str, path: str) -> str:
    found = re.search(rf'href="(/desk/promoter/{path}\?[^"]+)"', page)
    assert found
    return unescape(found[1])


async def test_the_operator_sees_what_differs_and_says_what_it_was(
    client: httpx.AsyncClient, market: Market
) -> None:
    await pass_to_noon(market)
    await sell(market)
    async with calling(market.opened) as call:
        await call.tx.execute("update gateway_charges set total_fen = total_fen + 1")
    await pass_days(market, 1)
    sign_in(client, market, market.operator)
    place = "/desk/platform/reconciliation"
    page = (await client.get(place)).text
    assert "金额不同" in page
    assert "+¥0.01" in page
    form = fields(page, f"{place}/resolve") | {"note": "渠道四舍五入"}
    assert (await client.post(f"{place}/resolve", data=form)).status_code == 303
    assert "渠道四舍五入" in (await client.get(f"{place}?state=resolved")).text
    page = (await client.get(place)).text
    assert "没有待处理的差异" in page
    form = fields(page, f"{place}/import") | {"day": today(market), "channel": "bank"}
    wrong = await client.post(
        f"{place}/import", data=form, files={"file": ("a.csv", b"not a file", "text/csv")}
    )
    assert wrong.status_code in {400, 409}


async def test_empty_desks_say_when_there_will_be_something(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.shop)
    assert "还没有结过账" in (await client.get("/desk/shop/statements")).text
    assert "还没有结完的月份" in (await client.get("/desk/shop/statements?period=month")).text
    assert (await client.get("/desk/shop/statements/check?line=1-2-3")).status_code == 404
    assert (await client.get("/desk/shop/statements/day/2026-99-99")).status_code == 400
    assert (await client.get("/desk/shop/explain?kind=flow&id=5")).status_code == 404
    sign_in(client, market, market.operator)
    assert "还没有对过账" in (await client.get("/desk/platform/reconciliation")).text


async def test_a_sharer_has_statements_on_the_phone(
    client: httpx.AsyncClient, market: Market
) -> None:
    await pass_to_noon(market)
    await sell_by_deal(market)
    await pass_days(market, 8)
    day = today(market)
    await pass_days(market, 1)
    await receivers(market)
    sign_in(client, market, market.buyer)
    place = "/sharing/statements"
    page = (await client.get(place)).text
    form = fields(page[page.index(day) :], place)
    assert (await client.post(place, data=form)).status_code == 303
    await finish_work(market.opened)
    sheet = re.search(rf'href="({place}/\d+\.csv)"', (await client.get(place)).text)
    assert sheet
    assert ",3.84,," in (await client.get(sheet[1])).text
    lines = (await client.get(f"{place}/day/{day}")).text
    story = re.search(r'href="(/sharing/explain\?[^"]+)"', lines)
    assert story
    told = unescape((await client.get(unescape(story[1]))).text)
    assert "按商品实付 ¥384.00 的 1% 收到 ¥3.84，由伙伴2支付" in told
