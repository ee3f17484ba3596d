r"""The gateway's language: notices as WeChat Pay v3 writes them, and their signature.

Signed is "timestamp\nnonce\nbody\n" (Wechatpay-Timestamp, -Nonce, -Signature). The sandbox signs
by HMAC-SHA256 under a key of the house, and its resource is not encrypted.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final, Literal

import msgspec

from tongshang.modules.payment.domain import (
    SANDBOX,
    MoneyBack,
    MoneyIn,
    MoneyOut,
    MoneyReturned,
    News,
    Notice,
)
from tongshang.modules.payment.refusals import NoticeMalformed, SignatureWrong

PAID: Final = "TRANSACTION.SUCCESS"
REFUNDED: Final = "REFUND.SUCCESS"
REFUND_FAILED: Final = "REFUND.ABNORMAL"
TRANSFERRED: Final = "MCHTRANSFER.BILL.FINISHED"
RETURNED: Final = "MCHTRANSFER.BILL.RETURNED"
_SUMMARIES: Final = {
    PAID: "支付成功",
    REFUNDED: "退款成功",
    REFUND_FAILED: "退款异常",
    TRANSFERRED: "商家转账单据终态通知",
    RETURNED: "银行退票通知",
}


class Amount(msgspec.Struct):
    total: int
    currency: str = "CNY"


class Transaction(msgspec.Struct):
    """What of a paid order is told."""

    sub_mchid: str
    out_trade_no: str
    transaction_id: str
    trade_state: Literal["SUCCESS"]
    success_time: datetime
    amount: Amount
    trade_type: str = "JSAPI"


class RefundAmount(msgspec.Struct):
    refund: int
    currency: str = "CNY"


class RefundTransaction(msgspec.Struct):
    """What of a refund is told."""

    sub_mchid: str
    out_trade_no: str
    out_refund_no: str
    refund_id: str
    refund_status: Literal["SUCCESS", "ABNORMAL"]
    success_time: datetime
    amount: RefundAmount


class TransferBill(msgspec.Struct):
    """What of a transfer is told; `transfer_bill_no` is the gateway's number, of one attempt."""

    sub_mchid: str
    out_bill_no: str
    attempt: int
    transfer_bill_no: str
    state: Literal["SUCCESS", "FAIL", "RETURNED"]
    transfer_amount: int
    update_time: datetime


class _Envelope(msgspec.Struct):
    id: str
    create_time: datetime
    event_type: str
    summary: str
    resource_type: str
    resource: msgspec.Raw


_decode = msgspec.json.Decoder(_Envelope).decode
_decode_transaction = msgspec.json.Decoder(Transaction).decode
_decode_refund = msgspec.json.Decoder(RefundTransaction).decode
_decode_bill = msgspec.json.Decoder(TransferBill).decode
_encode = msgspec.json.Encoder().encode


def key_of(secret: bytes) -> bytes:
    """The sandbox gateway's signing key, which only this house can make."""
    return hmac.new(secret, b"payment.sandbox", hashlib.sha256).digest()


def compose(
    key: bytes,
    at: datetime,
    event_type: str,
    resource: Transaction | RefundTransaction | TransferBill,
) -> Notice:
    """A signed notice."""
    nonce = secrets.token_hex(16)
    body = _encode(
        {
            "id": f"EV-{nonce}",
            "create_time": at,
            "event_type": event_type,
            "summary": _SUMMARIES[event_type],
            "resource_type": "plain",
            "resource": resource,
        }
    ).decode()
    timestamp = str(int(at.timestamp()))
    return Notice(SANDBOX, timestamp, nonce, sign(key, timestamp, nonce, body), body)


def sign(key: bytes, timestamp: str, nonce: str, body: str) -> str:
    signed = f"{timestamp}\n{nonce}\n{body}\n".encode()
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def read(key: bytes, notice: Notice) -> News:
    """What a notice says, once its signature is known to be the gateway's."""
    expected = sign(key, notice.timestamp, notice.nonce, notice.body)
    if not hmac.compare_digest(expected.encode(), notice.signature.encode()):
        raise SignatureWrong
    try:
        envelope = _decode(notice.body)
        if envelope.event_type == PAID:
            return money_in(_decode_transaction(envelope.resource))
        if envelope.event_type in (REFUNDED, REFUND_FAILED):
            return money_back(_decode_refund(envelope.resource))
        if envelope.event_type in (TRANSFERRED, RETURNED):
            return money_out(_decode_bill(envelope.resource))
    except (msgspec.MsgspecError, ValueError):
        raise NoticeMalformed from None
    raise NoticeMalformed


def money_in(told: Transaction) -> MoneyIn:
    return MoneyIn(
        int(told.sub_mchid),
        int(told.out_trade_no),
        told.transaction_id,
        told.amount.total,
        told.success_time,
    )


def money_back(told: RefundTransaction) -> MoneyBack:
    return MoneyBack(
        int(told.sub_mchid),
        int(told.out_refund_no),
        told.amount.refund,
        told.refund_status == "SUCCESS",
        told.success_time,
    )


def money_out(told: TransferBill) -> MoneyOut | MoneyReturned:
    if told.state == "RETURNED":
        return MoneyReturned(
            int(told.sub_mchid),
            int(told.out_bill_no),
            told.attempt,
            told.transfer_amount,
            told.update_time,
        )
    return MoneyOut(
        int(told.sub_mchid),
        int(told.out_bill_no),
        told.attempt,
        told.transfer_bill_no,
        told.transfer_amount,
        told.state == "SUCCESS",
        told.update_time,
    )
