"""What is told of live rooms."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LiveBegan:
    """A room is on air; who booked it wants to know."""

    content_id: int
    host_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """A room is over; its replay can be seen."""

    content_id: int
    host_id: int
    at: datetime
