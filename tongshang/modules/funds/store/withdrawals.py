"""Withdrawals, as they are kept; rows are locked in the order of their keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.funds.domain.withdrawals import Key, Withdrawal, day_of
from tongshang.modules.funds.machine import WithdrawalState
from tongshang.runtime.db import Row, Tx

_WITHDRAWAL: Final = """
    party_id, withdrawal_id, state, amount_fen, remark, bank_memo, account_id, bank_name,
    bank_number, ticket, reason, created_at, updated_at
"""

# Of two of one day one is written; the other waits for it and finds it.
_ADD: Final = f"""
    insert into withdrawals ({_WITHDRAWAL}, day)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    on conflict (party_id, day) where state <> 'CLOSE' do nothing
    returning withdrawal_id
"""

_FIND: Final = f"""
    select {_WITHDRAWAL} from withdrawals t
    join unnest($1::bigint[], $2::bigint[]) w(party_id, withdrawal_id)
      using (party_id, withdrawal_id)
"""
_HOLD: Final = f"{_FIND} order by party_id, withdrawal_id for update of t"

# The state that a row was read in decides.
_MOVE: Final = """
    update withdrawals t set state = w.target, reason = w.reason, updated_at = w.updated_at
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         w(party_id, withdrawal_id, source, target, reason, updated_at)
    where t.party_id = w.party_id and t.withdrawal_id = w.withdrawal_id and t.state = w.source
"""

_OF_DAY: Final = """
    select exists (
        select from withdrawals where party_id = $1 and day = $2 and state <> 'CLOSE'
    )
"""

_PAGE: Final = f"""
    select {_WITHDRAWAL} from withdrawals
    where party_id = $1 and created_at >= $2 and created_at < $3
    order by created_at desc, withdrawal_id desc
    limit $4 offset $5
"""

_COUNT: Final = """
    select count(*) from withdrawals where party_id = $1 and created_at >= $2 and created_at < $3
"""

_BEFORE: Final = f"""
    select {_WITHDRAWAL} from withdrawals
    where party_id = $1 and withdrawal_id < $2
    order by withdrawal_id desc
    limit $3
"""


async def add(tx: Tx, withdrawal: Withdrawal) -> bool:
    """Write a withdrawal; False where the party has one of that day."""
    one = withdrawal
    row = await tx.fetchrow(
        _ADD,
        *(one.party_id, one.withdrawal_id, one.state.value, one.amount_fen, one.remark),
        *(one.bank_memo, one.account_id, one.bank_name, one.bank_number, one.ticket, one.reason),
        *(one.created_at, one.updated_at, day_of(one.created_at)),
    )
    return row is not None


async def find(tx: Tx, keys: Sequence[Key]) -> dict[Key, Withdrawal]:
    """Those of the withdrawals that exist."""
    return _by_key(await tx.fetch(_FIND, *_columns(keys)))


async def hold(tx: Tx, keys: Sequence[Key]) -> dict[Key, Withdrawal]:
    """Withdrawals to decide on."""
    return _by_key(await tx.fetch(_HOLD, *_columns(sorted(set(keys)))))


async def move(tx: Tx, moved: Sequence[Withdrawal], sources: Mapping[Key, Withdrawal]) -> None:
    """Write held withdrawals down as they are now."""
    done = await tx.execute(
        _MOVE,
        *_columns([one.key for one in moved]),
        [sources[one.key].state.value for one in moved],
        [one.state.value for one in moved],
        [one.reason for one in moved],
        [one.updated_at for one in moved],
    )
    assert done == f"UPDATE {len(moved)}", "held withdrawals moved meanwhile"


async def has_one_of(tx: Tx, party_id: int, at: datetime) -> bool:
    """Whether the party has a withdrawal of this day already."""
    return bool(await tx.fetchval(_OF_DAY, party_id, day_of(at)))


async def list_between(
    tx: Tx, party_id: int, since: datetime, until: datetime, limit: int, offset: int
) -> list[Withdrawal]:
    """A party's withdrawals asked in [since, until), the newest first."""
    rows = await tx.fetch(_PAGE, party_id, since, until, limit, offset)
    return [_withdrawal(row) for row in rows]


async def count_between(tx: Tx, party_id: int, since: datetime, until: datetime) -> int:
    """How many withdrawals were asked in [since, until)."""
    return int(await tx.fetchval(_COUNT, party_id, since, until))


async def list_before(tx: Tx, party_id: int, before: int, limit: int) -> list[Withdrawal]:
    """A party's withdrawals below an id, the newest first."""
    return [_withdrawal(row) for row in await tx.fetch(_BEFORE, party_id, before, limit)]


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one for one, _ in keys], [other for _, other in keys]


def _by_key(rows: Sequence[Row]) -> dict[Key, Withdrawal]:
    return {one.key: one for one in map(_withdrawal, rows)}


def _withdrawal(row: Row) -> Withdrawal:
    party_id, withdrawal_id, state, *more = row
    return Withdrawal(party_id, withdrawal_id, WithdrawalState(state), *more)
