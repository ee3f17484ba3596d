from tongshang.kernel.refusal import Kind, Refusal


class FlowNotFound(Refusal, code=9012001, kind=Kind.NOT_FOUND, zh="没有这笔资金流水"):
    """There is no such funds flow."""


class NoMoneyYet(Refusal, code=9012002, kind=Kind.NOT_FOUND, zh="该订单还没有资金记录"):
    """No money of this order has been booked."""


class BalanceTooLow(
    Refusal, code=9012003, kind=Kind.CONFLICT, zh="可提现余额不足：现有 {available_fen} 分"
):
    """There is less to withdraw: {available_fen} fen."""


class ReceiverSuspended(
    Refusal, code=9012004, kind=Kind.CONFLICT, zh="账户已冻结或已停用，款项由平台暂存"
):
    """The account is frozen or closed; its money is held by the platform."""


class NoWithdrawal(Refusal, code=9012005, kind=Kind.NOT_FOUND, zh="没有这笔提现"):
    """There is no such withdrawal."""


class NothingHeld(Refusal, code=9012006, kind=Kind.NOT_FOUND, zh="该账户没有被冻结"):
    """The party is in good standing; nothing is held for it."""


class NotGone(Refusal, code=9012007, kind=Kind.CONFLICT, zh="只有已停用账户的暂存款可以退给店铺"):
    """Only what is held for a party that has left goes back to shops."""


class HeldTooShortly(
    Refusal, code=9012008, kind=Kind.CONFLICT, zh="停用未满 {days} 天，暂存款还不能退给店铺"
):
    """The party left less than {days} days ago; what is held may still be asked for."""


class CommissionOrderNotFound(Refusal, code=10024006, kind=Kind.NOT_FOUND, zh="佣金单不存在"):
    """There is no such commission order of yours."""
