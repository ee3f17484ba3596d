"""What settlement tells (reference section 13.6, channels_ec_order_settle; 7.3)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrderSettled:
    """The money of an order was divided among shop, platform and promoters."""

    shop_id: int
    order_id: int
    settle_at: datetime


@dataclass(frozen=True, slots=True)
class CommissionMoved:
    """A receiver's commission order of a line is new, changed, or in another state (20, 100, 200)."""

    party_id: int
    shop_id: int
    order_id: int
    line: int
    state: int
    at: datetime
