"""Why somebody earned by a sale, told to each as far as it is his; and the last days in figures."""

from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.league import api as league
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.settlement.actions import explaining
from tongshang.modules.settlement.actions.seeing import see
from tongshang.modules.settlement.domain.dividing import receivers
from tongshang.modules.settlement.refusals import CommissionOrderNotFound, NoMoneyYet
from tongshang.modules.settlement.store import commissions as store
from tongshang.modules.settlement.wire import earning as wire
from tongshang.modules.settlement.wire.own import PartView
from tongshang.modules.surfaces import api as surfaces
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("settlement")


@ENDPOINTS("GET", "/v1/promoter/money/days", needs=Scope.PROMOTER, reads=True)
async def list_promoter_days(call: Call, req: Nothing) -> wire.DayList:
    """What each of your last fifteen days brought, today at the end."""
    return await _days(call)


@ENDPOINTS("GET", "/v1/agency/money/days", needs=Scope.AGENCY, reads=True)
async def list_agency_days(call: Call, req: Nothing) -> wire.DayList:
    """What each of the agency's last fifteen days brought, today at the end."""
    return await _days(call)


async def _days(call: Call) -> wire.DayList:
    first = wire.first_day(call.at)
    sold = await store.sum_days(call.tx, call.caller.party_id, first)
    settled = await store.sum_settled_days(call.tx, call.caller.party_id, first)
    return wire.DayList(wire.days_since(first, sold, settled))


@ENDPOINTS(
    "GET",
    "/v1/promoter/order/why",
    needs=Scope.PROMOTER,
    refuses=(CommissionOrderNotFound,),
    reads=True,
)
async def tell_promoter(call: Call, req: wire.WhyQuery) -> wire.Why:
    """Why a line brought you commission: the card, the terms, what came to you and went on."""
    return await _own(call, req)


@ENDPOINTS(
    "GET",
    "/v1/agency/order/why",
    needs=Scope.AGENCY,
    refuses=(CommissionOrderNotFound,),
    reads=True,
)
async def tell_agency(call: Call, req: wire.WhyQuery) -> wire.Why:
    """Why a line brought the agency its fee: the card, the terms, what came to it and went on."""
    return await _own(call, req)


async def _own(call: Call, req: wire.WhyQuery) -> wire.Why:
    me = await identity.get_party(call.tx, call.caller.party_id)
    seen = await see(call.tx, me.party_id, number(req.order_id), 0, req.line)
    # Beside the agency that the shop pays stands the promoter whom it pays likewise.
    passed = [one for one in seen.paid.values() if one.payer == seen.mine.place]
    hands = [wire.HandSeen.own(seen, me.name)]
    hands += [wire.HandSeen.paid(one, seen.parties) for one in passed]
    return wire.Why.of(await _ground(call, seen.order, seen.line), hands)


@ENDPOINTS("GET", "/v1/shop/order/why", needs=Scope.SHOP, refuses=(NoMoneyYet,), reads=True)
async def tell_shop(call: Call, req: wire.WhyQuery) -> wire.Why:
    """Why a line of the shop's cost commission: the card, the terms, and all who received of it."""
    story = await explaining.explain_order(call.tx, (call.shop_id, number(req.order_id)))
    line = next((one for one in story.order.lines if one.line == req.line), None)
    if line is None:
        raise NoMoneyYet
    share = next((one for one in story.shares if one.line == req.line), None)
    parts = receivers(share, line.commission_ppm) if share else ()
    views = PartView.all_of(parts, story.parties)
    hands = [wire.HandSeen.whole(one) for one in views]
    return wire.Why.of(await _ground(call, story.order, line), hands)


async def _ground(call: Call, order: Order, line: OrderLine) -> wire.Ground:
    deals = await league.deals_of(call.tx, [(order.shop_id, line.deal_id)]) if line.deal_id else {}
    contents = await surfaces.get_contents(call.tx, [line.content_id]) if line.content_id else {}
    ids = sorted({order.shop_id, line.promoter_id} - {0})
    return wire.Ground(
        order,
        line,
        deals.get((order.shop_id, line.deal_id)),
        contents.get(line.content_id),
        await identity.find_parties(call.tx, ids),
    )
