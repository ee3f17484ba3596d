"""The alliance's pages by keyboard and screen reader, with what stands beside their lists."""

from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext

from tests.journeys.test_browser_alliance import Served, served
from tests.modules.partners.world import World
from tests.sites.people import pages_of
from tests.sites.test_accessible import _LOOK as LOOK
from tests.sites.test_accessible import AXE, GRAVE
from tongshang.runtime import crypto
from tongshang.runtime.call import Caller
from tongshang.sites.visit import COOKIE, Session

SUPPLY = "/channels/ec/league/headsupplier"

pytestmark = pytest.mark.browser


async def furnish(world: World) -> dict[str, list[str]]:
    """Something in each list; the places of what is open beside it."""
    market = world.market
    (plan_id,) = await world.plan(market.tea.product_id)
    link = f"weixinstorehs/{plan_id}"
    path = f"{SUPPLY}/cooperativeitem/add"
    taken = await world.ask(world.agency, path, head_supplier_item_link=link)
    item_id = taken.cooperative_item_id
    await world.ask(world.agency, f"{SUPPLY}/subitem/add", cooperative_item_id=item_id, ratio=12)
    sharer = await world.sharer()
    finder = str(market.promoter.party_id)
    await world.ask(world.agency, f"{SUPPLY}/windowauth/get", finder_id=finder)
    await world.ask(market.shop, "/channels/ec/league/promoter/add", finder_id=finder)
    product_id = market.tea.product_id
    await world.ask(market.promoter, "/v1/promoter/window/add", product_id=product_id)
    order_id = await market.place(market.tea, card=await market.card(market.tea))
    await market.pay(order_id)
    return {
        "agency": [
            "/desk/agency/square?kind=1",
            f"/desk/agency/goods?open={item_id}",
            f"/desk/agency/sharers?open={sharer}",
            f"/desk/agency/promoters?open={finder}",
        ],
        "promoter": [
            f"/desk/promoter/orders?open={order_id}-1",
            f"/desk/promoter/why/{order_id}/1",
            f"/desk/promoter/goods?open={product_id}",
        ],
        "shop": [
            f"/desk/shop/alliance?open={product_id}",
            "/desk/shop/alliance?kind=4",
            "/desk/shop/alliance/new?kind=2",
            "/desk/shop/alliance/new?kind=4",
            f"/desk/shop/why/{order_id}/1",
        ],
        "buyer": ["/join"],
    }


async def visiting(
    browser: Browser, house: Served, role: str, caller: Caller, scheme: str, width: int
) -> BrowserContext:
    """A browser in which one of the world's people is signed in; pages may be examined."""
    context = await browser.new_context(
        base_url=house.address,
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,
        service_workers="block",
    )
    session = Session(role, caller.buyer_id or caller.party_id, "某人", "zh", "nonce")
    signed = crypto.sign(
        house.world.opened.house.secret, "session", msgspec.msgpack.encode(session)
    )
    await context.add_cookies([{"name": COOKIE, "value": signed, "url": house.address}])
    return context


async def looked_at(context: BrowserContext, place: str, width: int) -> list[str]:
    """What is grave on a page, and whether it is wider than the screen."""
    page = await context.new_page()
    await page.goto(place)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(LOOK)
    await page.close()
    told = [f"{place} {one['rule']}: {one['places']}" for one in found if one["impact"] in GRAVE]
    return told + ([f"{place} is {wide} wide"] if wide > width else [])


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
async def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    dsn: str, tmp_path: Path, browser: Browser, scheme: str, width: int
) -> None:
    async with served(dsn, tmp_path, browser) as house:
        world = house.world
        callers = {
            "agency": world.agency,
            "promoter": world.market.promoter,
            "shop": world.market.shop,
            "buyer": world.person,
        }
        grave: list[str] = []
        for role, beside in (await furnish(world)).items():
            listed = sorted(pages_of(role)) if role == "agency" else []
            context = await visiting(browser, house, role, callers[role], scheme, width)
            for place in [*listed, *beside]:
                grave += await looked_at(context, place, width)
            await context.close()
        assert grave == []
