"""What inventory tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockTurned:
    """A SKU ran out (`available` 0), or can be sold again."""

    shop_id: int
    product_id: int
    sku_id: int
    available: int
