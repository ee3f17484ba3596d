"""The demo's secrets in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.sandbox.domain import DemoApp, DemoBuyer
from tongshang.runtime.db import Tx

_ADD_APP: Final = "insert into sandbox_apps (party_id, appid, secret) values ($1, $2, $3)"
_APPS: Final = "select party_id, appid, secret from sandbox_apps order by party_id, appid limit $1"

_SAVE_BUYERS: Final = """
    insert into sandbox_buyers (buyer_id, token, ends_at)
    select *, $3 from unnest($1::bigint[], $2::text[])
    on conflict (buyer_id) do update set token = excluded.token, ends_at = excluded.ends_at
"""
_HOLD_BUYERS: Final = """
    select buyer_id, token, ends_at from sandbox_buyers order by buyer_id limit $1 for update
"""


async def add_app(tx: Tx, app: DemoApp) -> None:
    """Note an app's secret."""
    await tx.execute(_ADD_APP, app.party_id, app.appid, app.secret)


async def list_apps(tx: Tx, limit: int) -> list[DemoApp]:
    """The demo's apps, by party."""
    return [DemoApp(*row) for row in await tx.fetch(_APPS, limit)]


async def save_buyers(
    tx: Tx, buyer_ids: Sequence[int], tokens: Sequence[str], ends_at: datetime
) -> None:
    """Note the buyers' sessions, in place of those before."""
    await tx.execute(_SAVE_BUYERS, list(buyer_ids), list(tokens), ends_at)


async def hold_buyers(tx: Tx, limit: int) -> list[DemoBuyer]:
    """The demo's buyers, held so that two who ask do not both open their sessions anew."""
    return [DemoBuyer(*row) for row in await tx.fetch(_HOLD_BUYERS, limit)]
