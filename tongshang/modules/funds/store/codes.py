"""Confirmation codes, as they are kept. A code is found by its ticket alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.funds.domain.codes import Code, Purpose, Scanner
from tongshang.modules.funds.machine import CodeState
from tongshang.runtime.db import Row, Tx

_CODE: Final = """
    ticket, party_id, purpose, subject_id, state, scanner, made_at, expires_at
"""

_ADD: Final = f"""
    insert into confirmation_codes ({_CODE}) values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_FIND: Final = f"select {_CODE} from confirmation_codes where ticket = $1"
_HOLD: Final = f"{_FIND} for update"

_DUE: Final = f"""
    select {_CODE} from confirmation_codes where state in (0, 4) and expires_at <= $1
    order by expires_at limit $2 for update skip locked
"""

_MOVE: Final = """
    update confirmation_codes c set state = w.state, scanner = w.scanner
    from unnest($1::text[], $2::smallint[], $3::smallint[]) w(ticket, state, scanner)
    where c.ticket = w.ticket
"""


async def add(tx: Tx, code: Code) -> None:
    """Write a new code."""
    await tx.execute(
        _ADD,
        *(code.ticket, code.party_id, code.purpose.value, code.subject_id),
        *(code.state.value, code.scanner.value, code.made_at, code.expires_at),
    )


async def find(tx: Tx, ticket: str) -> Code | None:
    """The code with this ticket."""
    row = await tx.fetchrow(_FIND, ticket)
    return _code(row) if row else None


async def hold(tx: Tx, ticket: str) -> Code | None:
    """The code with this ticket, to decide on."""
    row = await tx.fetchrow(_HOLD, ticket)
    return _code(row) if row else None


async def hold_due(tx: Tx, at: datetime, limit: int) -> list[Code]:
    """Codes whose time is over, and that nobody else holds."""
    return [_code(row) for row in await tx.fetch(_DUE, at, limit)]


async def move(tx: Tx, codes: Sequence[Code]) -> None:
    """Write held codes down as they are now."""
    await tx.execute(
        _MOVE,
        [one.ticket for one in codes],
        [one.state.value for one in codes],
        [one.scanner.value for one in codes],
    )


def _code(row: Row) -> Code:
    ticket, party_id, purpose, subject_id, state, scanner, made_at, expires_at = row
    return Code(
        ticket, party_id, Purpose(purpose), subject_id, CodeState(state), Scanner(scanner),
        made_at, expires_at,
    )  # fmt: skip
