"""Why the links say no."""

from tongshang.kernel.refusal import Kind, Refusal


class LinkNotFound(Refusal, code=9019001, kind=Kind.NOT_FOUND, zh="没有这个链接或口令"):
    """There is no such link; it was made elsewhere, or never."""


class CodeIncomplete(
    Refusal, code=9019002, kind=Kind.INVALID, zh="口令不完整或有误，请重新复制整段口令"
):
    """The code is incomplete or mistyped; copy the whole text again."""


class NothingPasted(
    Refusal, code=9019003, kind=Kind.NOT_FOUND, zh="这段文字里没有本平台的链接或口令"
):
    """There is no link or code of this platform in the text."""


class NotListed(
    Refusal, code=9019004, kind=Kind.CONFLICT, zh="商品 {product_id} 未上架，不能生成链接"
):
    """Product {product_id} is not on sale; only listed products have links."""


class NothingToShare(Refusal, code=9019005, kind=Kind.NOT_FOUND, zh="要分享的内容不存在或已下架"):
    """What is to be shared does not exist, or was taken down."""


class ShareNotFound(Refusal, code=9019006, kind=Kind.NOT_FOUND, zh="没有这次分享"):
    """There is no such share of yours."""


class CannotEmbed(Refusal, code=9019007, kind=Kind.NOT_FOUND, zh="这个网址不能嵌入：{reason}"):
    """The address cannot be embedded: {reason}"""
