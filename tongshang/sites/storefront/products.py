"""Products, their shops, and the links that lead to them."""

import asyncio
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.modules.identity.api import Party, PartyKind, get_party
from tongshang.runtime.recall import Recall
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

_SHOPS: Final = "sites.shops"
_SHOPS_KEPT_SECONDS: Final = 30.0
_COUNT_MAX: Final = 999


async def shop_of(visit: Visit, shop_id: int) -> Party:
    """The shop as pages show it; remembered for half a minute, for its name seldom changes."""
    recall: Recall[Party] = visit.house.memory.setdefault(_SHOPS, Recall(_SHOPS_KEPT_SECONDS))
    shop = recall.get(str(shop_id))
    if shop is None:
        async with visit.house.pool.acquire() as tx:
            shop = await get_party(tx, shop_id)
        recall.keep(str(shop_id), shop_id, shop)
    if shop.kind is not PartyKind.SHOP:
        raise HTTPException(404)
    return shop


@PAGES.get("/p/{product_id:int}")
async def product(visit: Visit) -> Response:
    """One product, and what one may choose of it."""
    found = await visit.ask("/v1/buyer/product/get", product_id=visit.part("product_id"))
    shop = await shop_of(visit, int(found.shop_id))
    return visit.show_same(
        "storefront/product.html",
        found,
        shop.name,
        shop.name_en,
        shop.intro,
        shop.icon_url,
        product=found,
        shop=shop,
        chosen=chosen_sku(found, visit.asked("sku")),
        card=visit.asked("card"),
        added=visit.asked("added"),
    )


def chosen_sku(product: Any, wanted: str) -> Any:
    """The SKU that is marked at first: the wanted one, else the first that can be bought."""
    able = [sku for sku in product.skus if sku.on_sale and sku.stock > 0]
    return next((sku for sku in able if sku.sku_id == wanted), able[0] if able else None)


@PAGES.post("/p/{product_id:int}", role="buyer")
async def choose(visit: Visit) -> Response:
    """Buy the chosen SKU now, or put it into the cart."""
    place = f"/p/{visit.part('product_id')}"
    shop_id, sku_id = visit.whole("shop_id"), visit.whole("sku_id")
    count, card = min(visit.whole("count", 1) or 1, _COUNT_MAX), visit.fields.get("card", "")
    if visit.fields.get("do") == "buy":
        asked = {"shop": shop_id, "sku": sku_id, "count": count, "card": card}
        return visit.go(f"/checkout?{query(asked)}")
    await visit.ask(
        "/v1/buyer/cart/add",
        visit.form_key,
        shop_id=str(shop_id),
        sku_id=str(sku_id),
        count=count,
        card=card,
    )
    return visit.go(f"{place}?{query({'sku': sku_id, 'card': card, 'added': count})}")


@PAGES.get("/s/{shop_id:int}")
async def shop(visit: Visit) -> Response:
    """A shop and what it sells."""
    shop_id = visit.part("shop_id")
    shown, page = await asyncio.gather(
        shop_of(visit, shop_id),
        visit.ask(
            "/v1/buyer/product/list", shop_id=shop_id, page_size=20, next_key=visit.asked("after")
        ),
    )
    return visit.show(
        "storefront/shop.html",
        shop=shown,
        products=page.products,
        next_key=page.next_key,
    )
