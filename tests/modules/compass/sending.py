"""Sending events as a browser does."""

import uuid
from typing import Any, Final

import httpx

from tests.market import Market
from tests.platform import finish_work
from tongshang.modules.compass.domain.events import EventKind

AGENT: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
PATH: Final = "/v1/event/batch"


def event(kind: EventKind, **fields: object) -> dict[str, object]:
    return {"kind": kind.value, **fields}


async def send(
    client: httpx.AsyncClient,
    *events: dict[str, object],
    page: str = "p1",
    agent: str = AGENT,
    batch: str = "",
    address: str = "",
    **fields: object,
) -> Any:
    body = {"batch": batch or str(uuid.uuid4()), "page": page, "events": list(events), **fields}
    headers = {"User-Agent": agent}
    return await client.post(PATH, json=body, headers=headers)


async def rows(market: Market, what: str = "*") -> list[Any]:
    """All events, in order."""
    statement = f"select {what} from events order by load_id, at, kind, order_id, product_id"
    return [dict(row) for row in await market.opened.house.pool.fetch(statement)]


async def rolled(market: Market) -> None:
    await finish_work(market.opened)
