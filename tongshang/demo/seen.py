"""What people saw in the fortnight: every order was seen and clicked before it was placed, and many
more looked than bought.

Pure chance with a seed of its own over what is really there: the cards of the stories as they are
shown, the goods of the shops, the orders as they were placed.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tongshang.demo import store
from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.past import DAYS, published_at
from tongshang.demo.stage import Stage
from tongshang.modules.compass import api as compass
from tongshang.modules.compass.api import EventDraft, EventKind
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.surfaces.api import CardRef, Surface, read_card

_SEED: Final = 20_261_125
_READERS: Final = 26  # of a story on its first day
_SHOPPERS: Final = 9  # of a shop in a day, at each of its places
_PASSERS: Final = 40  # of the feed in a day
_CLICKED: Final = {
    Surface.ARTICLE: 0.11, Surface.SHORT_VIDEO: 0.14, Surface.LIVE_ROOM: 0.2, Surface.FEED: 0.05,
    Surface.SHOP_HOME: 0.09, Surface.SEARCH: 0.16, Surface.CHAT: 0.3,
}  # fmt: skip
_CARTED: Final = 0.12
_HOURS: Final = (7, 8, 9, 12, 12, 13, 15, 18, 19, 20, 20, 21, 21, 21, 22, 22, 23)
# Where goods stand that no story tells of, and how many of them are seen there at once.
PLACES: Final = {Surface.SHOP_HOME: 8, Surface.SEARCH: 5, Surface.CHAT: 1}


def own_card(number: int, shop_id: str, product_id: str) -> CardRef:
    """The shop's own card by which a sale without a story came."""
    place = (Surface.SHOP_HOME, Surface.SEARCH, Surface.SEARCH, Surface.CHAT)[number % 4]
    position = number % PLACES[place] + 1
    return CardRef(int(shop_id), int(product_id), surface=place, position=position)


async def look(
    stage: Stage, market: Market, made: Furnished, orders: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Write what was seen and clicked; `orders` are (shop_id, order_id)."""
    chance = random.Random(_SEED)
    cards = {
        content.key: await _cards(stage, made.contents[content.key]) for content in market.contents
    }
    async with stage.calling() as call:
        keys = [(int(shop_id), int(order_id)) for shop_id, order_id in orders]
        placed = await ordering.find_orders(call.tx, keys)
        drafts = [one for key in sorted(placed) for one in _before(chance, placed[key])]
        for content in market.contents:
            since = published_at(content, now)
            drafts += _of_story(chance, cards[content.key], since, now)
        drafts += _of_feed(chance, [refs for refs in cards.values() if refs], now)
        drafts += _of_shops(chance, market, made, now)
        await compass.record(call, sorted(draft for draft in drafts if draft.at < now))
        await store.reopen_days(call.tx)
    await stage.finish_work()


async def _cards(stage: Stage, content_id: str) -> list[CardRef]:
    """The cards of a story as a reader gets them."""
    caller = stage.nobody
    content = await stage.ask(caller, "/v1/buyer/content/get", content_id=content_id)
    tokens = (block.card.token for block in content.blocks if block.card)
    found = (read_card(stage.opened.house, token) for token in tokens)
    return [card for card in found if card is not None]


# --- what led to orders ------------------------------------------------------------------------


def _before(chance: random.Random, order: Order) -> Iterator[EventDraft]:
    visit = chance.getrandbits(62) + 1
    for line in order.lines:
        seen_at = order.placed_at - timedelta(seconds=chance.randrange(60, 400))
        about = _about(line, order, visit)
        yield about._replace(at=seen_at)
        yield about._replace(at=seen_at + timedelta(seconds=4), kind=EventKind.CLICK)
        if chance.random() < 0.4:
            yield about._replace(at=seen_at + timedelta(seconds=30), kind=EventKind.ADD_TO_CART)


def _about(line: OrderLine, order: Order, visit: int) -> EventDraft:
    return EventDraft(
        order.placed_at,
        EventKind.EXPOSURE,
        line.surface,
        line.content_id,
        line.position,
        order.shop_id,
        line.product_id,
        line.promoter_id,
        line.share_id,
        visit,
        order.buyer_id,
        consent=True,
    )


# --- what was only looked at -------------------------------------------------------------------


def _of_story(
    chance: random.Random, cards: Sequence[CardRef], since: datetime, now: datetime
) -> Iterator[EventDraft]:
    """Readers come on the first day most, and fewer every day."""
    liked = chance.uniform(0.4, 1.6)
    for day in range(DAYS + 1):
        begins = since + timedelta(days=day)
        if not cards or begins > now:
            return
        for _ in range(int(_READERS * liked / (1 + day * 0.7))):
            at = begins + timedelta(minutes=chance.randrange(24 * 60))
            visit = chance.getrandbits(62) + 1
            first = cards[0]
            yield EventDraft(
                at, EventKind.VIEW, first.surface, first.content_id, carrier_id=first.promoter_id,
                visit_id=visit, count=chance.randrange(10, 240),
            )  # fmt: skip
            read = cards[: chance.randrange(1, len(cards) + 1)]
            yield from _seen(chance, read, at, visit)


def _of_feed(
    chance: random.Random, stories: Sequence[Sequence[CardRef]], now: datetime
) -> Iterator[EventDraft]:
    for day in range(DAYS):
        for _ in range(_PASSERS):
            some = chance.sample(stories, min(4, len(stories)))
            cards = [
                replace(refs[0], surface=Surface.FEED, position=place)
                for place, refs in enumerate(some, start=1)
            ]
            yield from _seen(chance, cards, _moment(chance, now, day), chance.getrandbits(62) + 1)


def _of_shops(
    chance: random.Random, market: Market, made: Furnished, now: datetime
) -> Iterator[EventDraft]:
    for shop in market.shops:
        goods = [made.products[one.code] for one in market.products if one.shop == shop.key]
        for day in range(DAYS):
            for place, at_once in PLACES.items():
                for _ in range(chance.randrange(_SHOPPERS // 2, _SHOPPERS * 2)):
                    some = chance.sample(goods, min(at_once, len(goods)))
                    cards = [
                        CardRef(int(shop_id), int(product_id), surface=place, position=position)
                        for position, (shop_id, product_id) in enumerate(some, start=1)
                    ]
                    at = _moment(chance, now, day)
                    yield from _seen(chance, cards, at, chance.getrandbits(62) + 1)


def _seen(
    chance: random.Random, cards: Sequence[CardRef], at: datetime, visit: int
) -> Iterator[EventDraft]:
    """One after the other comes into sight; some are clicked, few of them put into the cart."""
    for card in cards:
        at += timedelta(seconds=chance.randrange(1, 12))
        seen = EventDraft(
            at, EventKind.EXPOSURE, card.surface, card.content_id, card.position, card.shop_id,
            card.product_id, card.promoter_id, card.share_id, visit,
        )  # fmt: skip
        yield seen
        if chance.random() < _CLICKED.get(Surface(card.surface), 0.08):
            at += timedelta(seconds=chance.randrange(1, 20))
            yield seen._replace(at=at, kind=EventKind.CLICK)
            if chance.random() < _CARTED:
                at += timedelta(seconds=chance.randrange(10, 60))
                yield seen._replace(at=at, kind=EventKind.ADD_TO_CART)


def _moment(chance: random.Random, now: datetime, days_ago: int) -> datetime:
    hour = chance.choice(_HOURS)
    midnight = compass.begin_of(compass.day_of(now - timedelta(days=days_ago)))
    return midnight + timedelta(hours=hour, seconds=chance.randrange(3_600))
