"""Charging, closing, refunding, paying out and hearing of gateways: each for many at once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tongshang.kernel.ids import Named
from tongshang.kernel.refusal import Refusal
from tongshang.modules.payment import domain, store
from tongshang.modules.payment.domain import (
    SANDBOX,
    Charge,
    ChargeDraft,
    Key,
    MoneyBack,
    MoneyIn,
    MoneyOut,
    MoneyReturned,
    News,
    Notice,
    Payment,
    RefundDraft,
    RefundMoved,
    Subject,
    Transfer,
    TransferDraft,
    TransferMoved,
)
from tongshang.modules.payment.events import (
    PaymentTaken,
    RefundDone,
    RefundFailed,
    TransferDone,
    TransferFailed,
    TransferReturned,
)
from tongshang.modules.payment.gateway import Gateway, GiveBack, PayOut, Prepay
from tongshang.modules.payment.gateway.sandbox import Sandbox
from tongshang.modules.payment.machine import PaymentState, RefundState, TransferState
from tongshang.modules.payment.refusals import ChannelUnknown, PaymentUnderWay
from tongshang.modules.payment.store import transfers as transfer_store
from tongshang.runtime import jobs, log
from tongshang.runtime.call import Call

ASKS_MAX: Final = 3
UNHEARD: Final = timedelta(seconds=60)
LOOKED_AT_MAX: Final = 500
FOUND_JOB: Final = "payment.found"
# A bank sends money back days later, and the notice of that may get lost: it is asked by itself.
RETURNED_JOB: Final = "payment.returned"
RETURNED_AFTER: Final = (timedelta(days=1), timedelta(days=4), timedelta(days=10))

SANDBOX_GATEWAY: Final = Sandbox()
GATEWAYS: Final[dict[str, Gateway]] = {SANDBOX: SANDBOX_GATEWAY}


# --- charging ----------------------------------------------------------------------------------


async def charge(call: Call, drafts: Sequence[ChargeDraft]) -> list[Charge]:
    """Ask buyers for money: the same subject again gives the same charge.

    Three statements for any number of new charges, notices of test wallets included. A subject
    that waits at another price is closed and charged anew.
    """
    missing = domain.distinct(drafts)
    found: dict[Subject, Payment] = {}
    for _ in range(ASKS_MAX):
        if not missing:
            break
        asked = await _ask(call, missing)
        repriced = [d for d in missing if (p := asked.get(d.subject)) and domain.is_repriced(p, d)]
        await close(call, [draft.subject for draft in repriced])
        again = {draft.subject for draft in repriced}
        found |= {subject: p for subject, p in asked.items() if subject not in again}
        missing = [draft for draft in missing if draft.subject not in found]
    if missing:
        raise PaymentUnderWay
    return [
        Charge(found[draft.subject].payment_id, found[draft.subject].prepay_id) for draft in drafts
    ]


async def _ask(call: Call, drafts: Sequence[ChargeDraft]) -> dict[Subject, Payment]:
    ids = call.take_ids(Named.PAYMENT, len(drafts))
    prepay_ids = [
        domain.prepay_id(call.at, draft.shop_id, new_id)
        for draft, new_id in zip(drafts, ids, strict=True)
    ]
    asked = await store.ask(call.tx, drafts, ids, prepay_ids, call.at)
    new = set(ids)
    for channel in dict.fromkeys(draft.channel for draft in drafts):
        gateway = _gateway(channel)
        ours = [
            (draft, asked[draft.subject])
            for draft in drafts
            if draft.channel == channel and draft.subject in asked
        ]
        prepays = [
            Prepay(p.shop_id, p.payment_id, p.prepay_id, p.amount_fen, draft.confirm)
            for draft, p in ours
            if p.payment_id in new
        ]
        if prepays:
            await gateway.charge(call, prepays)
        known = [
            p.key
            for draft, p in ours
            if draft.confirm
            and p.payment_id not in new
            and p.state is PaymentState.WAITING
            and not domain.is_repriced(p, draft)
        ]
        if known and isinstance(gateway, Sandbox):
            await gateway.pay(call, known)
    return asked


async def close(call: Call, subjects: Sequence[Subject]) -> None:
    """Void what waits to be paid for subjects.

    What the gateway has taken already stays waiting for its notice: money that came in is never
    forgotten, and whoever charged for it gives it back.
    """
    if not subjects:
        return
    waiting = await store.list_waiting(call.tx, subjects)
    for channel in dict.fromkeys(payment.channel for payment in waiting):
        keys = sorted(payment.key for payment in waiting if payment.channel == channel)
        closed = await _gateway(channel).close(call, keys)
        if closed:
            await store.close(call.tx, closed)


# --- refunding ---------------------------------------------------------------------------------


async def refund(call: Call, drafts: Sequence[RefundDraft]) -> list[int]:
    """Give money back: once per cause, and never more than was paid; six statements at most.

    The gateway answers "processing"; that the money is back is told by `RefundDone`.
    """
    if not drafts:
        return []
    payments = await store.hold_of_subjects(call.tx, [draft.subject for draft in drafts])
    known = await store.hold_by_cause(call.tx, [draft.cause for draft in drafts])
    new_ids = call.take_ids(Named.REFUND, len(drafts))
    plan = domain.plan_refunds(drafts, payments, known, new_ids)
    await store.add_refunds(call.tx, plan.fresh, call.at)
    await store.reserve(call.tx, [((r.shop_id, r.payment_id), r.amount_fen) for r in plan.fresh])
    before = {one.key: one for one in known.values()}
    await store.move_refunds(
        call.tx, [RefundMoved(before[one.key], one, call.at) for one in plan.again], call.at
    )
    channels = {p.key: p.channel for paid in payments.values() for p in paid}
    asked = [*plan.fresh, *plan.again]
    for channel in dict.fromkeys(channels[r.shop_id, r.payment_id] for r in asked):
        await _gateway(channel).refund(
            call,
            [
                GiveBack(r.shop_id, r.refund_id, r.payment_id, r.amount_fen)
                for r in asked
                if channels[r.shop_id, r.payment_id] == channel
            ],
        )
    return list(plan.ids)


# --- transferring ------------------------------------------------------------------------------


async def transfer(call: Call, drafts: Sequence[TransferDraft]) -> list[int]:
    """Pay people: once per subject; asked again, the same transfer. Four statements at most.

    Whether the money arrived is told by `TransferDone`, or by `TransferFailed` after several
    attempts.
    """
    if not drafts:
        return []
    ids = call.take_ids(Named.TRANSFER, len(drafts))
    wanted = domain.new_transfers(drafts, ids)
    new = await transfer_store.add(call.tx, wanted, call.at)
    found = {one.subject: one for one in wanted}
    if len(new) < len(wanted):
        found |= await transfer_store.of_subjects(call.tx, [draft.subject for draft in drafts])
        for draft in drafts:
            domain.check_same_transfer(found[draft.subject], draft)
    await _pay_out(call, [one for one in wanted if one.transfer_id in new])
    return [found[draft.subject].transfer_id for draft in drafts]


async def retry_transfers(call: Call) -> bool:
    """Try once more what failed and whose time has come; whether there may be more."""
    failed = await transfer_store.hold_to_retry(call.tx, call.at, LOOKED_AT_MAX)
    moved = [domain.again(one, call.at) for one in failed]
    await transfer_store.move(call.tx, moved, call.at)
    await _pay_out(call, [one.after for one in moved])
    return len(failed) == LOOKED_AT_MAX


async def _pay_out(call: Call, transfers: Sequence[Transfer]) -> None:
    for channel in dict.fromkeys(one.channel for one in transfers):
        payouts = [
            PayOut(
                *(one.owner_id, one.transfer_id, one.attempt),
                *(one.payee_id, one.account, one.amount_fen),
            )
            for one in transfers
            if one.channel == channel
        ]
        await _gateway(channel).transfer(call, payouts)


# --- hearing -----------------------------------------------------------------------------------


async def receive_notices(call: Call, notices: Sequence[Notice]) -> None:
    """Believe what gateways have signed, and do what it changes: nothing twice."""
    await apply(call, [_read(call, notice) for notice in notices])


def _read(call: Call, notice: Notice) -> News:
    try:
        return _gateway(notice.channel).read(call.house, notice)
    except Refusal as refusal:  # somebody who knocks with false notices is worth a line
        seen = {"code": refusal.code, "channel": notice.channel, "length": len(notice.body)}
        log.write(call.at, "payment.notice_refused", seen)
        raise


async def apply(call: Call, news: Sequence[News]) -> None:
    """Move the payments, refunds and transfers that gateways tell of, and tell of those that moved."""
    money_in = [told for told in news if isinstance(told, MoneyIn)]
    money_back = [told for told in news if isinstance(told, MoneyBack)]
    money_out = [told for told in news if isinstance(told, MoneyOut | MoneyReturned)]
    facts: list[object] = []
    if money_in:
        payments = await store.hold_payments(call.tx, _distinct([told.key for told in money_in]))
        taken = domain.take(payments, money_in)
        for told in domain.paid_twice(payments, money_in):
            log.write(call.at, "payment.paid_twice", {"payment_id": str(told.payment_id)})
        if taken:
            await store.take(call.tx, taken)
        facts += [_taken(payment) for payment in taken]
    if money_back:
        refunds = await store.hold_refunds(call.tx, _distinct([told.key for told in money_back]))
        moved = domain.settle_refunds(refunds, money_back)
        await store.move_refunds(call.tx, moved, call.at)
        facts += [_refunded(one) for one in moved]
    if money_out:
        held = await transfer_store.hold(call.tx, _distinct([told.key for told in money_out]))
        settled = domain.settle_transfers(held, money_out)
        await transfer_store.move(call.tx, settled, call.at)
        facts += [fact for one in settled if (fact := _transferred(one)) is not None]
        await _ask_later(call, [one.after for one in settled])
    await call.tell(*facts)


async def reconcile(call: Call) -> bool:
    """Ask gateways about what was not heard of for a minute; whether there is more to ask.

    A notice may get lost. What is found becomes a job each, so that one subject that cannot take
    its money does not keep the others from theirs.
    """
    since = call.at - UNHEARD
    waiting = await store.list_unheard(call.tx, since, LOOKED_AT_MAX)
    refunds = await store.list_unheard_refunds(call.tx, since, LOOKED_AT_MAX)
    news: list[News] = []
    for channel in dict.fromkeys(payment.channel for payment in waiting):
        keys = [payment.key for payment in waiting if payment.channel == channel]
        news += await _gateway(channel).query(call, keys)
    if refunds:
        for gateway in GATEWAYS.values():
            news += await gateway.query_refunds(call, [refund.key for refund in refunds])
    transfers = await transfer_store.list_unheard(call.tx, since, LOOKED_AT_MAX)
    if transfers:
        for gateway in GATEWAYS.values():
            news += await gateway.query_transfers(call, [one.key for one in transfers])
        await transfer_store.mark_looked(call.tx, [one.key for one in transfers], call.at)
    await jobs.add(call, [_found(call, told) for told in news])
    if waiting:
        await store.mark_looked(call.tx, [payment.key for payment in waiting], call.at)
    if refunds:
        await store.mark_looked_refunds(call.tx, [one.key for one in refunds], call.at)
    return LOOKED_AT_MAX in (len(waiting), len(refunds), len(transfers))


async def _ask_later(call: Call, transfers: Sequence[Transfer]) -> None:
    """Ask the bank later whether what arrived at an account has stayed there."""
    arrived = [one for one in transfers if one.account and one.state is TransferState.DONE]
    await jobs.add(
        call,
        [
            jobs.Job(RETURNED_JOB, msgspec.json.encode(one.key), call.at + wait, one.owner_id)
            for one in arrived
            for wait in RETURNED_AFTER
        ],
    )


async def ask_returned(call: Call, keys: Sequence[Key]) -> None:
    """Find out what banks have sent back, whether they told or not."""
    for gateway in GATEWAYS.values():
        news = await gateway.query_transfers(call, _distinct(keys))
        await apply(call, [told for told in news if isinstance(told, MoneyReturned)])


def _found(call: Call, told: News) -> jobs.Job:
    body = msgspec.json.encode((type(told).__name__, told))
    key = f"{type(told).__name__} {told.key[1]}"
    return jobs.Job(FOUND_JOB, body, call.at, owner_id=told.key[0], key=key)


def _gateway(channel: str) -> Gateway:
    gateway = GATEWAYS.get(channel)
    if gateway is None:
        raise ChannelUnknown(channel=channel[:40])
    return gateway


def _distinct(keys: Sequence[Key]) -> list[Key]:
    return sorted(set(keys))


def _taken(payment: Payment) -> PaymentTaken:
    assert payment.paid_at is not None
    return PaymentTaken(
        payment.shop_id,
        payment.payment_id,
        payment.subject_kind,
        payment.subject_id,
        payment.buyer_id,
        payment.amount_fen,
        payment.channel,
        payment.transaction_id,
        payment.paid_at,
    )


def _refunded(moved: RefundMoved) -> RefundDone | RefundFailed:
    refund = moved.after
    fact = RefundDone if refund.state is RefundState.DONE else RefundFailed
    return fact(
        refund.shop_id,
        refund.refund_id,
        refund.payment_id,
        refund.subject_kind,
        refund.subject_id,
        refund.cause_kind,
        refund.cause_id,
        refund.amount_fen,
        moved.at,
    )


def _transferred(
    moved: TransferMoved,
) -> TransferDone | TransferFailed | TransferReturned | None:
    one = moved.after
    whose = (one.owner_id, one.transfer_id, one.subject_kind, one.subject_id, one.payee_id)
    if one.state is TransferState.DONE:
        return TransferDone(*whose, one.amount_fen, one.transaction_id, moved.at)
    if one.state is TransferState.GIVEN_UP:
        return TransferFailed(*whose, one.amount_fen, moved.at)
    if one.state is TransferState.RETURNED:
        return TransferReturned(*whose, one.amount_fen, moved.at)
    return None
