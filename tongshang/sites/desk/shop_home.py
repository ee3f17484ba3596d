"""A shop arranges its home: a banner, what comes first, what is not shown, its own classes."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/home"
_UPLOAD: Final = "/channels/ec/basics/img/upload"
_CLASSES_SHOWN: Final = 8
_PLACES: Final = 50


@PAGES.get(_HERE)
async def home(visit: Visit) -> Response:
    """The shop's home as it stands."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    view = await visit.ask("/v1/shop/home/get")
    return visit.show(
        "shop_desk/shop_home.html",
        int(refusal.kind) if refusal else 200,
        front=view,
        empty_classes=max(1, _CLASSES_SHOWN - len(view.classes)),
        places=_PLACES,
        refusal=refusal,
        done=visit.asked("done"),
    )


@PAGES.post(_HERE)
async def arrange(visit: Visit) -> Response:
    """Keep the banner, the order and the classes, all that the page shows."""
    try:
        view = await visit.ask("/v1/shop/home/get")
        await visit.ask("/v1/shop/home/arrange", **await _arranged(visit, view))
        await visit.ask("/v1/shop/home/classes", classes=_classes(visit, view))
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done=1")


async def _arranged(visit: Visit, view: Any) -> dict[str, Any]:
    """Banner and order as the form has them; of equal places the upper row comes first."""
    banner_url = "" if visit.fields.get("no_banner") else view.banner_url
    for body in visit.files.get("banner", [])[:1]:
        answer = await visit.ask(_UPLOAD, resp_type=1, media=body)
        banner_url = answer.pic_file.img_url
    ids, places = visit.lists.get("good", []), visit.lists.get("place", [])
    hidden = [one for one in visit.lists.get("hidden", []) if one]
    placed = [
        (int(place), row, product_id)
        for row, (product_id, place) in enumerate(zip(ids, places, strict=False))
        if place.isdecimal() and int(place[:4]) > 0 and product_id not in hidden
    ]
    banner_product_id = visit.fields.get("banner_product", "")
    return {
        "banner_url": banner_url,
        "banner_product_id": banner_product_id or None,
        "first": [product_id for _, _, product_id in sorted(placed)],
        "hidden": hidden,
    }


def _classes(visit: Visit, view: Any) -> list[dict[str, Any]]:
    """The classes that have a name; what the page did not show of them stays."""
    shown = set(visit.lists.get("good", []))
    kept: dict[int, list[str]] = {}
    for good in view.goods:
        for class_id in good.class_ids:
            if good.product_id not in shown:
                kept.setdefault(class_id, []).append(good.product_id)
    return [
        {"name": name.strip(), "product_ids": visit.lists.get(f"in{n}", []) + kept.get(n, [])}
        for n, name in enumerate(visit.lists.get("class_name", []), start=1)
        if name.strip()
    ]
