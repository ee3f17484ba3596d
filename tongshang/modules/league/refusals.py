"""Why the alliance says no. Codes 10023xxx are the platform's own (reference section 7.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class RatioOutOfRange(
    Refusal,
    code=10023000,
    kind=Kind.INVALID,
    zh="普通推广的佣金比例须为 {least}–{most} 的整数（%）",
):
    """ratio {ratio}: a normal plan pays {least} to {most} per cent, in whole per cent"""


class BadPeriod(
    Refusal,
    code=9006001,
    kind=Kind.INVALID,
    zh="推广时间有误：须晚于当前且结束晚于开始，或设为长期",
):
    """A plan ends after it begins and in the future, or is_forerver is true."""


class KindNotOffered(
    Refusal,
    code=10023100,
    kind=Kind.INVALID,
    zh="推广类型 {type} 暂未开放，目前只支持普通推广（1）",
):
    """type {type} is not offered yet: only the normal plan (1) is"""


class DuplicateProduct(Refusal, code=10023101, kind=Kind.CONFLICT, zh="商品重复：{product_id}"):
    """product {product_id} is in the alliance already, or twice in this request"""


class TooManyProducts(Refusal, code=10023102, kind=Kind.INVALID, zh="一次最多 {most} 个商品"):
    """a request takes {most} products at most"""


class NoProduct(Refusal, code=10023103, kind=Kind.NOT_FOUND, zh="商品不存在，或未加入联盟"):
    """no such product here"""


class ProductNotListed(Refusal, code=10023104, kind=Kind.CONFLICT, zh="商品未上架：{product_id}"):
    """product {product_id} is not listed"""


class UnknownOperation(
    Refusal,
    code=9006002,
    kind=Kind.INVALID,
    zh="operate_type {operation} 未知：1 编辑，2 上架，3 下架",
):
    """operate_type {operation} is unknown: 1 edits, 2 lists, 3 delists"""
