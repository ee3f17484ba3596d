"""Why a live room says no."""

from tongshang.kernel.refusal import Kind, Refusal


class RoomNotFound(Refusal, code=9017001, kind=Kind.NOT_FOUND, zh="直播间不存在：{content_id}"):
    """There is no live room {content_id}."""


class NotOnAir(Refusal, code=9017002, kind=Kind.CONFLICT, zh="直播未开始或已结束"):
    """The room is not on air."""


class NotInBag(
    Refusal, code=9017003, kind=Kind.NOT_FOUND, zh="商品 {product_id} 不在购物袋中，请先添加"
):
    """Product {product_id} is not in the shopping bag; add it first."""


class BagFull(Refusal, code=9017004, kind=Kind.CONFLICT, zh="购物袋最多 {limit} 件商品"):
    """A shopping bag holds at most {limit} products."""


class MayNotShow(
    Refusal, code=9017005, kind=Kind.CONFLICT, zh="商品 {product_id} 不能在直播间展示：{why}"
):
    """Product {product_id} cannot be shown in a live room: {why}."""


class Muted(Refusal, code=9017006, kind=Kind.FORBIDDEN, zh="主播已将您禁言"):
    """The host has muted you."""


class TooManyComments(
    Refusal, code=9017007, kind=Kind.TOO_MANY, zh="发言太快了，每分钟最多 {limit} 条，请稍后再说"
):
    """You comment too fast: at most {limit} a minute; wait a moment."""


class WordsForbidden(
    Refusal, code=9017008, kind=Kind.INVALID, zh="评论含有不能展示的内容：{reason}"
):
    """The comment may not be shown: {reason}"""


class NothingSaid(Refusal, code=9017009, kind=Kind.INVALID, zh="评论不能为空"):
    """A comment says something."""


class CommentNotFound(Refusal, code=9017010, kind=Kind.NOT_FOUND, zh="评论不存在：{comment_id}"):
    """There is no comment {comment_id} in this room."""


class NotScheduled(
    Refusal, code=9017011, kind=Kind.CONFLICT, zh="直播已开始、结束或取消，不能预约"
):
    """Only a room that is still to begin can be booked."""


class GrantNotFound(
    Refusal, code=9017012, kind=Kind.NOT_FOUND, zh="没有可用的闪购授权：{grant_id}"
):
    """There is no flash price {grant_id} that the shop allows you."""


class GrantUsed(Refusal, code=9017013, kind=Kind.CONFLICT, zh="该闪购授权已使用或已过期"):
    """The flash price has been used already, or its time is over."""


class FlashNotRunning(Refusal, code=9017014, kind=Kind.CONFLICT, zh="该商品没有进行中的闪购"):
    """No flash price of yours runs for this product."""


class StartsPast(Refusal, code=9017015, kind=Kind.INVALID, zh="开播时间须在未来 {limit} 天内"):
    """A room starts from now on, at most {limit} days ahead."""


class PromoterNotFound(Refusal, code=9017016, kind=Kind.NOT_FOUND, zh="达人不存在：{promoter_id}"):
    """There is no promoter {promoter_id}."""


class NoReplay(Refusal, code=9017017, kind=Kind.CONFLICT, zh="直播未结束，还没有回放"):
    """There is a replay once the room is over."""
