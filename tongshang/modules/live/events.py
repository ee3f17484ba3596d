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
class LiveCheered:
    """People of a room liked it (taps of each) and said something."""

    content_id: int
    host_id: int
    likes: tuple[int, ...]
    comments: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """A room is over; its replay can be seen."""

    content_id: int
    host_id: int
    at: datetime
