"""The cashier, the gateway's notices, and faults of the sandbox."""

from typing import Final

from tongshang.modules.identity import api as identity
from tongshang.modules.payment import actions, domain, store
from tongshang.modules.payment.domain import Payment
from tongshang.modules.payment.gateway.store import Fault
from tongshang.modules.payment.refusals import (
    AmountDiffers,
    NoticeMalformed,
    OnlyInDemo,
    PaymentClosed,
    PaymentNotFound,
    RefundNotFound,
    SignatureWrong,
    TransferNotFound,
)
from tongshang.modules.payment.wire import (
    CashierConfirm,
    CashierQuery,
    CashierView,
    FaultDraft,
    NoticeTaken,
    SignedNotice,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

ENDPOINTS: Final = Endpoints("payment")


@ENDPOINTS(
    "GET",
    "/v1/buyer/cashier/get",
    needs=Scope.BUYER,
    refuses=(PaymentNotFound,),
    reads=True,
)
async def get_cashier(call: Call, req: CashierQuery) -> CashierView:
    """What is to be paid under a prepay_id, and whether it has been; the payer's own only."""
    payment = await _own_payment(call, req.prepay_id)
    trade_state = await actions.SANDBOX_GATEWAY.trade_state(call, payment.key)
    return await _view(call, payment, trade_state)


@ENDPOINTS(
    "POST",
    "/v1/buyer/cashier/confirm",
    needs=Scope.BUYER,
    refuses=(PaymentNotFound, PaymentClosed),
)
async def confirm_cashier(call: Call, req: CashierConfirm) -> CashierView:
    """Pay at the sandbox gateway, or let the attempt fail; the payment hears of it by a notice."""
    payment = await _own_payment(call, req.prepay_id)
    trade_state = await actions.SANDBOX_GATEWAY.confirm(
        call, payment.key, succeeds=req.outcome == "paid"
    )
    return await _view(call, payment, trade_state)


@ENDPOINTS(
    "POST",
    "/v1/payment/notify",
    needs=Scope.PUBLIC,
    refuses=(
        SignatureWrong,
        NoticeMalformed,
        PaymentNotFound,
        RefundNotFound,
        TransferNotFound,
        AmountDiffers,
    ),
)
async def take_notice(call: Call, req: SignedNotice) -> NoticeTaken:
    """Hear a gateway's signed notice; the same one again changes nothing."""
    await actions.receive_notices(call, [req.notice()])
    return NoticeTaken()


@ENDPOINTS("POST", "/v1/sandbox/gateway/fault", needs=Scope.PUBLIC, refuses=(OnlyInDemo,))
async def set_fault(call: Call, req: FaultDraft) -> Done:
    """Let the sandbox gateway's next notices get lost, double or late, or refunds fail."""
    if not call.house.demo:
        raise OnlyInDemo
    await actions.SANDBOX_GATEWAY.set_fault(call, int(req.shop_id), Fault(req.kind), req.times)
    return Done()


async def _own_payment(call: Call, prepay_id: str) -> Payment:
    payment = await store.find_payment(call.tx, domain.read_prepay_id(prepay_id))
    if payment is None or payment.buyer_id != call.buyer_id or payment.prepay_id != prepay_id:
        raise PaymentNotFound
    return payment


async def _view(call: Call, payment: Payment, trade_state: str) -> CashierView:
    shops = await identity.find_parties(call.tx, [payment.shop_id])
    shop = shops.get(payment.shop_id)
    return CashierView.of(payment, shop.name if shop else "", trade_state)
