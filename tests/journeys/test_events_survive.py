"""What was accepted of events is there after a kill, once."""

import asyncio
import contextlib
import os
import signal
import uuid
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import httpx

from tests.journeys.test_kill import Platform, platform  # noqa: F401 (a fixture)
from tests.market import build_market
from tests.modules.compass.sending import AGENT, PATH
from tongshang.app import open_house
from tongshang.modules.compass.domain.events import EventKind

SENDERS: Final = 8
EVENTS: Final = 50
ACCEPTED_BEFORE_THE_KILL: Final = 60  # batches
_SUMMED: Final = "select coalesce(sum(events), 0)::bigint from event_days"
_COUNTED: Final = "select count(*) from events where mark = 0"


@dataclass(slots=True)
class Sender:
    """Sends one batch after the other, until nobody answers; the last one may have been written."""

    client: httpx.AsyncClient
    tokens: list[str]
    accepted: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    async def send(self) -> None:
        """Send until nobody answers."""
        with contextlib.suppress(httpx.TransportError):
            while True:
                await self.send_one(str(uuid.uuid4()))

    async def send_one(self, batch: str) -> None:
        """One batch, of a page of its own, named like it."""
        events = [
            {"kind": EventKind.EXPOSURE.value, "card": token, "ago_ms": n * 100}
            for n, token in enumerate(self.tokens * (EVENTS // len(self.tokens)))
        ]
        self.unanswered.append(batch)
        answer = await self.client.post(
            PATH, json={"batch": batch, "page": batch, "events": events}
        )
        assert answer.json() == {"accepted": EVENTS, "rejected": 0}, answer.text
        self.unanswered.remove(batch)
        self.accepted.append(batch)


async def _tokens(platform: Platform) -> list[str]:  # noqa: F811
    async with open_house(platform.dsn, platform.home) as opened:
        market = await build_market(opened)
        return [await market.card(market.tea), await market.card(market.cup)]


async def test_no_accepted_event_is_lost_or_doubled_by_a_kill(
    platform: Platform,  # noqa: F811
) -> None:
    headers = {"User-Agent": AGENT}
    async with platform.serving() as process:
        tokens = await _tokens(platform)
        async with httpx.AsyncClient(
            base_url=platform.address, headers=headers, timeout=30
        ) as client:
            senders = [Sender(client, tokens) for _ in range(SENDERS)]
            sending = asyncio.gather(*(one.send() for one in senders))
            for _ in range(6_000):
                if sum(len(one.accepted) for one in senders) >= ACCEPTED_BEFORE_THE_KILL:
                    break
                await asyncio.sleep(0.005)
            os.killpg(process.pid, signal.SIGKILL)
            await sending
    accepted = sum(len(one.accepted) for one in senders)
    async with platform.serving() as process:
        connection = await asyncpg.connect(platform.dsn)
        written = await connection.fetchval("select count(*) from events")
        assert accepted * EVENTS <= written <= (accepted + SENDERS) * EVENTS
        async with httpx.AsyncClient(
            base_url=platform.address, headers=headers, timeout=30
        ) as client:
            for one in senders:  # a page sends again what got no answer, by the same name
                one.client = client
                for batch in one.unanswered[:]:
                    one.unanswered.remove(batch)
                    await one.send_one(batch)
        accepted = sum(len(one.accepted) for one in senders)
        assert await connection.fetchval("select count(*) from events") == accepted * EVENTS
        for _ in range(600):
            if not await connection.fetchval("select count(*) from event_loads"):
                break
            await asyncio.sleep(0.05)
        counted = await connection.fetchval(_COUNTED)
        assert counted == accepted * len(tokens), "each card once in each visit"
        assert await connection.fetchval(_SUMMED) == counted
        await connection.close()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
