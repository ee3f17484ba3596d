"""Making statements: asked for once, made in steps, kept as files."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from tongshang.kernel.ids import Named
from tongshang.modules.identity import api as identity
from tongshang.modules.statements import printing, sheet
from tongshang.modules.statements.actions import reading
from tongshang.modules.statements.domain import holdings, values, words
from tongshang.modules.statements.domain.days import Period
from tongshang.modules.statements.domain.values import Closed, FileKind, Place, Statement
from tongshang.modules.statements.machine import StatementState
from tongshang.modules.statements.refusals import PeriodNotOver
from tongshang.modules.statements.store import closing as closings
from tongshang.modules.statements.store import statements as store
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

MAKE_JOB: Final = "statements.make"


class Step(msgspec.Struct):
    """The next step of a statement: after which line, with which balance, which part."""

    owner_id: int
    statement_id: int
    lines_done: int
    part: int
    day: date
    book_id: int
    place: int
    balance_fen: int


async def make(call: Call, owner_id: int, period: Period) -> Statement:
    """The statement of a period; asked for again it is the same."""
    through = await closings.find_through(call.tx)
    if through is None or period.last > through:
        raise PeriodNotOver(starts=period.starts.isoformat())
    is_shop = await reading.is_shop(call.tx, owner_id)
    sums = await store.sum_period(call.tx, owner_id, period.starts, period.ends, is_shop=is_shop)
    statement = Statement(
        owner_id,
        call.take_id(Named.STATEMENT),
        period,
        StatementState.WAITING,
        sums,
        0,
        call.at,
    )
    if not await store.add_statement(call.tx, statement):
        kept = await store.find_of_periods(call.tx, owner_id, period.kind, [period.starts])
        return kept[period.starts]
    first = reading.before(period)
    step = Step(owner_id, statement.statement_id, 0, 0, first.day, 0, -1, sums.opening_fen)
    await _later(call, step)
    return statement


async def take_step(call: Call, step: Step) -> None:
    """Write the next lines of a statement, and its end when there are no more."""
    statement = await store.find_statement(call.tx, step.owner_id, step.statement_id, hold=True)
    if statement is None or statement.lines_done != step.lines_done or statement.made_at:
        return  # done already: the same step came twice
    is_shop = await reading.is_shop(call.tx, step.owner_id)
    found, further = await reading.lines_after(
        call.tx, step.owner_id, statement.period, Place(step.day, step.book_id, step.place),
        values.STEP_LINES, is_shop=is_shop,
    )  # fmt: skip
    rows = await told(call, step.owner_id, found, step.balance_fen)
    text = sheet.body(rows)
    if step.part == 0:
        text = sheet.head(step.balance_fen, statement.period.starts.isoformat()) + text
    balance_fen = rows[-1].balance_fen if rows else step.balance_fen
    lines_done = step.lines_done + len(rows)
    if further is None:
        assert (lines_done, balance_fen) == (statement.sums.lines, statement.sums.closing_fen)
        text += _foot(statement)
        await _print(call, statement, is_shop=is_shop)
        moved = values.finished(statement, call.at)
    else:
        moved = values.begun(statement, lines_done)
        next_step = Step(
            step.owner_id, step.statement_id, lines_done, step.part + 1,
            further.day, further.book_id, further.place, balance_fen,
        )  # fmt: skip
        await _later(call, next_step)
    await store.add_part(call.tx, statement, FileKind.CSV, step.part, text.encode())
    await store.save_statement(call.tx, moved, statement.lines_done)


async def told(
    call: Call, owner_id: int, found: Sequence[Closed], balance_fen: int
) -> list[sheet.Row]:
    """Lines as a statement tells them, with the balance after each."""
    abouts = await reading.abouts_of(call.tx, [one.line for one in found])
    names = await reading.names_of(call.tx, found)
    changes = [holdings.change_for(one.line, owner_id) for one in found]
    none = reading.About()
    return [
        sheet.Row(
            one.line.at,
            words.line(one.line, owner_id).zh,
            names.get(one.line.book_id, ""),
            abouts.get(reading.cause_key(one.line), none).text,
            change,
            balance,
            values.line_name(one.line.key),
            one.place.day.isoformat(),
        )
        for one, change, balance in zip(
            found, changes, holdings.running(balance_fen, changes), strict=True
        )
    ]


async def _print(call: Call, statement: Statement, *, is_shop: bool) -> None:
    """The PDF: sums, days, the digests that seal them, and the lines where they are not too many."""
    owner_id, period = statement.owner_id, statement.period
    party = await identity.get_party(call.tx, owner_id)
    by_day = await store.list_days(call.tx, owner_id, period.starts, period.ends, is_shop=is_shop)
    rows: list[sheet.Row] = []
    if statement.sums.lines <= values.PDF_LINES_MAX:
        after: Place | None = reading.before(period)
        balance_fen = statement.sums.opening_fen
        while after is not None:
            found, after = await reading.lines_after(
                call.tx, owner_id, period, after, values.STEP_LINES, is_shop=is_shop
            )
            rows += await told(call, owner_id, found, balance_fen)
            balance_fen = rows[-1].balance_fen if rows else balance_fen
    sealed = await store.list_sealed_days(
        call.tx, owner_id, period.starts, period.ends, printing.DIGESTS_MAX, is_shop=is_shop
    )
    digests = await closings.list_digests(call.tx, sealed)
    paper = await asyncio.to_thread(
        printing.printed, party.name, statement, by_day, rows, digests, call.at
    )
    await store.add_part(call.tx, statement, FileKind.PDF, 0, paper)


def _foot(statement: Statement) -> str:
    sums = statement.sums
    last = statement.period.last.isoformat()
    return sheet.foot(sums.in_fen, sums.out_fen, sums.closing_fen, last)


async def _later(call: Call, step: Step) -> None:
    body = msgspec.json.encode(step)
    await jobs.add(call, [jobs.Job(MAKE_JOB, body, call.at, step.owner_id)])
