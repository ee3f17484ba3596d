"""Why the surfaces say no."""

from tongshang.kernel.refusal import Kind, Refusal


class CardNotOurs(
    Refusal, code=9007001, kind=Kind.INVALID, zh="商品卡片链接无效：不是本平台签发，或已被改动"
):
    """The card link is not one of ours, or it was changed on its way; open the card again."""


class ContentNotFound(Refusal, code=9007002, kind=Kind.NOT_FOUND, zh="没有这篇内容"):
    """There is no such content, or its author took it down."""


class ProductNotHere(
    Refusal, code=9007003, kind=Kind.NOT_FOUND, zh="店铺没有这个商品：{product_id}"
):
    """The shop has no product {product_id}; a card needs one that exists."""


class BadBlock(Refusal, code=9007004, kind=Kind.INVALID, zh="第 {position} 段有误：{rule}"):
    """Block {position}: {rule}"""


class WordsForbidden(Refusal, code=9007005, kind=Kind.INVALID, zh="内容含有不允许的文字：{reason}"):
    """The text may not be published: {reason}"""


class ProductOffSale(
    Refusal, code=9007006, kind=Kind.CONFLICT, zh="商品 {product_id} 未在售，不能新放进内容"
):
    """Product {product_id} is not on sale; a new card needs one that is."""


class ProductBarred(
    Refusal, code=9007007, kind=Kind.CONFLICT, zh="商品 {product_id} 被平台限制，不能放进这类内容"
):
    """Product {product_id} is barred from contents of this kind."""


class ContentMoved(
    Refusal,
    code=9007008,
    kind=Kind.CONFLICT,
    zh="内容已在别处改过（现为第 {version} 版），请先查看",
):
    """The content was changed meanwhile and is at version {version}; look at that first."""


class VersionNotFound(Refusal, code=9007009, kind=Kind.NOT_FOUND, zh="没有这个版本，或已不再保留"):
    """There is no such version, or it is kept no longer."""


class BadTime(
    Refusal, code=9007010, kind=Kind.INVALID, zh="定时发布的时间须晚于现在，且在 {days} 天内"
):
    """A content is scheduled for a later time, at most {days} days ahead."""


class CardProductUnknown(Refusal, code=10170001, kind=Kind.INVALID, zh="不合法的商品 ID"):
    """invalid product id"""


class ArticleTypeUnknown(
    Refusal, code=10170002, kind=Kind.INVALID, zh="不支持的文章类型：须为 newspic 或 news"
):
    """unsupported article type: newspic or news"""


class CardTypeUnknown(Refusal, code=10170003, kind=Kind.INVALID, zh="该文章类型不支持这种卡片"):
    """unsupported card type for this article type"""
