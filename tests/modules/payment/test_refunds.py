"""Money back: once per cause, never more than came in, however the notices arrive."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import asyncpg
import pytest

from tests.modules.payment.gateway import (
    KIND,
    SHOP,
    facts,
    hear,
    listening,
    moved_clock,
    paid_notice,
    payment_of,
    refund_notice,
    statements,
)
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.payment import api
from tongshang.modules.payment.api import ChargeDraft, RefundDraft
from tongshang.modules.payment.refusals import (
    NothingToPay,
    NotPaid,
    RefundCauseUsed,
    RefundNotFound,
    RefundTooHigh,
)

pytestmark = pytest.mark.usefixtures("listening")
__all__ = ["listening"]

CASE: Final = "aftersale"


def back(cause: int, amount_fen: int, subject: int = 1, **fields: Any) -> RefundDraft:
    return RefundDraft(SHOP, KIND, subject, CASE, cause, amount_fen, **fields)


async def paid(opened: Opened, *amounts_fen: int) -> list[api.Charge]:
    """Subjects 1, 2, … paid in full."""
    drafts = [ChargeDraft(SHOP, KIND, n, 7, fen, confirm=True) for n, fen in enumerate(amounts_fen, 1)]  # fmt: skip
    async with calling(opened) as call:
        charges = await api.charge(call, drafts)
    await finish_work(opened)
    return charges


async def refunded(opened: Opened, *drafts: RefundDraft) -> list[int]:
    async with calling(opened) as call:
        return await api.refund(call, drafts)


async def states(opened: Opened) -> list[str]:
    rows = await opened.house.pool.fetch("select state from refunds order by refund_id")
    return [row["state"] for row in rows]


async def test_parts_go_back_until_all_is_back(opened: Opened) -> None:
    await paid(opened, 1000)
    await refunded(opened, back(1, 300), back(2, 600))
    assert (await payment_of(opened, 1)).left_fen == 100
    assert await facts(opened, "RefundDone") == []  # the gateway has only answered: processing
    await finish_work(opened)
    await refunded(opened, back(3, 100))
    await finish_work(opened)
    told = await facts(opened, "RefundDone")
    assert [(fact["cause_id"], fact["amount_fen"]) for fact in told] == [(1, 300), (2, 600), (3, 100)]  # fmt: skip
    with pytest.raises(RefundTooHigh) as refused:
        await refunded(opened, back(4, 1))
    assert refused.value.details == {"asked_fen": 1, "left_fen": 0}
    assert len(await states(opened)) == 3


@pytest.mark.parametrize("size", [1, 100])
async def test_a_batch_of_refunds_costs_six_statements(opened: Opened, size: int) -> None:
    await paid(opened, *([500] * size))
    async with calling(opened) as call:
        with statements(call.tx) as made:
            await api.refund(call, [back(n, 200, n) for n in range(1, size + 1)])
    assert len(made) == 6
    await finish_work(opened)
    assert len(await facts(opened, "RefundDone")) == size


async def test_a_cause_refunds_once_also_when_asked_at_once(opened: Opened) -> None:
    await paid(opened, 1000)
    given = await asyncio.gather(*(refunded(opened, back(1, 400)) for _ in range(6)))
    assert all(one == given[0] for one in given)
    await finish_work(opened)
    assert await refunded(opened, back(1, 400), back(1, 400)) == [given[0][0]] * 2
    assert len(await facts(opened, "RefundDone")) == 1
    assert (await payment_of(opened, 1)).refunded_fen == 400


async def test_of_many_at_once_only_what_was_paid_goes_back(opened: Opened) -> None:
    await paid(opened, 1000)
    given = await asyncio.gather(
        *(refunded(opened, back(n, 300)) for n in range(1, 8)), return_exceptions=True
    )
    assert sum(isinstance(one, RefundTooHigh) for one in given) == 4
    assert (await payment_of(opened, 1)).refunded_fen == 900


@pytest.mark.parametrize(
    ("drafts", "refusal"),
    [
        ([back(1, 1001)], RefundTooHigh),
        ([back(1, 600), back(2, 600)], RefundTooHigh),
        ([back(1, 600), back(1, 500)], RefundCauseUsed),
        ([back(1, 600), back(1, 600, 2)], RefundCauseUsed),
        ([back(1, 0)], NothingToPay),
        ([back(1, -5)], NothingToPay),
        ([back(1, 5, 3)], NotPaid),
        ([back(1, 5), back(2, 5, 99)], NotPaid),
        ([back(1, 5, payment_id=12)], NotPaid),
    ],
)
async def test_what_may_not_go_back_is_refused_whole(
    opened: Opened, drafts: list[RefundDraft], refusal: type[Refusal]
) -> None:
    await paid(opened, 1000, 1000)
    async with calling(opened) as call:
        await api.charge(call, [ChargeDraft(SHOP, KIND, 3, 7, 1000)])  # asked for, not paid
    with pytest.raises(refusal):
        await refunded(opened, *drafts)
    assert await states(opened) == []
    assert (await payment_of(opened, 1)).refunded_fen == 0
    assert await opened.house.pool.fetchval("select count(*) from gateway_refunds") == 0


async def test_the_table_itself_refuses_more_than_was_paid(opened: Opened) -> None:
    await paid(opened, 1000)
    with pytest.raises(asyncpg.CheckViolationError):
        await opened.house.pool.execute("update payments set refunded_fen = 1001")


async def test_late_money_for_one_subject_goes_back_to_its_own_payment(opened: Opened) -> None:
    async with calling(opened) as call:
        (dear,) = await api.charge(call, [ChargeDraft(SHOP, KIND, 1, 7, 990)])
        (cheap,) = await api.charge(call, [ChargeDraft(SHOP, KIND, 1, 7, 890)])
    await hear(opened, paid_notice(opened, cheap, 890), paid_notice(opened, dear, 990))
    assert len(await facts(opened, "PaymentTaken")) == 2
    await refunded(opened, back(1, 990, payment_id=dear.payment_id), back(2, 890))
    await finish_work(opened)
    told = await facts(opened, "RefundDone")
    assert {fact["payment_id"] for fact in told} == {dear.payment_id, cheap.payment_id}


async def test_notices_in_any_order_change_nothing_twice(opened: Opened) -> None:
    (charge,) = await paid(opened, 1000)
    first = paid_notice(opened, charge, 1000, (await payment_of(opened, 1)).transaction_id)
    (refund_id,) = await refunded(opened, back(1, 1000))
    done = refund_notice(opened, refund_id, 1000)
    await asyncio.gather(*(hear(opened, *some) for some in ([done], [first, done], [done, first])))
    await finish_work(opened)
    await hear(opened, first, done, refund_notice(opened, refund_id, 1000, succeeded=False))
    assert len(await facts(opened, "PaymentTaken")) == 1
    assert len(await facts(opened, "RefundDone")) == 1
    assert await facts(opened, "RefundFailed") == []
    assert (await payment_of(opened, 1)).refunded_fen == 1000


async def test_a_notice_that_overtakes_the_answer_is_refused_and_counts_when_it_returns(
    opened: Opened,
) -> None:
    await paid(opened, 1000)
    async with calling(opened) as call:
        (refund_id,) = await api.refund(call, [back(1, 400)])
        early = refund_notice(opened, refund_id, 400)
        with pytest.raises(RefundNotFound):  # what is not committed is not known to others
            await hear(opened, early)
    await hear(opened, early)
    await finish_work(opened)
    assert len(await facts(opened, "RefundDone")) == 1


async def test_a_failed_refund_holds_nothing_and_may_be_asked_again(opened: Opened) -> None:
    opened.house.demo = True
    await paid(opened, 1000)
    await opened.house.pool.execute("insert into gateway_faults values (0, 'fail_refund', 1)")
    (refund_id,) = await refunded(opened, back(1, 700))
    await finish_work(opened)
    assert await states(opened) == ["failed"]
    assert (await payment_of(opened, 1)).refunded_fen == 0
    assert await refunded(opened, back(1, 700)) == [refund_id]
    assert (await payment_of(opened, 1)).refunded_fen == 700
    # The old failure once more, before the news of the second attempt.
    await hear(opened, refund_notice(opened, refund_id, 700, succeeded=False))
    await finish_work(opened)
    assert await states(opened) == ["done"]
    assert (await payment_of(opened, 1)).refunded_fen == 700
    assert len(await facts(opened, "RefundDone")) == 1
    assert len(await facts(opened, "RefundFailed")) == 2


async def test_a_lost_refund_notice_is_asked_for_after_a_minute(opened: Opened) -> None:
    opened.house.demo = True
    await paid(opened, 1000)
    await opened.house.pool.execute("insert into gateway_faults values (0, 'lose_notice', 1)")
    await refunded(opened, back(1, 700))
    await finish_work(opened)
    assert await states(opened) == ["asked"]
    with moved_clock(opened, timedelta(seconds=61)):
        await finish_work(opened)
        await finish_work(opened)
    assert len(await facts(opened, "RefundDone")) == 1
