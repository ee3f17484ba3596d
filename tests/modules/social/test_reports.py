"""What people tell the operator of others, and what comes of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.market import Market
from tests.modules.social.people import People, people_on
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.social.domain import REPORTS_PER_DAY
from tongshang.modules.social.refusals import (
    MessageNotFound,
    NotMuted,
    PersonMuted,
    ReportNotFound,
    TooManyReports,
)


@pytest.fixture
async def people(market: Market) -> People:
    return await people_on(market.opened, "木木", "秋秋")


async def reports(market: Market, state: str = "open") -> list[Any]:
    path = "/v1/platform/report/list"
    return list((await market.ask(market.operator, path, state=state)).reports)


async def test_a_reported_message_reaches_the_operator_as_it_was(
    market: Market, people: People
) -> None:
    chat = await people.befriend("木木", "秋秋")
    await people.say("木木", chat, "你好")
    bad = await people.say("秋秋", chat, "点这里领大奖")
    await people.ask(
        "木木", "contact/report", buyer_id=people.id("秋秋"), reason="fraud", chat_id=chat,
        seq=bad.seq, words="骗子",
    )  # fmt: skip
    await people.ask("秋秋", "chat/recall", chat_id=chat, seq=bad.seq)
    (report,) = await reports(market)
    assert (report.reporter, report.about, report.reason) == ("木木", "秋秋", "fraud")
    assert [one.text for one in report.evidence][-2:] == ["你好", "点这里领大奖"]
    with pytest.raises(MessageNotFound):
        await people.ask(
            "木木", "contact/report", buyer_id=people.id("秋秋"), reason="fraud", chat_id=chat,
            seq=bad.seq - 1,
        )  # fmt: skip


async def test_who_is_muted_says_nothing_for_that_time(market: Market, people: People) -> None:
    chat = await people.befriend("木木", "秋秋")
    await people.ask("木木", "contact/report", buyer_id=people.id("秋秋"), reason="abuse")
    (report,) = await reports(market)
    named = {"buyer_id": report.buyer_id, "report_id": report.report_id}
    path = "/v1/platform/report/rule"
    ruled = await asyncio.gather(
        market.ask(market.operator, path, **named, mute_hours=24, note="辱骂他人"),
        market.ask(market.operator, path, **named, mute_hours=0),
        return_exceptions=True,
    )
    assert sum(isinstance(one, IllegalMove) for one in ruled) == 1, "of two rulings one counts"
    if isinstance(ruled[0], IllegalMove):
        return
    with pytest.raises(PersonMuted) as refused:
        await people.say("秋秋", chat, "凭什么")
    assert refused.value.details["reason"] == "辱骂他人"
    assert await people.texts("木木", chat) == []
    assert (await people.ask("秋秋", "chat/get", chat_id=chat)).obstacle == PersonMuted.code
    people.opened.house.clock.offset += timedelta(hours=25)
    await people.say("秋秋", chat, "对不起")
    assert (await reports(market), len(await reports(market, "upheld"))) == ([], 1)


async def test_the_operator_may_change_his_mind(market: Market, people: People) -> None:
    chat = await people.befriend("木木", "秋秋")
    await people.ask("木木", "contact/report", buyer_id=people.id("秋秋"), reason="spam")
    (report,) = await reports(market)
    named = {"buyer_id": report.buyer_id, "report_id": report.report_id}
    await market.ask(market.operator, "/v1/platform/report/rule", **named, mute_hours=1)
    assert (await reports(market, "upheld"))[0].muted_until is not None
    await market.ask(market.operator, "/v1/platform/mute/lift", buyer_id=people.id("秋秋"))
    await people.say("秋秋", chat, "谢谢")
    with pytest.raises(NotMuted):
        await market.ask(market.operator, "/v1/platform/mute/lift", buyer_id=people.id("秋秋"))
    with pytest.raises(ReportNotFound):
        await market.ask(
            market.operator, "/v1/platform/report/rule",
            buyer_id=report.buyer_id, report_id="1", mute_hours=1,
        )  # fmt: skip


async def test_reports_are_so_many_a_day_and_paged(market: Market, people: People) -> None:
    await people.befriend("木木", "秋秋")
    for _ in range(REPORTS_PER_DAY):
        await people.ask("木木", "contact/report", buyer_id=people.id("秋秋"), reason="spam")
    with pytest.raises(TooManyReports):
        await people.ask("木木", "contact/report", buyer_id=people.id("秋秋"), reason="spam")
    path, seen, key = "/v1/platform/report/list", set[str](), ""
    while True:
        page = await market.ask(market.operator, path, limit=8, next_key=key)
        seen |= {one.report_id for one in page.reports}
        key = page.next_key
        if not key:
            break
    assert len(seen) == REPORTS_PER_DAY
