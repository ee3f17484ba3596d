"""Transfers, as they are kept. Rows are locked in the order of their keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.payment.domain import Key, Subject, Transfer, TransferMoved
from tongshang.modules.payment.machine import TransferState
from tongshang.runtime.db import Row, Tx

_TRANSFER: Final = """
    owner_id, transfer_id, subject_kind, subject_id, payee_id, account, amount_fen, channel,
    state, attempt, retry_at, transaction_id
"""

# Of two who pay the same subject one writes; the other waits for it and finds it.
_ADD_TRANSFERS: Final = """
    insert into transfers (
        owner_id, transfer_id, subject_kind, subject_id, payee_id, account, amount_fen, channel,
        state, attempt, asked_at, looked_at
    )
    select w.*, 'asked', 1, $9, $9 from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
        $7::bigint[], $8::text[]
    ) w
    on conflict (owner_id, subject_kind, subject_id) do nothing
    returning transfer_id
"""

_TRANSFERS_OF: Final = f"""
    select {_TRANSFER}
    from transfers t join unnest($1::bigint[], $2::text[], $3::bigint[])
         w(owner_id, subject_kind, subject_id) using (owner_id, subject_kind, subject_id)
"""

_HOLD_TRANSFERS: Final = f"""
    select {_TRANSFER}
    from transfers t join unnest($1::bigint[], $2::bigint[]) w(owner_id, transfer_id)
         using (owner_id, transfer_id)
    order by owner_id, transfer_id
    for update of t
"""

_MOVE_TRANSFERS: Final = """
    update transfers t
    set state = w.after, attempt = w.attempt, retry_at = w.retry_at,
        transaction_id = nullif(w.transaction_id, ''),
        done_at = case when w.after in ('done', 'returned') then coalesce(t.done_at, w.at) end,
        returned_at = case when w.after = 'returned' then w.at end, looked_at = $9
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::timestamptz[],
        $7::text[], $8::timestamptz[]
    ) w(owner_id, transfer_id, before, after, attempt, retry_at, transaction_id, at)
    where t.owner_id = w.owner_id and t.transfer_id = w.transfer_id and t.state = w.before
    returning t.transfer_id
"""

_TO_RETRY: Final = f"""
    select {_TRANSFER} from transfers
    where state = 'failed' and retry_at <= $1
    order by retry_at limit $2 for update skip locked
"""

_UNHEARD_TRANSFERS: Final = f"""
    select {_TRANSFER} from transfers
    where state = 'asked' and looked_at <= $1
    order by looked_at limit $2
"""

_LOOKED_TRANSFERS: Final = """
    update transfers set looked_at = $3
    where (owner_id, transfer_id) in (
        select t.owner_id, t.transfer_id
        from transfers t join unnest($1::bigint[], $2::bigint[]) w(owner_id, transfer_id)
             using (owner_id, transfer_id)
        for update of t skip locked
    )
"""


async def add(tx: Tx, transfers: Sequence[Transfer], at: datetime) -> set[int]:
    """Write transfers whose subjects have none; the ids of those that are new."""
    ordered = sorted(transfers, key=lambda one: one.subject)
    rows = await tx.fetch(
        _ADD_TRANSFERS,
        *_keys([one.key for one in ordered]),
        [one.subject_kind for one in ordered],
        [one.subject_id for one in ordered],
        [one.payee_id for one in ordered],
        [one.account for one in ordered],
        [one.amount_fen for one in ordered],
        [one.channel for one in ordered],
        at,
    )
    return {row["transfer_id"] for row in rows}


async def of_subjects(tx: Tx, subjects: Sequence[Subject]) -> dict[Subject, Transfer]:
    """The transfer of each subject; none, where none was asked."""
    if not subjects:
        return {}
    rows = await tx.fetch(_TRANSFERS_OF, *zip(*sorted(set(subjects)), strict=True))
    return {one.subject: one for one in map(_transfer, rows)}


async def hold(tx: Tx, keys: Sequence[Key]) -> dict[Key, Transfer]:
    rows = await tx.fetch(_HOLD_TRANSFERS, *_keys(keys))
    return {one.key: one for one in map(_transfer, rows)}


async def move(tx: Tx, moved: Sequence[TransferMoved], at: datetime) -> None:
    """Write held transfers down where they are now."""
    if not moved:
        return
    rows = await tx.fetch(
        _MOVE_TRANSFERS,
        *_keys([one.after.key for one in moved]),
        [one.before.state.value for one in moved],
        [one.after.state.value for one in moved],
        [one.after.attempt for one in moved],
        [one.after.retry_at for one in moved],
        [one.after.transaction_id for one in moved],
        [one.at for one in moved],
        at,
    )
    assert len(rows) == len(moved), "held transfers moved meanwhile"


async def hold_to_retry(tx: Tx, at: datetime, limit: int) -> list[Transfer]:
    """Transfers that failed and whose next attempt is due, across owners."""
    return [_transfer(row) for row in await tx.fetch(_TO_RETRY, at, limit)]


async def list_unheard(tx: Tx, since: datetime, limit: int) -> list[Transfer]:
    """Transfers on their way that were not looked at since, across owners."""
    return [_transfer(row) for row in await tx.fetch(_UNHEARD_TRANSFERS, since, limit)]


async def mark_looked(tx: Tx, keys: Sequence[Key], at: datetime) -> None:
    await tx.execute(_LOOKED_TRANSFERS, *_keys(keys), at)


def _keys(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one for one, _ in keys], [other for _, other in keys]


def _transfer(row: Row) -> Transfer:
    return Transfer(
        row["owner_id"],
        row["transfer_id"],
        row["subject_kind"],
        row["subject_id"],
        row["payee_id"],
        row["account"],
        row["amount_fen"],
        row["channel"],
        TransferState(row["state"]),
        row["attempt"],
        row["retry_at"],
        row["transaction_id"] or "",
    )
