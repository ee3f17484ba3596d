"""Statements, the same for shops, promoters, agencies and sharers: each sees its own money."""

from datetime import date
from typing import Any, Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.identity import api as identity
from tongshang.modules.statements.actions import making, proving, reading
from tongshang.modules.statements.domain import days, holdings
from tongshang.modules.statements.domain.days import Period, PeriodKind
from tongshang.modules.statements.domain.values import FileKind, Place, Statement
from tongshang.modules.statements.refusals import (
    FileNotReady,
    LineNotFound,
    NoSharer,
    PeriodNotOver,
    PeriodUnknown,
    StatementNotFound,
)
from tongshang.modules.statements.store import closing
from tongshang.modules.statements.store import statements as store
from tongshang.modules.statements.wire import statements as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Handler
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("statements")

# Who has statements; a new kind of party gets a line.
ROLES: Final = {
    "shop": Scope.FUNDS,
    "promoter": Scope.PROMOTER,
    "agency": Scope.AGENCY,
    "sharer": Scope.BUYER,
}


def _for_all(method: Any, name: str, handle: Handler, *refuses: Any, reads: bool = True) -> None:
    for role, scope in ROLES.items():
        refused = (NoSharer, *refuses) if role == "sharer" else refuses
        path = f"/v1/{role}/statements/{name}"
        ENDPOINTS(method, path, needs=scope, refuses=refused, reads=reads)(handle)


async def _owner(call: Call) -> int:
    """Whose money is asked for: the party that calls, or the sharer that a buyer is."""
    if call.caller.party_id:
        return call.caller.party_id
    behind = await identity.parties_behind(call.tx, [call.buyer_id])
    parties = await identity.find_parties(call.tx, sorted(behind.get(call.buyer_id, ())))
    for party_id, party in parties.items():
        if party.kind is identity.PartyKind.SHARER:
            return party_id
    raise NoSharer


async def list_periods(call: Call, req: wire.PeriodsQuery) -> wire.PeriodPage:
    """Days or months in which anything moved and whose books are closed, the latest first."""
    owner_id, kind = await _owner(call), PeriodKind(req.period)
    through = await closing.find_through(call.tx)
    question = ("statements", owner_id, req.period)
    last = after(question, req.next_key)
    if through is None:
        return wire.PeriodPage("", [], "", has_more=False)
    before = days.next_day(through)
    if kind is PeriodKind.MONTH:
        before = before.replace(day=1)  # a month has to be over
    if last is not None:
        before = min(before, _day_in(last))
    is_shop = await reading.is_shop(call.tx, owner_id)
    found = await store.list_periods(
        call.tx, owner_id, kind, date(2000, 1, 1), before, req.page_size + 1, is_shop=is_shop
    )
    page = found[: req.page_size]
    made = await store.find_of_periods(call.tx, owner_id, kind, [one.starts for one in page])
    return wire.PeriodPage(
        through.isoformat(),
        [
            wire.PeriodView.of(
                days.period(kind, one.starts.isoformat()), one.sums, made.get(one.starts)
            )
            for one in page
        ],
        cursor(question, (page[-1].starts.isoformat(),)) if page else "",
        has_more=len(found) > len(page),
    )


async def make_statement(call: Call, req: wire.MakeRequest) -> wire.StatementView:
    """Have the statement of a day or month made; asked for again it is the same one."""
    owner_id = await _owner(call)
    made = await making.make(call, owner_id, days.period(req.kind, req.starts))
    return await _view(call, made)


async def get_statement(call: Call, req: wire.StatementQuery) -> wire.StatementView:
    """A statement of yours: its sums, and how far its files are made."""
    return await _view(call, await _own(call, number(req.statement_id)))


async def get_file(call: Call, req: wire.FileQuery) -> wire.FilePart:
    """A part of a statement's CSV or PDF, in Base64."""
    made = await _own(call, number(req.statement_id))
    if made.made_at is None:
        raise FileNotReady
    kind, key = FileKind(req.kind), (made.owner_id, made.statement_id)
    content = await store.find_part(call.tx, *key, kind, req.part)
    if content is None:
        raise FileNotReady
    files = await store.list_files(call.tx, *key)
    return wire.FilePart(content, req.part, files[kind][0])


async def list_lines(call: Call, req: wire.LinesQuery) -> wire.LinePage:
    """The movements of a closed day or month, in the order in which they are sealed."""
    owner_id = await _owner(call)
    period = days.period(req.kind, req.starts)
    await _check_over(call, period)
    is_shop = await reading.is_shop(call.tx, owner_id)
    sums = await store.sum_period(call.tx, owner_id, period.starts, period.ends, is_shop=is_shop)
    question = ("statements.lines", owner_id, req.period, req.starts)
    last = after(question, req.next_key)
    place = reading.before(period) if last is None else _place_in(last)
    found, further = await reading.lines_after(
        call.tx, owner_id, period, place, req.page_size, is_shop=is_shop
    )
    abouts = await reading.abouts_of(call.tx, [one.line for one in found])
    names = await reading.names_of(call.tx, found)
    none = reading.About()
    lines = []
    for one in found:
        about = abouts.get(reading.cause_key(one.line), none)
        change = holdings.change_for(one.line, owner_id)
        name = names.get(one.line.book_id, "")
        lines.append(wire.LineView.of(one, owner_id, change, (about.kind, about.id), name))
    key = (further.day.isoformat(), further.book_id, further.place) if further else None
    next_key = cursor(question, key) if key else ""
    return wire.LinePage(wire.SumsView.of(sums), lines, next_key, has_more=bool(key))


async def prove_line(call: Call, req: wire.ProofQuery) -> wire.ProofView:
    """That a line of yours is in the sealed day of its book, and unaltered since."""
    return wire.ProofView.of(await proving.prove_line(call, await _owner(call), req.key))


_for_all("GET", "list", list_periods, CursorMismatch)
_for_all("POST", "make", make_statement, PeriodUnknown, PeriodNotOver, reads=False)
_for_all("GET", "get", get_statement, StatementNotFound)
_for_all("GET", "file", get_file, StatementNotFound, FileNotReady)
_for_all("GET", "lines", list_lines, PeriodUnknown, PeriodNotOver, CursorMismatch)
_for_all("GET", "prove", prove_line, LineNotFound)


async def _own(call: Call, statement_id: int) -> Statement:
    made = await store.find_statement(call.tx, await _owner(call), statement_id)
    if made is None:
        raise StatementNotFound
    return made


async def _view(call: Call, made: Statement) -> wire.StatementView:
    files = await store.list_files(call.tx, made.owner_id, made.statement_id)
    return wire.StatementView.of(made, files if made.made_at else {})


async def _check_over(call: Call, period: Period) -> None:
    through = await closing.find_through(call.tx)
    if through is None or period.last > through:
        raise PeriodNotOver(starts=period.starts.isoformat())


def _day_in(key: tuple[int | str, ...]) -> date:
    try:
        return date.fromisoformat(str(key[0]))
    except ValueError:
        raise CursorMismatch from None


def _place_in(key: tuple[int | str, ...]) -> Place:
    if len(key) != 3 or not isinstance(key[1], int) or not isinstance(key[2], int):
        raise CursorMismatch
    if not (0 <= key[1] < 2**63 and -1 <= key[2] < 2**31):
        raise CursorMismatch
    return Place(_day_in(key), key[1], key[2])
