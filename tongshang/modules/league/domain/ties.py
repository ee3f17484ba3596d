"""What promoters are to shops: invited, at work together, parted."""

from dataclasses import dataclass
from datetime import datetime

from tongshang.modules.league.machine import TieState


@dataclass(frozen=True, slots=True)
class Tie:
    """What a promoter is to a shop, and what he sold of its products since ever."""

    shop_id: int
    promoter_id: int
    state: TieState
    invited_at: datetime | None = None
    product_count: int = 0
    sold_fen: int = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold of a product by a promoter's work, when it was paid, and on which deal."""

    shop_id: int
    promoter_id: int
    product_id: int
    pieces: int
    sold_fen: int
    at: datetime
    deal_id: int = 0
