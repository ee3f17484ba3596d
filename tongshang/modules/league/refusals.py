"""Why the alliance says no. Codes 10023xxx are the platform's own (reference section 7.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class RatioOutOfRange(
    Refusal,
    code=10023000,
    kind=Kind.INVALID,
    zh="该推广类型的佣金比例须为 {least}–{most} 的整数（%）",
):
    """ratio {ratio}: such a plan pays {least} to {most} per cent, in whole per cent"""


class BadFinder(Refusal, code=10023001, kind=Kind.NOT_FOUND, zh="带货者不存在：{finder_id}"):
    """finder_id {finder_id} is no promoter's"""


class BadPeriod(
    Refusal,
    code=9006001,
    kind=Kind.INVALID,
    zh="推广时间有误：须晚于当前且结束晚于开始，或设为长期",
):
    """A plan ends after it begins and in the future, or is_forerver is true."""


class UnknownKind(
    Refusal, code=10023100, kind=Kind.INVALID, zh="推广类型 {type} 未知：1 普通，2 定向，3 专属"
):
    """type {type} is unknown: 1 is normal, 2 targeted, 3 exclusive"""


class DuplicateProduct(Refusal, code=10023101, kind=Kind.CONFLICT, zh="商品重复：{product_id}"):
    """product {product_id} is in the alliance already, or twice in this request"""


class TooMany(Refusal, code=10023102, kind=Kind.INVALID, zh="{field} 一次最多 {most} 个"):
    """{field} takes {most} at most in a request"""


class NoProduct(Refusal, code=10023103, kind=Kind.NOT_FOUND, zh="商品不存在，或未加入联盟"):
    """no such product here"""


class ProductNotListed(Refusal, code=10023104, kind=Kind.CONFLICT, zh="商品未上架：{product_id}"):
    """product {product_id} is not listed"""


class PlansExclude(
    Refusal, code=10023105, kind=Kind.CONFLICT, zh="专属推广与普通、定向推广互斥：{product_id}"
):
    """product {product_id} has a plan that this one excludes: an exclusive plan stands alone"""


class NormalPlanMissing(
    Refusal, code=10023106, kind=Kind.CONFLICT, zh="普通推广未上架，不能定向推广：{product_id}"
):
    """the normal plan of product {product_id} is not listed, which a targeted one needs"""


class NoPromoter(
    Refusal,
    code=10023107,
    kind=Kind.INVALID,
    zh="没有有效的带货者：不存在，或已在该商品的其他计划中",
):
    """no valid promoter: each is unknown, or stands on another plan of the product"""


class NoAgency(Refusal, code=9006003, kind=Kind.NOT_FOUND, zh="带货机构不存在：{appid}"):
    """headsupplier_appid {appid} is no agency's"""


class PaysTooMuch(
    Refusal,
    code=9006004,
    kind=Kind.INVALID,
    zh="佣金、服务费与技术服务费之和超出上限：ratio {ratio}，service_ratio {service_ratio}",
):
    """ratio {ratio} and service_ratio {service_ratio} give away more than 90 per cent"""


class UnknownCommissionType(
    Refusal,
    code=9006005,
    kind=Kind.INVALID,
    zh="commission_type 为 0（商家定佣）或 1（机构分佣，此时不填 ratio）",
):
    """commission_type is 0, the shop fixes the ratio, or 1, the agency does and ratio stays empty"""


class UnknownOperation(
    Refusal,
    code=9006002,
    kind=Kind.INVALID,
    zh="operate_type {operation} 未知：1 编辑，2 上架，3 下架",
):
    """operate_type {operation} is unknown: 1 edits, 2 lists, 3 delists"""


class UnknownTieOperation(
    Refusal, code=9006006, kind=Kind.INVALID, zh="type {type} 未知：1 撤回邀请，2 结束合作"
):
    """type {type} is unknown: 1 withdraws an invitation, 2 ends the cooperation"""


class NoInvitation(Refusal, code=9006007, kind=Kind.NOT_FOUND, zh="没有这个店铺的邀请"):
    """the shop has sent no invitation"""
