"""Why partners say no."""

from tongshang.kernel.refusal import Kind, Refusal


class NotInPool(Refusal, code=9025001, kind=Kind.NOT_FOUND, zh="商品不在本机构可推广的商品池中"):
    """the product is not in the agency's pool: no running plan lets it pay sharers"""


class UnknownPlanType(
    Refusal, code=9025002, kind=Kind.INVALID, zh="plan_type 为 1–4，3、4 须填 head_supplier_appid"
):
    """plan_type is 1 to 4; 3 and 4 name the supplying agency in head_supplier_appid"""


class NoTalent(Refusal, code=9025003, kind=Kind.NOT_FOUND, zh="没有这个达人，或未绑定本机构"):
    """there is no such promoter, or he is not bound to this agency"""


class NoShop(Refusal, code=9025004, kind=Kind.NOT_FOUND, zh="没有这个店铺，或未与本机构合作"):
    """there is no such shop, or it does not work with this agency"""


class NoContent(Refusal, code=9025005, kind=Kind.NOT_FOUND, zh="没有这个内容或直播"):
    """there is no such content of this account, or it was taken down"""


class NoCoupon(Refusal, code=9025006, kind=Kind.NOT_FOUND, zh="没有这张优惠券"):
    """there is no such coupon"""


class NoPerson(Refusal, code=9025007, kind=Kind.NOT_FOUND, zh="没有这个用户"):
    """there is no such person"""


class NotSharing(Refusal, code=9025008, kind=Kind.NOT_FOUND, zh="该用户不是本店的分享员"):
    """the person is no sharer of this shop"""


class TicketVoid(Refusal, code=9025009, kind=Kind.NOT_FOUND, zh="邀请无效、已处理或已过期"):
    """The invitation is void: withdrawn, answered, or too old."""


class NotCooperating(
    Refusal, code=9025010, kind=Kind.NOT_FOUND, zh="没有这个合作账号，或未与该店铺合作"
):
    """there is no such cooperation"""


class UnknownAccountType(
    Refusal, code=9025011, kind=Kind.INVALID, zh="sharer_type 为 2（公众号）或 3（小程序）"
):
    """sharer_type is 2, an official account, or 3, a mini program"""


class FileElsewhere(
    Refusal, code=9025012, kind=Kind.INVALID, zh="请以表单上传 file；本平台不抓取 file_url"
):
    """send the file as the form's part; this platform fetches no file_url"""


class NoFile(Refusal, code=9025013, kind=Kind.NOT_FOUND, zh="没有这个文件，或链接已过期"):
    """There is no such file, or its link has expired."""


class NoOrder(Refusal, code=9025014, kind=Kind.NOT_FOUND, zh="没有这个订单"):
    """there is no such order that came by this account"""


class NotASharer(Refusal, code=9025015, kind=Kind.NOT_FOUND, zh="您还不是推客，或未绑定机构"):
    """You share for no agency yet."""
