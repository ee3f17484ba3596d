"""Some trade over some days, and time that passes, for tests of statements."""

from datetime import timedelta
from typing import Any

from tests.market import Market
from tests.platform import finish_work
from tongshang.modules.statements.domain.days import BEIJING, begins, day_of, next_day


async def pass_to_noon(market: Market) -> None:
    """Noon in Beijing of a day, so that nothing below comes near midnight; days before close."""
    clock = market.opened.house.clock
    noon = begins(next_day(day_of(clock.now()))) + timedelta(hours=12)
    clock.offset += noon - clock.now()
    await finish_work(market.opened)


async def pass_days(market: Market, days: int) -> None:
    """Time passes, and what is due is done."""
    market.opened.house.clock.offset += timedelta(days=days)
    await finish_work(market.opened)


def today(market: Market) -> str:
    """The day in Beijing."""
    return market.opened.house.clock.now().astimezone(BEIJING).date().isoformat()


async def sell(market: Market, count: int = 1) -> str:
    """An order by the article's card, paid, shipped, received."""
    order_id = await market.place(market.tea, count, card=await market.card(market.tea))
    await market.pay(order_id)
    await market.ship(order_id)
    await market.receive(order_id)
    await finish_work(market.opened)
    return order_id


async def give_back(market: Market, order_id: str) -> None:
    """One piece of an order's line goes back, and its money."""
    asked = await market.ask(
        market.buyer,
        "/v1/buyer/aftersale/apply",
        order_id=order_id,
        line=1,
        count=1,
    )
    await market.ask(
        market.shop,
        "/channels/ec/aftersale/acceptapply",
        after_sale_order_id=asked.aftersale_id,
    )
    await finish_work(market.opened)


async def lines_of(market: Market, who: Any, role: str, day: str) -> list[Any]:
    """All movements of a day, page by page."""
    found: list[Any] = []
    key = ""
    while True:
        page = await market.ask(
            who, f"/v1/{role}/statements/lines",
            period="day", starts=day, next_key=key, page_size=3,
        )  # fmt: skip
        found += page.lines
        key = page.next_key
        if not page.has_more:
            return found
