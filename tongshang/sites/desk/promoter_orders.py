"""What a promoter earned: line by line, what each will bring and when."""

from typing import Any, Final

from starlette.responses import Response

from tongshang.sites import words
from tongshang.sites.desk import exports
from tongshang.sites.shown import day, percent
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

_LIST: Final = "/v1/promoter/order/list"
_COLUMNS: Final = ("订单号", "商品", "付款日", "实付", "佣金率", "佣金", "已退回", "状态", "结算日")


@PAGES.get("/desk/promoter/orders")
async def orders(visit: Visit) -> Response:
    """Lines sold by one's cards; `open` names the one beside the list."""
    status, chosen = visit.number("status"), visit.asked("open")
    page = await visit.ask(_LIST, status=status, page_size=20, next_key=visit.asked("after"))
    return visit.show(
        "promoter_desk/orders.html",
        page=page,
        status=status,
        after=visit.asked("after"),
        opened=next((one for one in page.orders if line_of(one) == chosen), None),
    )


@PAGES.get("/desk/promoter/orders.csv")
async def export(visit: Visit) -> Response:
    """The same as a table."""
    rows = await exports.gather(visit, _LIST, "orders", status=visit.number("status"), page_size=50)
    return exports.table(visit, "commissions", _COLUMNS, map(_row, rows))


def line_of(one: Any) -> str:
    """What names a line in an address."""
    return f"{one.order_id}-{one.line}"


def _row(one: Any) -> tuple[object, ...]:
    yuan = exports.yuan_cell
    return (
        one.order_id, one.title, day(one.paid_at), yuan(one.paid_fen), percent(one.rate_ppm),
        yuan(one.commission_fen), yuan(one.returned_fen), words.COMMISSION[one.status].text,
        day(one.settled_at),
    )  # fmt: skip
