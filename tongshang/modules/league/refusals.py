"""Why the alliance says no.

Codes 10023xxx are the platform's own for shops, 10024xxx for agencies (reference sections 7.2, 7.3).
"""

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


class NoSharer(Refusal, code=9006020, kind=Kind.NOT_FOUND, zh="没有这个推客，或未绑定本机构"):
    """there is no such sharer, or he is not bound to this agency"""


class BoundElsewhere(
    Refusal, code=9006021, kind=Kind.CONFLICT, zh="该推客已绑定其他机构，请先解绑"
):
    """the sharer is bound to another agency; he has to leave it first"""


class SharerRatioOutOfRange(
    Refusal,
    code=9006022,
    kind=Kind.INVALID,
    zh="commission_ratio {ratio} 超出范围：100000–900000（10 %–90 %）",
):
    """commission_ratio {ratio}: a sharer's part is 100000 to 900000, 10 to 90 per cent"""


class UnknownPay(
    Refusal,
    code=9006023,
    kind=Kind.INVALID,
    zh="commission_type 为 0（平台分佣）或 1（机构自行结算）",
):
    """commission_type is 0, the platform pays the sharer, or 1, the agency does itself"""


class SimpleSharer(
    Refusal, code=9006024, kind=Kind.CONFLICT, zh="该推客为简易注册，只能由机构自行结算"
):
    """the sharer registered simply: only the agency itself can pay him"""


class NotRegistered(Refusal, code=9006025, kind=Kind.CONFLICT, zh="请先完成推客注册与实名验证"):
    """Register as a sharer first, and have your identity verified."""


class InvitationVoid(
    Refusal, code=9006026, kind=Kind.NOT_FOUND, zh="邀请无效或已过期，请向机构重新获取"
):
    """The invitation is void or too old; ask the agency for a new one."""


class NoAgencyHere(Refusal, code=9006027, kind=Kind.NOT_FOUND, zh="没有这个机构，或未与其绑定"):
    """There is no such agency, or you are not bound to it."""


class BadAgencyRequest(
    Refusal, code=10024000, kind=Kind.INVALID, zh="参数错误：{field} 须满足：{rule}"
):
    """field {field}: {rule}"""


class NoFinder(
    Refusal, code=10024001, kind=Kind.NOT_FOUND, zh="不合法的 finder_id：没有这个带货者"
):
    """the promoter named here is nobody"""


class WindowAllowed(
    Refusal, code=10024002, kind=Kind.CONFLICT, zh="带货者已授权橱窗，无需重复授权"
):
    """the promoter has authorised you to change his window already"""


class BadAppid(Refusal, code=10024003, kind=Kind.NOT_FOUND, zh="不合法的 appid：{appid}"):
    """appid {appid} is not of the party that is meant here"""


class NoAgencyProduct(Refusal, code=10024004, kind=Kind.NOT_FOUND, zh="不存在该商品"):
    """the product is not one of yours, nor offered to you"""


class NoShopTie(Refusal, code=10024007, kind=Kind.NOT_FOUND, zh="与该店铺没有合作关系"):
    """you have no relation with this shop"""


class BadWindowProduct(Refusal, code=10024009, kind=Kind.NOT_FOUND, zh="不合法的 product_id"):
    """product_id is of no product that may stand in a window"""


class WindowFailed(Refusal, code=10024010, kind=Kind.CONFLICT, zh="橱窗操作失败：{reason}"):
    """the window cannot be changed so: {reason}"""


class WindowNotAllowed(
    Refusal, code=10024011, kind=Kind.FORBIDDEN, zh="未获得橱窗授权，请先请带货者授权"
):
    """the promoter has not authorised you to change his window"""


class NotSubmitted(Refusal, code=10024015, kind=Kind.CONFLICT, zh="该商品不在待处理状态"):
    """the product is not in the state for this"""


class BadOpenid(Refusal, code=10024019, kind=Kind.NOT_FOUND, zh="不合法的 openid"):
    """openid is of nobody who carries goods"""


class NotInWindow(Refusal, code=10024020, kind=Kind.NOT_FOUND, zh="橱窗不存在该商品"):
    """the product does not stand in this window"""


class CannotStandInWindow(
    Refusal, code=10024021, kind=Kind.CONFLICT, zh="橱窗上架商品失败：商品未上架或被限制"
):
    """the product is off sale, or barred from windows or from the alliance"""


class BadLink(
    Refusal, code=10024023, kind=Kind.NOT_FOUND, zh="解析商品链接失败，请检查商品链接是否正确"
):
    """the product link leads to nothing that is offered to you"""


class NoAgencyInvitation(Refusal, code=9006008, kind=Kind.NOT_FOUND, zh="没有这个机构的邀请"):
    """the agency has sent no invitation"""


class NoResale(Refusal, code=9006009, kind=Kind.NOT_FOUND, zh="没有这条供货计划"):
    """you supply nobody with this under these terms"""


class ResaleStands(Refusal, code=9006010, kind=Kind.CONFLICT, zh="该商品已供货给这个机构"):
    """you supply this product to that agency already"""


class CannotResell(
    Refusal, code=9006011, kind=Kind.CONFLICT, zh="供货来的商品不能再供货：链路最多两级机构"
):
    """what another agency supplies cannot be supplied on: two agencies at most stand on a sale"""


class NoWindowAsk(Refusal, code=9006012, kind=Kind.NOT_FOUND, zh="没有这个机构的橱窗授权请求"):
    """the agency has not asked for your window"""
