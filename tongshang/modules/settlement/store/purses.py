"""What receivers' money did: their flows, their withdrawals, and who is not in good standing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.ledger.api import AccountKind, Cause
from tongshang.modules.settlement.domain.purses import MoneyFlow, WithdrawalPart
from tongshang.modules.settlement.domain.standing import Standing, Suspended
from tongshang.modules.settlement.domain.values import FundsType, PartyFlow
from tongshang.modules.settlement.machine import PayoutState
from tongshang.runtime.db import Row, Tx, add_rows

# --- flows of receivers ------------------------------------------------------------------------

_COLUMNS: Final = (
    "party_id", "flow_id", "shop_id", "funds_type", "amount_fen", "at", "order_id", "line",
    "aftersale_id", "withdrawal_id", "cause_kind", "cause_id",
)  # fmt: skip
_ADD_FLOWS: Final = f"""
    insert into party_flows ({", ".join(_COLUMNS)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[],
        $6::timestamptz[], $7::bigint[], $8::smallint[], $9::bigint[], $10::bigint[],
        $11::text[], $12::bigint[]
    )
"""

_FLOWS: Final = """
    select flow_id, at, funds_type, amount_fen, shop_id, order_id, line, aftersale_id,
           withdrawal_id
    from party_flows
    where party_id = $1 and at >= $2 and at < $3 and (at, flow_id) > ($4, $5)
    order by at, flow_id
    limit $6
"""

_SHOP_FLOWS: Final = """
    select flow_id, at, funds_type,
           case flow_type when 1 then amount_fen else -amount_fen end as amount_fen, shop_id,
           order_id, 0 as line, aftersale_id, withdrawal_id, balance_fen
    from funds_flows
    where shop_id = $1 and at >= $2 and at < $3 and (at, flow_id) > ($4, $5)
    order by at, flow_id
    limit $6
"""

_SUM_UNTIL: Final = """
    select coalesce(sum(amount_fen), 0)::bigint from party_flows where party_id = $1 and at < $2
"""

# A shop's last flow before a moment says what it had then.
_LAST_BALANCE: Final = """
    select balance_fen from funds_flows where shop_id = $1 and at < $2
    order by at desc, flow_id desc limit 1
"""

_FLOW: Final = """
    select flow_id, at, funds_type, amount_fen, shop_id, order_id, line, aftersale_id,
           withdrawal_id, cause_kind, cause_id
    from party_flows where party_id = $1 and flow_id = $2
"""


async def add_party_flows(tx: Tx, flows: Sequence[PartyFlow], ids: Sequence[int]) -> None:
    """Book what came to receivers and went from them."""
    rows = [
        (
            one.party_id,
            flow_id,
            one.shop_id,
            one.funds_type,
            one.amount_fen,
            one.at,
            one.order_id,
            one.line,
            one.aftersale_id,
            one.withdrawal_id,
            one.cause.kind,
            one.cause.id,
        )
        for one, flow_id in zip(flows, ids, strict=True)
    ]
    # By party, as the index has them: neighbours are written together.
    rows.sort()
    await add_rows(tx, "party_flows", _COLUMNS, rows, _ADD_FLOWS)


async def list_party_flows(
    tx: Tx, party_id: int, since: datetime, until: datetime, after: tuple[datetime, int], limit: int
) -> list[MoneyFlow]:
    """A promoter's, agency's or sharer's flows booked in [since, until) after a place."""
    rows = await tx.fetch(_FLOWS, party_id, since, until, *after, limit)
    return [money_flow(row) for row in rows]


async def list_shop_flows(
    tx: Tx, shop_id: int, since: datetime, until: datetime, after: tuple[datetime, int], limit: int
) -> list[MoneyFlow]:
    """The same of a shop, with what it had after each."""
    rows = await tx.fetch(_SHOP_FLOWS, shop_id, since, until, *after, limit)
    return [money_flow(row, row["balance_fen"]) for row in rows]


async def party_balance_at(tx: Tx, party_id: int, at: datetime) -> int:
    """What a promoter, agency or sharer had before a moment, all books together."""
    total: int = await tx.fetchval(_SUM_UNTIL, party_id, at)
    return total


async def shop_balance_at(tx: Tx, shop_id: int, at: datetime) -> int:
    """What a shop had before a moment, pending and available together."""
    return await tx.fetchval(_LAST_BALANCE, shop_id, at) or 0


async def find_party_flow(tx: Tx, party_id: int, flow_id: int) -> tuple[MoneyFlow, Cause] | None:
    """A flow of a promoter, agency or sharer, and what caused it."""
    row = await tx.fetchrow(_FLOW, party_id, flow_id)
    return (money_flow(row), Cause(row["cause_kind"], row["cause_id"])) if row else None


def money_flow(row: Row, balance_fen: int | None = None) -> MoneyFlow:
    """A flow as a row has it; what there was after it is known of shops."""
    return MoneyFlow(
        row["flow_id"],
        row["at"],
        FundsType(row["funds_type"]),
        row["amount_fen"],
        row["shop_id"],
        row["order_id"],
        row["line"],
        row["aftersale_id"],
        row["withdrawal_id"],
        balance_fen,
    )


# --- withdrawals -------------------------------------------------------------------------------

_ADD_PARTS: Final = """
    insert into withdrawal_parts (party_id, withdrawal_id, shop_id, kind, amount_fen, state, why, at)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[],
        $7::text[], $8::timestamptz[]
    )
"""

_PARTS: Final = """
    select party_id, withdrawal_id, shop_id, kind, amount_fen, state, why, at
    from withdrawal_parts where withdrawal_id = $1 order by shop_id
"""

_HOLD_PARTS: Final = f"{_PARTS} for update"

# The state that was read decides: of two that pay out or give back, one finds it changed.
_MOVE_PARTS: Final = """
    update withdrawal_parts set state = $3, why = $4
    where withdrawal_id = $1 and state = $2
"""


async def add_withdrawal(tx: Tx, parts: Sequence[WithdrawalPart]) -> None:
    """Write down which books a withdrawal is taken from."""
    await tx.execute(
        _ADD_PARTS,
        [one.party_id for one in parts],
        [one.withdrawal_id for one in parts],
        [one.shop_id for one in parts],
        [one.kind for one in parts],
        [one.amount_fen for one in parts],
        [one.state for one in parts],
        [one.why for one in parts],
        [one.at for one in parts],
    )


async def find_withdrawal(tx: Tx, withdrawal_id: int) -> list[WithdrawalPart]:
    """The parts of a withdrawal; none, where nothing was taken for it."""
    return [_withdrawal_part(row) for row in await tx.fetch(_PARTS, withdrawal_id)]


async def hold_withdrawal(tx: Tx, withdrawal_id: int) -> list[WithdrawalPart]:
    """The same, to decide on."""
    return [_withdrawal_part(row) for row in await tx.fetch(_HOLD_PARTS, withdrawal_id)]


async def move_withdrawal(
    tx: Tx, parts: Sequence[WithdrawalPart], target: PayoutState, why: str
) -> None:
    """Write where the parts of a withdrawal are now."""
    first = parts[0]
    done = await tx.execute(_MOVE_PARTS, first.withdrawal_id, first.state, target, why)
    assert done == f"UPDATE {len(parts)}"


def _withdrawal_part(row: Row) -> WithdrawalPart:
    values = dict(row)
    values["kind"] = AccountKind(values["kind"])
    values["state"] = PayoutState(values["state"])
    return WithdrawalPart(**values)


# --- standings ---------------------------------------------------------------------------------

_STANDINGS: Final = "select party_id, standing, reason, since from standings order by party_id"
_STANDING: Final = """
    select party_id, standing, reason, since from standings where party_id = $1
"""
_SET_STANDING: Final = """
    insert into standings (party_id, standing, reason, since) values ($1, $2, $3, $4)
    on conflict (party_id) do update set standing = $2, reason = $3, since = $4
"""
_CLEAR_STANDING: Final = "delete from standings where party_id = $1"


async def list_suspended(tx: Tx) -> list[Suspended]:
    """All who are not in good standing: few."""
    return [_suspended(row) for row in await tx.fetch(_STANDINGS)]


async def find_suspended(tx: Tx, party_id: int) -> Suspended | None:
    """Whether a party is not in good standing, and why."""
    row = await tx.fetchrow(_STANDING, party_id)
    return _suspended(row) if row else None


async def set_standing(tx: Tx, one: Suspended) -> None:
    """Say that a party is not in good standing."""
    await tx.execute(_SET_STANDING, one.party_id, one.standing, one.reason, one.since)


async def clear_standing(tx: Tx, party_id: int) -> None:
    """Say that a party is in good standing again."""
    await tx.execute(_CLEAR_STANDING, party_id)


def _suspended(row: Row) -> Suspended:
    return Suspended(row["party_id"], Standing(row["standing"]), row["reason"], row["since"])
