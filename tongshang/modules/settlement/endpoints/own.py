"""Money in words and sums: for shops and the operator, on our own paths."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.settlement.actions import explaining
from tongshang.modules.settlement.domain.explaining import ACCOUNT_NAMES
from tongshang.modules.settlement.domain.values import BEIJING
from tongshang.modules.settlement.refusals import NoMoneyYet
from tongshang.modules.settlement.store import flows as store
from tongshang.modules.settlement.wire import own as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("settlement")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC), 0)


@ENDPOINTS("GET", "/v1/shop/money/explain", needs=Scope.SHOP, refuses=(NoMoneyYet,), reads=True)
async def explain_order(call: Call, req: wire.ExplainQuery) -> wire.Explanation:
    """The whole story of an order's money: every entry in words, every line's shares, the sums."""
    return wire.Explanation.of(
        await explaining.explain_order(call.tx, (call.shop_id, number(req.order_id)))
    )


@ENDPOINTS("GET", "/v1/shop/money/summary", needs=Scope.SHOP, reads=True)
async def sum_shop(call: Call, req: Nothing) -> wire.ShopSummary:
    """What the shop has, waits for or owes, and its last 30 days."""
    balances = await ledger.balances_of_books(
        call.tx, [call.shop_id], (AccountKind.SHOP_PENDING, AccountKind.SHOP_AVAILABLE)
    )
    available = balances.get(Account(call.shop_id, AccountKind.SHOP_AVAILABLE), 0)
    pending = balances.get(Account(call.shop_id, AccountKind.SHOP_PENDING), 0)
    today = call.at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=wire.DAYS - 1)
    flows, settled = await store.sum_days(call.tx, call.shop_id, since)
    days = wire.days_until(call.at, flows, settled)
    return wire.ShopSummary(pending, max(available, 0), max(-available, 0), days)


@ENDPOINTS("GET", "/v1/shop/money/flows", needs=Scope.SHOP, refuses=(CursorMismatch,), reads=True)
async def list_shop_flows(call: Call, req: wire.FlowsQuery) -> wire.FlowPage:
    """What came to the shop and went from it, the newest first, as soon as it is booked."""
    question = ("shop.flows", call.shop_id)
    last = after(question, req.next_key)
    place = _LAST if last is None else (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]))
    found = await store.list_latest_flows(call.tx, call.shop_id, place, req.page_size + 1)
    page = found[: req.page_size]
    next_key = ""
    if page:
        next_key = cursor(question, ((page[-1].at - _EPOCH) // _MICROSECOND, page[-1].flow_id))
    return wire.FlowPage([wire.FlowView.of(one) for one in page], next_key, len(found) > len(page))


@ENDPOINTS("GET", "/v1/platform/money/summary", needs=Scope.OPERATOR, reads=True)
async def sum_platform(call: Call, req: Nothing) -> wire.PlatformSummary:
    """All accounts of the platform by kind; together they are zero."""
    totals = await ledger.kind_totals(call.tx)
    accounts = [
        wire.KindTotal(kind.value, *ACCOUNT_NAMES[kind], totals.get(kind, 0))
        for kind in AccountKind
    ]
    return wire.PlatformSummary(accounts, sum(totals.values()))
