"""Money in: once each, however gateways and people behave."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

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
    statements,
)
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.modules.payment import api
from tongshang.modules.payment.api import ChargeDraft, PaymentState
from tongshang.modules.payment.events import PaymentTaken
from tongshang.modules.payment.gateway import protocol
from tongshang.modules.payment.refusals import (
    AmountDiffers,
    NothingToPay,
    NoticeMalformed,
    PaymentNotFound,
    PaymentUnderWay,
    SignatureWrong,
)
from tongshang.runtime.call import Call, Tells
from tongshang.runtime.jobs import tell_listeners

BUYER: Final = 17_00000000000000007

pytestmark = pytest.mark.usefixtures("listening")
__all__ = ["listening"]


def draft(subject: int, amount_fen: int = 990, **fields: Any) -> ChargeDraft:
    return ChargeDraft(SHOP, KIND, subject, BUYER, amount_fen, **fields)


async def charged(opened: Opened, *drafts: ChargeDraft) -> list[api.Charge]:
    async with calling(opened) as call:
        return await api.charge(call, drafts)


@pytest.mark.parametrize("size", [1, 200])
async def test_a_batch_is_charged_and_told_in_three_statements(opened: Opened, size: int) -> None:
    drafts = [draft(n, 100 + n, confirm=True) for n in range(1, size + 1)]
    async with calling(opened) as call:
        with statements(call.tx) as made:
            charges = await api.charge(call, drafts)
    assert len(made) == 3
    assert len({charge.payment_id for charge in charges}) == size
    await finish_work(opened)
    taken = await facts(opened, "PaymentTaken")
    assert sorted((fact["subject_id"], fact["amount_fen"]) for fact in taken) == [
        (one.subject_id, one.amount_fen) for one in drafts
    ]
    for fact in taken:
        assert len(fact["transaction_id"]) == 28
        assert fact["transaction_id"].startswith("42000")


async def test_a_notice_batch_costs_the_same_whatever_its_size(opened: Opened) -> None:
    charges = await charged(opened, *(draft(n) for n in range(1, 101)))
    notices = [paid_notice(opened, charge, 990) for charge in charges]
    async with calling(opened) as call:
        with statements(call.tx) as made:
            await api.receive_notices(call, notices)
    assert len([one for one in made if "insert into jobs" not in one]) == 2


async def test_the_same_subject_gets_the_same_charge(opened: Opened) -> None:
    (first,) = await charged(opened, draft(1))
    assert await charged(opened, draft(1), draft(1), draft(2)) == [first, first, (
        await charged(opened, draft(2))
    )[0]]  # fmt: skip
    await charged(opened, draft(1, confirm=True))
    await finish_work(opened)
    assert (await payment_of(opened, 1)).state is PaymentState.PAID
    assert await charged(opened, draft(1)) == [first]


async def test_of_two_who_charge_at_once_both_get_one_charge(opened: Opened) -> None:
    given = await asyncio.gather(*(charged(opened, draft(1), draft(2)) for _ in range(8)))
    assert all(one == given[0] for one in given)
    assert await opened.house.pool.fetchval("select count(*) from payments") == 2
    assert await opened.house.pool.fetchval("select count(*) from gateway_charges") == 2


@pytest.mark.parametrize("amount_fen", [0, -1])
async def test_nothing_is_not_charged(opened: Opened, amount_fen: int) -> None:
    with pytest.raises(NothingToPay):
        await charged(opened, draft(1), draft(2, amount_fen))
    assert await opened.house.pool.fetchval("select count(*) from payments") == 0


async def test_another_price_closes_the_old_charge_and_makes_a_new_one(opened: Opened) -> None:
    (dear,) = await charged(opened, draft(1, 990))
    (cheap,) = await charged(opened, draft(1, 890))
    assert cheap != dear
    rows = await opened.house.pool.fetch("select amount_fen, state from payments order by 1")
    assert [tuple(row) for row in rows] == [(890, "waiting"), (990, "closed")]
    await charged(opened, draft(1, 890, confirm=True))
    await finish_work(opened)
    assert (await payment_of(opened, 1)).amount_fen == 890


async def test_a_price_paid_already_cannot_be_changed(opened: Opened) -> None:
    await charged(opened, draft(1, 990, confirm=True))  # its notice is on the way
    with pytest.raises(PaymentUnderWay):
        await charged(opened, draft(1, 890))
    await finish_work(opened)
    assert [fact["amount_fen"] for fact in await facts(opened, "PaymentTaken")] == [990]


async def test_a_notice_heard_twice_and_at_once_counts_once(opened: Opened) -> None:
    (charge,) = await charged(opened, draft(1))
    notice = paid_notice(opened, charge, 990)
    await asyncio.gather(*(hear(opened, notice) for _ in range(6)))
    await hear(opened, notice, notice)
    assert len(await facts(opened, "PaymentTaken")) == 1


async def test_crossing_batches_of_notices_do_not_wait_for_each_other_forever(
    opened: Opened,
) -> None:
    charges = await charged(opened, *(draft(n) for n in range(1, 31)))
    notices = [paid_notice(opened, charge, 990) for charge in charges]
    await asyncio.gather(hear(opened, *notices), hear(opened, *reversed(notices)))
    assert len(await facts(opened, "PaymentTaken")) == 30


async def test_money_for_a_closed_payment_is_taken_once(opened: Opened) -> None:
    (charge,) = await charged(opened, draft(1))
    async with calling(opened) as call:
        await api.close(call, [(SHOP, KIND, 1)])
        await api.close(call, [(SHOP, KIND, 1)])
    assert (await payment_of(opened, 1)).state is PaymentState.CLOSED
    notice = paid_notice(opened, charge, 990)
    await asyncio.gather(hear(opened, notice), hear(opened, notice))
    assert (await payment_of(opened, 1)).state is PaymentState.PAID
    assert len(await facts(opened, "PaymentTaken")) == 1


async def test_what_the_gateway_has_taken_cannot_be_closed(opened: Opened) -> None:
    await charged(opened, draft(1, confirm=True), draft(2))
    async with calling(opened) as call:
        with statements(call.tx) as made:
            await api.close(call, [(SHOP, KIND, 1), (SHOP, KIND, 2)])
    assert len(made) == 3
    assert (await payment_of(opened, 1)).state is PaymentState.WAITING
    assert (await payment_of(opened, 2)).state is PaymentState.CLOSED
    await finish_work(opened)
    assert [fact["subject_id"] for fact in await facts(opened, "PaymentTaken")] == [1]


async def test_a_lost_notice_is_asked_for_after_a_minute(opened: Opened) -> None:
    opened.house.demo = True
    async with calling(opened) as call:
        await call.tx.execute("insert into gateway_faults values ($1, 'lose_notice', 1)", SHOP)
    (charge, _) = await charged(opened, draft(1, confirm=True), draft(2))
    await finish_work(opened)
    assert await facts(opened, "PaymentTaken") == []
    with moved_clock(opened, timedelta(seconds=61)):
        await finish_work(opened)
        late = paid_notice(opened, charge, 990, (await payment_of(opened, 1)).transaction_id)
        await hear(opened, late)
    assert [fact["subject_id"] for fact in await facts(opened, "PaymentTaken")] == [1]
    assert (await payment_of(opened, 2)).state is PaymentState.WAITING


async def test_a_subject_that_refuses_its_money_keeps_nobody_elses_from_being_found(
    opened: Opened,
) -> None:
    opened.house.demo = True
    await opened.house.pool.execute("insert into gateway_faults values (0, 'lose_notice', 3)")
    await charged(opened, *(draft(n, confirm=True) for n in (1, 2, 3)))
    (write,) = opened.house.tells.reactions[PaymentTaken]

    async def refuse_the_second(call: Call, told: Sequence[PaymentTaken]) -> None:
        if any(fact.subject_id == 2 for fact in told):
            raise NothingToPay
        await write(call, told)

    opened.house.tells = Tells(tell_listeners, reactions={PaymentTaken: (refuse_the_second,)})
    with moved_clock(opened, timedelta(seconds=61)):
        await finish_work(opened)
    assert {fact["subject_id"] for fact in await facts(opened, "PaymentTaken")} == {1, 3}


@pytest.mark.parametrize(
    ("fault", "minutes"), [("double_notice", 0), ("late_notice", 2), ("late_notice", 11)]
)
async def test_a_doubled_or_late_notice_counts_once(
    opened: Opened, fault: str, minutes: int
) -> None:
    opened.house.demo = True
    await opened.house.pool.execute("insert into gateway_faults values (0, $1, 1)", fault)
    await charged(opened, draft(1, confirm=True))
    await finish_work(opened)
    for wait in (minutes, 20):
        with moved_clock(opened, timedelta(minutes=wait)):
            await finish_work(opened)
    assert len(await facts(opened, "PaymentTaken")) == 1
    assert await opened.house.pool.fetchval("select sum(times) from gateway_faults") == 0


async def test_a_false_notice_is_refused_and_changes_nothing(opened: Opened) -> None:
    (charge,) = await charged(opened, draft(1))
    good = paid_notice(opened, charge, 990)
    stranger = protocol.key_of(b"another house")
    key = protocol.key_of(opened.house.secret)
    signature = protocol.sign(stranger, good.timestamp, good.nonce, good.body)
    cheaper = good.body.replace('"total":990', '"total":1')
    odd = '{"event_type":"COUPON.USE"}'
    for notice, refusal in (
        (_with(good, signature=signature), SignatureWrong),
        (_with(good, signature="签名"), SignatureWrong),
        (_with(good, body=cheaper), SignatureWrong),
        (_with(good, nonce="0" * 32), SignatureWrong),
        (_with(good, body=odd, signature=protocol.sign(key, good.timestamp, good.nonce, odd)),
         NoticeMalformed),
        (paid_notice(opened, charge, 991), AmountDiffers),
        (paid_notice(opened, api.Charge(5, ""), 990), PaymentNotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await hear(opened, good, notice)
    assert (await payment_of(opened, 1)).state is PaymentState.WAITING
    assert await facts(opened, "PaymentTaken") == []


async def test_one_bad_notice_does_not_hold_up_the_others(opened: Opened) -> None:
    await charged(opened, *(draft(n, confirm=True) for n in (1, 2, 3)))
    await opened.house.pool.execute(
        "update jobs set body = replace(encode(body, 'escape'), '990', '991')::bytea"
        " where job_id = (select min(job_id) from jobs where kind = 'payment.notice')"
    )
    await finish_work(opened)
    assert len(await facts(opened, "PaymentTaken")) == 2


async def test_the_table_knows_every_state(opened: Opened) -> None:
    checks: Sequence[str] = await opened.house.pool.fetchval(
        "select array_agg(pg_get_constraintdef(oid)) from pg_constraint"
        " where conname in ('payments_state_check', 'refunds_state_check')"
    )
    text = " ".join(checks)
    states = [state.value for state in (*api.PaymentState, *api.RefundState)]
    assert all(f"'{state}'" in text for state in states)
    assert text.count("::text") == len(states) + 2 or text.count("'") == 2 * len(states)


def _with(notice: api.Notice, **fields: str) -> api.Notice:
    parts = {name: getattr(notice, name) for name in api.Notice.__slots__}
    return api.Notice(**{**parts, **fields})
