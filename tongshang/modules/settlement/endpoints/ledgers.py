"""The ledgers beside the shop's own: of the alliance, of an agency, of the older component."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.settlement.actions import purses
from tongshang.modules.settlement.domain.flows import bookable_until
from tongshang.modules.settlement.refusals import FlowNotFound
from tongshang.modules.settlement.store import flows, ledgers
from tongshang.modules.settlement.wire import ledgers as wire
from tongshang.modules.settlement.wire.funds import PLACES_MAX
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireNothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("settlement")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PAGED: Final = (InvalidField, CursorMismatch)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/funds/getfundsflowlist",
    needs=Scope.LEAGUE,
    refuses=_PAGED,
    reads=True,
)
async def list_league_flows(call: Call, req: wire.LeagueQuery) -> wire.LedgerReply:
    """Ids of what the shop paid for selling, and got back; a day's from 16:00 of the next day."""
    since, until = req.span()
    question = ("league.flows", call.shop_id, since, until, req.transaction_id, req.flow_type)
    found = await ledgers.list_shop_kinds(
        call.tx,
        call.shop_id,
        since,
        min(until, bookable_until(call.at)),
        _place(question, req.next_key),
        wire.LEAGUE_KINDS,
        req.flow_type,
        req.transaction_id,
        req.page_size + 1,
        req.offset(PLACES_MAX),
    )
    ids, more, next_key = _page(question, found, req.page_size)
    return wire.LedgerReply(flow_ids=ids, has_more=more, next_key=next_key)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/funds/getfundsflowdetail",
    needs=Scope.LEAGUE,
    refuses=(FlowNotFound,),
    reads=True,
)
async def get_league_flow(call: Call, req: wire.FlowQuery) -> wire.LeagueReply:
    """One of the shop's flows for selling, with what it is about."""
    flow = await flows.find_flow(call.tx, call.shop_id, number(req.flow_id))
    if flow is None or flow.funds_type not in wire.LEAGUE_KINDS:
        raise FlowNotFound
    return wire.LeagueReply(funds_flow=wire.LeagueFlow.of(flow))


@ENDPOINTS(
    "POST", "/channels/ec/league/headsupplier/funds/balance/get", needs=Scope.AGENCY, reads=True
)
async def get_agency_balance(call: Call, req: WireNothing) -> wire.AgencyBalance:
    """What the agency may withdraw over all shops' books, and what waits for its settlement."""
    has = await purses.balance_of(call.tx, call.caller.party_id)
    return wire.AgencyBalance(available_amount=has.available_fen, pending_amount=has.pending_fen)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/funds/flowlist/get",
    needs=Scope.AGENCY,
    refuses=_PAGED,
    reads=True,
)
async def list_agency_flows(call: Call, req: wire.AgencyQuery) -> wire.AgencyLedgerReply:
    """Ids of the agency's flows; a day's can be read from 16:00 of the next day.

    Its money is paid by no transaction of its own: asked for one, there is nothing.
    """
    since, until = req.span()
    agency_id = call.caller.party_id
    question = ("agency.flows", agency_id, since, until, req.funds_type, req.transaction_id)
    place, offset = _place(question, req.next_key), req.offset(wire.AGENCY_PLACES_MAX)
    found: list[tuple[int, datetime]] = []
    if not req.transaction_id:
        until = min(until, bookable_until(call.at))
        found = await ledgers.list_party_kinds(
            call.tx, agency_id, since, until, place, req.kinds, req.page_size + 1, offset
        )
    ids, more, next_key = _page(question, found, req.page_size)
    return wire.AgencyLedgerReply(
        flow_ids=ids, funds_flow_ids=ids, has_more=more, next_key=next_key
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/funds/flowdetail/get",
    needs=Scope.AGENCY,
    refuses=(FlowNotFound,),
    reads=True,
)
async def get_agency_flow(call: Call, req: wire.FlowQuery) -> wire.AgencyReply:
    """One flow of the agency; the balance is what it had after it over all books."""
    found = await ledgers.find_with_balance(call.tx, call.caller.party_id, number(req.flow_id))
    if found is None:
        raise FlowNotFound
    return wire.AgencyReply(funds_flow=wire.AgencyFlow.of(*found))


@ENDPOINTS(
    "POST",
    "/shop/funds/scanorderflow",
    needs=Scope.FUNDS,
    refuses=(InvalidField,),
    reads=True,
)
async def list_day(call: Call, req: wire.DayQuery) -> wire.DayReply:
    """Ids of the flows of a day; there are none before 16:00 of the next day."""
    since, until = req.span()
    if until > bookable_until(call.at):
        return wire.DayReply(funds_flow_ids=[], total_num=0)
    found = await flows.list_flow_ids(
        call.tx, call.shop_id, since, until, (_EPOCH, 0), 0, "", req.page_size, req.offset
    )
    total = await ledgers.count_flows(call.tx, call.shop_id, since, until)
    return wire.DayReply(funds_flow_ids=[str(flow_id) for flow_id, _ in found], total_num=total)


@ENDPOINTS(
    "POST",
    "/shop/funds/getorderflow",
    needs=Scope.FUNDS,
    refuses=(FlowNotFound,),
    reads=True,
)
async def get_old_flow(call: Call, req: wire.OldFlowQuery) -> wire.OldFlowReply:
    """One flow of the shop in words and yuan."""
    flow = await flows.find_flow(call.tx, call.shop_id, number(req.funds_flow_id))
    if flow is None:
        raise FlowNotFound
    return wire.OldFlowReply(funds_flow=wire.OldFlow.of(flow))


def _place(question: Sequence[object], next_key: str) -> tuple[datetime, int]:
    last = after(question, next_key)
    return (_EPOCH, 0) if last is None else (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]))


def _page(
    question: Sequence[object], found: Sequence[tuple[int, datetime]], size: int
) -> tuple[list[str], bool, str]:
    page = found[:size]
    last = ((page[-1][1] - _EPOCH) // _MICROSECOND, page[-1][0]) if page else ()
    next_key = cursor(question, last) if page else ""
    return [str(flow_id) for flow_id, _ in page], len(found) > len(page), next_key
