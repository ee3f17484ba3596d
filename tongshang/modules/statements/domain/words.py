"""What lines are called: by what caused them, and by the account at their other end.

Both tables are by names as the books store them; what is not in them is told by its name, so a
cause or an account that is new is shown before it has a sentence here.
"""

from typing import Final, NamedTuple

from tongshang.modules.ledger.api import Line
from tongshang.modules.statements.domain.holdings import is_of


class Said(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


CAUSES: Final = {
    "payment":         Said("买家付款", "The buyer paid"),
    "refund":          Said("退款给买家", "Money went back to the buyer"),
    "settlement":      Said("订单结算", "The order was settled"),
    "transfer":        Said("红包转出", "A red packet was paid out"),
    "withdrawal":      Said("申请提现", "A withdrawal was asked for"),
    "withdrawal_back": Said("提现退回", "A withdrawal came back"),
    "withdrawal_paid": Said("提现到账", "A withdrawal reached the bank"),
    "release":         Said("暂存款解除", "What was held is free again"),
    "forfeit":         Said("暂存款退还店铺", "What was held went back to the shop"),
    "donation":        Said("收礼人捐出礼物", "The receiver gave the gift to a charity"),
    "cover":           Said("风险准备金垫付欠款", "The platform's reserve paid a debt"),
}  # fmt: skip

ACCOUNTS: Final = {
    "channel":        Said("支付渠道", "Payment channel"),
    "shop_pending":   Said("待结算货款", "Waiting for settlement"),
    "shop_available": Said("店铺可用余额", "Available to the shop"),
    "platform_fee":   Said("平台技术服务费", "Technical service fee"),
    "promoter":       Said("带货佣金", "Promoter's commission"),
    "agency":         Said("机构服务费", "Agency's service fee"),
    "sharer":         Said("推客佣金", "Sharer's commission"),
    "packets":        Said("买家红包", "Buyer's red packets"),
    "withdrawing":    Said("提现在途", "On its way to a bank"),
    "suspense":       Said("平台暂存", "Held by the platform"),
    "donation":       Said("公益捐赠", "A charity's donations"),
    "reserve":        Said("平台风险准备金", "Platform's reserve"),
}  # fmt: skip


def cause(kind: str) -> Said:
    """What a cause is called."""
    return CAUSES.get(kind, Said(kind, kind))


def account(kind: str) -> Said:
    """What an account is called."""
    return ACCOUNTS.get(kind, Said(kind, kind))


def line(one: Line, owner_id: int) -> Said:
    """What a line is to an owner: why, and where from or where to."""
    posting = one.posting
    comes = is_of(posting.target, owner_id)
    other = account((posting.source if comes else posting.target).kind.value)
    why = cause(one.cause.kind)
    if comes:
        return Said(f"{why.zh}，来自{other.zh}", f"{why.en}, from: {other.en}")
    return Said(f"{why.zh}，转入{other.zh}", f"{why.en}, to: {other.en}")
