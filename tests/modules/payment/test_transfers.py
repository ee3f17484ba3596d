"""Money that is paid out to people: once, whatever the gateway's notices do."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.modules.payment.gateway import moved_clock
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.payment import api, domain
from tongshang.modules.payment.actions import SANDBOX_GATEWAY
from tongshang.modules.payment.api import TransferDraft, TransferState
from tongshang.modules.payment.domain import MoneyOut
from tongshang.modules.payment.events import TransferDone, TransferFailed
from tongshang.modules.payment.gateway import protocol
from tongshang.modules.payment.gateway.store import Fault
from tongshang.modules.payment.refusals import AmountDiffers, TransferNotFound
from tongshang.runtime.call import NOBODY, Call, Tells
from tongshang.runtime.jobs import tell_listeners

OWNER, PAYEE = 17_00000000000000001, 17_00000000000000002
WAIT = timedelta(minutes=6)


@pytest.fixture
def told(opened: Opened) -> list[Any]:
    """What is told of transfers."""
    heard: list[Any] = []

    async def note(call: Call, facts: Any) -> None:
        heard.extend(facts)

    opened.house.demo = True
    kinds = (TransferDone, TransferFailed)
    opened.house.tells = Tells(tell_listeners, reactions=dict.fromkeys(kinds, (note,)))
    return heard


def draft(subject_id: int = 1, fen: int = 880) -> TransferDraft:
    return TransferDraft(OWNER, "test", subject_id, PAYEE, fen)


async def pay(opened: Opened, *drafts: TransferDraft) -> list[int]:
    async with calling(opened) as call:
        return await api.transfer(call, drafts)


async def fail(opened: Opened, fault: Fault, times: int = 1) -> None:
    async with calling(opened) as call:
        await SANDBOX_GATEWAY.set_fault(call, OWNER, fault, times)


async def state(opened: Opened, subject_id: int = 1) -> TransferState:
    async with calling(opened) as call:
        subject = (OWNER, "test", subject_id)
        return (await api.transfers_of(call.tx, [subject]))[subject].state


async def test_a_subject_is_paid_once_by_two_who_ask_at_once(
    opened: Opened, told: list[Any]
) -> None:
    ids = await asyncio.gather(*(pay(opened, draft(), draft(2)) for _ in range(3)))
    assert len({tuple(one) for one in ids}) == 1
    await finish_work(opened)
    assert sorted(one.subject_id for one in told) == [1, 2]
    assert await state(opened) is TransferState.DONE
    with pytest.raises(api.TransferSubjectUsed):
        await pay(opened, draft(fen=881))


@pytest.mark.parametrize("fault", [Fault.DOUBLE_NOTICE, Fault.LATE_NOTICE, Fault.LOSE_NOTICE])
async def test_notices_that_are_double_late_or_lost_move_the_money_once(
    opened: Opened, told: list[Any], fault: Fault
) -> None:
    await fail(opened, fault)
    await pay(opened, draft())
    await finish_work(opened)
    with moved_clock(opened, timedelta(minutes=11)):
        await finish_work(opened)
        await finish_work(opened)
    assert [type(one) for one in told] == [TransferDone]
    assert told[0].amount_fen == 880


async def test_what_failed_is_tried_again_and_given_up_in_the_end(
    opened: Opened, told: list[Any]
) -> None:
    await fail(opened, Fault.FAIL_TRANSFER)
    await pay(opened, draft())
    await finish_work(opened)
    assert await state(opened) is TransferState.FAILED
    assert told == []
    with moved_clock(opened, WAIT):
        await finish_work(opened)
    assert [type(one) for one in told] == [TransferDone]

    await fail(opened, Fault.FAIL_TRANSFER, 3)
    with moved_clock(opened, 2 * WAIT):
        await pay(opened, draft(2))
        await finish_work(opened)
    for number in (3, 4, 5):
        with moved_clock(opened, number * WAIT):
            await finish_work(opened)
    assert [type(one) for one in told] == [TransferDone, TransferFailed]
    assert await state(opened, 2) is TransferState.GIVEN_UP


def out(attempt: int, *, succeeded: bool) -> MoneyOut:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return MoneyOut(OWNER, 5, attempt, f"n{attempt}", 880, succeeded, at)


def test_a_failure_that_comes_after_the_next_attempt_moves_nothing() -> None:
    (transfer,) = domain.new_transfers([draft()], [5])
    (failed,) = domain.settle_transfers({transfer.key: transfer}, [out(1, succeeded=False)])
    again = domain.again(failed.after, failed.at).after
    assert domain.settle_transfers({again.key: again}, [out(1, succeeded=False)]) == []
    news = [out(2, succeeded=True), out(1, succeeded=False), out(2, succeeded=True)]
    (done,) = domain.settle_transfers({again.key: again}, news)
    assert (done.after.state, done.after.transaction_id) == (TransferState.DONE, "n2")


async def test_a_notice_of_another_amount_or_of_nothing_is_refused(
    opened: Opened, told: list[Any]
) -> None:
    await fail(opened, Fault.LOSE_NOTICE)
    (transfer_id,) = await pay(opened, draft())
    at = opened.house.clock.now()
    for number, fen, refusal in ((transfer_id, 879, AmountDiffers), (7, 880, TransferNotFound)):
        bill = protocol.TransferBill(str(OWNER), str(number), 1, "x", "SUCCESS", fen, at)
        key = protocol.key_of(opened.house.secret)
        notice = protocol.compose(key, at, protocol.TRANSFERRED, bill)
        with pytest.raises(refusal):
            async with calling(opened) as call:
                await api.receive_notices(call, [notice])
    assert await state(opened) is TransferState.ASKED


async def test_the_sandbox_fails_transfers_on_demand(opened: Opened, told: list[Any]) -> None:
    await ask(opened, NOBODY, "/v1/sandbox/gateway/fault", kind="fail_transfer", times=1)
    await pay(opened, draft())
    await finish_work(opened)
    assert await state(opened) is TransferState.FAILED
