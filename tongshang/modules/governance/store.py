"""Audits and used quotas in the database, and the list of words on disk."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from tongshang.modules.governance.domain import (
    Audit,
    AuditDraft,
    AuditRecord,
    Bar,
    BarSource,
    Quota,
    Restriction,
    RestrictionDraft,
    Rule,
    Used,
)
from tongshang.modules.governance.machine import AuditState
from tongshang.runtime.db import Row, Tx

_WORDS: Final = Path(__file__).with_name("words.toml")


def read_rules(file: Path = _WORDS) -> list[Rule]:
    """The rules that come with the platform."""
    rules = tomllib.loads(file.read_text(encoding="utf-8"))["rules"]
    return [Rule(r["title"], tuple(r["words"]), tuple(r.get("unless", ()))) for r in rules]


# --- quotas ------------------------------------------------------------------------------------

# The row of the shop decides: of two that submit at once the second waits for the first, and counts
# on from there. No row comes back where a limit would be passed.
_USE: Final = """
    insert into quota_uses as q (shop_id, kind, hour_at, hour_used, day_at, day_used)
    values ($1, $2, $3, $5, $4, $5)
    on conflict (shop_id, kind) do update set
        hour_at = excluded.hour_at,
        hour_used = case when q.hour_at = $3 then q.hour_used else 0 end + $5,
        day_at = excluded.day_at,
        day_used = case when q.day_at = $4 then q.day_used else 0 end + $5
    where case when q.hour_at = $3 then q.hour_used else 0 end + $5 <= $6
      and case when q.day_at = $4 then q.day_used else 0 end + $5 <= $7
    returning shop_id
"""

_USED: Final = """
    select hour_at, hour_used, day_at, day_used from quota_uses where shop_id = $1 and kind = $2
"""


async def use_quota(
    tx: Tx, shop_id: int, kind: str, quota: Quota, began: tuple[datetime, datetime], count: int
) -> bool:
    """Count `count` more in the hour and the day that began; False where a limit is passed."""
    if count > min(quota.per_hour, quota.per_day):
        return False
    hour_at, day_at = began
    return (
        await tx.fetchval(
            _USE, shop_id, kind, hour_at, day_at, count, quota.per_hour, quota.per_day
        )
        is not None
    )


async def find_used(tx: Tx, shop_id: int, kind: str) -> Used | None:
    """What the shop has used."""
    row = await tx.fetchrow(_USED, shop_id, kind)
    return Used(row["hour_at"], row["hour_used"], row["day_at"], row["day_used"]) if row else None


# --- audits ------------------------------------------------------------------------------------

_COLUMNS: Final = """
    a.shop_id, a.audit_id, a.subject_kind, a.subject_id, a.state, a.reasons, a.submitted_at,
    a.decided_at
"""

_SUBMIT: Final = """
    insert into audits
        (shop_id, audit_id, subject_kind, subject_id, state, reasons, submitted_at)
    select w.*, 'submitted', '{}', $5
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) w
    on conflict (shop_id, subject_kind, subject_id) where state = 'submitted' do nothing
    returning audit_id
"""

# Reasons come as one text a line: PostgreSQL has no arrays of unequal arrays.
_RECORD: Final = """
    insert into audits
        (shop_id, audit_id, subject_kind, subject_id, state, reasons, submitted_at, decided_at)
    select shop_id, audit_id, subject_kind, subject_id, state, string_to_array(reasons, chr(10)),
        $7, $7
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[])
         as w(shop_id, audit_id, subject_kind, subject_id, state, reasons)
"""

_DECIDE: Final = """
    update audits a
    set state = w.target, reasons = string_to_array(w.reasons, chr(10)), decided_at = $6
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
         as w(shop_id, audit_id, target, reasons)
    where a.shop_id = w.shop_id and a.audit_id = w.audit_id and a.state = any($5::text[])
    returning a.audit_id
"""

_FIND: Final = f"""
    select {_COLUMNS} from audits a
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, audit_id)
      on a.shop_id = w.shop_id and a.audit_id = w.audit_id
"""

_RUNNING: Final = f"""
    select {_COLUMNS} from audits a
    join unnest($1::bigint[], $2::text[], $3::bigint[]) w(shop_id, subject_kind, subject_id)
      on a.shop_id = w.shop_id and a.subject_kind = w.subject_kind and a.subject_id = w.subject_id
    where a.state = 'submitted'
"""


async def submit_audits(
    tx: Tx, ids: Sequence[int], drafts: Sequence[AuditDraft], at: datetime
) -> set[int]:
    """Write new audits; the ids of those whose subject was not in audit already."""
    rows = await tx.fetch(
        _SUBMIT,
        [draft.shop_id for draft in drafts],
        list(ids),
        [draft.subject_kind for draft in drafts],
        [draft.subject_id for draft in drafts],
        at,
    )
    return {row["audit_id"] for row in rows}


async def record_audits(
    tx: Tx, ids: Sequence[int], records: Sequence[AuditRecord], at: datetime
) -> None:
    """Write audits that were submitted and decided at once."""
    states = [AuditState.PASSED if r.passed else AuditState.REJECTED for r in records]
    await tx.execute(
        _RECORD,
        [record.shop_id for record in records],
        list(ids),
        [record.subject_kind for record in records],
        [record.subject_id for record in records],
        states,
        ["\n".join(record.reasons) for record in records],
        at,
    )


async def move_audits(
    tx: Tx,
    keys: Sequence[tuple[int, int]],
    targets: Sequence[AuditState],
    reasons: Sequence[Sequence[str]],
    sources: Sequence[AuditState],
    at: datetime,
) -> set[int]:
    """Move audits that are in one of `sources`; the ids of those that moved."""
    rows = await tx.fetch(
        _DECIDE,
        [shop_id for shop_id, _ in keys],
        [audit_id for _, audit_id in keys],
        list(targets),
        ["\n".join(lines) for lines in reasons],
        list(sources),
        at,
    )
    return {row["audit_id"] for row in rows}


async def find_audits(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[int, Audit]:
    """Those of the audits (shop, audit) that exist, by id."""
    rows = await tx.fetch(_FIND, [shop for shop, _ in keys], [audit for _, audit in keys])
    return {row["audit_id"]: _audit(row) for row in rows}


async def find_running(tx: Tx, subjects: Sequence[AuditDraft]) -> Mapping[int, Audit]:
    """The running audits of the subjects, by subject."""
    rows = await tx.fetch(
        _RUNNING,
        [subject.shop_id for subject in subjects],
        [subject.subject_kind for subject in subjects],
        [subject.subject_id for subject in subjects],
    )
    return {row["subject_id"]: _audit(row) for row in rows}


def _audit(row: Row) -> Audit:
    return Audit(
        shop_id=row["shop_id"],
        audit_id=row["audit_id"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        state=AuditState(row["state"]),
        reasons=tuple(row["reasons"]),
        submitted_at=row["submitted_at"],
        decided_at=row["decided_at"],
    )


# --- restrictions ------------------------------------------------------------------------------

RestrictionKey: TypeAlias = tuple[datetime, int, int, int]  # set_at, shop_id, product_id, scene

_RESTRICTION: Final = """
    r.shop_id, r.product_id, r.scene, r.source, r.reason, r.set_by, r.set_at, r.lifted_by,
    r.lifted_at
"""

_RESTRICTIONS: Final = f"""
    select {_RESTRICTION} from restrictions r
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
      on r.shop_id = w.shop_id and r.product_id = w.product_id
    where r.lifted_at is null
    order by r.shop_id, r.product_id, r.scene
"""

# The index of running restrictions decides: of two at once the second writes nothing.
_RESTRICT: Final = """
    insert into restrictions (shop_id, product_id, scene, source, reason, set_by, set_at)
    select w.*, $6, $7
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::text[]) w
    on conflict (shop_id, product_id, scene) where lifted_at is null do nothing
    returning shop_id, product_id, scene
"""

_LIFT: Final = """
    update restrictions r set lifted_by = $4, lifted_at = $5
    from unnest($1::bigint[], $2::bigint[], $3::smallint[]) w(shop_id, product_id, scene)
    where r.shop_id = w.shop_id and r.product_id = w.product_id and r.scene = w.scene
      and r.lifted_at is null
    returning r.shop_id, r.product_id, r.scene
"""

_LIST: Final = f"""
    select {_RESTRICTION} from restrictions r
    where (lifted_at is null) = $1
      and ($2::timestamptz is null or (set_at, shop_id, product_id, scene) < ($2, $3, $4, $5))
    order by set_at desc, shop_id desc, product_id desc, scene desc
    limit $6
"""


async def find_restrictions(tx: Tx, keys: Sequence[tuple[int, int]]) -> list[Restriction]:
    """The running restrictions of the products (shop, product), in key order."""
    rows = await tx.fetch(_RESTRICTIONS, [key[0] for key in keys], [key[1] for key in keys])
    return [_restriction(row) for row in rows]


async def add_restrictions(
    tx: Tx, drafts: Sequence[RestrictionDraft], by: int, at: datetime
) -> set[tuple[int, int, int]]:
    """Bar products that are not barred yet; the keys of those that are from now on."""
    ordered = sorted(drafts, key=lambda draft: draft.key)
    rows = await tx.fetch(
        _RESTRICT,
        [draft.shop_id for draft in ordered],
        [draft.product_id for draft in ordered],
        [draft.scene for draft in ordered],
        [draft.source for draft in ordered],
        [draft.reason for draft in ordered],
        by,
        at,
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def lift_restrictions(
    tx: Tx, keys: Sequence[tuple[int, int, int]], by: int, at: datetime
) -> set[tuple[int, int, int]]:
    """End running restrictions; the keys of those that ended."""
    ordered = sorted(keys)
    rows = await tx.fetch(
        _LIFT,
        [key[0] for key in ordered],
        [key[1] for key in ordered],
        [key[2] for key in ordered],
        by,
        at,
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def list_restrictions(
    tx: Tx, before: RestrictionKey | None, limit: int, *, running: bool
) -> list[Restriction]:
    """Restrictions of all shops, the latest first, those before `before`."""
    at, shop_id, product_id, scene = before or (None, 0, 0, 0)
    rows = await tx.fetch(_LIST, running, at, shop_id, product_id, scene, limit)
    return [_restriction(row) for row in rows]


def _restriction(row: Row) -> Restriction:
    return Restriction(
        row["shop_id"],
        row["product_id"],
        Bar(row["scene"]),
        BarSource(row["source"]),
        row["reason"],
        row["set_by"],
        row["set_at"],
        row["lifted_by"],
        row["lifted_at"],
    )
