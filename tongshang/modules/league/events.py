"""What the alliance tells."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SharerMoved:
    """A sharer was bound to an agency (1), or let go (2)."""

    agency_id: int
    sharer_id: int
    sharer_appid: str
    buyer_id: int
    openid: str
    bind_status: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AgencyItemChanged:
    """A product of an agency, or one it asked to hear of, is new to it (1) or changed (2).

    `fields` are of the wire: commission_ratio, service_ratio, status, active_time.
    """

    agency_id: int
    shop_id: int
    shop_appid: str
    product_id: int
    kind: int
    fields: tuple[str, ...]
    at: datetime
