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
