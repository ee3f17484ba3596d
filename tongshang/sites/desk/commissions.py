"""What promoters and agencies earn: line by line, what each will bring and when."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.sites import words
from tongshang.sites.desk import exports
from tongshang.sites.shown import day, percent
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages()

_LISTS: Final = {
    "promoter": "/v1/promoter/order/list",
    "agency": "/v1/agency/commission/list",
}
_STATES: Final = (0, *words.COMMISSION)
_SIZE: Final = 20
_COLUMNS: Final = (
    "订单号", "商品", "店铺", "付款日", "实付", "佣金率", "收到", "交出", "留下", "已退回", "状态",
    "结算日",
)  # fmt: skip


@PAGES.get("/desk/promoter/orders", role="promoter")
async def of_promoter(visit: Visit) -> Response:
    """Lines sold by one's cards; `open` names the one beside the list."""
    return await _show(visit)


@PAGES.get("/desk/agency/orders", role="agency")
async def of_agency(visit: Visit) -> Response:
    """Lines in which an agency has a part."""
    return await _show(visit)


@PAGES.get("/desk/promoter/orders.csv", role="promoter")
async def export_of_promoter(visit: Visit) -> Response:
    """The same as a table."""
    return await _export(visit)


@PAGES.get("/desk/agency/orders.csv", role="agency")
async def export_of_agency(visit: Visit) -> Response:
    """The same as a table."""
    return await _export(visit)


async def _show(visit: Visit) -> Response:
    role, chosen = visit.session.role, visit.asked("open")
    status = visit.number("status")
    status = status if status in _STATES else 0
    page = await visit.ask(
        _LISTS[role], status=status, page_size=_SIZE, next_key=visit.asked("after")
    )
    opened = next((one for one in page.orders if line_of(one) == chosen), None)
    return visit.show(
        "desk_commissions.html",
        page=page,
        status=status,
        after=visit.asked("after"),
        opened=opened,
    )


async def _export(visit: Visit) -> Response:
    status = visit.number("status")
    rows = await exports.gather(
        visit, _LISTS[visit.session.role], "orders", status=status, page_size=50
    )
    return exports.table(visit, "commissions", _COLUMNS, map(_row, rows))


def line_of(one: Any) -> str:
    """What names a line in an address."""
    return f"{one.order_id}-{one.line}"


def _row(one: Any) -> tuple[object, ...]:
    yuan = exports.yuan_cell
    return (
        one.order_id, one.title, one.shop_name, day(one.paid_at), yuan(one.paid_fen),
        percent(one.rate_ppm), yuan(one.received_fen), yuan(one.passed_fen),
        yuan(one.commission_fen), yuan(one.returned_fen), words.COMMISSION[one.status].text,
        day(one.settled_at),
    )  # fmt: skip
