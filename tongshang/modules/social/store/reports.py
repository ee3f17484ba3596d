"""Reports and mutes: what the operator looks at across all people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.social.domain import Message, Reason, Report
from tongshang.modules.social.machine import ReportState
from tongshang.runtime.db import Row, Tx

_REPORT: Final = """
    buyer_id, report_id, about_id, chat_id, reason, words, evidence, state, made_at, note
"""

_ADD: Final = """
    insert into reports (
        buyer_id, report_id, about_id, chat_id, reason, words, evidence, state, made_at,
        ruled_by, note
    ) values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, 0, '')
"""

_COUNT: Final = "select count(*) from reports where buyer_id = $1 and made_at >= $2"

_LIST: Final = f"""
    select {_REPORT} from reports
    where state = $1 and report_id < $2 order by report_id desc limit $3
"""

# Of two operators who rule at once, one finds it open.
_RULE: Final = f"""
    update reports set state = $2, ruled_at = $3, ruled_by = $4, note = $5
    where buyer_id = $1 and report_id = $6 and state = 'open'
    returning {_REPORT}
"""

_FIND: Final = f"select {_REPORT} from reports where buyer_id = $1 and report_id = $2"

_MUTE: Final = """
    insert into mutes (buyer_id, until, reason, made_at) values ($1, $2, $3, $4)
    on conflict (buyer_id) do update
    set until = greatest(mutes.until, excluded.until), reason = excluded.reason,
        made_at = excluded.made_at
"""

_LIFT: Final = "delete from mutes where buyer_id = $1 and until > $2 returning buyer_id"

_MUTES: Final = (
    "select buyer_id, until from mutes where buyer_id = any($1::bigint[]) and until > $2"
)

_evidence = msgspec.json.Decoder(tuple[Message, ...])


async def add_report(tx: Tx, report: Report) -> None:
    """Write a report with what was said."""
    await tx.execute(
        _ADD,
        report.buyer_id,
        report.report_id,
        report.about_id,
        report.chat_id,
        report.reason,
        report.words,
        msgspec.json.encode(report.evidence).decode(),
        report.made_at,
    )


async def count_reports(tx: Tx, buyer_id: int, since: datetime) -> int:
    """How many reports a buyer made since then."""
    count: int = await tx.fetchval(_COUNT, buyer_id, since)
    return count


async def list_reports(tx: Tx, state: ReportState, before: int, limit: int) -> list[Report]:
    """Reports in a state, newest first, before the id `before`."""
    return [_report(row) for row in await tx.fetch(_LIST, state, before, limit)]


async def find_report(tx: Tx, buyer_id: int, report_id: int) -> Report | None:
    """A buyer's report, whatever became of it."""
    row = await tx.fetchrow(_FIND, buyer_id, report_id)
    return _report(row) if row else None


async def rule(
    tx: Tx,
    key: tuple[int, int],
    state: ReportState,
    by: int,
    note: str,
    at: datetime,
) -> Report | None:
    """Rule on a report, by (who reported, report); None where it is not open."""
    row = await tx.fetchrow(_RULE, key[0], state, at, by, note, key[1])
    return _report(row) if row else None


async def mute(tx: Tx, buyer_id: int, until: datetime, reason: str, at: datetime) -> None:
    """Let somebody not speak until then."""
    await tx.execute(_MUTE, buyer_id, until, reason, at)


async def lift(tx: Tx, buyer_id: int, at: datetime) -> bool:
    """Let somebody speak again; False where he may."""
    return await tx.fetchval(_LIFT, buyer_id, at) is not None


async def mutes_of(tx: Tx, buyer_ids: Sequence[int], at: datetime) -> dict[int, datetime]:
    """Until when those who are muted are."""
    rows = await tx.fetch(_MUTES, list(buyer_ids), at)
    return {row["buyer_id"]: row["until"] for row in rows}


def _report(row: Row) -> Report:
    return Report(
        row["buyer_id"],
        row["report_id"],
        row["about_id"],
        row["chat_id"],
        Reason(row["reason"]),
        row["words"],
        _evidence.decode(row["evidence"]),
        ReportState(row["state"]),
        row["made_at"],
        row["note"],
    )
