"""A present and its portions, as they are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from tongshang.modules.gifting.machine import (
    ENDED,
    UNDECIDED,
    PortionMove,
    PortionState,
    PresentKind,
    PresentState,
    ReturnState,
)

SHOP_GIVES = 0  # the giver of what a shop gives itself


class Audience(IntEnum):
    """Who may take a present that names nobody. The values are stored: add, never change."""

    ANYBODY = 0
    FRIENDS = 1
    CHAT = 2


class Role(IntEnum):
    """On which side of a present a person is. The values are stored."""

    GIVER = 1
    RECEIVER = 2


@dataclass(frozen=True, slots=True)
class GreetingCard:
    """A card that the shop writes by hand and puts into the parcel."""

    giver_name: str
    receiver_name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What somebody gives: `portions` pieces of one SKU, an order each."""

    shop_id: int
    present_id: int
    giver_id: int
    kind: PresentKind
    state: PresentState
    send_type: int
    audience: Audience
    to_buyer_id: int
    chat_id: int
    product_id: int
    sku_id: int
    title: str
    thumb_url: str
    each_fen: int
    portions: int
    amount_fen: int
    is_free: bool
    message: str
    hides_price: bool
    is_on_wall: bool
    greeting: GreetingCard | None
    activity_id: int
    pool_fen: int
    promoter_id: int
    content_id: int
    surface: int
    campaign: str
    parent_id: int
    root_id: int
    generation: int
    made_at: datetime
    pay_by: datetime
    send_at: datetime | None
    updated_at: datetime
    paid_at: datetime | None = None
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    extended_at: datetime | None = None
    reminded_at: datetime | None = None
    nudged_at: datetime | None = None
    ended_at: datetime | None = None
    draw_at: datetime | None = None
    drawn_at: datetime | None = None
    participants: int = 0
    seed_nonce: bytes | None = None
    seed_hash: bytes | None = None
    seed: bytes | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Shop and present."""
        return self.shop_id, self.present_id

    @property
    def is_drawn(self) -> bool:
        """Whether its portions have gone to whom chance chose."""
        return self.drawn_at is not None


@dataclass(frozen=True, slots=True)
class Portion:
    """One piece of a present: `named_id` may have it, `receiver_id` has it, 0 nobody."""

    shop_id: int
    present_id: int
    number: int
    order_id: int
    state: PortionState
    sku_id: int
    named_id: int = 0
    receiver_id: int = 0
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    aftersale_id: int = 0
    is_on_wall: bool = False
    thanks: str = ""
    thanks_url: str = ""
    thanked_at: datetime | None = None

    @property
    def present_key(self) -> tuple[int, int]:
        """Shop and present."""
        return self.shop_id, self.present_id

    @property
    def order_key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id

    @property
    def is_undecided(self) -> bool:
        """Whether it may still be taken, or end."""
        return self.state in UNDECIDED

    @property
    def is_ended(self) -> bool:
        """Whether nobody took it, and its money is on its way back."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class PortionMoved:
    """A step of a portion along its machine, to be written; `by` whom, 0: by time or the shop."""

    portion: Portion
    move: PortionMove
    target: PortionState
    by: int = 0
    receiver_id: int = 0
    sku_id: int = 0
    aftersale_id: int = 0
    is_on_wall: bool = False


@dataclass(frozen=True, slots=True)
class Donation:
    """A portion that its receiver gave to a charity."""

    shop_id: int
    order_id: int
    present_id: int
    party_id: int
    giver_id: int
    donor_id: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """A portion that went from one person to another before it was taken."""

    number: int
    from_id: int
    to_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a draw; the number is what is drawn by."""

    number: int
    buyer_id: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class PresentAftersale:
    """What goes back of a present by itself: portions that ended together, and why."""

    shop_id: int
    aftersale_id: int
    present_id: int
    giver_id: int
    state: ReturnState
    cause: str
    amount_fen: int
    created_at: datetime
    updated_at: datetime
    tries: int = 1
    retry_at: datetime | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Shop and case."""
        return self.shop_id, self.aftersale_id
