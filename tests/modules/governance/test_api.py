"""Quotas and audits in the database, also of many at once."""

import asyncio
from datetime import timedelta

import pytest

from tests.platform import calling
from tongshang.app import Opened
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.governance import api
from tongshang.modules.governance.api import AuditDraft, AuditMove, AuditRecord, AuditState, Verdict
from tongshang.modules.governance.refusals import (
    AuditNotFound,
    AuditRunning,
    DayQuotaUsedUp,
    HourQuotaUsedUp,
)

SHOP, OTHER = 1, 2


async def use(opened: Opened, count: int = 1, shop_id: int = SHOP) -> bool:
    try:
        async with calling(opened) as call:
            await api.use_quota(call, shop_id, "product", count)
    except HourQuotaUsedUp:
        return False
    return True


def at_the_full_hour_of_a_new_day(opened: Opened) -> None:
    now = opened.house.clock.now()
    opened.house.clock.offset += timedelta(days=1) - timedelta(
        hours=(now.hour + 8) % 24, minutes=now.minute, seconds=now.second
    )


async def test_of_those_who_submit_at_once_exactly_the_quota_gets_through(opened: Opened) -> None:
    at_the_full_hour_of_a_new_day(opened)
    assert await use(opened, 190)
    given = await asyncio.gather(*(use(opened) for _ in range(20)))
    assert sum(given) == 10
    assert await use(opened, shop_id=OTHER)
    opened.house.clock.offset += timedelta(hours=1)
    assert await use(opened, 200)
    assert not await use(opened)


async def test_a_thousand_a_day_and_no_more(opened: Opened) -> None:
    at_the_full_hour_of_a_new_day(opened)
    for _ in range(5):
        assert await use(opened, 200)
        opened.house.clock.offset += timedelta(hours=1)
    with pytest.raises(DayQuotaUsedUp):
        await use(opened)
    assert not await use(opened, 201, OTHER), "more than an hour holds is refused at the first call"
    opened.house.clock.offset += timedelta(days=1)
    assert await use(opened)


async def _use_and_fail(opened: Opened) -> None:
    async with calling(opened) as call:
        await api.use_quota(call, SHOP, "product")
        raise ZeroDivisionError


async def test_what_is_refused_or_taken_back_does_not_count(opened: Opened) -> None:
    at_the_full_hour_of_a_new_day(opened)
    assert await use(opened, 199)
    assert not await use(opened, 2)
    with pytest.raises(ZeroDivisionError):
        await _use_and_fail(opened)
    assert await use(opened)


async def test_of_two_who_decide_an_audit_the_second_is_refused(opened: Opened) -> None:
    async with calling(opened) as call:
        (audit_id,) = await api.submit_audits(call, [AuditDraft(SHOP, "product", 7)])

    async def decide(move: AuditMove, shop_id: int = SHOP) -> None:
        async with calling(opened) as call:
            await api.decide_audits(call, [Verdict(shop_id, audit_id, move, ("看不清",))])

    with pytest.raises(AuditNotFound):
        await decide(AuditMove.PASS, OTHER)
    given = await asyncio.gather(
        *(decide(move) for move in (AuditMove.REJECT, AuditMove.WITHDRAW)), return_exceptions=True
    )
    assert [type(one) for one in given if one] == [IllegalMove]
    async with calling(opened) as call:
        audit = (await api.find_audits(call.tx, [(SHOP, audit_id)]))[audit_id]
    assert audit.state in {AuditState.REJECTED, AuditState.WITHDRAWN}
    assert audit.reasons == ("看不清",)


async def test_one_thing_is_in_one_audit_at_a_time(opened: Opened) -> None:
    async def submit() -> list[int]:
        async with calling(opened) as call:
            return await api.submit_audits(
                call, [AuditDraft(SHOP, "product", 8), AuditDraft(SHOP, "product", 9)]
            )

    given = await asyncio.gather(*(submit() for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in given) == ["AuditRunning", "AuditRunning", "list"]
    async with calling(opened) as call:
        running = await api.find_running(call.tx, [AuditDraft(SHOP, "product", 8)])
        assert running[8].state is AuditState.SUBMITTED
        await api.decide_audits(call, [Verdict(SHOP, running[8].audit_id, AuditMove.PASS)])
        again = await api.submit_audits(call, [AuditDraft(SHOP, "product", 8)])
        with pytest.raises(AuditRunning):
            await api.submit_audits(call, [AuditDraft(SHOP, "product", 8)])
    assert len(again) == 1


async def test_automatic_verdicts_are_recorded_for_many_at_once(opened: Opened) -> None:
    records = [
        AuditRecord(SHOP, "product", number, api.judge(["最佳好茶"] if number == 3 else ["好茶"]))
        for number in range(1_000)
    ]
    async with calling(opened) as call:
        ids = await api.record_audits(call, records)
        audits = await api.find_audits(call.tx, [(SHOP, audit_id) for audit_id in ids])
    rejected = [audit for audit in audits.values() if audit.state is AuditState.REJECTED]
    assert len(audits) == 1_000
    assert [audit.subject_id for audit in rejected] == [3]
    assert rejected[0].reasons == records[3].reasons
    assert audits[ids[0]].reasons == ()
