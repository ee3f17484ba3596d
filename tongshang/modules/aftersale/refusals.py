"""Why aftersale says no. The 1002… and 97… codes are the reference's (sections 6.4 and 14.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class AftersaleNotFound(
    Refusal, code=10020000, kind=Kind.NOT_FOUND, zh="售后单不存在：{aftersale_id}"
):
    """there is no after-sale order {aftersale_id}"""


class WrongState(
    Refusal, code=10020001, kind=Kind.CONFLICT, zh="售后单当前状态不能执行该操作：{state}"
):
    """the after-sale order does not allow this in its state: {state}"""


class TooManyApplications(
    Refusal, code=10020002, kind=Kind.CONFLICT, zh="同一商品最多申请 {limit} 次售后"
):
    """of one item one applies at most {limit} times"""


class BadCharacters(
    Refusal, code=10020261, kind=Kind.INVALID, zh="字段 {field} 含有非法字符或超过 {limit} 字"
):
    """field {field} has illegal characters or more than {limit} of them"""


class NotSupported(
    Refusal, code=10021041, kind=Kind.INVALID, zh="仅退款售后单不支持该操作：{what}"
):
    """not supported for a refund without a return: {what}"""


class TooFrequent(
    Refusal, code=10021059, kind=Kind.TOO_MANY, zh="同一订单每分钟最多退款一次，请稍后再试"
):
    """too frequent: one refund per order and minute"""


class BadQuery(Refusal, code=9700224, kind=Kind.INVALID, zh="参数错误：{rule}"):
    """param error: {rule}"""


class AftersaleRunning(
    Refusal, code=9011001, kind=Kind.CONFLICT, zh="该商品已有进行中的售后：{aftersale_id}"
):
    """An aftersale case of this item runs already: {aftersale_id}."""


class NotRefundable(
    Refusal, code=9011002, kind=Kind.CONFLICT, zh="订单当前状态不能申请退款：{state}"
):
    """Nothing can be refunded of an order that is {state}."""


class TooLate(Refusal, code=9011003, kind=Kind.CONFLICT, zh="已超过确认收货后 {days} 天的售后期"):
    """The {days} days of aftersale since the receipt are over."""


class LineNotFound(Refusal, code=9011004, kind=Kind.NOT_FOUND, zh="订单中没有该商品"):
    """The order has no such item."""


class CountTooHigh(Refusal, code=9011005, kind=Kind.CONFLICT, zh="可退数量为 {left} 件"):
    """Of this item 1 to {left} pieces can be refunded."""


class AmountTooHigh(Refusal, code=9011006, kind=Kind.CONFLICT, zh="可退金额为 1 至 {left_fen} 分"):
    """For these pieces 1 to {left_fen} fen can be refunded."""


class MovedMeanwhile(Refusal, code=9011007, kind=Kind.CONFLICT, zh="售后单刚刚发生了变化，请刷新"):
    """The case has just moved; read it again."""
