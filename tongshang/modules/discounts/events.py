"""What happens to limited discounts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DiscountOpened:
    """A shop made a discount; it runs from `starts_at`."""

    shop_id: int
    discount_id: int
    product_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DiscountEnded:
    """A discount is over: stopped, or its time was."""

    shop_id: int
    discount_id: int
    product_id: int
    at: datetime
