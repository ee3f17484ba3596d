"""The built-in gateway: takes sandbox money, keeps books of its own, tells by signed notices."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from tongshang.kernel.ids import Named
from tongshang.modules.payment.domain import Key, News, Notice
from tongshang.modules.payment.gateway import GiveBack, PayOut, Prepay, protocol, store
from tongshang.modules.payment.gateway.store import (
    Bill,
    Fault,
    RefundStatus,
    RefundTrade,
    Trade,
    TradeState,
)
from tongshang.modules.payment.refusals import PaymentClosed, PaymentNotFound
from tongshang.runtime import jobs
from tongshang.runtime.call import Call, House

NOTICE_JOB: Final = "payment.notice"
LATE: Final = timedelta(minutes=10)
RETURNED_AFTER: Final = timedelta(days=3)


class Sandbox:
    """A gateway (see `Gateway`) that lives in the house, under the same transaction."""

    async def charge(self, call: Call, prepays: Sequence[Prepay]) -> None:
        """Open orders; those of a test wallet are paid at once. Two statements for any number."""
        numbers = iter(_transaction_ids(call, sum(prepay.confirm for prepay in prepays)))
        transactions = [next(numbers) if prepay.confirm else None for prepay in prepays]
        await store.open_trades(call.tx, prepays, transactions, call.at)
        paid = [
            Trade(p.shop_id, p.out_trade_no, p.total_fen, TradeState.SUCCESS, number, call.at)
            for p, number in zip(prepays, transactions, strict=True)
            if number
        ]
        await _notify_paid(call, paid)

    async def pay(self, call: Call, keys: Sequence[Key]) -> None:
        """Let buyers pay orders; what is paid already stays as it is and is not told again."""
        paid = await store.pay(call.tx, keys, _transaction_ids(call, len(keys)), call.at)
        await _notify_paid(call, paid)

    async def confirm(self, call: Call, key: Key, *, succeeds: bool) -> TradeState:
        """What becomes of one buyer's attempt at the cashier."""
        if succeeds:
            await self.pay(call, [key])
        else:
            await store.fail(call.tx, key)
        state = await self.trade_state(call, key)
        if state is TradeState.CLOSED:
            raise PaymentClosed
        return state

    async def trade_state(self, call: Call, key: Key) -> TradeState:
        """What an order is to the gateway."""
        trades = await store.list_trades(call.tx, [key])
        if not trades:
            raise PaymentNotFound
        return trades[0].state

    async def set_fault(self, call: Call, shop_id: int, fault: Fault, times: int) -> None:
        """Let something go wrong the next `times`, of one shop or (0) of any."""
        await store.set_fault(call.tx, shop_id, fault, times)

    async def close(self, call: Call, keys: Sequence[Key]) -> list[Key]:
        """Close unpaid orders; those that are closed now."""
        return await store.close(call.tx, keys)

    async def refund(self, call: Call, refunds: Sequence[GiveBack]) -> None:
        """Take refunds in hand; whether they succeed is told by a notice."""
        faults = await _Faults.of(call, [refund.shop_id for refund in refunds])
        statuses = [
            RefundStatus.ABNORMAL
            if faults.use(refund.shop_id, Fault.FAIL_REFUND)
            else RefundStatus.SUCCESS
            for refund in refunds
        ]
        numbers = [f"5030{number:019d}" for number in call.take_ids(Named.REFUND, len(refunds))]
        made = await store.give_back(call.tx, refunds, numbers, statuses, call.at)
        key = protocol.key_of(call.house.secret)
        await _send(call, faults, [(r.shop_id, _refund_notice(key, r)) for r in made])

    async def query(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """News of those orders that were paid."""
        trades = await store.list_trades(call.tx, keys)
        return [
            protocol.money_in(_transaction(trade))
            for trade in trades
            if trade.state is TradeState.SUCCESS
        ]

    async def query_refunds(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """News of those refunds that have ended."""
        refunds = await store.list_refunds(call.tx, keys)
        return [protocol.money_back(_refund_transaction(refund)) for refund in refunds]

    async def transfer(self, call: Call, payouts: Sequence[PayOut]) -> None:
        """Pay people; whether the money reached them is told by a notice."""
        faults = await _Faults.of(call, sorted({one.owner_id for one in payouts}))
        succeeded = [not faults.use(one.owner_id, Fault.FAIL_TRANSFER) for one in payouts]
        ids = call.take_ids(Named.TRANSFER, len(payouts))
        numbers = [f"1330{number:019d}" for number in ids]
        made = await store.pay_out(call.tx, payouts, numbers, succeeded, call.at)
        key = protocol.key_of(call.house.secret)
        notices = [
            (b.owner_id, protocol.compose(key, call.at, protocol.TRANSFERRED, _bill(b)))
            for b in made
        ]
        at_banks = {(one.owner_id, one.out_bill_no) for one in payouts if one.account}
        back = [
            b
            for b in made
            if b.succeeded
            and (b.owner_id, b.out_bill_no) in at_banks
            and faults.use(b.owner_id, Fault.RETURN_TRANSFER)
        ]
        await _send(call, faults, notices)
        await _send_back(call, back)

    async def query_transfers(self, call: Call, keys: Sequence[Key]) -> list[News]:
        """News of how the latest attempts ended, and of what the bank has sent back since."""
        bills = await store.list_bills(call.tx, keys)
        back = [b for b in bills if b.returned_at and b.returned_at <= call.at]
        told = [_bill(b) for b in bills] + [_returned(b) for b in back]
        return [protocol.money_out(one) for one in told]

    def read(self, house: House, notice: Notice) -> News:
        """What a notice says; refuses one that this gateway did not sign."""
        return protocol.read(protocol.key_of(house.secret), notice)


class _Faults:
    """What shall go wrong in this call; nothing, but in a demo."""

    def __init__(self, left: dict[tuple[int, Fault], int]) -> None:
        self._left = left
        self._used: set[tuple[int, Fault]] = set()

    @classmethod
    async def of(cls, call: Call, shop_ids: Sequence[int]) -> "_Faults":
        return cls(await store.hold_faults(call.tx, shop_ids) if call.house.demo else {})

    def use(self, shop_id: int, fault: Fault) -> bool:
        """Whether `fault` strikes now, for this shop or for any."""
        for key in ((shop_id, fault), (0, fault)):
            if self._left.get(key, 0) > 0:
                self._left[key] -= 1
                self._used.add(key)
                return True
        return False

    async def save(self, call: Call) -> None:
        if self._used:
            await store.save_faults(call.tx, {key: self._left[key] for key in sorted(self._used)})


async def _notify_paid(call: Call, paid: Sequence[Trade]) -> None:
    if not paid:
        return
    key = protocol.key_of(call.house.secret)
    faults = await _Faults.of(call, sorted({trade.shop_id for trade in paid}))
    notices = [
        (t.shop_id, protocol.compose(key, _at(t), protocol.PAID, _transaction(t))) for t in paid
    ]
    await _send(call, faults, notices)


async def _send(call: Call, faults: _Faults, notices: Sequence[tuple[int, Notice]]) -> None:
    """Write notices as jobs: they reach payment after the commit, as from outside."""
    written: list[jobs.Job] = []
    for shop_id, notice in notices:
        if faults.use(shop_id, Fault.LOSE_NOTICE):
            continue
        late = LATE if faults.use(shop_id, Fault.LATE_NOTICE) else timedelta(0)
        job = jobs.Job(NOTICE_JOB, msgspec.json.encode(notice), call.at + late, owner_id=shop_id)
        written += [job] * (2 if faults.use(shop_id, Fault.DOUBLE_NOTICE) else 1)
    await faults.save(call)
    await jobs.add(call, written)


async def _send_back(call: Call, bills: Sequence[Bill]) -> None:
    """Days later the bank returns what had arrived, as with an account that was closed."""
    if not bills:
        return
    at = call.at + RETURNED_AFTER
    await store.send_back(call.tx, [(one.owner_id, one.out_bill_no) for one in bills], at)
    key, written = protocol.key_of(call.house.secret), []
    for bill in bills:
        told = replace(_bill(bill), state="RETURNED", update_time=at)
        notice = protocol.compose(key, at, protocol.RETURNED, told)
        body = msgspec.json.encode(notice)
        written.append(jobs.Job(NOTICE_JOB, body, at, owner_id=bill.owner_id))
    await jobs.add(call, written)


def _transaction_ids(call: Call, count: int) -> list[str]:
    """28 digits from 42000 on, as real ones have: the day, then a number that is never repeated."""
    return [f"42000{call.at:%m%d}{number}" for number in call.take_ids(Named.PAYMENT, count)]


def _at(trade: Trade) -> datetime:
    assert trade.success_at is not None, "an unpaid order has no news"
    return trade.success_at


def _transaction(trade: Trade) -> protocol.Transaction:
    return protocol.Transaction(
        sub_mchid=str(trade.shop_id),
        out_trade_no=str(trade.out_trade_no),
        transaction_id=trade.transaction_id,
        trade_state="SUCCESS",
        success_time=_at(trade),
        amount=protocol.Amount(trade.total_fen),
    )


def _refund_transaction(refund: RefundTrade) -> protocol.RefundTransaction:
    return protocol.RefundTransaction(
        sub_mchid=str(refund.shop_id),
        out_trade_no=str(refund.out_trade_no),
        out_refund_no=str(refund.out_refund_no),
        refund_id=refund.refund_id,
        refund_status="SUCCESS" if refund.status is RefundStatus.SUCCESS else "ABNORMAL",
        success_time=refund.success_at,
        amount=protocol.RefundAmount(refund.refund_fen),
    )


def _refund_notice(key: bytes, refund: RefundTrade) -> Notice:
    succeeded = refund.status is RefundStatus.SUCCESS
    event = protocol.REFUNDED if succeeded else protocol.REFUND_FAILED
    return protocol.compose(key, refund.success_at, event, _refund_transaction(refund))


def _bill(bill: Bill) -> protocol.TransferBill:
    return protocol.TransferBill(
        sub_mchid=str(bill.owner_id),
        out_bill_no=str(bill.out_bill_no),
        attempt=bill.attempt,
        transfer_bill_no=bill.transfer_bill_no,
        state="SUCCESS" if bill.succeeded else "FAIL",
        transfer_amount=bill.transfer_fen,
        update_time=bill.updated_at,
    )


def _returned(bill: Bill) -> protocol.TransferBill:
    assert bill.returned_at is not None
    return replace(_bill(bill), state="RETURNED", update_time=bill.returned_at)
