"""The address book, by itself and from the checkout."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit, own_place

PAGES: Final = Pages(role="buyer")

_FIELDS: Final = ("name", "phone", "province", "city", "county", "detail", "postcode")
_EMPTY: Final = dict.fromkeys(_FIELDS, "") | {"is_default": ""}


@PAGES.get("/addresses")
async def addresses(visit: Visit) -> Response:
    """All addresses; from the checkout, each leads back to it."""
    book = (await visit.ask("/v1/buyer/address/list")).addresses
    onward = own_place(visit.asked("next"), "")
    return visit.show("storefront/addresses.html", book=book, onward=onward)


@PAGES.get("/addresses/{address_id:int}")
async def address(visit: Visit) -> Response:
    """The form of one address; 0 is a new one."""
    address_id = visit.part("address_id")
    entered: Any = _EMPTY
    if address_id:
        book = (await visit.ask("/v1/buyer/address/list")).addresses
        entered = next((one for one in book if one.address_id == str(address_id)), None)
        if entered is None:
            raise HTTPException(404)
    return _form(visit, entered, own_place(visit.asked("next"), "/addresses"))


def _form(visit: Visit, entered: Any, onward: str, refusal: Refusal | None = None) -> Response:
    return visit.show(
        "storefront/address.html",
        400 if refusal else 200,
        address_id=visit.part("address_id"),
        entered=entered,
        onward=onward,
        refusal=refusal,
        wrong_field=str(refusal.details.get("field", "")) if refusal else "",
    )


@PAGES.post("/addresses/{address_id:int}")
async def save(visit: Visit) -> Response:
    """Keep what was typed, or say what is wrong with it."""
    given = {name: visit.fields.get(name, "").strip() for name in _FIELDS}
    is_default = visit.fields.get("is_default") == "1"
    address_id, onward = visit.part("address_id"), own_place(visit.fields.get("next", ""))
    try:
        if address_id:
            kept = await visit.ask(
                "/v1/buyer/address/update",
                address_id=str(address_id),
                is_default=is_default,
                **given,
            )
        else:
            kept = await visit.ask(
                "/v1/buyer/address/add", visit.form_key, is_default=is_default, **given
            )
    except Refusal as refusal:
        return _form(visit, _EMPTY | visit.fields, onward, refusal)
    if onward.startswith(("/checkout?", "/g/")) and "?" in onward:
        return visit.go(f"{onward}&address={kept.address_id}")
    return visit.go("/addresses")


@PAGES.post("/addresses/{address_id:int}/remove")
async def remove(visit: Visit) -> Response:
    """Forget an address."""
    await visit.ask("/v1/buyer/address/remove", address_id=str(visit.part("address_id")))
    return visit.go("/addresses")
