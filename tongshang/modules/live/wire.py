"""Live rooms as viewers, hosts and shops see them (our own paths)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from tongshang.modules.discounts.api import Flash
from tongshang.modules.identity.api import Party
from tongshang.modules.live.domain import (
    BAG_MAX,
    COMMENT_MAX,
    LIKES_PER_REQUEST,
    Comment,
    Grant,
    Mark,
    Room,
)
from tongshang.modules.live.machine import ROOM, RoomState
from tongshang.modules.surfaces.api import CardView, Content
from tongshang.runtime.wire import Id

NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NO_NUL)]
Pieces = Annotated[int, msgspec.Meta(ge=1, le=10**7)]
ORDER: Final = {state.name.lower(): state for state in RoomState}


class RoomRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id


class RoomsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`promoter_id`: only this host's."""

    promoter_id: (
        Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
        | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$")]
    ) = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class HostView(msgspec.Struct):
    promoter_id: str
    name: str
    icon_url: str
    intro: str

    @classmethod
    def of(cls, host_id: int, party: Party | None) -> "HostView":
        """Who shows."""
        if party is None:
            return cls(str(host_id), "", "", "")
        return cls(str(host_id), party.name, party.icon_url, party.intro)


class RoomView(msgspec.Struct):
    """A room in a list. `state`: scheduled, on_air, ended or cancelled."""

    content_id: str
    state: str
    title: str
    cover_url: str
    host: HostView
    starts_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    viewers: int
    viewers_most: int
    likes: int
    comments: int
    bookings: int
    is_booked: bool
    bag_count: int
    url: str

    @classmethod
    def of(
        cls,
        room: Room,
        content: Content | None,
        host: Party | None,
        *,
        bookings: int = 0,
        is_booked: bool = False,
        bag_count: int = 0,
    ) -> "RoomView":
        """A room with what its content says of it."""
        return cls(
            str(room.content_id),
            room.state.name.lower(),
            content.title if content else "",
            content.cover_url if content else "",
            HostView.of(room.host_id, host),
            room.starts_at,
            room.began_at,
            room.ended_at,
            room.viewers_now,
            room.viewers_most,
            room.likes,
            room.comments,
            bookings,
            is_booked,
            bag_count,
            f"/live/{room.content_id}",
        )


class Rooms(msgspec.Struct):
    """What is on air, most watched first; what is soon, the soonest first; replays, latest first."""

    on_air: list[RoomView]
    soon: list[RoomView]
    replays: list[RoomView]


class CommentView(msgspec.Struct):
    """`second` counts from the beginning of the room."""

    comment_id: str
    nickname: str
    text: str
    at: datetime
    second: int
    buyer_id: str = ""

    @classmethod
    def of(cls, comment: Comment, room: Room, *, for_host: bool = False) -> "CommentView":
        """A comment; only the host learns whose it is."""
        return cls(
            str(comment.comment_id),
            comment.nickname,
            comment.text,
            comment.said_at,
            room.second(comment.said_at),
            str(comment.buyer_id) if for_host else "",
        )


class MarkView(msgspec.Struct):
    """A product was explained from this second on."""

    product_id: str
    second: int
    seconds: int

    @classmethod
    def of(cls, mark: Mark, room: Room) -> "MarkView":
        begins = room.second(mark.began_at)
        ends = room.second(mark.ended_at) if mark.ended_at else begins
        return cls(str(mark.product_id), begins, ends - begins)


class RoomDetail(msgspec.Struct):
    """A room in full: its bag with prices and stock of now, what is explained, the last comments.

    `last_number` is what to name as `last_event_id` when opening the stream.
    """

    room: RoomView
    intro: str
    bag: list[CardView]
    explaining: str
    comments: list[CommentView]
    marks: list[MarkView]
    may_speak: bool
    last_number: str


class StreamQuery(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    last_event_id: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0


class CommentDraft(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_MAX, pattern=NO_NUL)]


class CommentSaid(msgspec.Struct):
    comment_id: str


class LikeDraft(msgspec.Struct, forbid_unknown_fields=True):
    """So many likes since the last request: a page gathers them."""

    content_id: Id
    count: Annotated[int, msgspec.Meta(ge=1, le=LIKES_PER_REQUEST)] = 1


class Liked(msgspec.Struct):
    done: bool = True


class CommentQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Comments of a room after one, the earliest first."""

    content_id: Id
    after: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 100


class CommentPage(msgspec.Struct):
    comments: list[CommentView]
    next_key: str


class Replay(msgspec.Struct):
    """What is left of a room: pictures at these seconds, and what was explained when."""

    content_id: str
    seconds: int
    pictures: list[int]
    marks: list[MarkView]
    bag: list[CardView]


# --- the host's --------------------------------------------------------------------------------


class RoomDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A room to announce; without a time it can begin at once."""

    title: Line
    intro: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)] = ""
    cover_url: Annotated[str, msgspec.Meta(max_length=512, pattern=NO_NUL)] = ""
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class RoomAdded(msgspec.Struct):
    content_id: str


class HostQuery(msgspec.Struct, forbid_unknown_fields=True):
    next_key: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class HostRooms(msgspec.Struct):
    rooms: list[RoomView]
    next_key: str


class ItemRef(msgspec.Struct, forbid_unknown_fields=True):
    shop_id: Id
    product_id: Id


class BagDraft(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    products: Annotated[list[ItemRef], msgspec.Meta(min_length=1, max_length=BAG_MAX)]


class BagRefs(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    product_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=BAG_MAX)]


class BagView(msgspec.Struct):
    bag: list[CardView]


class ProductRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    product_id: Id


class CommentRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    comment_id: Id


class PersonRef(msgspec.Struct, forbid_unknown_fields=True):
    buyer_id: Id


class GrantUse(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    grant_id: Id


class GrantSkuView(msgspec.Struct, forbid_unknown_fields=True):
    sku_id: Id
    price_fen: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    sale_stock: Pieces


class GrantView(msgspec.Struct):
    """A flash price that a shop allows; `discount_id` is empty until it was opened."""

    grant_id: str
    shop_id: str
    promoter_id: str
    product_id: str
    skus: list[GrantSkuView]
    limit_per_buyer: int
    minutes: int
    valid_until: datetime
    discount_id: str
    runs: bool
    left: int

    @classmethod
    def of(cls, grant: Grant, flash: Mapping[tuple[int, int], Flash]) -> "GrantView":
        """An allowance and how it goes."""
        running = [
            flash[grant.shop_id, sku.sku_id]
            for sku in grant.skus
            if (grant.shop_id, sku.sku_id) in flash
            and flash[grant.shop_id, sku.sku_id].discount_id == grant.discount_id
        ]
        return cls(
            str(grant.grant_id),
            str(grant.shop_id),
            str(grant.promoter_id),
            str(grant.product_id),
            [GrantSkuView(str(s.sku_id), s.price_fen, s.sale_stock) for s in grant.skus],
            grant.limit_per_buyer,
            grant.minutes,
            grant.valid_until,
            str(grant.discount_id) if grant.discount_id else "",
            bool(running),
            sum(one.left for one in running),
        )


class Grants(msgspec.Struct):
    grants: list[GrantView]


class GrantDraft(msgspec.Struct, forbid_unknown_fields=True):
    """What a shop lets a promoter sell at a flash price, once, within the hours given."""

    promoter_id: Id
    product_id: Id
    skus: Annotated[list[GrantSkuView], msgspec.Meta(min_length=1, max_length=50)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)] = 30
    limit_per_buyer: Annotated[int, msgspec.Meta(ge=0, le=10**6)] = 0
    valid_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 72


class GrantRef(msgspec.Struct, forbid_unknown_fields=True):
    grant_id: Id


class GrantAdded(msgspec.Struct):
    grant_id: str


class Figures(msgspec.Struct):
    """How a room goes: people now, at most, and (signed in) in all; likes, comments, bookings."""

    viewers: int
    viewers_most: int
    viewers_all: int
    likes: int
    comments: int
    bookings: int
    open_moves: list[str]


# --- what streams say --------------------------------------------------------------------------


class FiguresTold(msgspec.Struct):
    viewers: int
    likes: int
    comments: int


class CommentTold(msgspec.Struct):
    comment_id: str
    nickname: str
    text: str
    at: datetime


class ItemTold(msgspec.Struct):
    """A product of the bag as it is now."""

    product_id: str
    price_fen: int
    flash_price_fen: int
    flash_left: int
    flash_ends_at: datetime | None
    stock: int
    why: str

    @classmethod
    def of(cls, card: CardView) -> "ItemTold":
        return cls(
            card.product_id,
            card.price_fen,
            card.flash_price_fen,
            card.flash_left,
            card.flash_ends_at,
            card.stock,
            card.why,
        )


class ItemsTold(msgspec.Struct):
    items: list[ItemTold]


class ExplainTold(msgspec.Struct):
    """What is explained from now on; `card` is null where nothing is."""

    product_id: str
    card: CardView | None
    second: int


class BagTold(msgspec.Struct):
    """The bag is another: read it again."""

    count: int


class CommentRemoved(msgspec.Struct):
    comment_id: str


class StateTold(msgspec.Struct):
    state: str


class ReminderRef(msgspec.Struct, forbid_unknown_fields=True):
    """A room; without one, all."""

    content_id: Id | None = None


class ReminderView(msgspec.Struct):
    """A room that was booked and has begun."""

    room: RoomView
    told_at: datetime
    is_seen: bool


class Reminders(msgspec.Struct):
    """What one was told, the latest first; `waiting` of them are on air and were not seen."""

    waiting: int
    reminders: list[ReminderView]


class LiveNotice(msgspec.Struct):
    """To who booked: it begins."""

    content_id: str
    title: str
    host: str
    url: str


def open_moves(room: Room) -> list[str]:
    """What the host may do now."""
    return sorted(move.value for move in ROOM.open_moves(room.state))


def last_number(comments: Sequence[Comment]) -> str:
    """After which number a stream goes on from here."""
    return str(comments[-1].comment_id) if comments else "0"
