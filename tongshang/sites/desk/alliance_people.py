"""Who sells for a shop: the promoters and agencies it works with, and what each brought."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import words
from tongshang.sites.desk import exports
from tongshang.sites.shown import day
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

HERE: Final = "/desk/shop/alliance/people"
_PROMOTER: Final = "/channels/ec/league/promoter"
_SIZE: Final = 20
_WHOLE_PAGE: Final = 100
_PEOPLE_MAX: Final = 1_000
_OPERATIONS: Final = {"withdraw": 1, "end": 2}


@PAGES.get(HERE)
async def people(visit: Visit) -> Response:
    """Promoters by state with what each sold, and agencies."""
    return await _show(visit)


@PAGES.post(HERE)
async def act(visit: Visit) -> Response:
    """Invite a promoter, take that back, end the work, or take him off the list."""
    do, finder = visit.fields.get("do", ""), visit.fields.get("finder_id", "").strip()
    try:
        if do in _OPERATIONS:
            await visit.ask(f"{_PROMOTER}/upd", type=_OPERATIONS[do], finder_id=finder)
        elif do == "delete":
            await visit.ask(f"{_PROMOTER}/delete", finder_id=finder)
        else:
            do = "invite"
            await visit.ask(f"{_PROMOTER}/add", visit.form_key, finder_id=finder)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{HERE}?done={do}")


@PAGES.post(f"{HERE}/agency")
async def answer(visit: Visit) -> Response:
    """Work with an agency that asks, refuse it, or end the work with it."""
    do = visit.fields.get("do", "")
    do = do if do in {"accept", "refuse", "end"} else "refuse"
    path, agency_id = f"/v1/shop/agency/{do}", visit.fields.get("agency_id", "")
    try:
        await visit.ask(path, visit.form_key, agency_id=agency_id)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{HERE}?done={do}")


@PAGES.get(f"{HERE}.csv")
async def export(visit: Visit) -> Response:
    """What each promoter brought, as a table."""
    found: list[str] = []
    for number in range(1, 1 + _PEOPLE_MAX // _WHOLE_PAGE):
        page = await visit.ask(f"{_PROMOTER}/list/get", page_index=number, page_size=_WHOLE_PAGE)
        found += page.finder_ids
        if len(found) >= page.total_num or not page.finder_ids:
            break
    rows = await asyncio.gather(*(_person(visit, one) for one in found))
    return exports.table(
        visit,
        "promoters",
        ("带货者", "状态", "邀请日", "卖过的商品", "带来成交"),
        (
            (home.author.name, words.INVITING[one.status].text, day(one.invite_time),
             one.sale_product_number, exports.yuan_cell(one.sale_gmv))
            for one, home in rows
        ),
    )  # fmt: skip


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    state, number = visit.number("state"), max(visit.number("page", 1), 1)
    found, agencies = await asyncio.gather(
        visit.ask(
            f"{_PROMOTER}/list/get", status=state, page_index=min(number, 100), page_size=_SIZE
        ),
        visit.ask("/v1/shop/agency/list", limit=50),
    )
    rows = await asyncio.gather(*(_person(visit, one) for one in found.finder_ids))
    return visit.show(
        "shop_desk/alliance_people.html",
        400 if refusal else 200,
        rows=rows,
        total=found.total_num,
        next_page=number + 1 if number * _SIZE < found.total_num else 0,
        agencies=agencies.agencies,
        state=state,
        refusal=refusal,
        done=visit.asked("done"),
    )


async def _person(visit: Visit, finder_id: str) -> tuple[Any, Any]:
    told, home = await asyncio.gather(
        visit.ask(f"{_PROMOTER}/get", finder_id=finder_id),
        visit.ask("/v1/buyer/home/get", party_id=finder_id),
    )
    return told.promoter, home
