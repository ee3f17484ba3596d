"""From what was chosen to what is paid: address, price to the fen, order, cashier."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.shown import query
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

# The trade as the gateway sees it, before the payment heard of it.
_AT_GATEWAY: Final = "SUCCESS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be bought, of one shop; `from_cart` takes it out of the cart."""

    shop_id: str
    lines: tuple[dict[str, Any], ...]
    from_cart: bool


async def _wanted(visit: Visit) -> Wanted:
    """What the address of the checkout says: one SKU, or the shop's items of the cart."""
    shop_id = visit.asked("shop") or "0"
    if not visit.asked("cart"):
        line = {
            "sku_id": visit.asked("sku") or "0",
            "count": visit.number("count", 1) or 1,
            "card": visit.asked("card"),
        }
        return Wanted(shop_id, (line,), from_cart=False)
    chosen = set(visit.request.query_params.getlist("sku"))
    page = await visit.ask("/v1/buyer/cart/list")
    items = [item for shop in page.shops if shop.shop_id == shop_id for item in shop.items]
    lines = tuple(
        {"sku_id": item.sku_id, "count": item.count, "card": item.card}
        for item in items
        if not item.obstacle and (not chosen or item.sku_id in chosen)
    )
    return Wanted(shop_id, lines, from_cart=True)


def _draft(wanted: Wanted, address_id: str) -> dict[str, Any]:
    return {
        "shop_id": wanted.shop_id,
        "address_id": address_id,
        "lines": list(wanted.lines),
        "from_cart": wanted.from_cart,
    }


@PAGES.get("/checkout")
async def checkout(visit: Visit) -> Response:
    """What it costs, to be confirmed."""
    return await _show(visit, await _wanted(visit))


async def _show(visit: Visit, wanted: Wanted, refusal: Refusal | None = None) -> Response:
    book = (await visit.ask("/v1/buyer/address/list")).addresses
    chosen = visit.fields.get("address_id") or visit.asked("address")
    address = next((one for one in book if one.address_id == chosen), book[0] if book else None)
    quote = None
    if address and wanted.lines:
        try:
            quote = await visit.ask("/v1/buyer/order/price", **_draft(wanted, address.address_id))
        except Refusal as reason:
            refusal = refusal or reason
    return visit.show(
        "storefront/checkout.html",
        400 if refusal else 200,
        wanted=wanted,
        address=address,
        quote=quote,
        refusal=refusal,
        notes=visit.fields.get("notes", ""),
        here=_without_address(visit),
    )


def _without_address(visit: Visit) -> str:
    kept = [item for item in visit.request.query_params.multi_items() if item[0] != "address"]
    return "/checkout?" + "&".join(query({name: value}) for name, value in kept)


@PAGES.post("/checkout")
async def place(visit: Visit) -> Response:
    """Place the order and go to the cashier; the form's key makes a double submit one order."""
    wanted = await _posted(visit)
    draft = _draft(wanted, visit.fields.get("address_id", ""))
    try:
        placed = await visit.ask(
            "/v1/buyer/order/place",
            visit.form_key,
            **draft,
            notes=visit.fields.get("notes", "").strip(),
            expected_fen=visit.whole("expected_fen"),
        )
    except Refusal as refusal:
        return await _show(visit, wanted, refusal)
    return await to_cashier(visit, placed.order_id)


async def _posted(visit: Visit) -> Wanted:
    """The lines as the form has them: what was priced is what is bought, whatever the cart says."""
    columns = (visit.lists.get(name, []) for name in ("sku_id", "count", "card"))
    lines = tuple(
        {"sku_id": sku_id, "count": count, "card": card}
        for sku_id, count, card in zip(*columns, strict=False)
    )
    from_cart = visit.fields.get("from_cart") == "1"
    return Wanted(visit.fields.get("shop_id", "0"), lines, from_cart)


async def to_cashier(visit: Visit, order_id: str) -> Response:
    """On to where the order is paid."""
    charge = await visit.ask("/v1/buyer/order/pay", order_id=str(order_id))
    return visit.go(charge.cashier)


# --- the cashier of the sandbox gateway ---------------------------------------------------------


@PAGES.get("/cashier/{prepay_id}")
async def cashier(visit: Visit) -> Response:
    """What is to be paid, or that it has been."""
    view = await visit.ask(
        "/v1/buyer/cashier/get", prepay_id=visit.request.path_params["prepay_id"]
    )
    if visit.request.headers.get("hx-request") and view.state != "waiting":
        return Response(headers={"HX-Refresh": "true"})
    is_heard = view.state == "waiting" and view.trade_state == _AT_GATEWAY
    return visit.show(
        "storefront/cashier.html", view=view, is_on_its_way=is_heard, failed=visit.asked("failed")
    )


@PAGES.post("/cashier/{prepay_id}")
async def confirm(visit: Visit) -> Response:
    """Pay, or let the attempt fail."""
    prepay_id = visit.request.path_params["prepay_id"]
    outcome = visit.fields.get("outcome", "")
    await visit.ask(
        "/v1/buyer/cashier/confirm", visit.form_key, prepay_id=prepay_id, outcome=outcome
    )
    failed = "?failed=1" if outcome == "failed" else ""
    return visit.go(f"/cashier/{prepay_id}{failed}")
