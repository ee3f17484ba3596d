"""What a demo tells of its people and its clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.refusal import InvalidField

# Beyond this the clock is not moved: dates must stay dates for all software around.
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
# A session of the demo with less life than this is opened anew before it is told.
_LIFE_MIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoApp:
    """A program's credentials that everybody may use."""

    party_id: int
    appid: str
    secret: str


@dataclass(frozen=True, slots=True)
class DemoBuyer:
    """A buyer's session that everybody may use."""

    buyer_id: int
    token: str
    ends_at: datetime


def is_ending(buyer: DemoBuyer, at: datetime) -> bool:
    """Whether the session is too near its end to be given to anybody."""
    return buyer.ends_at - at < _LIFE_MIN


def check_move(at: datetime, seconds: int, to: int) -> None:
    """Refuse to move the clock back, or out of the time that software knows."""
    if seconds and to:
        raise InvalidField(field="to", rule="give either seconds or to, not both")
    aim = datetime.fromtimestamp(to, UTC) if to else at + timedelta(seconds=seconds)
    if to and aim < at:
        raise InvalidField(field="to", rule="lies in the past; the clock only goes forward")
    if aim > LATEST:
        raise InvalidField(field="to" if to else "seconds", rule="lies beyond the year 2100")
