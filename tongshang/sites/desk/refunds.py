"""Refunds that buyers ask for, and the shop's answers."""

import asyncio
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

_HERE: Final = "/desk/shop/refunds"
_WAITING: Final = "MERCHANT_PROCESSING"
_DAY_SECONDS: Final = 86_400
_SIZE: Final = 50


async def waiting_cases(visit: Visit) -> list[Any]:
    """Cases that wait for the shop's answer, the most pressing first."""
    found = await visit.ask(
        "/channels/ec/order/search",
        search_condition={},
        on_aftersale_order_exist=1,
        page_size=_SIZE,
    )
    path = "/channels/ec/order/get"
    replies = await asyncio.gather(*(visit.ask(path, order_id=one) for one in found.orders))
    listed = [one for reply in replies for one in reply.order.aftersale_detail.aftersale_order_list]
    cases = await _get_cases(visit, [one.aftersale_order_id for one in listed])
    waiting = [case for case in cases if case.status == _WAITING]
    return sorted(waiting, key=lambda case: case.deadline)


async def _get_cases(visit: Visit, ids: list[str]) -> list[Any]:
    path = "/channels/ec/aftersale/getaftersaleorder"
    replies = await asyncio.gather(*(visit.ask(path, after_sale_order_id=one) for one in ids))
    return [reply.after_sale_order for reply in replies]


@PAGES.get(_HERE)
async def refunds(visit: Visit) -> Response:
    """What waits for an answer, and what happened within a day."""
    return await _show(visit)


async def _show(visit: Visit, refusal: Refusal | None = None) -> Response:
    end = int(visit.house.clock.now().timestamp()) + 1  # this second is not over
    waiting, recent, reasons = await asyncio.gather(
        waiting_cases(visit),
        visit.ask(
            "/channels/ec/aftersale/getaftersalelist",
            begin_update_time=end - _DAY_SECONDS,
            end_update_time=end,
        ),
        visit.ask("/channels/ec/aftersale/rejectreason/get"),
    )
    open_ids = {case.after_sale_order_id for case in waiting}
    others = [one for one in recent.after_sale_order_id_list if one not in open_ids]
    return visit.show(
        "shop_desk/refunds.html",
        400 if refusal else 200,
        waiting=waiting,
        recent=await _get_cases(visit, others[-_SIZE:][::-1]),
        reasons=reasons.reason_list,
        refusal=refusal,
        done=visit.asked("done"),
    )


@PAGES.post(_HERE + "/accept")
async def accept(visit: Visit) -> Response:
    """Give the money back."""
    return await _answer(visit, "/channels/ec/aftersale/acceptapply", "accept")


@PAGES.post(_HERE + "/reject")
async def reject(visit: Visit) -> Response:
    """Decline, with a reason."""
    return await _answer(
        visit,
        "/channels/ec/aftersale/rejectapply",
        "reject",
        reject_reason_type=visit.whole("reject_reason_type"),
        reject_reason=visit.fields.get("reject_reason", "").strip(),
    )


async def _answer(visit: Visit, path: str, done: str, **fields: object) -> Response:
    case_id = visit.fields.get("case_id", "")
    try:
        await visit.ask(path, visit.form_key, after_sale_order_id=case_id, **fields)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{_HERE}?done={done}")
