"""What aftersale tells (reference section 13.6, channels_ec_aftersale_update)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AftersaleMoved:
    """A case began or moved on; `status` is its state as the wire names it."""

    shop_id: int
    aftersale_id: int
    order_id: int
    buyer_id: int
    status: str
    at: datetime
