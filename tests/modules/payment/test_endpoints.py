"""The cashier, the gateway's door and the sandbox's faults, as callers meet them."""

import asyncio

import httpx
import pytest

from tests.modules.payment.gateway import (
    KIND,
    facts,
    listening,
    paid_notice,
    payment_of,
)
from tests.modules.payment.gateway import SHOP as NO_SHOP
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.refusal import Kind
from tongshang.modules.identity import api as identity
from tongshang.modules.payment import api
from tongshang.modules.payment.api import ChargeDraft
from tongshang.modules.payment.refusals import OnlyInDemo, PaymentClosed, PaymentNotFound
from tongshang.runtime.call import NOBODY, Caller

pytestmark = pytest.mark.usefixtures("listening")
__all__ = ["listening"]

GET, CONFIRM = "/v1/buyer/cashier/get", "/v1/buyer/cashier/confirm"


async def shopper(opened: Opened, amount_fen: int = 990) -> tuple[int, Caller, Caller, api.Charge]:
    """A shop, a buyer who owes it money, somebody else, and the charge."""
    async with calling(opened) as call:
        (shop_id,) = await identity.add_parties(
            call, [identity.PartyDraft(identity.PartyKind.SHOP, "小满茶铺")]
        )
        ids = await identity.add_buyers(
            call, [identity.BuyerDraft("阿茶", ""), identity.BuyerDraft("路人", "")]
        )
        buyers = await identity.find_buyers(call.tx, ids)
        (charge,) = await api.charge(call, [ChargeDraft(shop_id, KIND, 1, ids[0], amount_fen)])
    one, other = (identity.buyer_caller(buyers[one]) for one in ids)
    return shop_id, one, other, charge


async def test_the_cashier_says_what_for_and_takes_the_money_once(opened: Opened) -> None:
    shop_id, buyer, _, charge = await shopper(opened)
    seen = await ask(opened, buyer, GET, prepay_id=charge.prepay_id)
    assert (seen.shop_id, seen.shop_name) == (str(shop_id), "小满茶铺")
    assert (seen.amount_fen, seen.subject_kind, seen.subject_id) == (990, "order", "1")
    assert (seen.state, seen.trade_state, seen.paid_at) == ("waiting", "NOTPAY", None)

    failed = await ask(opened, buyer, CONFIRM, prepay_id=charge.prepay_id, outcome="failed")
    assert failed.trade_state == "PAYERROR"
    await finish_work(opened)
    assert await facts(opened, "PaymentTaken") == []

    given = await asyncio.gather(
        *(ask(opened, buyer, CONFIRM, prepay_id=charge.prepay_id, outcome="paid") for _ in range(4))
    )
    assert {one.trade_state for one in given} == {"SUCCESS"}
    notices = "select count(*) from jobs where kind = 'payment.notice'"
    assert await opened.house.pool.fetchval(notices) == 1
    await finish_work(opened)
    assert len(await facts(opened, "PaymentTaken")) == 1
    after = await ask(opened, buyer, CONFIRM, prepay_id=charge.prepay_id, outcome="failed")
    assert (after.state, after.trade_state) == ("paid", "SUCCESS")


async def test_only_the_payer_sees_the_cashier(opened: Opened) -> None:
    _, buyer, other, charge = await shopper(opened)
    flipped = charge.prepay_id[:-1] + ("0" if charge.prepay_id[-1] != "0" else "1")
    wrong = [flipped, "wx" + "f" * 46, "x" * 48, charge.prepay_id[::-1]]
    for caller, prepay_id in [(other, charge.prepay_id), *((buyer, one) for one in wrong)]:
        for path, more in ((GET, {}), (CONFIRM, {"outcome": "paid"})):
            with pytest.raises(PaymentNotFound):
                await ask(opened, caller, path, prepay_id=prepay_id, **more)
    seen = await ask(opened, buyer, GET, prepay_id=charge.prepay_id)
    assert seen.trade_state == "NOTPAY"


async def test_a_closed_payment_is_not_taken_at_the_cashier(opened: Opened) -> None:
    shop_id, buyer, _, charge = await shopper(opened)
    async with calling(opened) as call:
        await api.close(call, [(shop_id, KIND, 1)])
    with pytest.raises(PaymentClosed):
        await ask(opened, buyer, CONFIRM, prepay_id=charge.prepay_id, outcome="paid")
    await finish_work(opened)
    assert await facts(opened, "PaymentTaken") == []


async def test_the_gateway_knocks_with_a_signature(
    opened: Opened, client: httpx.AsyncClient
) -> None:
    async with calling(opened) as call:
        (charge,) = await api.charge(call, [ChargeDraft(NO_SHOP, KIND, 1, 7, 990)])
    notice = paid_notice(opened, charge, 990)
    headers = {
        "Wechatpay-Timestamp": notice.timestamp,
        "Wechatpay-Nonce": notice.nonce,
        "Wechatpay-Signature": notice.signature,
    }
    body = notice.body.encode()
    for bad_headers, bad_body, code in (
        ({}, body, 9009009),
        ({**headers, "Wechatpay-Nonce": "other"}, body, 9009009),
        (headers, body + b" ", 9009009),
        (headers, b"\xff\xfe", 9009009),
        (headers, b"", 44002),
    ):
        answer = await client.post("/v1/payment/notify", headers=bad_headers, content=bad_body)
        assert answer.json()["code"] == code
        assert answer.status_code in (Kind.INVALID, Kind.UNKNOWN_CALLER)
    assert (await payment_of(opened, 1)).state is api.PaymentState.WAITING
    for _ in range(3):
        answer = await client.post("/v1/payment/notify", headers=headers, content=body)
        assert (answer.status_code, answer.json()["code"]) == (200, "SUCCESS")
    assert len(await facts(opened, "PaymentTaken")) == 1


async def test_faults_are_had_in_a_demo_only(opened: Opened) -> None:
    path = "/v1/sandbox/gateway/fault"
    with pytest.raises(OnlyInDemo):
        await ask(opened, NOBODY, path, kind="double_notice", times=1)
    opened.house.demo = True
    await ask(opened, NOBODY, path, kind="double_notice", times=1)
    _, buyer, _, charge = await shopper(opened)
    await ask(opened, buyer, CONFIRM, prepay_id=charge.prepay_id, outcome="paid")
    notices = "select count(*) from jobs where kind = 'payment.notice'"
    assert await opened.house.pool.fetchval(notices) == 2
    await finish_work(opened)
    assert len(await facts(opened, "PaymentTaken")) == 1
