"""A shop's products: the list, the form, what is left of each."""

import asyncio
from dataclasses import replace
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.modules.catalog.api import Category, list_categories
from tongshang.runtime.recall import Recall
from tongshang.sites.desk import product_form
from tongshang.sites.desk.home import get_product
from tongshang.sites.desk.product_form import Form
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/products"
_SIZE: Final = 20
_SET: Final = 3  # diff_type of a stock update
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
    """List products, take them off, or out of the audit: one, or all that are chosen."""
    done = visit.fields.get("do", "")
    chosen = visit.lists.get("pick") or visit.lists.get("product_id", [])
    try:
        for number, product_id in enumerate(chosen):
            path, key = _ACTS.get(done, _ACTS["list"]), f"{visit.form_key}-{number}"
            await visit.ask(path, key, product_id=product_id)
    except Refusal as refusal:
        return await _list(visit, refusal)
    return visit.go(f"{_HERE}?done={done}")


# --- the form ----------------------------------------------------------------------------------


@PAGES.get(_HERE + "/{product_id:int}")
async def product(visit: Visit) -> Response:
    """The form of one product; 0 is a new one."""
    return await _form(visit)


async def _form(
    visit: Visit, refusal: Refusal | None = None, typed: Form | None = None
) -> Response:
    product_id = visit.part("product_id")
    there, online = await _copies(visit, product_id) if product_id else ({}, {})
    form = product_form.shown(there) if there else product_form.empty(_attribute(visit))
    if typed is not None:
        form = replace(typed, rows_left_out=form.rows_left_out)
    return visit.show(
        "shop_desk/product.html",
        400 if refusal else 200,
        product_id=product_id,
        there=there,
        form=form.padded(),
        online_ids={sku["sku_id"] for sku in online.get("skus", ())},
        categories=await _leaves(visit),
        templates=await _templates(visit),
        refusal=refusal,
        done=visit.asked("done"),
    )


def _attribute(visit: Visit) -> str:
    return "Option" if visit.session.lang == "en" else "规格"


async def _copies(visit: Visit, product_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A product's draft, and its online copy where there is one."""
    found = await visit.ask("/channels/ec/product/get", product_id=product_id, data_type=3)
    draft: dict[str, Any] = msgspec.json.decode(found.edit_product)
    if found.product is msgspec.UNSET:
        return draft, {}
    return draft, msgspec.json.decode(found.product)


@PAGES.post(_HERE + "/{product_id:int}")
async def save(visit: Visit) -> Response:
    """Keep the product as it was typed, and hand it in where asked."""
    product_id = visit.part("product_id")
    listing = int(visit.fields.get("do") == "list")
    typed = product_form.typed(visit.fields, visit.lists, visit.lists.get("keep", []))
    try:
        pictures = (*typed.pictures, *await _uploaded(visit, "pictures"))
        typed = replace(typed, pictures=tuple(dict.fromkeys(pictures)))
        before = await _draft(visit, product_id) if product_id else {}
        path = await _path(visit, typed.cat_id)
        document = product_form.document(typed, before, path)
        endpoint = "/channels/ec/product/add"
        if product_id:
            endpoint, document = (
                "/channels/ec/product/update",
                {**document, "product_id": product_id},
            )
        answer = await visit.ask(endpoint, visit.form_key, **document, listing=listing)
    except Refusal as refusal:
        return await _form(visit, refusal, typed)
    return visit.go(f"{_HERE}?done={'handed' if listing else 'saved'}&id={answer.data.product_id}")


async def _draft(visit: Visit, product_id: int) -> dict[str, Any]:
    """The draft as it is now, whatever it was when the form was opened."""
    found = await visit.ask("/channels/ec/product/get", product_id=product_id, data_type=2)
    draft: dict[str, Any] = msgspec.json.decode(found.edit_product)
    return draft


async def _path(visit: Visit, cat_id: str) -> list[int]:
    """The ids from a root to the category; none where it is no leaf of the tree."""
    paths = ([one.cat_id for one in path] for path in await _leaves(visit))
    return next((path for path in paths if str(path[-1]) == cat_id), [])


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
