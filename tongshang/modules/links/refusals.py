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


class TooManyLinks(Refusal, code=9019005, kind=Kind.TOO_MANY, zh="操作太频繁，请一分钟后再试"):
    """Too many in a short time; try again in a minute."""


class CardNotUsable(
    Refusal, code=9019006, kind=Kind.INVALID, zh="卡片链接无效：不是本平台签发，或已被改动"
):
    """The card is not one of ours, or it was changed on its way; share the page again."""


class NothingToShare(Refusal, code=9019007, kind=Kind.NOT_FOUND, zh="要分享的内容不存在或已下架"):
    """What is to be shared does not exist, or was taken down."""
