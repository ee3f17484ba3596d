"""Values of live rooms, and what is decided about them."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tongshang.modules.live import refusals
from tongshang.modules.live.machine import RoomState

BAG_MAX: Final = 100
COMMENT_MAX: Final = 100
COMMENTS_PER_MINUTE: Final = 20
LIKES_PER_REQUEST: Final = 100
LIKES_PER_MINUTE: Final = 600
AHEAD_DAYS_MAX: Final = 60
LASTS_MAX: Final = timedelta(hours=12)
FRAME_EVERY_SECONDS: Final = 10
FRAME_SELDOM_SECONDS: Final = 60
FRAMES_OFTEN_SECONDS: Final = 2 * 3_600
FRAMES_UNTIL_SECONDS: Final = 12 * 3_600
_FLOOD_PEOPLE_MAX: Final = 50_000
_WHITE: Final = re.compile(r"\s+")
_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


@dataclass(frozen=True, slots=True)
class Room:
    """A live room as it stands."""

    content_id: int
    host_id: int
    state: RoomState
    starts_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    likes: int
    comments: int
    viewers_most: int
    viewers_now: int
    explaining: int

    def second(self, at: datetime) -> int:
        """How many seconds it had been on air at a moment."""
        return int((at - self.began_at).total_seconds()) if self.began_at else 0

    @property
    def seconds(self) -> int:
        """How long it was on air, once it is over."""
        return self.second(self.ended_at) if self.ended_at else 0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said in a room."""

    comment_id: int
    buyer_id: int
    nickname: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class BagItem:
    """A product in a room's shopping bag."""

    shop_id: int
    product_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Mark:
    """When a product was explained."""

    mark_id: int
    shop_id: int
    product_id: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class GrantSku:
    """A SKU's flash price, and how many pieces there are for it."""

    sku_id: int
    price_fen: int
    sale_stock: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A flash price that a shop lets a promoter open, once, for some minutes."""

    shop_id: int
    grant_id: int
    promoter_id: int
    product_id: int
    skus: tuple[GrantSku, ...]
    limit_per_buyer: int
    minutes: int
    valid_until: datetime
    discount_id: int = 0


def keeps_picture(second: int, last: int | None) -> bool:
    """Whether a replay keeps a picture of this second: many at first, then fewer, then none."""
    if last is None:
        return True
    every = FRAME_EVERY_SECONDS if second < FRAMES_OFTEN_SECONDS else FRAME_SELDOM_SECONDS
    return second < FRAMES_UNTIL_SECONDS and second - last >= every


def said(text: str) -> str:
    """A comment as it is kept: one line, without what is not printed."""
    cleaned = _WHITE.sub(" ", _UNPRINTED.sub("", text)).strip()
    if not cleaned:
        raise refusals.NothingSaid
    return cleaned[:COMMENT_MAX]


def reordered(bag: Sequence[BagItem], product_ids: Sequence[int]) -> list[BagItem]:
    """The bag with these products first, in this order."""
    known = {item.product_id: item for item in bag}
    for product_id in product_ids:
        if product_id not in known:
            raise refusals.NotInBag(product_id=str(product_id))
    first = [known[i] for i in dict.fromkeys(product_ids)]
    rest = [item for item in bag if item.product_id not in set(product_ids)]
    return [
        BagItem(item.shop_id, item.product_id, position)
        for position, item in enumerate([*first, *rest], start=1)
    ]


@dataclass(slots=True)
class Floods:
    """How often people did something within the last minute, in this process."""

    per_minute: int
    _times: dict[int, deque[tuple[datetime, int]]] = field(default_factory=dict)

    def allows(self, who: int, at: datetime, count: int = 1) -> bool:
        """Count it, unless it is too much."""
        if len(self._times) > _FLOOD_PEOPLE_MAX:
            self._times.clear()
        times = self._times.setdefault(who, deque())
        while times and times[0][0] <= at - timedelta(minutes=1):
            times.popleft()
        if sum(n for _, n in times) + count > self.per_minute:
            return False
        times.append((at, count))
        return True
