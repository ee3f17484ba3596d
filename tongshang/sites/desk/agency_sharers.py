"""An agency's sharers: who shares for it, what each is paid, how one more comes."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.amounts import ppm_of
from tongshang.sites.desk.offers import product_of
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

_HERE: Final = "/desk/agency/sharers"
_FAMILY: Final = "/channels/ec/promoter"


@PAGES.get(_HERE)
async def sharers(visit: Visit) -> Response:
    """All sharers; `open` names the one beside the list."""
    return await _show(visit)


@PAGES.post(_HERE)
async def act(visit: Visit) -> Response:
    """Say what a sharer is paid, or let him go."""
    appid, do = visit.fields.get("sharer_appid", ""), visit.fields.get("do", "")
    try:
        if do == "go":
            await visit.ask(f"{_FAMILY}/headsupplier_unbind_promoter", sharer_appid=appid)
            return visit.go(f"{_HERE}?done=go")
        if do == "product":
            await visit.ask(
                f"{_FAMILY}/set_sharer_product_commission_info",
                sharer_appid=appid,
                product_id=visit.whole("product_id"),
                commission_ratio=ppm_of(visit.fields.get("product_percent", "")),
            )
            return visit.go(f"{_HERE}?done=pay&open={appid}")
        await visit.ask(
            f"{_FAMILY}/set_sharer_commission_info",
            sharer_appid=appid,
            commission_type=visit.whole("commission_type"),
            commission_ratio=ppm_of(visit.fields.get("percent", "")),
        )
    except Refusal as refusal:
        return await _show(visit, refusal, appid)
    return visit.go(f"{_HERE}?done=pay")


@PAGES.post(f"{_HERE}/invite")
async def invite(visit: Visit) -> Response:
    """What a person opens to become a sharer of this agency."""
    openid = visit.fields.get("openid", "").strip()
    try:
        status = await visit.ask(
            f"{_FAMILY}/get_promoter_register_and_bind_status",
            sharer_openid=openid,
            is_simple_register=visit.fields.get("simple") == "1",
        )
    except Refusal as refusal:
        return await _show(visit, refusal)
    return await _show(visit, status=status)


async def _show(
    visit: Visit, refusal: Refusal | None = None, chosen: str = "", status: Any = None
) -> Response:
    chosen = chosen or visit.asked("open")
    page = await visit.ask(
        f"{_FAMILY}/get_bind_sharer_list", page_size=50, next_key=visit.asked("after")
    )
    rows = page.sharer_info_list
    opened = next((one for one in rows if one.sharer_appid == chosen), None)
    return visit.show(
        "agency_desk/sharers.html",
        400 if refusal else 200,
        page=page,
        opened=opened,
        goods=await _pool(visit) if opened else [],
        after=visit.asked("after"),
        status=status,
        refusal=refusal,
        done=visit.asked("done"),
    )


async def _pool(visit: Visit) -> list[Any]:
    """Products of which sharers can be paid, for a part of their own."""
    found = await visit.ask(f"{_FAMILY}/get_promote_product_list", page_size=20)
    goods = await asyncio.gather(*(product_of(visit, one.product_id) for one in found.product_list))
    return [one for one in goods if one]
