"""How the demo's shops arrange their homes: a banner, what comes first, their own classes."""

from typing import Any, Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market, Product
from tongshang.demo.stage import Stage

_FIRST: Final = 3
_CLASSES: Final = 6
_CLASS_NAME_MAX: Final = 10


async def arrange(stage: Stage, market: Market, made: Furnished) -> None:
    """Each shop by its own hand."""
    for shop in market.shops:
        goods = [one for one in market.products if one.shop == shop.key]
        banner, led_to = _banner(market, made, shop.key)
        ids = [made.products[one.code][1] for one in goods]
        caller = made.callers[shop.key]
        await stage.ask(
            caller,
            "/v1/shop/home/arrange",
            banner_url=banner,
            banner_product_id=led_to or None,
            first=ids[:_FIRST],
        )
        await stage.ask(caller, "/v1/shop/home/classes", classes=_classes(made, goods))


def _banner(market: Market, made: Furnished, shop: str) -> tuple[str, str]:
    """The cover of an article about the shop's goods, and the product that it leads to."""
    for content in market.contents:
        for code in content.products:
            if content.kind == "article" and made.products[code][0] == str(
                made.callers[shop].party_id
            ):
                return made.urls[content.cover_picture], made.products[code][1]
    return "", ""


def _classes(made: Furnished, goods: list[Product]) -> list[dict[str, Any]]:
    """The shop's goods by the names of their categories."""
    by_name: dict[str, list[str]] = {}
    for one in goods:
        name = one.category.name[:_CLASS_NAME_MAX]
        by_name.setdefault(name, []).append(made.products[one.code][1])
    largest = sorted(by_name.items(), key=lambda named: -len(named[1]))[:_CLASSES]
    return [{"name": name, "product_ids": ids} for name, ids in largest]
