"""The fortnight before the demo begins: who bought what, by whose story, and how it went on.

Pure: the same market and the same present give the same past. What would lie in the future does
not happen, so the newest orders wait to be shipped and the oldest are settled.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from tongshang.demo.goods import Content, Market, Product

SALES: Final = 96
DAYS: Final = 14
CHINA: Final = timezone(timedelta(hours=8))
_SEED: Final = 20_260_914
_BY_STORY: Final = 0.6
_CHEAP_FEN: Final = 6_000
_FRESH: Final = timedelta(hours=3)  # since a live room opened, at least
_EARLIEST: Final = timedelta(hours=9)  # when stories come out
_LATEST: Final = timedelta(minutes=2)  # before now: what is later has not happened

# When people buy, by the hours of a day in China.
_HOURS: Final = (8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 18, 19, 20, 20, 21, 21, 21, 22, 22, 23)
_CARRIERS: Final = ("SF", "ZTO", "YTO", "JD", "YUNDA")
_NOTES: Final = (
    "",
    "",
    "",
    "",
    "请用礼品纸包一下，谢谢",
    "工作日送公司前台",
    "卡片请写：生日快乐",
    "",
)


class Ending(StrEnum):
    """How a sale goes, if it is given the time."""

    KEPT = "kept"
    FORGOTTEN = "forgotten"  # never paid, expires
    CANCELLED = "cancelled"
    RETHOUGHT = "rethought"  # paid back before it was shipped
    RETURNED = "returned"  # a line paid back after the receipt
    REFUSED = "refused"  # asked for money back, in vain
    ASKING = "asking"  # asks now, and the shop has to answer
    AT_CASHIER = "at_cashier"  # placed minutes ago


class Move(StrEnum):
    """What somebody does with a sale."""

    PLACE = "place"
    PAY = "pay"
    CANCEL = "cancel"
    SHIP = "ship"
    RECEIVE = "receive"
    ASK = "ask"
    ACCEPT = "accept"
    REFUSE = "refuse"


# One of so many sales takes another turn.
_TURNS: Final = {
    7: Ending.FORGOTTEN,
    11: Ending.RETURNED,
    19: Ending.RETHOUGHT,
    29: Ending.CANCELLED,
    37: Ending.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a product's SKU; `story` is the content whose card led to it."""

    product: Product
    sku: int
    count: int
    story: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """One order to be, with one shop."""

    number: int
    placed_at: datetime
    buyer: str
    items: tuple[Item, ...]
    ending: Ending
    notes: str = ""

    @property
    def shop(self) -> str:
        """Whose goods they are."""
        return self.items[0].product.shop

    @property
    def parcel(self) -> tuple[str, str]:
        """The carrier and the waybill."""
        carrier = _CARRIERS[self.number % len(_CARRIERS)]
        return carrier, f"{carrier}{7_300_000_000_000 + self.number * 48_611_171}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to a sale."""

    at: datetime
    move: Move
    sale: Sale


def published_at(content: Content, now: datetime) -> datetime:
    """When a content came out: in the morning of its day; a live room opened a while ago."""
    minutes = timedelta(minutes=sum(map(ord, content.key)) % 240)
    if not content.days_ago:
        return now - _FRESH - minutes
    return _midnight(now, content.days_ago) + _EARLIEST + minutes


def began_at(market: Market, now: datetime) -> datetime:
    """When the market opened: before its first story."""
    return min(published_at(content, now) for content in market.contents) - timedelta(days=1)


def sales(market: Market, now: datetime) -> list[Sale]:
    """What was bought before `now`, in order of time."""
    chance = random.Random(_SEED)
    moments = sorted(_moment(chance, now) for _ in range(SALES))
    moments[-2:] = [now - timedelta(minutes=9), now - timedelta(minutes=4)]
    both = zip(moments, _endings(moments, now), strict=True)
    return [
        Sale(
            number,
            at,
            chance.choice(market.buyers).key,
            _items(chance, market, now, at),
            ending,
            chance.choice(_NOTES),
        )
        for number, (at, ending) in enumerate(both)
    ]


def steps(sale: Sale, now: datetime) -> list[Step]:
    """What happens to a sale before `now`, in order of time."""
    life = ((at, move) for move, at in _life(sale, now).items())
    return [Step(at, move, sale) for at, move in sorted(life) if at <= now - _LATEST]


def _midnight(now: datetime, days_ago: int) -> datetime:
    local = now.astimezone(CHINA) - timedelta(days=days_ago)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(chance: random.Random, now: datetime) -> datetime:
    """Some time of shopping in the last fortnight, but not in its last hour."""
    while True:
        day, hour = _midnight(now, chance.randrange(DAYS)), chance.choice(_HOURS)
        at = day + timedelta(hours=hour, seconds=chance.randrange(3600))
        if at < now - timedelta(hours=1):
            return at


def _endings(moments: Sequence[datetime], now: datetime) -> list[Ending]:
    """Most sales are kept; every so many take another turn, as far as their age allows."""
    endings = [
        next((turn for every, turn in _TURNS.items() if number % every == 4), Ending.KEPT)
        for number in range(len(moments))
    ]
    grown = [i for i, at in enumerate(moments) if timedelta(days=6) < now - at < timedelta(days=9)]
    for number in grown[:3]:
        endings[number] = Ending.ASKING
    endings[-2:] = [Ending.AT_CASHIER] * 2
    return endings


def _items(chance: random.Random, market: Market, now: datetime, at: datetime) -> tuple[Item, ...]:
    """One to three goods of one shop: some from a story that was out by then, some found alone."""
    stories = [story for story in market.contents if published_at(story, now) < at]
    story = chance.choice(stories) if stories and chance.random() < _BY_STORY else None
    by_code = {product.code: product for product in market.products}
    first = by_code[chance.choice(story.products)] if story else chance.choice(market.products)
    shelf = [product for product in market.products if product.shop == first.shop]
    more = chance.sample(shelf, chance.choice((0, 0, 0, 1, 1, 2)))
    chosen = list(dict.fromkeys([first, *more]))
    return tuple(_item(chance, product, story) for product in chosen)


def _item(chance: random.Random, product: Product, story: Content | None) -> Item:
    sku = chance.randrange(len(product.skus))
    is_cheap = product.skus[sku].price_fen < _CHEAP_FEN
    count = chance.choice((1, 1, 2, 2, 3)) if is_cheap else 1
    is_told = story is not None and product.code in story.products
    return Item(product, sku, count, story.key if story and is_told else "")


def _life(sale: Sale, now: datetime) -> dict[Move, datetime]:
    """When everything would happen. Hours lie between what waits for other work to be done."""
    chance = random.Random(sale.number)
    placed = sale.placed_at
    paid = placed + timedelta(seconds=chance.randrange(30, 400))
    shipped = paid + timedelta(hours=chance.uniform(5, 28))
    received = shipped + timedelta(hours=chance.uniform(30, 90))
    asked = received + timedelta(hours=chance.uniform(5, 30))
    answered = asked + timedelta(hours=chance.uniform(4, 20))
    kept = {Move.PLACE: placed, Move.PAY: paid, Move.SHIP: shipped, Move.RECEIVE: received}
    match sale.ending:
        case Ending.KEPT:
            return kept
        case Ending.FORGOTTEN | Ending.AT_CASHIER:
            return {Move.PLACE: placed}
        case Ending.CANCELLED:
            return {Move.PLACE: placed, Move.CANCEL: paid}
        case Ending.RETHOUGHT:
            return {Move.PLACE: placed, Move.PAY: paid, Move.ASK: paid + timedelta(hours=4)}
        case Ending.RETURNED:
            return {**kept, Move.ASK: asked, Move.ACCEPT: answered}
        case Ending.REFUSED:
            return {**kept, Move.ASK: asked, Move.REFUSE: answered}
        case Ending.ASKING:
            return {**kept, Move.ASK: now - timedelta(hours=5)}
