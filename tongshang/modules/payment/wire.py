"""Requests and answers of the cashier and of the sandbox gateway."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from tongshang.modules.payment.domain import SANDBOX, Notice, Payment
from tongshang.runtime.rpc import Untouched

PrepayId = Annotated[str, msgspec.Meta(min_length=48, max_length=48)]


class CashierQuery(msgspec.Struct, forbid_unknown_fields=True):
    prepay_id: PrepayId


class CashierConfirm(msgspec.Struct, forbid_unknown_fields=True):
    """`failed` is an attempt that goes wrong, as with an empty account; one may try again."""

    prepay_id: PrepayId
    outcome: Literal["paid", "failed"]


class CashierView(msgspec.Struct):
    """What is to be paid. `state` is the payment's; `trade_state` is the gateway's, and ahead."""

    prepay_id: str
    payment_id: str
    shop_id: str
    shop_name: str
    subject_kind: str
    subject_id: str
    amount_fen: int
    state: str
    trade_state: str
    created_at: datetime
    paid_at: datetime | None

    @classmethod
    def of(cls, payment: Payment, shop_name: str, trade_state: str) -> "CashierView":
        return cls(
            payment.prepay_id,
            str(payment.payment_id),
            str(payment.shop_id),
            shop_name,
            payment.subject_kind,
            str(payment.subject_id),
            payment.amount_fen,
            payment.state.value,
            trade_state,
            payment.created_at,
            payment.paid_at,
        )


class SignedNotice(Untouched):
    """A gateway's notice; its signature is in the headers, over the body to the byte."""

    def notice(self) -> Notice:
        return Notice(
            SANDBOX,
            self.headers.get("wechatpay-timestamp", ""),
            self.headers.get("wechatpay-nonce", ""),
            self.headers.get("wechatpay-signature", ""),
            self.body.decode(errors="replace"),
        )


class NoticeTaken(msgspec.Struct):
    """What a WeChat Pay merchant answers."""

    code: str = "SUCCESS"
    message: str = "成功"


class FaultDraft(msgspec.Struct, forbid_unknown_fields=True):
    """What is to go wrong the next `times`; with `shop_id` for that shop only."""

    kind: Literal[
        "lose_notice",
        "double_notice",
        "late_notice",
        "fail_refund",
        "fail_transfer",
        "return_transfer",
    ]
    times: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 1
    shop_id: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$|^[1-8][0-9]{18}$")] = "0"
