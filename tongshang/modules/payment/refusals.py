"""Why payment says no."""

from tongshang.kernel.refusal import Kind, Refusal


class PaymentNotFound(Refusal, code=9009001, kind=Kind.NOT_FOUND, zh="支付单不存在"):
    """There is no such payment."""


class NothingToPay(Refusal, code=9009002, kind=Kind.INVALID, zh="支付金额必须大于 0"):
    """There is nothing to pay; amounts are above 0."""


class ChannelUnknown(Refusal, code=9009003, kind=Kind.INVALID, zh="支付渠道“{channel}”不存在"):
    """There is no payment channel {channel}."""


class PaymentUnderWay(
    Refusal, code=9009004, kind=Kind.CONFLICT, zh="买家正在付款，请稍后再查询支付结果"
):
    """The buyer has just paid another amount for this; look again shortly."""


class PaymentClosed(Refusal, code=9009005, kind=Kind.CONFLICT, zh="支付单已关闭"):
    """The payment was closed and can no longer be made."""


class NotPaid(Refusal, code=9009006, kind=Kind.CONFLICT, zh="尚未支付，无法退款"):
    """Nothing was paid for {subject_kind} {subject_id}, so nothing can go back."""


class RefundTooHigh(
    Refusal,
    code=9009007,
    kind=Kind.CONFLICT,
    zh="退款金额 {asked_fen} 分超过可退金额 {left_fen} 分",
):
    """{asked_fen} fen are more than the {left_fen} fen that can still be refunded."""


class RefundCauseUsed(
    Refusal, code=9009008, kind=Kind.CONFLICT, zh="同一原因已按其他金额或对象发起退款"
):
    """A refund for {cause_kind} {cause_id} was asked before, of another amount or subject."""


class SignatureWrong(Refusal, code=9009009, kind=Kind.UNKNOWN_CALLER, zh="通知签名不正确"):
    """The notice is not signed by the gateway."""


class NoticeMalformed(Refusal, code=9009010, kind=Kind.INVALID, zh="通知内容无法识别"):
    """The notice is signed, but says nothing that payment understands."""


class RefundNotFound(Refusal, code=9009011, kind=Kind.NOT_FOUND, zh="退款单不存在"):
    """There is no such refund."""


class AmountDiffers(Refusal, code=9009012, kind=Kind.CONFLICT, zh="通知金额与单据金额不一致"):
    """The notice names {told_fen} fen where {known_fen} fen were asked for."""


class OnlyInDemo(Refusal, code=9009013, kind=Kind.NOT_FOUND, zh="仅演示环境提供该接口"):
    """Faults can be had in a demo only."""


class TransferNotFound(Refusal, code=9009014, kind=Kind.NOT_FOUND, zh="转账单不存在"):
    """There is no such transfer."""


class TransferSubjectUsed(
    Refusal, code=9009015, kind=Kind.CONFLICT, zh="同一对象已按其他金额或收款人转账"
):
    """A transfer for {subject_kind} {subject_id} was asked before, of another amount or payee."""
