"""What partners tell."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ShopSharerMoved:
    """A person was bound to a shop as its sharer (1), or let go (2)."""

    shop_id: int
    buyer_id: int
    openid: str
    sharer_type: int
    bind_status: int
    at: datetime
