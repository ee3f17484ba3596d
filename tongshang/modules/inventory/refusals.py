"""Why stock says no."""

from tongshang.kernel.refusal import Kind, Refusal


class StockTooLow(Refusal, code=9005001, kind=Kind.CONFLICT, zh="SKU {sku_id} 库存不足"):
    """There are not enough of SKU {sku_id}."""
