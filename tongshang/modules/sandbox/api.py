"""What the making of a demo asks of the sandbox."""

from collections.abc import Sequence

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import AppSecret as AppSecret
from tongshang.modules.sandbox import actions, store
from tongshang.modules.sandbox.domain import DemoApp
from tongshang.runtime.call import Call


async def furnish_app(
    call: Call, party_id: int, appid: str | None = None, secret: str | None = None
) -> AppSecret:
    """A program for a party of the demo, whose secret everybody may read."""
    assert call.house.demo, "secrets are told on a demo only"
    app = await identity.add_app(call, party_id, appid, secret)
    await store.add_app(call.tx, DemoApp(party_id, app.appid, app.secret))
    return app


async def furnish_buyers(call: Call, buyer_ids: Sequence[int]) -> list[str]:
    """Sessions of buyers of the demo, which everybody may use."""
    assert call.house.demo, "tokens are told on a demo only"
    return [buyer.token for buyer in await actions.open_sessions(call, buyer_ids)]
