"""A shop's limited discounts: prices for a time, for everybody or for one live room's host."""

import asyncio
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import InvalidField, Refusal
from tongshang.sites.desk.home import get_product
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/discounts"
_TASKS: Final = "/channels/ec/product/limiteddiscounttask"
_GRANTS: Final = "/v1/shop/live/flash"
_CHINA: Final = timezone(timedelta(hours=8))
_SIZE: Final = 20
_GOODS: Final = 30
_YUAN: Final = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")


@PAGES.get(_HERE)
async def discounts(visit: Visit) -> Response:
    """Discounts of one state, or all, and what hosts may open."""
    return await _list(visit)


async def _list(visit: Visit, refusal: Refusal | None = None) -> Response:
    status = visit.asked("status")
    asked: dict[str, Any] = {"page_size": _SIZE, "next_key": visit.asked("after")}
    if status in {"0", "1", "2"}:
        asked["status"] = int(status)
    page, grants = await asyncio.gather(
        visit.ask(f"{_TASKS}/list/get", **asked), visit.ask(f"{_GRANTS}/list")
    )
    ids = {one.product_id for one in [*page.limited_discount_tasks, *grants.grants]}
    listed = await visit.ask("/channels/ec/product/list/get", status=5, page_size=_GOODS)
    goods = await _products(visit, sorted(ids | set(listed.product_ids)))
    live = await _running(visit, [one.product_id for one in page.limited_discount_tasks])
    return visit.show(
        "shop_desk/discounts.html",
        int(refusal.kind) if refusal else 200,
        page=page,
        grants=grants.grants,
        goods=goods,
        on_sale=listed.product_ids,
        running=live,
        hosts={one.host.promoter_id: one.host.name for one in await _hosts(visit)},
        status=status,
        refusal=refusal,
        done=visit.asked("done"),
    )


async def _products(visit: Visit, ids: list[str]) -> dict[str, dict[str, Any]]:
    found = await asyncio.gather(*(get_product(visit, one) for one in ids))
    return dict(zip(ids, found, strict=True))


async def _running(visit: Visit, ids: list[str]) -> dict[str, Any]:
    """What is left of discounts that run or will, by their numbers."""
    path = "/v1/buyer/flash/get"
    asked = (visit.ask(path, product_id=one) for one in dict.fromkeys(ids))
    found = await asyncio.gather(*asked)
    return {one.flash.discount_id: one.flash for one in found if one.flash}


async def _hosts(visit: Visit) -> list[Any]:
    """Rooms on air and soon: who hosts them may be given a flash price."""
    rooms = await visit.ask("/v1/buyer/live/list")
    return [*rooms.on_air, *rooms.soon]


@PAGES.post(_HERE)
async def act(visit: Visit) -> Response:
    """Stop a discount, clear one that is over away, or take back what a host may do."""
    do, number = visit.fields.get("do", ""), visit.whole("number")
    try:
        if do == "revoke":
            await visit.ask(f"{_GRANTS}/revoke", grant_id=number)
        else:
            verb = "stop" if do == "stop" else "delete"
            await visit.ask(f"{_TASKS}/{verb}", visit.form_key, task_id=number)
    except Refusal as refusal:
        return await _list(visit, refusal)
    return visit.go(f"{_HERE}?done={do}")


# --- a new one ---------------------------------------------------------------------------------


@PAGES.get(f"{_HERE}/new")
async def new(visit: Visit) -> Response:
    """A product's SKUs with their prices, for a time."""
    return await _form(visit, visit.number("product"))


async def _form(visit: Visit, product_id: int, refusal: Refusal | None = None) -> Response:
    product = await visit.ask("/v1/buyer/product/get", product_id=product_id)
    return visit.show(
        "shop_desk/discount_new.html",
        int(refusal.kind) if refusal else 200,
        product=product,
        hosts=await _hosts(visit),
        entered=visit.fields,
        refusal=refusal,
    )


@PAGES.post(f"{_HERE}/new")
async def make(visit: Visit) -> Response:
    """Open a discount for everybody, or let a host open it in a live room."""
    product_id = visit.whole("product_id")
    try:
        if visit.fields.get("host"):
            await _grant(visit, product_id)
        else:
            await _open(visit, product_id)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _form(visit, product_id, refusal)
    return visit.go(f"{_HERE}?done={'granted' if visit.fields.get('host') else 'made'}")


async def _open(visit: Visit, product_id: int) -> None:
    now = int(visit.house.clock.now().timestamp())
    limit = visit.whole("limit")
    await visit.ask(
        f"{_TASKS}/add",
        visit.form_key,
        product_id=product_id,
        title=visit.fields.get("title", "").strip(),
        start_time=_moment(visit, "starts_at") or now,
        end_time=_moment(visit, "ends_at"),
        is_limit_purchase=limit > 0,
        limit_purchase_num=limit,
        limited_discount_skus=[
            {"sku_id": sku_id, "sale_price": fen, "sale_stock": pieces}
            for sku_id, fen, pieces in _skus(visit)
        ],
    )


async def _grant(visit: Visit, product_id: int) -> None:
    await visit.ask(
        f"{_GRANTS}/grant",
        visit.form_key,
        promoter_id=visit.whole("host"),
        product_id=product_id,
        minutes=visit.whole("minutes", 30),
        valid_hours=visit.whole("valid_hours", 72),
        limit_per_buyer=visit.whole("limit"),
        skus=[
            {"sku_id": sku_id, "price_fen": fen, "sale_stock": pieces}
            for sku_id, fen, pieces in _skus(visit)
        ],
    )


def _skus(visit: Visit) -> list[tuple[str, int, int]]:
    """The SKUs that have a price in the form: price and pieces."""
    lists = visit.lists
    rows = zip(
        lists.get("sku_id", []), lists.get("price", []), lists.get("pieces", []), strict=False
    )
    return [
        (sku_id, _fen(price), int(pieces) if pieces.isdecimal() and len(pieces) < 9 else 0)
        for sku_id, price, pieces in rows
        if price.strip() and sku_id.isdecimal()
    ]


def _fen(text: str) -> int:
    """Yuan as a form's field gives them, in fen."""
    found = _YUAN.fullmatch(text.strip())
    if found is None:
        raise InvalidField(field="price", rule="is an amount in yuan")
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


def _moment(visit: Visit, name: str) -> int:
    """A moment in China, as a form's field gives it; 0 where it is empty."""
    text = visit.fields.get(name, "")
    if not text:
        return 0
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=_CHINA)
    except ValueError:
        raise InvalidField(field=name, rule="is a day and a time") from None
    return int(local.astimezone(UTC).timestamp())
