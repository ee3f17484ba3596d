"""What those who sell for shops earn: sums, and commission orders line by line."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.identity import api as identity
from tongshang.modules.settlement.actions import purses
from tongshang.modules.settlement.domain.values import Commission, CommissionState
from tongshang.modules.settlement.store import commissions as store
from tongshang.modules.settlement.store import settlements
from tongshang.modules.settlement.wire import commissions as wire
from tongshang.modules.settlement.wire import own
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing

ENDPOINTS: Final = Endpoints("settlement")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC), 0, 0)


@ENDPOINTS("GET", "/v1/promoter/money/summary", needs=Scope.PROMOTER, reads=True)
async def sum_promoter(call: Call, req: Nothing) -> own.EarnerSummary:
    """What you have earned as a promoter, with whom, and what waits for its settlement."""
    return await _summary(call)


@ENDPOINTS("GET", "/v1/agency/money/summary", needs=Scope.AGENCY, reads=True)
async def sum_agency(call: Call, req: Nothing) -> own.EarnerSummary:
    """What you have earned as an agency, with whom, and what waits for its settlement."""
    return await _summary(call)


async def _summary(call: Call) -> own.EarnerSummary:
    party_id = call.caller.party_id
    books = await purses.books_of(call.tx, party_id)
    shops = await identity.find_parties(call.tx, [one.shop_id for one in books])
    sums = await store.sum_commissions(call.tx, party_id)
    none = (0, 0, 0)
    unsettled = sums.get(CommissionState.UNSETTLED, none)
    settled = sums.get(CommissionState.SETTLED, none)
    return own.EarnerSummary(
        available_fen=sum(max(one.available_fen, 0) for one in books),
        debt_fen=sum(max(-one.available_fen, 0) for one in books),
        unsettled_fen=unsettled[1],
        settled_fen=settled[1],
        returned_fen=settled[2],
        orders=sum(count for count, _, _ in sums.values()),
        shops=[
            own.ShopBalance(
                str(one.shop_id),
                shops[one.shop_id].name if one.shop_id in shops else "",
                one.available_fen,
            )
            for one in books
        ],
    )


@ENDPOINTS(
    "GET", "/v1/promoter/order/list", needs=Scope.PROMOTER, refuses=(CursorMismatch,), reads=True
)
async def list_promoter_orders(call: Call, req: wire.CommissionQuery) -> wire.CommissionPage:
    """Lines that you sold, the latest first: 20 unsettled, 100 settled, 200 cancelled."""
    return await _latest(call, req)


@ENDPOINTS(
    "GET", "/v1/agency/commission/list", needs=Scope.AGENCY, refuses=(CursorMismatch,), reads=True
)
async def list_agency_commissions(call: Call, req: wire.CommissionQuery) -> wire.CommissionPage:
    """Lines that you have a part in, the latest first: 20 unsettled, 100 settled, 200 cancelled."""
    return await _latest(call, req)


async def _latest(call: Call, req: wire.CommissionQuery) -> wire.CommissionPage:
    party_id = call.caller.party_id
    question = (party_id, req.status)
    last = after(question, req.next_key)
    before = _LAST
    if last is not None:
        before = (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]), int(last[2]))
    found = await store.list_latest(call.tx, party_id, before, req.status, req.page_size + 1)
    page = found[: req.page_size]
    next_key = ""
    if page:
        end = page[-1]
        next_key = cursor(
            question, ((end.paid_at - _EPOCH) // _MICROSECOND, end.order_id, end.line)
        )
    return wire.CommissionPage(await _views(call, page), next_key, len(found) > len(page))


async def _views(call: Call, page: Sequence[Commission]) -> list[wire.CommissionView]:
    shops = await identity.find_parties(call.tx, sorted({one.shop_id for one in page}))
    waiting = sorted({(one.shop_id, one.order_id) for one in page if not one.settled_at})
    money = await settlements.find_settlements(call.tx, waiting) if waiting else {}
    due = {order_id: one.due_at for (_, order_id), one in money.items() if one.due_at}
    return [wire.CommissionView.of(one, shops, due) for one in page]
