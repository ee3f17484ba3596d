"""What governance decides of products."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProductRestricted:
    """What a product is barred from is another than before: `api.restrictions_of` says what."""

    shop_id: int
    product_id: int
    at: datetime
