"""What an agency offers a promoter by a link: carried by a card of his, or put in his window."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.offers import product_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

HERE: Final = "/desk/promoter/offer"


@PAGES.get(HERE)
async def offer(visit: Visit) -> Response:
    """The product that an agency's link offers, and what can be done with it."""
    return await _show(visit, visit.asked("product"), visit.asked("link"))


@PAGES.post(HERE)
async def take(visit: Visit) -> Response:
    """A card that carries the agency's terms; or the product in one's window, on the same terms."""
    product_id, link = visit.fields.get("product_id", ""), visit.fields.get("link", "").strip()
    try:
        if visit.fields.get("do") == "window":
            await visit.ask(
                "/v1/promoter/window/add", visit.form_key, product_id=product_id, link=link
            )
            return visit.go("/desk/promoter/window?done=put&count=1")
        made = await visit.ask(
            "/v1/promoter/card/make", visit.form_key,
            shop_id=visit.fields.get("shop_id", ""), product_id=product_id, link=link,
        )  # fmt: skip
    except Refusal as refusal:
        return await _show(visit, product_id, link, refusal)
    visit.fields.pop("form_key", None)  # the form that is shown now is another one
    return await _show(visit, product_id, link, made=made)


async def _show(
    visit: Visit, product_id: str, link: str, refusal: Refusal | None = None, made: Any = None
) -> Response:
    product = await product_of(visit, product_id) if product_id.isdecimal() else None
    if product is None:
        raise HTTPException(404)
    home = await visit.ask("/v1/buyer/home/get", party_id=product.shop_id)
    return visit.show(
        "promoter_desk/offer.html",
        400 if refusal else 200,
        product=product,
        shop=home.author,
        offered=link[:60],
        made=made,
        refusal=refusal,
    )
