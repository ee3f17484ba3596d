"""Why a limited discount is refused; the sources name no codes for it."""

from tongshang.kernel.refusal import Kind, Refusal


class DiscountNotFound(
    Refusal, code=9016001, kind=Kind.NOT_FOUND, zh="限时抢购任务不存在：{task_id}"
):
    """There is no limited discount {task_id}."""


class WrongTime(Refusal, code=9016002, kind=Kind.INVALID, zh="抢购时间 {field} 不符合要求：{rule}"):
    """{field}: {rule}"""


class WrongPrice(
    Refusal, code=9016003, kind=Kind.INVALID, zh="SKU {sku_id} 的抢购价不符合要求：{rule}"
):
    """The price of SKU {sku_id}: {rule}"""


class WrongStock(
    Refusal, code=9016004, kind=Kind.CONFLICT, zh="SKU {sku_id} 的抢购库存须为 1 到 {limit}"
):
    """The stock of SKU {sku_id} for a discount is 1 to {limit}."""


class DiscountRuns(
    Refusal, code=9016005, kind=Kind.CONFLICT, zh="商品 {product_id} 已有未结束的限时抢购任务"
):
    """Product {product_id} has a limited discount that is not over."""


class NotOnSale(Refusal, code=9016006, kind=Kind.CONFLICT, zh="商品 {product_id} 未上架"):
    """Product {product_id} is not on sale."""


class NotOurs(
    Refusal,
    code=9016010,
    kind=Kind.NOT_FOUND,
    zh="本店没有商品 {product_id}，或它没有 SKU {sku_id}",
):
    """The shop has no product {product_id} on the market, or it has no SKU {sku_id}."""


class DiscountOver(Refusal, code=9016007, kind=Kind.CONFLICT, zh="限时抢购任务 {task_id} 已结束"):
    """The limited discount {task_id} is over."""


class DiscountNotOver(
    Refusal, code=9016008, kind=Kind.CONFLICT, zh="限时抢购任务 {task_id} 未结束，请先停止"
):
    """The limited discount {task_id} is not over; stop it first."""


class NoSkus(Refusal, code=9016009, kind=Kind.INVALID, zh="须有 1 到 {limit} 个不重复的 SKU"):
    """A limited discount has 1 to {limit} different SKUs."""
