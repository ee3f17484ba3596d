"""Where an agency chooses goods: what shops and other agencies offer it."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.amounts import FEN, PPM, scaled
from tongshang.sites.desk.offers import Offered, described
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

HERE: Final = "/desk/agency/square"
_FAMILY: Final = "/channels/ec/league/headsupplier"
_KINDS: Final = (1, 2, 3, 4)  # offered to it by a shop, to all; by an agency, to all
_SIZE: Final = 12


@PAGES.get(HERE)
async def square(visit: Visit) -> Response:
    """Goods that may be taken in, by who offers them, by words, price and ratio."""
    return await _show(visit)


@PAGES.post(HERE)
async def take_in(visit: Visit) -> Response:
    """Take in one that is looked at, or all that are chosen."""
    links = visit.lists.get("pick") or visit.lists.get("link", [])
    try:
        for number, link in enumerate(links):
            await visit.ask(
                f"{_FAMILY}/cooperativeitem/add",
                f"{visit.form_key}-{number}",
                head_supplier_item_link=link,
            )
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"/desk/agency/goods?done=taken&count={len(links)}")


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    kind = visit.number("kind", 2)
    kind = kind if kind in _KINDS else 2
    asked = {name: visit.asked(name).strip() for name in ("q", "least", "most", "rate")}
    found = await visit.ask(
        f"{_FAMILY}/selectionproducts/list/get",
        plan_type=kind,
        keyword=asked["q"].replace("\0", "")[:60],
        spu_item_condition=_condition(asked),
        page_size=_SIZE,
        next_key=visit.asked("after"),
    )
    links = [one.head_supplier_item_link for one in found.product_list]
    offers: list[Offered] = await described(visit, links)
    chosen = visit.asked("open")
    opened = next((one for one in offers if one.link == chosen), None)
    detail = await _detail(visit, opened) if opened else None
    return visit.show(
        "agency_desk/square.html",
        400 if refusal else 200,
        offers=offers,
        next_key=found.next_key,
        kind=kind,
        asked=asked,
        after=visit.asked("after"),
        opened=opened,
        detail=detail,
        refusal=refusal,
    )


async def _detail(visit: Visit, one: Offered) -> Any:
    """What its shop says of a product, and how it sold in a month."""
    found, page = await asyncio.gather(
        visit.ask(
            f"{_FAMILY}/productdetail/get",
            shop_appid=one.shop_appid,
            product_id=int(one.product_id),
        ),
        visit.ask("/v1/buyer/product/get", product_id=one.product_id),
    )
    return {"info": found.product.product_info, "product": page}


def _condition(asked: dict[str, str]) -> dict[str, Any]:
    """The filters of the form as the square's endpoint reads them."""
    price = {"min": scaled(asked["least"], FEN), "max": scaled(asked["most"], FEN)}
    rate = {"min": scaled(asked["rate"], PPM)}
    return {"selling_price_range": price, "service_fee_rate_range": rate}
