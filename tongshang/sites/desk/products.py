"""A shop's products: the list, the form, what is left of each."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import InvalidField, Refusal
from tongshang.modules.catalog.api import Category, list_categories
from tongshang.runtime.recall import Recall
from tongshang.sites.desk.home import get_product
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/products"
_SIZE: Final = 20
_BLANK_ROWS: Final = 3
_SET: Final = 3  # diff_type of a stock update
_PRICE: Final = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?")
_CATEGORIES: Final = "sites.categories"
_ACTS: Final = {
    "list": "/channels/ec/product/listing",
    "delist": "/channels/ec/product/delisting",
    "withdraw": "/channels/ec/product/audit/cancel",
}


@PAGES.get(_HERE)
async def products(visit: Visit) -> Response:
    """Products of one state, or all."""
    return await _list(visit)


async def _list(visit: Visit, refusal: Refusal | None = None) -> Response:
    status = visit.asked("status")
    found = await visit.ask(
        "/channels/ec/product/list/get",
        status=int(status) if status.isdecimal() else None,
        page_size=_SIZE,
        next_key=visit.asked("after"),
    )
    shown = await asyncio.gather(*(get_product(visit, one) for one in found.product_ids))
    return visit.show(
        "shop_desk/products.html",
        400 if refusal else 200,
        products=shown,
        total=found.total_num,
        next_key=found.next_key,
        status=status,
        refusal=refusal,
        done=visit.asked("done"),
    )


@PAGES.post(_HERE)
async def act(visit: Visit) -> Response:
    """List a product, take it off, or take it out of the audit."""
    done = visit.fields.get("do", "")
    try:
        await visit.ask(
            _ACTS.get(done, _ACTS["list"]), visit.form_key, product_id=visit.whole("product_id")
        )
    except Refusal as refusal:
        return await _list(visit, refusal)
    return visit.go(f"{_HERE}?done={done}")


# --- the form ----------------------------------------------------------------------------------


@PAGES.get(_HERE + "/{product_id:int}")
async def product(visit: Visit) -> Response:
    """The form of one product; 0 is a new one."""
    return await _form(visit)


async def _form(
    visit: Visit, refusal: Refusal | None = None, typed: dict[str, Any] | None = None
) -> Response:
    product_id = visit.part("product_id")
    there = await get_product(visit, product_id) if product_id else {}
    shown = _EMPTY | there | (typed or {})
    blank = [{"sku_attrs": [], "sku_id": ""}] * _BLANK_ROWS
    return visit.show(
        "shop_desk/product.html",
        400 if refusal else 200,
        product_id=product_id,
        there=there,
        product=shown,
        rows=[*shown["skus"], *blank],
        categories=await _leaves(visit),
        templates=await _templates(visit),
        refusal=refusal,
        done=visit.asked("done"),
    )


_EMPTY: Final[dict[str, Any]] = {
    "title": "",
    "short_title": "",
    "head_imgs": [],
    "desc_info": {"imgs": [], "desc": ""},
    "cats_v2": [],
    "skus": [],
    "express_info": {"template_id": "0"},
    "status": 0,
    "edit_status": 0,
}


@PAGES.post(_HERE + "/{product_id:int}")
async def save(visit: Visit) -> Response:
    """Keep the product as it was typed, and hand it in where asked."""
    product_id = visit.part("product_id")
    there = await get_product(visit, product_id) if product_id else {}
    document = _EMPTY | there
    try:
        document = await _typed(visit, document)
        listing = int(visit.fields.get("do") == "list")
        if product_id:
            path, ref = "/channels/ec/product/update", {"product_id": product_id}
        else:
            path, ref = "/channels/ec/product/add", {}
        answer = await visit.ask(path, visit.form_key, **document, **ref, listing=listing)
    except Refusal as refusal:
        return await _form(visit, refusal, document)
    return visit.go(f"{_HERE}?done={'handed' if listing else 'saved'}&id={answer.data.product_id}")


async def _typed(visit: Visit, before: dict[str, Any]) -> dict[str, Any]:
    """The product's document with what the form says in it."""
    leaf = visit.whole("cat_id")
    path = next((path for path in await _leaves(visit) if path[-1].cat_id == leaf), ())
    kept = [url for url in before["head_imgs"] if url in visit.lists.get("keep", [])]
    pictures = kept + await _uploaded(visit, "pictures")
    details = before["desc_info"]["imgs"] or pictures[:1]
    not_ours = {"product_id", "status", "edit_status", "create_time", "edit_time", "min_price"}
    document = {name: value for name, value in before.items() if name not in not_ours}
    return document | {
        "title": visit.fields.get("title", "").strip(),
        "short_title": visit.fields.get("short_title", "").strip(),
        "head_imgs": pictures,
        "desc_info": {"imgs": details, "desc": visit.fields.get("desc", "").strip()},
        "cats": [],
        "cats_v2": [{"cat_id": category.cat_id} for category in path],
        "express_info": before["express_info"]
        | {"template_id": visit.fields.get("template_id", "0")},
        "skus": _typed_skus(visit, before["skus"], pictures),
    }


def _typed_skus(
    visit: Visit, before: Sequence[dict[str, Any]], pictures: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of the form that are not left blank."""
    known = {sku["sku_id"]: sku for sku in before}
    key = visit.fields.get("attr_key", "").strip() or "规格"
    names = ("sku_id", "attr_value", "price", "market_price", "stock", "sku_code")
    columns = [visit.lists.get(name, []) for name in names]
    skus = []
    for sku_id, value, price, market, stock, code in zip(*columns, strict=False):
        if not value.strip() and not price.strip():
            continue
        sku = dict(known.get(sku_id, {"thumb_img": pictures[0] if pictures else ""}))
        sku.pop("status", None)
        sku |= {
            "sku_attrs": [{"attr_key": key, "attr_value": value.strip()}],
            "sale_price": fen(price),
            "market_price": fen(market) if market.strip() else fen(price),
            "sku_code": code.strip(),
            "stock_num": int(stock) if stock.isdecimal() else 0,
        }
        skus.append(sku)
    return skus


def fen(text: str) -> int:
    """A price as a person types it, in yuan."""
    found = _PRICE.fullmatch(text.strip().lstrip("¥").replace(",", ""))
    if found is None:
        raise InvalidField(field="price", rule="is a price in yuan, like 12 or 12.50")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


async def _uploaded(visit: Visit, name: str) -> list[str]:
    path = "/channels/ec/basics/img/upload"
    return [
        (await visit.ask(path, resp_type=1, media=body)).pic_file.img_url
        for body in visit.files.get(name, [])
    ]


async def _templates(visit: Visit) -> list[Any]:
    listed = await visit.ask("/channels/ec/merchant/getfreighttemplatelist", limit=50)
    path = "/channels/ec/merchant/getfreighttemplatedetail"
    found = await asyncio.gather(
        *(visit.ask(path, template_id=one) for one in listed.template_id_list)
    )
    return [reply.freight_template for reply in found]


async def _leaves(visit: Visit) -> list[tuple[Category, ...]]:
    """The ways from a root of the tree of goods to its leaves; remembered for a minute."""
    recall: Recall[list[tuple[Category, ...]]] = visit.house.memory.setdefault(
        _CATEGORIES, Recall(60.0)
    )
    known = recall.get("leaves")
    if known is None:
        async with visit.house.pool.acquire() as tx:
            paths: list[tuple[Category, ...]] = [()]
            known = []
            while paths:
                path = paths.pop()
                below = await list_categories(tx, path[-1].cat_id if path else 0)
                known += [(*path, one) for one in below if one.is_leaf]
                paths += [(*path, one) for one in below if not one.is_leaf]
        known.sort(key=lambda path: [one.cat_id for one in path])
        recall.keep("leaves", 0, known)
    return known


@PAGES.post(_HERE + "/{product_id:int}/stock")
async def set_stock(visit: Visit) -> Response:
    """Say how many of a SKU there are."""
    product_id = visit.part("product_id")
    try:
        await visit.ask(
            "/channels/ec/product/stock/update",
            visit.form_key,
            product_id=product_id,
            sku_id=visit.whole("sku_id"),
            diff_type=_SET,
            num=visit.whole("num"),
        )
    except Refusal as refusal:
        return await _form(visit, refusal)
    return visit.go(f"{_HERE}/{product_id}?done=stock")
