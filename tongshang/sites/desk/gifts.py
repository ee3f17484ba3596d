"""A shop's gifts: what was given, activities of giving, and how gifts travel."""

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import words
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/gifts"
_CHINA: Final = timezone(timedelta(hours=8))
_SIZE: Final = 30
_DAY_SECONDS: Final = 86_400
PERIODS: Final = (7, 30, 90, 366)
_SWAPS: Final = "/channels/ec/order/preshipmentchangesku"


@PAGES.get(_HERE)
async def presents(visit: Visit) -> Response:
    """What people gave of the shop's goods, and what waits for the shop."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    end = int(visit.house.clock.now().timestamp()) + 1
    page, swaps, back = await asyncio.gather(
        visit.ask("/v1/shop/gifts/list", page_size=_SIZE, next_key=visit.asked("after")),
        visit.ask(f"{_SWAPS}/get", page=1, page_size=_SIZE),
        visit.ask(
            "/channels/ec/aftersale/getpresentaftersalelist",
            begin_create_time=end - _DAY_SECONDS,
            end_create_time=end,
        ),
    )
    path = "/channels/ec/aftersale/getpresentaftersaleorder"
    returned = await asyncio.gather(
        *(visit.ask(path, after_sale_order_id=one) for one in back.after_sale_order_id_list[:_SIZE])
    )
    return visit.show(
        "shop_desk/gifts.html",
        int(refusal.kind) if refusal else 200,
        page=page,
        swaps=swaps.order_ids,
        returned=[one.after_sale_order for one in returned],
        refusal=refusal,
        done=visit.asked("done"),
    )


@PAGES.post(f"{_HERE}/swap")
async def swap(visit: Visit) -> Response:
    """Agree to another SKU that a receiver asked for, or leave it as it is."""
    do = "approve" if visit.fields.get("do") == "approve" else "reject"
    try:
        await visit.ask(f"{_SWAPS}/{do}", visit.form_key, order_id=visit.whole("order_id"))
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={do}")


# --- activities --------------------------------------------------------------------------------


@PAGES.get(f"{_HERE}/activities")
async def activities(visit: Visit) -> Response:
    """The shop's activities of giving."""
    return await _activities(visit)


async def _activities(visit: Visit, refusal: Refusal | None = None) -> Response:
    page = await visit.ask("/v1/shop/gifts/activity/list")
    return visit.show(
        "shop_desk/gift_activities.html",
        int(refusal.kind) if refusal else 200,
        page=page,
        goods=await _goods(visit),
        entered=visit.fields,
        refusal=refusal,
        done=visit.asked("done"),
    )


async def _goods(visit: Visit) -> list[Any]:
    """What is on sale."""
    listed = await visit.ask("/channels/ec/product/list/get", status=5, page_size=_SIZE)
    path = "/v1/buyer/product/get"
    return await asyncio.gather(*(visit.ask(path, product_id=one) for one in listed.product_ids))


@PAGES.post(f"{_HERE}/activities")
async def change_activity(visit: Visit) -> Response:
    """Begin an activity, or end one before its time."""
    fields = visit.fields
    try:
        if fields.get("do") == "end":
            path = "/v1/shop/gifts/activity/end"
            await visit.ask(path, activity_id=fields.get("activity_id", "0"))
            return visit.go(f"{_HERE}/activities?done=end")
        product_id, _, sku_id = fields.get("sku", "").partition(":")
        pool = {"product_id": product_id, "sku_id": sku_id, "pieces": visit.whole("pieces", 1)}
        await visit.ask(
            "/v1/shop/gifts/activity/make",
            visit.form_key,
            name=fields.get("name", "").strip(),
            starts_at=_moment(fields.get("starts_at", "")) or visit.house.clock.now().isoformat(),
            ends_at=_moment(fields.get("ends_at", "")),
            pool=[pool],
            is_free=fields.get("is_free") == "1",
            budget_fen=visit.whole("budget_yuan") * 100,
        )
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _activities(visit, refusal)
    return visit.go(f"{_HERE}/activities?done=made")


def _moment(text: str) -> str:
    """A moment in China, as a form's field gives it, with its zone; empty where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=_CHINA).isoformat()
    except ValueError:
        return ""


# --- how gifts travel ---------------------------------------------------------------------------


@PAGES.get(f"{_HERE}/chain")
async def chain(visit: Visit) -> Response:
    """From receiver to giver: how far gifts travel, and by which surfaces."""
    days = visit.number("days", 30)
    days = days if days in PERIODS else 30
    product, campaign = visit.number("product"), visit.asked("campaign")[:64]
    found = await visit.ask(
        "/v1/shop/gifts/chain", days=days, product_id=product, campaign=campaign
    )
    return visit.show(
        "shop_desk/gift_chain.html",
        found=found,
        days=days,
        periods=PERIODS,
        asked={"product": product or "", "campaign": campaign},
        graph=msgspec.json.encode(_graph(found)).decode(),
        surface_of=lambda number: words.SURFACE.get(number, words.SURFACE[0]),
    )


def _graph(found: Any) -> dict[str, Any]:
    """What the graph's script draws: gifts by generation and surface, and what led to what."""
    return {
        "flows": [
            {
                "generation": one.generation,
                "surface": one.surface,
                "toGeneration": one.to_generation,
                "to": one.to_surface,
                "presents": one.presents,
            }
            for one in found.flows
        ],
        "nodes": [
            {"generation": one.generation, "surface": one.surface, "presents": one.presents}
            for one in found.nodes
        ],
    }


# --- on paper -----------------------------------------------------------------------------------


@PAGES.get(f"{_HERE}/codes")
async def codes(visit: Visit) -> Response:
    """Posters for giving, and cards to put into parcels."""
    return await _codes(visit)


async def _codes(
    visit: Visit, refusal: Refusal | None = None, chosen: str = "", made: Any = None
) -> Response:
    return visit.show(
        "shop_desk/gift_codes.html",
        int(refusal.kind) if refusal else 200,
        goods=await _goods(visit),
        chosen=chosen,
        poster=made.poster_code if made else "",
        insert=made.insert_code if made else "",
        refusal=refusal,
    )


@PAGES.post(f"{_HERE}/codes")
async def make_codes(visit: Visit) -> Response:
    """Make a product's poster and its card for parcels."""
    product_id = visit.fields.get("product_id", "0")
    try:
        made = await visit.ask("/v1/shop/link/paper", product_id=product_id)
    except Refusal as refusal:
        return await _codes(visit, refusal)
    return await _codes(visit, None, product_id, made)
