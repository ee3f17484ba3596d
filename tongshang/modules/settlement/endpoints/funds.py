"""Balance, funds flows and order flows (reference section 9), as shops' programs read them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.ordering import api as ordering
from tongshang.modules.settlement.actions.settling import shares_of
from tongshang.modules.settlement.domain.flows import bookable_until
from tongshang.modules.settlement.refusals import FlowNotFound
from tongshang.modules.settlement.store import flows as flow_store
from tongshang.modules.settlement.store import settlements
from tongshang.modules.settlement.wire import funds as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("settlement")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PAY_LATER: Final = 2


@ENDPOINTS("POST", "/channels/ec/funds/getbalance", needs=Scope.FUNDS, reads=True)
async def get_balance(call: Call, req: WireNothing) -> wire.BalanceReply:
    """What the shop may withdraw, and what waits for its settlement; a debt shows as zero."""
    balances = await ledger.balances_of_books(
        call.tx, [call.shop_id], (AccountKind.SHOP_PENDING, AccountKind.SHOP_AVAILABLE)
    )
    available = balances.get(Account(call.shop_id, AccountKind.SHOP_AVAILABLE), 0)
    return wire.BalanceReply(
        available_amount=max(available, 0),
        pending_amount=balances.get(Account(call.shop_id, AccountKind.SHOP_PENDING), 0),
        sub_mchid=str(call.shop_id),
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/getfundsflowlist",
    needs=Scope.FUNDS,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_flows(call: Call, req: wire.FlowListQuery) -> wire.FlowListReply:
    """Ids of the shop's funds flows; a day's can be read from 16:00 of the next day."""
    since, until = req.span()
    question = (call.shop_id, since, until, req.transaction_id, req.flow_type)
    place = _place(after(question, req.next_key))
    found = await flow_store.list_flow_ids(
        call.tx,
        call.shop_id,
        since,
        min(until, bookable_until(call.at)),
        place,
        req.flow_type,
        req.transaction_id,
        req.page_size + 1,
        req.offset(),
    )
    page = found[: req.page_size]
    return wire.FlowListReply(
        flow_ids=[str(flow_id) for flow_id, _ in page],
        has_more=len(found) > len(page),
        next_key=cursor(question, _key(page[-1])) if page else "",
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/getfundsflowdetail",
    needs=Scope.FUNDS,
    refuses=(FlowNotFound,),
    reads=True,
)
async def get_flow(call: Call, req: wire.FlowQuery) -> wire.FlowReply:
    """One funds flow of the shop, with what it is about."""
    flow = await flow_store.find_flow(call.tx, call.shop_id, number(req.flow_id))
    if flow is None:
        raise FlowNotFound
    return wire.FlowReply(funds_flow=wire.FundsFlow.of(flow))


@ENDPOINTS(
    "POST",
    "/channels/ec/funds/listorderflow",
    needs=Scope.FUNDS,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_order_flows(call: Call, req: wire.OrderFlowQuery) -> wire.OrderFlowReply:
    """What each order of the shop received, cost and settled, to the fen."""
    states = req.order_states()
    if req.order_id is not None:
        ids, more, page_ctx = [number(req.order_id)], False, ""
    else:
        ids, more, page_ctx = await _list_orders(call, req, states)
    if req.order_pay_method == _PAY_LATER:
        ids = []
    keys = [(call.shop_id, order_id) for order_id in ids]
    money = await settlements.find_settlements(call.tx, keys)
    orders = await ordering.find_orders(call.tx, list(money))
    shares = await shares_of(call.tx, orders, money)
    flows = [
        wire.OrderFlow.of(orders[key], money[key], shares[key])
        for key in keys
        if key in money
        and req.order_settle_state in {0, money[key].state.value}
        and (not states or money[key].order_state in states)
    ]
    return wire.OrderFlowReply(order_flow_list=flows, has_more=more, page_ctx=page_ctx)


async def _list_orders(
    call: Call, req: wire.OrderFlowQuery, states: tuple[int, ...]
) -> tuple[list[int], bool, str]:
    since, until = req.span()
    pages = req.pagination_info
    question = (call.shop_id, since, until, req.order_settle_state, states)
    place = _place(after(question, pages.page_ctx if pages.use_page_ctx else ""))
    found = await settlements.list_by_placing(
        call.tx,
        call.shop_id,
        since,
        until,
        place,
        req.order_settle_state,
        states,
        pages.limit + 1,
        0 if pages.use_page_ctx else pages.offset,
    )
    page = found[: pages.limit]
    page_ctx = cursor(question, _key(page[-1])) if page else ""
    return [order_id for order_id, _ in page], len(found) > len(page), page_ctx


def _place(last: tuple[int | str, ...] | None) -> tuple[datetime, int]:
    return (_EPOCH, 0) if last is None else (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]))


def _key(last: tuple[int, datetime]) -> tuple[int, int]:
    return (last[1] - _EPOCH) // _MICROSECOND, last[0]
