"""What the alliance tells."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SharerMoved:
    """A sharer was bound to an agency (1), or let go (2)."""

    agency_id: int
    sharer_id: int
    buyer_id: int
    bind_status: int
    at: datetime
