"""Why discovery says no."""

from tongshang.kernel.refusal import Kind, Refusal


class ItemNotFound(Refusal, code=9022001, kind=Kind.NOT_FOUND, zh="没有这个内容、商品或店铺"):
    """There is no content, product or shop {item_id}."""


class PartyNotHere(Refusal, code=9022002, kind=Kind.NOT_FOUND, zh="没有这个达人或店铺"):
    """There is no creator or shop {party_id}."""


class TooManyFollowed(
    Refusal, code=9022003, kind=Kind.CONFLICT, zh="最多关注 {limit} 个达人和店铺，请先取消一些"
):
    """You follow {limit} already, which is the most; unfollow some first."""


class TooManySaved(
    Refusal, code=9022004, kind=Kind.CONFLICT, zh="最多收藏 {limit} 件，请先整理一下收藏"
):
    """You keep {limit} items already, which is the most; let some go first."""


class GoodsNotYours(Refusal, code=9022006, kind=Kind.NOT_FOUND, zh="本店没有商品 {product_id}"):
    """Your shop has no product {product_id}."""


class PictureNotKept(Refusal, code=9022007, kind=Kind.INVALID, zh="横幅图片请先上传到本平台"):
    """Upload the banner's picture first."""


class ArrangementWrong(
    Refusal, code=9022008, kind=Kind.INVALID, zh="同一件商品只能排一个位置，排在前面的不能又隐藏"
):
    """A product has one place; what comes first cannot be hidden as well."""


class ClassNameWrong(Refusal, code=9022009, kind=Kind.INVALID, zh="分类名不能这样：{reason}"):
    """A class cannot be called so: {reason}"""


class WeightUnknown(Refusal, code=9022005, kind=Kind.NOT_FOUND, zh="没有名为“{part}”的权重"):
    """The ranking has no part {part}."""
