"""The open door of a demo. On a platform in earnest these paths do not exist (40066).

They are public, although they tell secrets and move the clock: a demo belongs to whoever tries it,
and nothing in it is anybody's.
"""

from typing import Final

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.push import api as push
from tongshang.modules.sandbox import actions, store, wire
from tongshang.modules.sandbox.refusals import EnoughBuyers
from tongshang.runtime.call import Call, House, Scope
from tongshang.runtime.rpc import Endpoints, Nothing

ENDPOINTS: Final = Endpoints("sandbox")

APPS_MAX: Final = 200

_ROLES: Final = {
    PartyKind.SHOP: "shop",
    PartyKind.PROMOTER: "promoter",
    PartyKind.AGENCY: "agency",
    PartyKind.SHARER: "sharer",
    PartyKind.PLATFORM: "operator",
}


@ENDPOINTS("GET", "/v1/sandbox/apps", needs=Scope.PUBLIC, reads=True)
async def list_apps(call: Call, req: Nothing) -> wire.AppPage:
    """The demo's programs with their secrets, and where pushes go: no person need register.

    Public, on a demo only.
    """
    apps = await store.list_apps(call.tx, APPS_MAX)
    party_ids = [app.party_id for app in apps]
    parties = await identity.find_parties(call.tx, party_ids)
    targets = await push.find_targets(call.tx, party_ids)
    views = []
    for app in apps:
        party, to = parties[app.party_id], targets.get(app.party_id)
        told = (to.url, to.token, to.aes_key) if to else ("", "", "")
        views.append(
            wire.AppView(
                _ROLES[party.kind], party.name, app.appid, app.secret, str(app.party_id), *told
            )
        )
    return wire.AppPage(views)


@ENDPOINTS("GET", "/v1/sandbox/buyers", needs=Scope.PUBLIC, secret=True)
async def list_buyers(call: Call, req: Nothing) -> wire.BuyerPage:
    """The demo's buyers with tokens that hold a day at least. Public, on a demo only."""
    tokens = await actions.living_sessions(call)
    buyers = await identity.find_buyers(call.tx, list(tokens))
    return wire.BuyerPage(
        [
            wire.BuyerView(str(buyer_id), buyer.nickname, buyer.avatar_url, tokens[buyer_id])
            for buyer_id, buyer in sorted(buyers.items())
        ]
    )


@ENDPOINTS(
    "POST", "/v1/sandbox/buyer/add", needs=Scope.PUBLIC, refuses=(EnoughBuyers,), secret=True
)
async def add_buyer(call: Call, req: wire.Newcomer) -> wire.BuyerView:
    """Somebody new on the demo, with a token: who has bought nothing and is nothing else yet.

    Public, on a demo only.
    """
    return wire.BuyerView(*await actions.add_buyer(call, req.nickname))


@ENDPOINTS("GET", "/v1/sandbox/clock/get", needs=Scope.PUBLIC, reads=True)
async def get_clock(call: Call, req: Nothing) -> wire.ClockView:
    """What time it is on the platform. Public, on a demo only."""
    return _clock(call.house)


@ENDPOINTS(
    "POST", "/v1/sandbox/clock/move", needs=Scope.PUBLIC, refuses=(InvalidField,), reads=True
)
async def move_clock(call: Call, req: wire.ClockMove) -> wire.ClockView:
    """Move the platform's clock forward, for all processes; what is due is done before the answer.

    Public, on a demo only.
    """
    await actions.move_clock(call, req.seconds, req.to)
    return _clock(call.house)


def _clock(house: House) -> wire.ClockView:
    now = house.clock.now()
    ahead_seconds = int(house.clock.offset.total_seconds())
    return wire.ClockView(int(now.timestamp()), now.isoformat(timespec="seconds"), ahead_seconds)
