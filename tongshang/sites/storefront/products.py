"""Products, their shops, and the links that lead to them."""

import asyncio
from typing import Any, Final

from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.modules.identity.api import Party, PartyKind, get_party
from tongshang.runtime.recall import Recall
from tongshang.sites.shown import query
from tongshang.sites.storefront.feed import in_columns, places_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

_SHOPS: Final = "sites.shops"
_SHOPS_KEPT_SECONDS: Final = 30.0
_COUNT_MAX: Final = 999
_CLASSES_MAX: Final = 20  # a class beyond is none


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
    product_id = visit.part("product_id")
    found = await visit.ask("/v1/buyer/product/get", product_id=product_id)
    shop = await shop_of(visit, int(found.shop_id))
    flash = (await visit.ask("/v1/buyer/flash/get", product_id=product_id)).flash
    found = at_flash(found, flash)
    flash_fen, flash_left = lowest(flash)
    is_saved = False
    if visit.session.role == "buyer":
        is_saved = (await visit.ask("/v1/buyer/saved/get", item_id=product_id)).saved
    return visit.show_same(
        "storefront/product.html",
        found,
        shop.name,
        shop.name_en,
        shop.intro,
        shop.icon_url,
        is_saved,
        flash,
        product=found,
        flash=flash,
        flash_fen=flash_fen,
        flash_left=flash_left,
        stock=sum(sku.stock for sku in found.skus),
        shop=shop,
        is_saved=is_saved,
        chosen=chosen_sku(found, visit.asked("sku")),
        card=visit.asked("card"),
        added=visit.asked("added"),
    )


@PAGES.get("/p/{product_id:int}/around")
async def around(visit: Visit) -> Response:
    """Who recommends a product and what else its shop sells, as it is now.

    A page of its own without scripts; with them a part of the product's page that comes after it.
    """
    product_id = visit.part("product_id")
    found = await visit.ask("/v1/buyer/product/around", product_id=product_id)
    is_part = "hx-request" in visit.request.headers
    return visit.show(
        "storefront/around_part.html" if is_part else "storefront/around.html",
        around=found,
        ways=places_of(visit, found.carriers),
        product_id=product_id,
    )


def lowest(flash: Any) -> tuple[int, int]:
    """The lowest flash price that runs, in fen, and how many pieces are left at flash prices."""
    if flash is None or not flash.runs:
        return 0, 0
    able = [sku for sku in flash.skus if sku.left]
    return min((sku.price_fen for sku in able), default=0), sum(sku.left for sku in able)


def at_flash(product: Any, flash: Any) -> Any:
    """The product with its SKUs at the flash prices that run, as far as there are pieces."""
    if flash is None or not flash.runs:
        return product
    lowered = {sku.sku_id: sku for sku in flash.skus if sku.left}
    skus = [
        replace(sku, price_fen=lowered[sku.sku_id].price_fen, stock=lowered[sku.sku_id].left)
        if sku.sku_id in lowered
        else sku
        for sku in product.skus
    ]
    return replace(product, skus=skus)


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
    """A shop: what it sells, and the contents in which its goods stand."""
    shop_id, part = str(visit.part("shop_id")), visit.asked("show")
    home, goods, about = await asyncio.gather(
        visit.ask("/v1/buyer/home/get", party_id=shop_id),
        visit.ask(
            "/v1/buyer/home/goods",
            party_id=shop_id,
            next_key=visit.asked("after"),
            class_id=min(visit.number("class"), _CLASSES_MAX),
        ),
        visit.ask("/v1/buyer/home/about", party_id=shop_id),
    )
    if home.author.kind != PartyKind.SHOP:
        return visit.go(f"/u/{shop_id}")
    return visit.show(
        "storefront/shop.html",
        home=home,
        shop=home.author,
        part="about" if part == "about" else "",
        goods=goods.items,
        next_key=goods.next_key,
        chosen=visit.number("class"),
        about=about.items,
        columns=in_columns(about.items),
        ways=places_of(visit, about.items),
    )
