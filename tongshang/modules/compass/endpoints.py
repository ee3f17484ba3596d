"""Events in, funnels out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tongshang.kernel.refusal import Refusal
from tongshang.modules.compass import wire
from tongshang.modules.compass.actions import consenting, receiving, showing
from tongshang.modules.compass.domain.events import day_of
from tongshang.modules.compass.refusals import PeriodTooLong, TooManyEvents
from tongshang.modules.compass.store import consents, log, reading
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Done, Endpoints, Nothing

ENDPOINTS: Final = Endpoints("compass")

_INTAKE_DAYS: Final = timedelta(days=30)


@ENDPOINTS("POST", "/v1/event/batch", needs=Scope.PUBLIC, refuses=(TooManyEvents,), lane="events")
async def take_events(
    call: Call, asked: Sequence[Asked[wire.EventBatch]]
) -> Sequence[wire.BatchTaken | Refusal]:
    """Keep what a page saw. What is accepted is written; the same batch again changes nothing.

    What looks like a double, a program or a flood is kept and marked, and counts nowhere.
    """
    return await receiving.receive(call, asked)


@ENDPOINTS("GET", "/v1/buyer/event/consent/get", needs=Scope.BUYER, reads=True)
async def get_consent(call: Call, req: Nothing) -> wire.ConsentView:
    """Whether what pages see of you may bear your name; it does not until you say so."""
    said = await consents.find(call.tx, [call.buyer_id])
    return wire.ConsentView(said.get(call.buyer_id, False))


@ENDPOINTS("POST", "/v1/buyer/event/consent/set", needs=Scope.BUYER)
async def set_consent(call: Call, req: wire.ConsentRequest) -> wire.ConsentView:
    """Allow that what pages see of you bears your name, or not: then it comes off what was seen."""
    await consenting.set_consent(call, consents_now=req.consents)
    return wire.ConsentView(req.consents)


@ENDPOINTS("GET", "/v1/shop/funnel/get", needs=Scope.SHOP, refuses=(PeriodTooLong,), reads=True)
async def get_shop_funnel(call: Call, req: wire.FunnelQuery) -> wire.FunnelReply:
    """From being seen to being paid, given back and given on: the shop's own goods."""
    return await showing.funnel(call, "event_days", call.shop_id, req)


@ENDPOINTS(
    "GET", "/v1/promoter/funnel/get", needs=Scope.PROMOTER, refuses=(PeriodTooLong,), reads=True
)
async def get_promoter_funnel(call: Call, req: wire.FunnelQuery) -> wire.FunnelReply:
    """From being seen to being paid: what one's own contents and cards did, in all shops."""
    return await showing.funnel(call, "carrier_days", call.caller.party_id, req)


@ENDPOINTS("GET", "/v1/platform/event/intake", needs=Scope.OPERATOR, reads=True)
async def get_intake(call: Call, req: Nothing) -> wire.IntakeView:
    """What came in by day of the last thirty: counted, passed over and why, not taken and why."""
    days: dict[str, wire.IntakeDay] = {}
    for day, what, events in await reading.intake(call.tx, day_of(call.at - _INTAKE_DAYS)):
        days.setdefault(str(day), wire.IntakeDay(day, {})).events[what] = events
    return wire.IntakeView(
        await log.kept_days(call.tx),
        await reading.count_waiting(call.tx),
        await reading.closed_until(call.tx),
        list(days.values()),
    )


@ENDPOINTS("POST", "/v1/platform/event/keep", needs=Scope.OPERATOR)
async def keep_events(call: Call, req: wire.KeepRequest) -> Done:
    """Keep single events so many days; their sums are kept for good."""
    await log.set_kept_days(call.tx, req.days)
    return Done()
