"""What settlement tells (reference section 13.6, channels_ec_order_settle)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrderSettled:
    """The money of an order was divided among shop, platform and promoters."""

    shop_id: int
    order_id: int
    settle_at: datetime
