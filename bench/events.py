"""Events as pages send them: how many a second are written, and how soon they are in the sums."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.client import Plan, Seen, load
from bench.results import Line, Rates, rate_line
from bench.stage import Stage
from tongshang.app import open_house
from tongshang.modules.compass.api import EventKind
from tongshang.modules.surfaces.api import CardRef, Surface, card_token

GOAL: Final = 10_000  # events a second
CLIENTS: Final = 16
FULL: Final = 100  # events of a batch, as many as are taken
USUAL: Final = 20  # what a page that is read sends at once
BATCHES_PER_SECOND: Final = 200  # prepared for each second of a turn
_CARDS: Final = 400
_SEED: Final = 20_261_123
_AGENT: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
# Nine cards half seen for a click on one of them.
_CLICKED: Final = 10
_WAITS: Final = "select exists (select from event_loads)"
_WRITTEN: Final = "select count(*) from events"
_COUNTED: Final = "select count(*) from events where mark = 0"
_SUMMED: Final = "select coalesce(sum(events), 0)::bigint from event_days"


async def measure(stage: Stage, seconds: float, turns: int, tell: Callable[[Line], None]) -> None:
    """Full batches and usual ones, in turns; afterwards everything accepted is counted."""
    chance = random.Random(_SEED)
    cards = await _cards(stage)
    before = await stage.value(_WRITTEN)
    accepted = 0
    for name, size in (("full batches", FULL), (f"batches of {USUAL}", USUAL)):
        rates = Rates(f"events written, {name}")
        for _ in range(turns):
            sent = _batches(chance, cards, size, int(seconds * BATCHES_PER_SECOND))
            seen = await asyncio.to_thread(load, Plan(stage.port, CLIENTS, sent))
            assert not seen.refused, seen.refused
            accepted += seen.talks * size
            rates.add(_rate(seen, size), seen.after_ms(0.5), seen.after_ms(0.99))
        line = rate_line(rates)
        if size == FULL:
            line.goal, line.kept = f"{GOAL:,}", rates.middle >= GOAL
        tell(line)
    begun = time.monotonic()
    await stage.over(_WAITS)
    tell(Line("  until all were in the sums", f"{time.monotonic() - begun:.1f} s"))
    written = await stage.value(_WRITTEN) - before
    tell(Line("  accepted and written", f"{written:,}", None, f"{accepted:,}", written == accepted))
    summed, counted = await stage.value(_SUMMED), await stage.value(_COUNTED)
    tell(Line("  counted and in the sums", f"{summed:,}", None, f"{counted:,}", summed == counted))


def _rate(seen: Seen, size: int) -> float:
    return seen.talks * size / (seen.ended - seen.begun)


async def _cards(stage: Stage) -> list[str]:
    async with open_house(stage.dsn, Path("/nonexistent")) as opened:
        goods = [one for shop in stage.market.goods for one in shop][:_CARDS]
        return [
            card_token(
                opened.house,
                CardRef(one.shop_id, one.product_id, surface=Surface.FEED, position=place % 30 + 1),
            )
            for place, one in enumerate(goods)
        ]


def _batches(chance: random.Random, cards: Sequence[str], size: int, count: int) -> list[bytes]:
    """As many different batches, each of a page of its own."""
    return [_batch(chance, cards, size, n) for n in range(count)]


def _batch(chance: random.Random, cards: Sequence[str], size: int, number: int) -> bytes:
    seen = chance.sample(cards, min(size - size // _CLICKED, len(cards)))
    kinds = [(EventKind.EXPOSURE, card) for card in seen]
    kinds += [(EventKind.CLICK, card) for card in chance.choices(seen, k=size - len(seen))]
    events = [
        {"kind": kind.value, "card": card, "ago_ms": (size - n) * 450}
        for n, (kind, card) in enumerate(kinds)
    ]
    name = str(uuid.UUID(int=chance.getrandbits(128)))
    said = {"batch": name, "page": name}
    body = msgspec.json.encode({**said, "events": events})
    # As behind a proxy: many people, many addresses.
    head = (
        f"POST /v1/event/batch HTTP/1.1\r\nHost: bench\r\nUser-Agent: {_AGENT}\r\n"
        f"X-Forwarded-For: 10.1.{number // 250 % 250}.{number % 250}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
