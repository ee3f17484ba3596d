"""What happens to gifts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PresentPaid:
    """A giver has paid a present; membership gives him, not the receiver, what the sale earns."""

    shop_id: int
    present_id: int
    giver_id: int
    amount_fen: int
    portions: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PresentOpened:
    """A present was sent: its portions can be claimed until it ends.

    `to_buyer_id` and `chat_id` say whom or where it was sent to; both 0: by its link.
    """

    shop_id: int
    present_id: int
    giver_id: int
    to_buyer_id: int
    chat_id: int
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class PortionClaimed:
    """Somebody has a portion; `is_ordered`: and said where it shall go."""

    shop_id: int
    present_id: int
    order_id: int
    giver_id: int
    receiver_id: int
    is_ordered: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class GiverReminded:
    """A giver has reminded those who may have a portion; `told` of them are known by name."""

    shop_id: int
    present_id: int
    giver_id: int
    told: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PortionDeclined:
    """A receiver does not want a portion: its money goes back to the giver."""

    shop_id: int
    present_id: int
    order_id: int
    giver_id: int
    receiver_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PortionDonated:
    """A receiver gave a portion to a charity instead of taking it: its money is `party_id`'s."""

    shop_id: int
    present_id: int
    order_id: int
    giver_id: int
    receiver_id: int
    party_id: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PortionExpired:
    """Nobody took a portion in time: its money goes back to the giver."""

    shop_id: int
    present_id: int
    order_id: int
    giver_id: int
    receiver_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PresentEnded:
    """No portion is to be had any more; `ordered` of its portions were taken."""

    shop_id: int
    present_id: int
    giver_id: int
    ordered: int
    portions: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PresentAftersaleMoved:
    """What goes back of a present by itself began, succeeded or failed; `status` as on the wire."""

    shop_id: int
    aftersale_id: int
    present_id: int
    giver_id: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thanked:
    """A receiver has thanked the giver."""

    shop_id: int
    present_id: int
    order_id: int
    giver_id: int
    receiver_id: int
    at: datetime
