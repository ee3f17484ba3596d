"""A shop's first screen: what needs it now, and how today is against last week."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of today, the same weekday's a week ago, and the fortnight as a line."""

    name: str
    today_fen: int
    last_week_fen: int
    fortnight: tuple[int, ...]

    @property
    def points(self) -> str:
        """The fortnight as an SVG line in a box of 120 by 28."""
        most = max(self.fortnight) or 1
        steps = len(self.fortnight) - 1
        return " ".join(
            f"{120 * i // steps},{26 - 24 * value // most}"
            for i, value in enumerate(self.fortnight)
        )


@PAGES.get("/desk/shop")
async def home(visit: Visit) -> Response:
    """What needs the shop now."""
    today, money = await asyncio.gather(
        visit.ask("/v1/shop/today"), visit.ask("/v1/shop/money/summary")
    )
    return visit.show("shop_desk/home.html", today=today, money=money, trends=trends(money.days))


def trends(days: list[Any]) -> list[Trend]:
    """The four figures that tell how a day went."""
    fortnight = days[-14:]
    names = {
        "paid_fen": "今天收款",
        "refunded_fen": "今天退款",
        "settled_fen": "今天结算",
        "commissions_fen": "今天付出佣金",
    }
    return [
        Trend(
            name,
            getattr(days[-1], field),
            getattr(days[-8], field),
            tuple(getattr(day, field) for day in fortnight),
        )
        for field, name in names.items()
    ]


async def get_product(visit: Visit, product_id: str | int) -> dict[str, Any]:
    """A product's document: the draft where there is one, else the online copy."""
    path = "/channels/ec/product/get"
    found = await visit.ask(path, product_id=product_id, data_type=3)
    raw = found.edit_product if found.edit_product is not msgspec.UNSET else found.product
    document: dict[str, Any] = msgspec.json.decode(raw)
    return document
