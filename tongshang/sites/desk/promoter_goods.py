"""Where a promoter chooses what to carry, makes cards of it, and fills his window."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.amounts import FEN, PPM, given, scaled
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

HERE: Final = "/desk/promoter/goods"
_SIZE: Final = 20
_FILTERS: Final = ("q", "least", "most", "rate")


@PAGES.get(HERE)
async def goods(visit: Visit) -> Response:
    """Products whose shops pay promoters, by words, price and ratio."""
    return await _show(visit)


@PAGES.get(f"{HERE}/named")
async def named(visit: Visit) -> Response:
    """What shops offer this promoter by name."""
    page = await visit.ask("/v1/promoter/plan/named", limit=_SIZE, next_key=visit.asked("after"))
    return visit.show("promoter_desk/named.html", page=page)


@PAGES.post(f"{HERE}/window")
async def put_in_window(visit: Visit) -> Response:
    """Put what is chosen in one's window."""
    chosen = visit.lists.get("pick", [])
    try:
        for number, product_id in enumerate(chosen):
            key = f"{visit.form_key}-{number}"
            await visit.ask("/v1/promoter/window/add", key, product_id=product_id)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"/desk/promoter/window?done=put&count={len(chosen)}")


@PAGES.post("/desk/promoter/card")
async def make_card(visit: Visit) -> Response:
    """A card of one's own for a product, in all forms in which it travels."""
    wanted = {"shop_id": visit.fields.get("shop_id"), "product_id": visit.fields.get("product_id")}
    try:
        made = await visit.ask("/v1/promoter/card/make", visit.form_key, **wanted)
    except Refusal as refusal:
        return await _show(visit, refusal)
    forms, product = await asyncio.gather(
        visit.ask("/v1/promoter/link/make", product_id=visit.whole("product_id")),
        visit.ask("/v1/buyer/product/get", product_id=visit.whole("product_id")),
    )
    return visit.show("promoter_desk/card.html", place=made.url, forms=forms, product=product)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    asked = {name: visit.asked(name).strip() for name in _FILTERS}
    page = await visit.ask(
        "/v1/promoter/plan/list",
        limit=_SIZE,
        next_key=visit.asked("after"),
        **_filters(asked),
    )
    chosen = visit.asked("open")
    return visit.show(
        "promoter_desk/goods.html",
        400 if refusal else 200,
        page=page,
        asked=asked,
        after=visit.asked("after"),
        opened=next((one for one in page.offers if one.product_id == chosen), None),
        refusal=refusal,
    )


def _filters(asked: dict[str, str]) -> dict[str, Any]:
    """The filters of the form as the square's endpoint reads them."""
    rate = scaled(asked["rate"], PPM)
    return given(
        keyword=asked["q"].replace("\0", "")[:60],
        fen_least=scaled(asked["least"], FEN),
        fen_most=scaled(asked["most"], FEN),
        ppm_least=min(rate, 100 * PPM) if rate is not None else None,
    )
