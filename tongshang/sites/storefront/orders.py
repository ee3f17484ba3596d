"""A buyer's orders, and oneself."""

from typing import Any, Final

from starlette.responses import Response

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
    return visit.show("storefront/orders.html", page=page, status=status)


@PAGES.get("/order/{order_id:int}")
async def order(visit: Visit) -> Response:
    """One order, and what one may do with it now."""
    found = await _get(visit)
    return visit.show("storefront/order.html", found=found, done=visit.asked("done"))


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
