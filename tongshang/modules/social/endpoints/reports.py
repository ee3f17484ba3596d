"""Reports on people, and how the operator rules on them."""

from datetime import timedelta
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.social import domain, wire
from tongshang.modules.social.actions import befriending, reporting
from tongshang.modules.social.domain import Report
from tongshang.modules.social.machine import REPORT, ReportMove, ReportState
from tongshang.modules.social.refusals import (
    MessageNotFound,
    NotMuted,
    OneselfChosen,
    PersonNotFound,
    ReportNotFound,
    TooManyReports,
)
from tongshang.modules.social.store import chats as chat_store
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import reports as store
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints

ENDPOINTS: Final = Endpoints("social")

_NEWEST: Final = 2**62


@ENDPOINTS(
    "POST",
    "/v1/buyer/contact/report",
    needs=Scope.BUYER,
    refuses=(OneselfChosen, PersonNotFound, MessageNotFound, TooManyReports),
)
async def report_person(call: Call, req: wire.ReportDraft) -> Done:
    """Tell the operator of somebody, or of a message of theirs with what was said before it."""
    about_id, chat_id = int(req.buyer_id), int(req.chat_id)
    await befriending.known_bond(call, about_id)
    said: tuple[domain.Message, ...] = ()
    if chat_id or req.seq:
        inbox = await chat_store.find_inbox(call.tx, call.buyer_id, chat_id)
        message = await message_store.find_message(call.tx, call.buyer_id, chat_id, req.seq)
        if inbox is None or message is None or message.from_buyer_id != about_id:
            raise MessageNotFound
        said = await reporting.evidence(call, chat_id, req.seq, inbox.from_seq)
    since = domain.day_begins(call.at)
    if await store.count_reports(call.tx, call.buyer_id, since) >= domain.REPORTS_PER_DAY:
        raise TooManyReports(limit=domain.REPORTS_PER_DAY)
    words, report_id = req.words.strip(), call.take_id(Named.REPORT)
    report = Report(
        call.buyer_id, report_id, about_id, chat_id, req.reason, words, said,
        ReportState.OPEN, call.at,
    )  # fmt: skip
    await store.add_report(call.tx, report)
    return Done()


@ENDPOINTS("GET", "/v1/platform/report/list", needs=Scope.OPERATOR, reads=True)
async def list_reports(call: Call, req: wire.ReportQuery) -> wire.ReportPage:
    """Reports by state, newest first, each with what was said as it was then."""
    question = ("reports", req.state)
    before = page.after_number(question, req.next_key, _NEWEST)
    state = ReportState(req.state)
    found = await store.list_reports(call.tx, state, before, req.limit + 1)
    shown = found[: req.limit]
    views = await reporting.report_views(call, shown)
    more = len(found) > req.limit
    return wire.ReportPage(views, page.cursor(question, (shown[-1].report_id,)) if more else "")


@ENDPOINTS(
    "POST",
    "/v1/platform/report/rule",
    needs=Scope.OPERATOR,
    refuses=(ReportNotFound, IllegalMove),
)
async def rule_on_report(call: Call, req: wire.Ruling) -> Done:
    """Uphold a report by muting whom it is about for some hours, or dismiss it with none."""
    move = ReportMove.UPHOLD if req.mute_hours else ReportMove.DISMISS
    state, key = REPORT.moves[move].target, (int(req.buyer_id), int(req.report_id))
    note = req.note.strip()
    ruled = await store.rule(call.tx, key, state, call.caller.party_id, note, call.at)
    if ruled is None:
        found = await store.find_report(call.tx, *key)
        if found is None:
            raise ReportNotFound
        REPORT.step(found.state, move)
        raise ReportNotFound
    if req.mute_hours:
        until = call.at + timedelta(hours=req.mute_hours)
        reason = note or ruled.reason.value
        await store.mute(call.tx, ruled.about_id, until, reason, call.at)
    return Done()


@ENDPOINTS("POST", "/v1/platform/mute/lift", needs=Scope.OPERATOR, refuses=(NotMuted,))
async def lift_mute(call: Call, req: wire.MuteLift) -> Done:
    """Let a muted person speak again."""
    if not await store.lift(call.tx, int(req.buyer_id), call.at):
        raise NotMuted
    return Done()
