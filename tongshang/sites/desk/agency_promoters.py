"""The promoters of an agency: whose windows it may fill, and whose contents its sharers share."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.offers import Offered, described, product_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

HERE: Final = "/desk/agency/promoters"
_FAMILY: Final = "/channels/ec/league/headsupplier"
_GIVEN: Final = 1
_SHOWN_MOST: Final = 20


@PAGES.get(HERE)
async def promoters(visit: Visit) -> Response:
    """Whose windows may be filled or were asked for; `open` names the one beside the list."""
    return await _show(visit)


@PAGES.post(HERE)
async def act(visit: Visit) -> Response:
    """Ask for a window, put something in it, or take it out."""
    do, finder = visit.fields.get("do", ""), visit.fields.get("finder_id", "").strip()
    named = {"finder_id": finder}
    try:
        if do == "put":
            product_id, _, link = visit.fields.get("item", "").partition(" ")
            await visit.ask(
                f"{_FAMILY}/window/add", visit.form_key,
                product_id=product_id or 0, product_link=link, **named,
            )  # fmt: skip
        elif do == "take":
            product_id = visit.fields.get("product_id", "0")
            await visit.ask(f"{_FAMILY}/window/remove", product_id=product_id, **named)
        else:
            do = "ask"
            await visit.ask(f"{_FAMILY}/windowauth/get", visit.form_key, **named)
    except Refusal as refusal:
        return await _show(visit, refusal, finder if do != "ask" else "")
    onward = f"&open={finder}" if do != "ask" else ""
    return visit.go(f"{HERE}?done={do}{onward}")


async def _show(visit: Visit, refusal: Refusal | None = None, chosen: str = "") -> Response:
    chosen = chosen or visit.asked("open")
    page, talents = await asyncio.gather(
        visit.ask("/v1/agency/window/list", limit=20, next_key=visit.asked("after")),
        visit.ask("/channels/ec/promoter/get_bind_talent_list", page_size=50),
    )
    opened = next((one for one in page.promoters if one.promoter_id == chosen), None)
    inside, goods = await _inside(visit, chosen) if opened and opened.state == _GIVEN else ([], [])
    return visit.show(
        "agency_desk/promoters.html",
        400 if refusal else 200,
        page=page,
        talents=talents.talent_list,
        opened=opened,
        inside=inside,
        goods=goods,
        after=visit.asked("after"),
        refusal=refusal,
        done=visit.asked("done"),
    )


async def _inside(visit: Visit, finder_id: str) -> tuple[list[Any], list[Offered]]:
    """What stands in a promoter's window, and what of one's own goods could."""
    window, mine = await asyncio.gather(
        visit.ask(f"{_FAMILY}/window/getall", finder_id=finder_id, page_size=_SHOWN_MOST),
        visit.ask(f"{_FAMILY}/cooperativeitem/list/get", page_size=_SHOWN_MOST),
    )
    shown = await asyncio.gather(*(product_of(visit, one.product_id) for one in window.items))
    offers = await described(visit, [one.head_supplier_item_link for one in mine.items])
    there = {one.product_id for one in window.items}
    return (
        [one for one in shown if one],
        [one for one in offers if one.product_id not in there and one.is_on_sale],
    )
