"""Why the catalog says no. Codes 1002xxxx are the reference's (section 14.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class DraftNotInAudit(
    Refusal, code=10020044, kind=Kind.CONFLICT, zh="商品 {product_id} 不在审核中，无法撤回"
):
    """Product {product_id} is not in audit; there is nothing to withdraw."""


class DraftInAudit(
    Refusal, code=10020049, kind=Kind.CONFLICT, zh="商品 {product_id} 审核中，请先撤回审核"
):
    """Product {product_id} is in audit; withdraw the audit first."""


class WrongParameter(Refusal, code=10020051, kind=Kind.INVALID, zh="参数 {field} 错误：{rule}"):
    """Parameter {field}: {rule}"""


class ProductNotFound(Refusal, code=10020052, kind=Kind.NOT_FOUND, zh="商品 {product_id} 不存在"):
    """There is no product {product_id}."""


class SkuNotFound(
    Refusal, code=9004001, kind=Kind.NOT_FOUND, zh="商品 {product_id} 没有 SKU {sku_id}"
):
    """Product {product_id} has no SKU {sku_id}."""


class NeverListed(Refusal, code=9004002, kind=Kind.CONFLICT, zh="商品 {product_id} 尚未上架过"):
    """Product {product_id} has never been listed; list it first."""


class ProductGone(Refusal, code=9004003, kind=Kind.GONE, zh="商品已下架"):
    """The product is not on sale any more."""
