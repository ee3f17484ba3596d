"""What shops are to agencies, and what agencies brought them."""

from dataclasses import dataclass
from datetime import date, datetime

from tongshang.modules.league.machine import AgencyTieState


@dataclass(frozen=True, slots=True)
class AgencyTie:
    """What a shop is to an agency."""

    agency_id: int
    shop_id: int
    state: AgencyTieState
    invited_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopFigures:
    """What an agency brought a shop, and what it earned by that."""

    sold_fen: int = 0
    settled_fen: int = 0
    unsettled_fen: int = 0
    product_count: int = 0
    added_today: int = 0
    sold_today: int = 0


@dataclass(frozen=True, slots=True)
class AgencySale:
    """What was sold of a product through an agency on a day in China."""

    agency_id: int
    shop_id: int
    product_id: int
    day: date
    pieces: int
    sold_fen: int


@dataclass(frozen=True, slots=True)
class FeeMove:
    """How much more, or less, of an agency's service fee is settled, or waits for it."""

    agency_id: int
    shop_id: int
    settled_fen: int
    unsettled_fen: int
