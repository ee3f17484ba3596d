"""What can be found, and in which order: the ranking as a pure function (docs/feed.md)."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.ids import Named, named
from tongshang.kernel.page import Key
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.discovery.refusals import ArrangementWrong

FOLLOWS_MAX: Final = 2_000
SAVED_MAX: Final = 2_000
LOOKS_MAX: Final = 500
FIRST_MAX: Final = 50
HIDDEN_MAX: Final = 500
CLASSES_MAX: Final = 20
CLASS_GOODS_MAX: Final = 200
FRIENDS_TOLD_MAX: Final = 3  # more friends say no more than three do
REMEMBERED_MAX: Final = 400
HOT_FOR: Final = timedelta(days=7)
HOT_MOST: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR: Final = 2**62


class Lane(IntEnum):
    """What sort of thing it is. The values are stored: add, never renumber."""

    CONTENT = 1
    PRODUCT = 2
    SHOP = 3


class PostKind(IntEnum):
    """The same, told apart by surface. The first four are those of contents. Stored."""

    ARTICLE = 1
    SHORT_VIDEO = 2
    LIVE_ROOM = 3
    MINI_PAGE = 4
    PRODUCT = 5
    SHOP = 6


class Tab(StrEnum):
    """What a feed shows."""

    RECOMMENDED = "recommended"
    FOLLOWING = "following"
    FRIENDS = "friends"
    NEARBY = "nearby"
    HOT = "hot"


class Part(StrEnum):
    """What points are given for. The values are stored and public: add, never rename."""

    FRESH = "fresh"
    FOLLOW = "follow"
    FRIEND = "friend"
    HOT = "hot"
    NEAR = "near"
    LIVE = "live"
    SAME_AUTHOR = "same_author"  # taken off, for each of the author's shown just before
    SAME_KIND = "same_kind"  # taken off, for each of the kind shown just before
    HALF_LIFE = "half_life_hours"  # no points, but how fast `fresh` fades


_TAB_PARTS: Final = {
    Tab.FOLLOWING: Part.FOLLOW,
    Tab.FRIENDS: Part.FRIEND,
    Tab.NEARBY: Part.NEAR,
    Tab.HOT: Part.HOT,
}

Weights = Mapping[Part, int]

# How many of one kind have to stand before something counts as repeated, and how far back we look.
_LOOK_BACK: Final = 6


_LANES: Final[Mapping[int, Lane]] = {
    Named.CONTENT: Lane.CONTENT,
    Named.PRODUCT: Lane.PRODUCT,
    Named.PARTY: Lane.SHOP,
}


def lane_of(item_id: int) -> Lane | None:
    """What an id names, as far as it can be found here."""
    return _LANES.get(named(item_id))


@dataclass(frozen=True, slots=True)
class Post:
    """Something that can be found: a content, a product, a shop."""

    item_id: int
    lane: Lane
    kind: PostKind
    author_id: int
    city: str
    at: datetime

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in time, as cursors write it."""
        return micros(self.at), self.item_id


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about posts and about who looks, at one moment."""

    at: datetime
    city: str = ""
    follows: AbstractSet[int] = frozenset()  # authors
    friends: Mapping[int, int] = field(default_factory=dict)  # friends who bought, by product
    heat: Mapping[int, int] = field(default_factory=dict)  # 1 to 1000, by item
    live: AbstractSet[int] = frozenset()  # rooms open now


@dataclass(frozen=True, slots=True)
class Scored:
    """A post with what it got points for."""

    post: Post
    parts: tuple[tuple[Part, int], ...]

    @property
    def total(self) -> int:
        """All its points."""
        return sum(points for _, points in self.parts)

    def reason(self, tab: Tab = Tab.RECOMMENDED) -> Part:
        """What says best why it is here: what the tab is about, else the greatest part.

        Freshness is told only where there is nothing else.
        """
        parts = dict(self.parts)
        if (own := _TAB_PARTS.get(tab)) in parts:
            return own
        told = [part for part in self.parts if part[0] is not Part.FRESH]
        return max(told, key=lambda part: part[1])[0] if told else Part.FRESH


def score(post: Post, facts: Facts, weights: Weights) -> Scored:
    """What a post gets points for, each part by itself; parts without points are left out."""
    friends = min(facts.friends.get(post.item_id, 0), FRIENDS_TOLD_MAX)
    is_near = bool(facts.city) and post.city == facts.city
    points = {
        Part.FRESH: freshness(facts.at - post.at, weights),
        Part.FOLLOW: weights[Part.FOLLOW] if post.author_id in facts.follows else 0,
        Part.FRIEND: weights[Part.FRIEND] * friends // FRIENDS_TOLD_MAX,
        Part.HOT: weights[Part.HOT] * facts.heat.get(post.item_id, 0) // 1_000,
        Part.NEAR: weights[Part.NEAR] if is_near else 0,
        Part.LIVE: weights[Part.LIVE] if post.item_id in facts.live else 0,
    }
    return Scored(post, tuple((part, value) for part, value in points.items() if value))


def freshness(age: timedelta, weights: Weights) -> int:
    """All points when new, half of them after the half-life, a third after two."""
    half_life = max(weights[Part.HALF_LIFE], 1) * 60
    minutes = max(int(age.total_seconds()) // 60, 0)
    return weights[Part.FRESH] * half_life // (half_life + minutes)


def arrange(scored: Sequence[Scored], weights: Weights, limit: int) -> list[Scored]:
    """The best first, but not the same author or kind again and again.

    Each place goes to what has most points there, after what is taken off for the author's and the
    kind's among the last few. Equal points: the newer one.
    """
    left = sorted(scored, key=lambda one: (-one.total, *(-part for part in one.post.place)))
    chosen: list[Scored] = []
    while left and len(chosen) < limit:
        recent = chosen[-_LOOK_BACK:]
        best = max(range(len(left)), key=lambda i: (_worth(left[i], recent, weights), -i))
        chosen.append(left.pop(best))
    return chosen


def _worth(one: Scored, recent: Sequence[Scored], weights: Weights) -> int:
    authors = sum(other.post.author_id == one.post.author_id for other in recent)
    kinds = sum(other.post.kind is one.post.kind for other in recent)
    return one.total - weights[Part.SAME_AUTHOR] * authors - weights[Part.SAME_KIND] * kinds


# --- an edition: one reading of the feed, each post once ------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """How far somebody has read: nothing newer than `until`, in each lane what is older than its
    place, and not what was shown ahead of it.
    """

    until: datetime
    places: Mapping[Lane, tuple[int, int]]
    shown: frozenset[int] = frozenset()

    @classmethod
    def begin(cls, at: datetime) -> "Edition":
        """The whole of what there is now."""
        return cls(at, dict.fromkeys(Lane, (micros(at), _FAR)))

    @property
    def is_crowded(self) -> bool:
        """Whether too much was shown ahead to remember more: then only the lanes themselves go on."""
        return len(self.shown) >= REMEMBERED_MAX

    def has_shown(self, post: Post) -> bool:
        """Whether the reader saw it in this edition."""
        return post.place >= self.places[post.lane] or mark(post.item_id) in self.shown

    def after(self, chosen: Iterable[Post], walked: Sequence[Post]) -> "Edition":
        """The edition once `chosen` were shown; `walked` is what each lane had next, in order.

        A lane moves past what it had first and was shown; what was shown from further down, or
        from elsewhere, is remembered.
        """
        new = {post.item_id: post for post in chosen}
        marks = self.shown | {mark(item_id) for item_id in new}
        places = dict(self.places)
        for lane in Lane:
            for post in (post for post in walked if post.lane is lane):
                if mark(post.item_id) not in marks:
                    break
                places[lane] = post.place
        passed = {
            mark(post.item_id) for post in (*walked, *new.values())
            if post.place >= places[post.lane]
        }  # fmt: skip
        return Edition(self.until, places, frozenset(marks - passed))

    def key(self) -> Key:
        """As a cursor writes it."""
        places = [number for lane in Lane for number in self.places[lane]]
        packed = b"".join(one.to_bytes(4, "big") for one in sorted(self.shown))
        return micros(self.until), *places, base64.urlsafe_b64encode(packed).decode()

    @classmethod
    def of(cls, key: Key) -> "Edition":
        """The edition that a cursor of ours holds."""
        *numbers, packed = key
        if len(numbers) != 1 + 2 * len(Lane) or not isinstance(packed, str):
            raise CursorMismatch
        whole = [one for one in numbers if isinstance(one, int) and 0 <= one <= _FAR]
        if len(whole) != len(numbers):
            raise CursorMismatch
        try:
            body = base64.urlsafe_b64decode(packed)
        except (ValueError, binascii.Error):
            raise CursorMismatch from None
        if len(body) > 8 * REMEMBERED_MAX:
            raise CursorMismatch
        marks = (int.from_bytes(body[i : i + 4], "big") for i in range(0, len(body), 4))
        places = {lane: (whole[2 * n + 1], whole[2 * n + 2]) for n, lane in enumerate(Lane)}
        return cls(moment(whole[0]), places, frozenset(marks))


def mark(item_id: int) -> int:
    """An item in four bytes, for remembering. Two with one mark: the second is left out, once."""
    return zlib.crc32(item_id.to_bytes(8, "big"))


def micros(at: datetime) -> int:
    """A time as a whole number."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(number: int) -> datetime:
    """The time of such a number."""
    try:
        return _EPOCH + timedelta(microseconds=number)
    except OverflowError:
        raise CursorMismatch from None


# --- why, in words --------------------------------------------------------------------------------


def says(part: Part, *, count: int = 0, name: str = "", city: str = "") -> tuple[str, str]:
    """Why something is here, in one line: English and Chinese."""
    match part:
        case Part.FOLLOW:
            return f"You follow {name}", f"你关注的 {name}"
        case Part.FRIEND:
            friends = "1 friend" if count == 1 else f"{count} friends"
            return f"{friends} bought it", f"{count} 位好友买过"
        case Part.HOT:
            return "Many look at it now", "大家都在看"
        case Part.NEAR:
            return f"Near you · {city}", f"同城 · {city}"
        case Part.LIVE:
            return "Live now", "正在直播"
        case _:
            return "New", "新上"


# --- homes of shops ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShopClass:
    """One of a shop's own classes: its name and what is in it, in order."""

    class_id: int
    name: str
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a shop shows its goods: what is neither first nor hidden follows, the newest first."""

    banner_url: str = ""
    banner_product_id: int = 0
    first: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    classes: tuple[ShopClass, ...] = ()


def arranged(draft: Arrangement) -> Arrangement:
    """The arrangement, where each product is in one place at most."""
    hidden = tuple(dict.fromkeys(draft.hidden))
    if len(set(draft.first)) != len(draft.first) or set(draft.first) & set(hidden):
        raise ArrangementWrong
    return replace(draft, hidden=hidden)
