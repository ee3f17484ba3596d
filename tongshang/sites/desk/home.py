"""A shop's first screen: what needs it now, and how today is against last week."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.sites.desk.refunds import waiting_cases
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

LOW_STOCK: Final = 10
_PRODUCTS_LOOKED_AT: Final = 30
_TO_SHIP, _UNPAID, _LISTED = 20, 10, 5
_COUNTED_MAX: Final = 100


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


@dataclass(frozen=True, slots=True)
class LowStock:
    """A SKU of which few are left."""

    product_id: str
    title: str
    picture_url: str
    left: int


@PAGES.get("/desk/shop")
async def home(visit: Visit) -> Response:
    """What needs the shop now."""
    to_ship, unpaid, cases, low, money = await asyncio.gather(
        _count(visit, _TO_SHIP),
        _count(visit, _UNPAID),
        waiting_cases(visit),
        _low_stock(visit),
        visit.ask("/v1/shop/money/summary"),
    )
    return visit.show(
        "shop_desk/home.html",
        to_ship=to_ship,
        unpaid=unpaid,
        cases=cases,
        low=low,
        money=money,
        trends=trends(money.days),
    )


async def _count(visit: Visit, status: int) -> str:
    found = await visit.ask(
        "/channels/ec/order/search", search_condition={}, status=status, page_size=_COUNTED_MAX
    )
    return f"{len(found.orders)}{'+' if found.has_more else ''}"


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


async def _low_stock(visit: Visit) -> list[LowStock]:
    """SKUs on sale of which few are left, the fewest first."""
    path = "/channels/ec/product/list/get"
    ids = (await visit.ask(path, status=_LISTED, page_size=_PRODUCTS_LOOKED_AT)).product_ids
    if not ids:
        return []
    stocks = await visit.ask("/channels/ec/product/stock/batchget", product_id=ids)
    fewest = {
        spu.product_id: min(sku.total_stock_num for sku in spu.sku_stock)
        for spu in stocks.data.spu_stock_list
        if spu.sku_stock
    }
    low = sorted((left, product_id) for product_id, left in fewest.items() if left <= LOW_STOCK)
    products = await asyncio.gather(*(get_product(visit, product_id) for _, product_id in low[:6]))
    return [
        LowStock(product_id, product["title"], product["head_imgs"][0], left)
        for (left, product_id), product in zip(low, products, strict=False)
    ]


async def get_product(visit: Visit, product_id: str | int) -> dict[str, Any]:
    """A product's document: the draft where there is one, else the online copy."""
    path = "/channels/ec/product/get"
    found = await visit.ask(path, product_id=product_id, data_type=3)
    raw = found.edit_product if found.edit_product is not msgspec.UNSET else found.product
    document: dict[str, Any] = msgspec.json.decode(raw)
    return document
