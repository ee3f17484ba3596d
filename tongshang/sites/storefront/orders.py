"""A buyer's orders, and oneself."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.storefront.checkout import to_cashier
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")


@PAGES.get("/me", role="")
async def me(visit: Visit) -> Response:
    """Who one is, and the ways on."""
    return visit.show("storefront/me.html")


@PAGES.get("/orders")
async def orders(visit: Visit) -> Response:
    """One's orders, of one state or all."""
    status = visit.number("status")
    page = await visit.ask(
        "/v1/buyer/order/list", status=status, page_size=20, next_key=visit.asked("after")
    )
    entries = await entries_of(visit, [order.order_id for order in page.orders])
    return visit.show("storefront/orders.html", page=page, status=status, entries=entries)


async def entries_of(visit: Visit, order_ids: Sequence[str]) -> dict[str, Any]:
    """The ways on from each order, by its id: to its shop, and to buy or give the same again."""
    if not order_ids:
        return {}
    page = await visit.ask("/v1/buyer/order/entries", order_ids=list(order_ids))
    return {one.order_id: one for one in page.orders}


@PAGES.get("/order/{order_id:int}")
async def order(visit: Visit) -> Response:
    """One order, and what one may do with it now."""
    found, page = await asyncio.gather(
        _get(visit), visit.ask("/v1/buyer/aftersale/list", page_size=50)
    )
    cases = [case for case in page.aftersales if case.order_id == found.order.order_id]
    entries = await entries_of(visit, [found.order.order_id])
    return visit.show(
        "storefront/order.html",
        found=found,
        cases=cases,
        done=visit.asked("done"),
        entry=entries.get(found.order.order_id),
        gift=await _gift(visit, found.order.present_id),
    )


async def _gift(visit: Visit, present_id: str) -> Any:
    """The gift that an order is, with who gave it."""
    if not present_id:
        return None
    found = (await visit.ask("/v1/buyer/gifts/cards", present_ids=[present_id])).gifts
    return found[0] if found else None


async def _get(visit: Visit) -> Any:
    return await visit.ask("/v1/buyer/order/get", order_id=str(visit.part("order_id")))


@PAGES.post("/order/{order_id:int}/pay")
async def pay(visit: Visit) -> Response:
    """On to the cashier."""
    return await to_cashier(visit, str(visit.part("order_id")))


@PAGES.post("/order/{order_id:int}/confirm")
async def receive(visit: Visit) -> Response:
    """Say that one has the goods."""
    return await _do(visit, "/v1/buyer/order/confirm", "confirm")


@PAGES.post("/order/{order_id:int}/cancel")
async def cancel(visit: Visit) -> Response:
    """Cancel an unpaid order."""
    return await _do(visit, "/v1/buyer/order/cancel", "cancel")


async def _do(visit: Visit, path: str, done: str) -> Response:
    order_id = visit.part("order_id")
    await visit.ask(path, visit.form_key, order_id=str(order_id))
    return visit.go(f"/order/{order_id}?done={done}")


# --- refunds -----------------------------------------------------------------------------------


@PAGES.get("/order/{order_id:int}/refund")
async def refund_form(visit: Visit) -> Response:
    """What one asks back, and why."""
    return await _refund_form(visit, visit.number("line"))


async def _refund_form(visit: Visit, number: int, refusal: Refusal | None = None) -> Response:
    found = await _get(visit)
    line = next((one for one in found.order.lines if one.line == number), None)
    if line is None:
        raise HTTPException(404)
    return visit.show(
        "storefront/refund.html",
        400 if refusal else 200,
        order=found.order,
        line=line,
        count_max=line.count - line.refunded_count - line.on_aftersale_count,
        refusal=refusal,
        entered=visit.fields,
    )


@PAGES.post("/order/{order_id:int}/refund")
async def ask_refund(visit: Visit) -> Response:
    """Ask the shop for money back."""
    order_id, number = visit.part("order_id"), visit.whole("line")
    try:
        await visit.ask(
            "/v1/buyer/aftersale/apply",
            visit.form_key,
            order_id=str(order_id),
            line=number,
            count=visit.whole("count", 1),
            reason=visit.fields.get("reason", ""),
            reason_text=visit.fields.get("reason_text", "").strip(),
            received=visit.fields.get("received") == "1",
        )
    except Refusal as refusal:
        return await _refund_form(visit, number, refusal)
    return visit.go(f"/order/{order_id}?done=refund")


@PAGES.post("/order/{order_id:int}/refund/cancel")
async def withdraw_refund(visit: Visit) -> Response:
    """Take the case back."""
    case_id = visit.fields.get("case_id", "")
    await visit.ask("/v1/buyer/aftersale/cancel", visit.form_key, aftersale_id=case_id)
    return visit.go(f"/order/{visit.part('order_id')}?done=back")
