"""A shop's orders: what is to be shipped, any of them found again, one of them whole."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import words
from tongshang.sites.desk import exports
from tongshang.sites.shown import clock
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

SIZE: Final = 20
_TO_SHIP: Final = 20
_TAKEN_MOST: Final = 1_000
_PAGE_MOST: Final = 100
_COLUMNS: Final = ("订单号", "下单", "商品", "收货人", "省份", "实付", "状态")
# Which condition of the search a text is meant for, by how many digits it has.
_ORDER_DIGITS: Final = 19
_PHONE_DIGITS: Final = 4


@PAGES.get("/desk/shop/orders")
async def orders(visit: Visit) -> Response:
    """Orders of one state, or those that a word finds."""
    return await _list(visit)


@PAGES.post("/desk/shop/orders")
async def ship_from_list(visit: Visit) -> Response:
    """Ship all that is left of one order of the list."""
    order_id = visit.whole("order_id")
    try:
        await _ship(visit, order_id)
    except Refusal as refusal:
        return await _list(visit, refusal, order_id)
    return visit.go(f"/desk/shop/orders?status={_TO_SHIP}&sent={order_id}")


async def _list(visit: Visit, refusal: Refusal | None = None, order_id: int = 0) -> Response:
    status = visit.number("status", 0 if "q" in visit.request.query_params else _TO_SHIP)
    typed = visit.asked("q").strip()
    found = await visit.ask(
        "/channels/ec/order/search",
        search_condition=_condition(typed),
        status=status,
        page_size=SIZE,
        next_key=visit.asked("after"),
    )
    shown, companies = await asyncio.gather(get_orders(visit, found.orders), list_companies(visit))
    return visit.show(
        "shop_desk/orders.html",
        400 if refusal else 200,
        orders=shown,
        gifts=await gifts_among(visit, shown),
        companies=companies,
        next_key=found.next_key,
        status=status,
        words_asked=typed,
        sent=visit.number("sent"),
        refusal=refusal,
        refused_id=order_id,
    )


@PAGES.get("/desk/shop/orders.csv")
async def export(visit: Visit) -> Response:
    """Orders of one state, or those that a word finds, as a table."""
    ids: list[str] = []
    next_key = ""
    while len(ids) < _TAKEN_MOST:
        found = await visit.ask(
            "/channels/ec/order/search",
            search_condition=_condition(visit.asked("q").strip()),
            status=visit.number("status"),
            page_size=_PAGE_MOST,
            next_key=next_key,
        )
        ids += found.orders
        next_key = found.next_key
        if not next_key or not found.orders:
            break
    shown = await get_orders(visit, ids[:_TAKEN_MOST])
    return exports.table(visit, "orders", _COLUMNS, map(_row, shown))


def _row(order: Any) -> tuple[object, ...]:
    detail = order.order_detail
    goods = "；".join(f"{one.title} × {one.sku_cnt}" for one in detail.product_infos)
    to, state = detail.delivery_info.address_info, words.ORDER.get(order.status)
    return (
        order.order_id,
        clock(datetime.fromtimestamp(order.create_time, UTC)),
        goods,
        to.user_name,
        to.province_name,
        exports.yuan_cell(detail.price_info.order_price),
        state.text if state else order.status,
    )


def _condition(typed: str) -> dict[str, Any]:
    if not typed:
        return {}
    if typed.isascii() and typed.isdecimal():
        if len(typed) == _ORDER_DIGITS:
            return {"order_id": int(typed)}
        name = "tel_number_last4" if len(typed) == _PHONE_DIGITS else "tel_number"
        return {name: typed}
    return {"title": typed}


async def get_orders(visit: Visit, ids: list[str]) -> list[Any]:
    """The orders, read side by side."""
    path = "/channels/ec/order/get"
    replies = await asyncio.gather(*(visit.ask(path, order_id=order_id) for order_id in ids))
    return [reply.order for reply in replies]


async def gifts_among(visit: Visit, shown: list[Any]) -> dict[str, Any]:
    """What is told of those of the orders that are gifts, by order."""
    ids = [order.order_id for order in shown if order.is_present]
    if not ids:
        return {}
    found = await visit.ask("/v1/shop/gifts/orders", order_ids=ids)
    return {one.order_id: one for one in found.gifts}


async def list_companies(visit: Visit) -> Any:
    """Who carries parcels."""
    return (await visit.ask("/channels/ec/order/deliverycompanylist/get")).company_list


async def _ship(visit: Visit, order_id: int) -> None:
    order = (await visit.ask("/channels/ec/order/get", order_id=order_id)).order
    parcel = {
        "delivery_id": visit.fields.get("delivery_id", ""),
        "waybill_id": visit.fields.get("waybill_id", "").strip(),
        "product_infos": to_ship(order),
    }
    await visit.ask(
        "/channels/ec/order/delivery/send",
        visit.form_key,
        order_id=order_id,
        delivery_list=[parcel],
    )


def to_ship(order: Any) -> list[dict[str, Any]]:
    """What of an order is in no parcel yet and was not given back."""
    sent: dict[str, int] = {}
    for parcel in order.order_detail.delivery_info.delivery_product_info:
        for item in parcel.product_infos:
            sent[item.sku_id] = sent.get(item.sku_id, 0) + item.product_cnt
    waiting = []
    for line in order.order_detail.product_infos:
        gone = min(sent.get(line.sku_id, 0), line.sku_cnt)
        sent[line.sku_id] = sent.get(line.sku_id, 0) - gone
        count = line.sku_cnt - gone - line.finish_aftersale_sku_cnt
        if count > 0:
            ids = {"product_id": line.product_id, "sku_id": line.sku_id}
            waiting.append({**ids, "product_cnt": count})
    return waiting


# --- one order ---------------------------------------------------------------------------------


@PAGES.get("/desk/shop/orders/{order_id:int}")
async def order(visit: Visit) -> Response:
    """One order, and what may be done to it."""
    return await _one(visit)


async def _one(visit: Visit, refusal: Refusal | None = None) -> Response:
    order_id = visit.part("order_id")
    reply, companies = await asyncio.gather(
        visit.ask("/channels/ec/order/get", order_id=order_id), list_companies(visit)
    )
    return visit.show(
        "shop_desk/order.html",
        400 if refusal else 200,
        order=reply.order,
        gift=(await gifts_among(visit, [reply.order])).get(reply.order.order_id),
        detail=reply.order.order_detail,
        to_ship=to_ship(reply.order),
        companies=companies,
        refusal=refusal,
        done=visit.asked("done"),
    )


@PAGES.post("/desk/shop/orders/{order_id:int}/ship")
async def ship(visit: Visit) -> Response:
    """Ship all that is left."""
    return await _act(visit, _ship(visit, visit.part("order_id")), "ship")


@PAGES.post("/desk/shop/orders/{order_id:int}/notes")
async def note(visit: Visit) -> Response:
    """Write a note that only the shop sees."""
    asking = visit.ask(
        "/channels/ec/order/merchantnotes/update",
        visit.form_key,
        order_id=visit.part("order_id"),
        merchant_notes=visit.fields.get("merchant_notes", ""),
    )
    return await _act(visit, asking, "notes")


@PAGES.post("/desk/shop/orders/{order_id:int}/freight")
async def waive_freight(visit: Visit) -> Response:
    """Let the buyer of an unpaid order off the freight."""
    asking = visit.ask(
        "/channels/ec/order/price/update",
        visit.form_key,
        order_id=visit.part("order_id"),
        change_express=True,
        express_fee=0,
    )
    return await _act(visit, asking, "freight")


async def _act(visit: Visit, asking: Any, done: str) -> Response:
    try:
        await asking
    except Refusal as refusal:
        return await _one(visit, refusal)
    return visit.go(f"/desk/shop/orders/{visit.part('order_id')}?done={done}")
