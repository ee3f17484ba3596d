"""The shops an agency works with: who they are, what it sold for each, what that earns."""

from typing import Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites import words
from tongshang.sites.desk import exports
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

_HERE: Final = "/desk/agency/shops"
_MOVES: Final = ("withdraw", "end")


@PAGES.get(_HERE)
async def shops(visit: Visit) -> Response:
    """All shops, or those of one state."""
    return await _show(visit)


@PAGES.post(_HERE)
async def act(visit: Visit) -> Response:
    """Ask a shop, take that back, or end the work with it."""
    do = visit.fields.get("do", "")
    try:
        if do in _MOVES:
            shop_id = visit.fields.get("shop_id", "")
            await visit.ask(f"/v1/agency/shop/{do}", visit.form_key, shop_id=shop_id)
        else:
            do, appid = "invite", visit.fields.get("appid", "").strip()
            await visit.ask("/v1/agency/shop/invite", visit.form_key, appid=appid)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={do}")


@PAGES.get(f"{_HERE}.csv")
async def export(visit: Visit) -> Response:
    """The same as a table."""
    rows = await exports.gather(visit, "/v1/agency/shop/list", "shops", limit=100)
    yuan = exports.yuan_cell
    return exports.table(
        visit,
        "shops",
        ("店铺", "状态", "带来成交", "已结算服务费", "等结算", "货盘商品"),
        (
            (one.shop_name, words.INVITING[one.state].text, yuan(one.sold_fen),
             yuan(one.settled_fen), yuan(one.unsettled_fen), one.products)
            for one in rows
        ),
    )  # fmt: skip


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    state = visit.number("state")
    state = state if 0 <= state <= 5 else 0
    page = await visit.ask(
        "/v1/agency/shop/list", state=state, limit=20, next_key=visit.asked("after")
    )
    return visit.show(
        "agency_desk/shops.html",
        400 if refusal else 200,
        page=page,
        state=state,
        refusal=refusal,
        done=visit.asked("done"),
    )
