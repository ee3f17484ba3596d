"""The platform's operator compares the books with the channel's files."""

from datetime import date
from typing import Final

from tongshang.kernel.page import after, after_number, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.statements.actions import reconciling
from tongshang.modules.statements.domain import days
from tongshang.modules.statements.refusals import (
    DayNotOver,
    DifferenceNotFound,
    DifferenceResolved,
    FileDiffers,
    FileUnreadable,
    PeriodUnknown,
)
from tongshang.modules.statements.store import reconciling as store
from tongshang.modules.statements.wire import reconciling as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("statements")
_LAST: Final = date(9999, 1, 1)


@ENDPOINTS(
    "POST", "/v1/platform/reconciliation/import", needs=Scope.OPERATOR,
    refuses=(PeriodUnknown, DayNotOver, FileUnreadable, FileDiffers),
)  # fmt: skip
async def import_file(call: Call, req: wire.ImportRequest) -> wire.Imported:
    """Take a channel's file of a closed day, and note where the books differ."""
    day = days.read_day(req.day)
    return wire.Imported.of(await reconciling.take_file(call, req.channel, day, req.content))


@ENDPOINTS(
    "GET", "/v1/platform/reconciliation/days", needs=Scope.OPERATOR, refuses=(CursorMismatch,),
    reads=True,
)  # fmt: skip
async def list_days(call: Call, req: wire.DaysQuery) -> wire.DayPage:
    """The days that were compared, the latest first, and how many differences each has."""
    question = ("reconciliation.days",)
    last = after(question, req.next_key)
    before = _LAST if last is None else _day_in(str(last[0]))
    found = await store.list_compared(call.tx, before, req.page_size + 1)
    page = found[: req.page_size]
    return wire.DayPage(
        [wire.DayView.of(one) for one in page],
        cursor(question, (page[-1].day.isoformat(),)) if page else "",
        has_more=len(found) > len(page),
    )


@ENDPOINTS(
    "GET", "/v1/platform/reconciliation/differences", needs=Scope.OPERATOR,
    refuses=(PeriodUnknown, CursorMismatch), reads=True,
)  # fmt: skip
async def list_differences(call: Call, req: wire.DifferencesQuery) -> wire.DifferencePage:
    """Where the books and the channel's files differ, the latest first, each in words."""
    day = days.read_day(req.day) if req.day else None
    question = ("reconciliation.differences", req.state, req.day)
    before = after_number(question, req.next_key, ID_MAX)
    found = await store.list_differences(call.tx, before, req.state, day, req.page_size + 1)
    page = found[: req.page_size]
    return wire.DifferencePage(
        [wire.DifferenceView.of(one) for one in page],
        cursor(question, (page[-1].difference_id,)) if page else "",
        has_more=len(found) > len(page),
    )


@ENDPOINTS(
    "POST", "/v1/platform/reconciliation/resolve", needs=Scope.OPERATOR,
    refuses=(DifferenceNotFound, DifferenceResolved),
)  # fmt: skip
async def resolve(call: Call, req: wire.ResolveRequest) -> wire.DifferenceView:
    """Say what a difference was; it is open no more."""
    note = req.note.strip()
    if not note or "\0" in note:
        raise InvalidField(field="note", rule="must say something")
    return wire.DifferenceView.of(await reconciling.resolve(call, number(req.difference_id), note))


def _day_in(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CursorMismatch from None
