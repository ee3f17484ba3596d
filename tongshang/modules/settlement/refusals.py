from tongshang.kernel.refusal import Kind, Refusal


class FlowNotFound(Refusal, code=9012001, kind=Kind.NOT_FOUND, zh="没有这笔资金流水"):
    """There is no such funds flow."""


class NoMoneyYet(Refusal, code=9012002, kind=Kind.NOT_FOUND, zh="该订单还没有资金记录"):
    """No money of this order has been booked."""
