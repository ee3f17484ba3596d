"""The sandbox gateway's own books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tongshang.modules.payment.domain import Key
from tongshang.modules.payment.gateway import GiveBack, PayOut, Prepay
from tongshang.runtime.db import Row, Tx


class TradeState(StrEnum):
    """What an order is to the gateway (WeChat Pay v3's trade_state)."""

    NOTPAY = "NOTPAY"
    SUCCESS = "SUCCESS"
    PAYERROR = "PAYERROR"
    CLOSED = "CLOSED"


class RefundStatus(StrEnum):
    """How a refund ends at the gateway (refund_status)."""

    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"


class Fault(StrEnum):
    """What goes wrong on demand."""

    LOSE_NOTICE = "lose_notice"
    DOUBLE_NOTICE = "double_notice"
    LATE_NOTICE = "late_notice"
    FAIL_REFUND = "fail_refund"
    FAIL_TRANSFER = "fail_transfer"
    RETURN_TRANSFER = "return_transfer"


@dataclass(frozen=True, slots=True)
class Trade:
    """An order at the gateway."""

    shop_id: int
    out_trade_no: int
    total_fen: int
    state: TradeState
    transaction_id: str
    success_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundTrade:
    """A refund at the gateway, as it ended."""

    shop_id: int
    out_refund_no: int
    out_trade_no: int
    refund_id: str
    refund_fen: int
    status: RefundStatus
    success_at: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """A transfer at the gateway, as its latest attempt ended."""

    owner_id: int
    out_bill_no: int
    attempt: int
    transfer_bill_no: str
    transfer_fen: int
    succeeded: bool
    updated_at: datetime
    returned_at: datetime | None = None


_OPEN: Final = """
    insert into gateway_charges (
        shop_id, out_trade_no, prepay_id, total_fen, transaction_id, trade_state, success_at
    )
    select w.*, case when w.transaction_id is null then 'NOTPAY' else 'SUCCESS' end,
           case when w.transaction_id is not null then $6::timestamptz end
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])
         w(shop_id, out_trade_no, prepay_id, total_fen, transaction_id)
    on conflict (shop_id, out_trade_no) do nothing
"""

_TRADE: Final = "shop_id, out_trade_no, total_fen, trade_state, transaction_id, success_at"

# Of two who pay the same order at once, one finds it unpaid.
_PAY: Final = """
    update gateway_charges c
    set trade_state = 'SUCCESS', transaction_id = w.transaction_id, success_at = $4
    from unnest($1::bigint[], $2::bigint[], $3::text[]) w(shop_id, out_trade_no, transaction_id)
    where c.shop_id = w.shop_id and c.out_trade_no = w.out_trade_no
      and c.trade_state in ('NOTPAY', 'PAYERROR')
    returning c.shop_id, c.out_trade_no, c.total_fen, c.trade_state, c.transaction_id, c.success_at
"""

_FAIL: Final = """
    update gateway_charges set trade_state = 'PAYERROR'
    where shop_id = $1 and out_trade_no = $2 and trade_state in ('NOTPAY', 'PAYERROR')
"""

_CLOSE: Final = """
    update gateway_charges c set trade_state = 'CLOSED'
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, out_trade_no)
    where c.shop_id = w.shop_id and c.out_trade_no = w.out_trade_no
      and c.trade_state in ('NOTPAY', 'PAYERROR')
    returning c.shop_id, c.out_trade_no
"""

_TRADES: Final = f"""
    select {_TRADE}
    from gateway_charges c join unnest($1::bigint[], $2::bigint[]) w(shop_id, out_trade_no)
         using (shop_id, out_trade_no)
"""

# A refund that failed before may be asked again under its number; one that succeeded stays.
_GIVE_BACK: Final = """
    insert into gateway_refunds (
        shop_id, out_refund_no, out_trade_no, refund_fen, refund_id, refund_status, success_at
    )
    select w.*, $7 from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[]
    ) w
    on conflict (shop_id, out_refund_no) do update
    set refund_status = excluded.refund_status, success_at = excluded.success_at
    where gateway_refunds.refund_status = 'ABNORMAL'
    returning shop_id, out_refund_no, out_trade_no, refund_fen, refund_id, refund_status, success_at
"""

_REFUNDS: Final = """
    select shop_id, out_refund_no, out_trade_no, refund_fen, refund_id, refund_status, success_at
    from gateway_refunds r join unnest($1::bigint[], $2::bigint[]) w(shop_id, out_refund_no)
         using (shop_id, out_refund_no)
"""

# What reached somebody is never paid again: only a failed attempt makes room for the next.
_PAY_OUT: Final = """
    insert into gateway_transfers (
        owner_id, out_bill_no, attempt, payee_id, account, transfer_fen, transfer_bill_no,
        succeeded, updated_at
    )
    select w.*, $9 from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::text[], $6::bigint[],
        $7::text[], $8::boolean[]
    ) w
    on conflict (owner_id, out_bill_no) do update
    set attempt = excluded.attempt, transfer_bill_no = excluded.transfer_bill_no,
        succeeded = excluded.succeeded, updated_at = excluded.updated_at
    where not gateway_transfers.succeeded and gateway_transfers.attempt < excluded.attempt
    returning owner_id, out_bill_no, attempt, transfer_bill_no, transfer_fen, succeeded, updated_at
"""

_BILLS: Final = """
    select owner_id, out_bill_no, attempt, transfer_bill_no, transfer_fen, succeeded, updated_at,
           returned_at
    from gateway_transfers t join unnest($1::bigint[], $2::bigint[]) w(owner_id, out_bill_no)
         using (owner_id, out_bill_no)
"""

_RETURN: Final = """
    update gateway_transfers t set returned_at = $3
    from unnest($1::bigint[], $2::bigint[]) w(owner_id, out_bill_no)
    where t.owner_id = w.owner_id and t.out_bill_no = w.out_bill_no
"""

_SET_FAULT: Final = """
    insert into gateway_faults (shop_id, kind, times) values ($1, $2, $3)
    on conflict (shop_id, kind) do update set times = excluded.times
"""

_FAULTS: Final = """
    select shop_id, kind, times from gateway_faults
    where shop_id = any($1::bigint[]) and times > 0
    order by shop_id, kind for update
"""

_USE_FAULTS: Final = """
    update gateway_faults f set times = w.times
    from unnest($1::bigint[], $2::text[], $3::integer[]) w(shop_id, kind, times)
    where f.shop_id = w.shop_id and f.kind = w.kind
"""


async def open_trades(
    tx: Tx, prepays: Sequence[Prepay], transactions: Sequence[str | None], at: datetime
) -> None:
    """Open orders; those with a transaction are paid at once."""
    await tx.execute(
        _OPEN,
        [prepay.shop_id for prepay in prepays],
        [prepay.out_trade_no for prepay in prepays],
        [prepay.prepay_id for prepay in prepays],
        [prepay.total_fen for prepay in prepays],
        transactions,
        at,
    )


async def pay(
    tx: Tx, keys: Sequence[Key], transactions: Sequence[str], at: datetime
) -> list[Trade]:
    """Pay orders that are unpaid; only those that were."""
    rows = await tx.fetch(_PAY, *_columns(keys), transactions, at)
    return [_trade(row) for row in rows]


async def fail(tx: Tx, key: Key) -> None:
    """Let one attempt to pay go wrong."""
    await tx.execute(_FAIL, *key)


async def close(tx: Tx, keys: Sequence[Key]) -> list[Key]:
    """Close unpaid orders; only those that were."""
    rows = await tx.fetch(_CLOSE, *_columns(keys))
    return [(row["shop_id"], row["out_trade_no"]) for row in rows]


async def list_trades(tx: Tx, keys: Sequence[Key]) -> list[Trade]:
    return [_trade(row) for row in await tx.fetch(_TRADES, *_columns(keys))]


async def give_back(
    tx: Tx,
    refunds: Sequence[GiveBack],
    refund_ids: Sequence[str],
    statuses: Sequence[RefundStatus],
    at: datetime,
) -> list[RefundTrade]:
    """Make refunds; those that were made or tried anew."""
    rows = await tx.fetch(
        _GIVE_BACK,
        [refund.shop_id for refund in refunds],
        [refund.out_refund_no for refund in refunds],
        [refund.out_trade_no for refund in refunds],
        [refund.refund_fen for refund in refunds],
        refund_ids,
        [status.value for status in statuses],
        at,
    )
    return [_refund(row) for row in rows]


async def list_refunds(tx: Tx, keys: Sequence[Key]) -> list[RefundTrade]:
    return [_refund(row) for row in await tx.fetch(_REFUNDS, *_columns(keys))]


async def pay_out(
    tx: Tx,
    payouts: Sequence[PayOut],
    numbers: Sequence[str],
    succeeded: Sequence[bool],
    at: datetime,
) -> list[Bill]:
    """Make transfers; those that were made or tried anew."""
    rows = await tx.fetch(
        _PAY_OUT,
        [one.owner_id for one in payouts],
        [one.out_bill_no for one in payouts],
        [one.attempt for one in payouts],
        [one.payee_id for one in payouts],
        [one.account for one in payouts],
        [one.transfer_fen for one in payouts],
        numbers,
        succeeded,
        at,
    )
    return [Bill(*row) for row in rows]


async def send_back(tx: Tx, keys: Sequence[Key], at: datetime) -> None:
    """Note when the bank sends transfers back."""
    await tx.execute(_RETURN, *_columns(keys), at)


async def list_bills(tx: Tx, keys: Sequence[Key]) -> list[Bill]:
    return [Bill(*row) for row in await tx.fetch(_BILLS, *_columns(keys))]


async def set_fault(tx: Tx, shop_id: int, fault: Fault, times: int) -> None:
    await tx.execute(_SET_FAULT, shop_id, fault.value, times)


async def hold_faults(tx: Tx, shop_ids: Sequence[int]) -> dict[tuple[int, Fault], int]:
    """Faults in store for these shops or (shop 0) for all, and how many times more."""
    rows = await tx.fetch(_FAULTS, [0, *shop_ids])
    return {(row["shop_id"], Fault(row["kind"])): row["times"] for row in rows}


async def save_faults(tx: Tx, left: Mapping[tuple[int, Fault], int]) -> None:
    shops, faults = [shop for shop, _ in left], [fault.value for _, fault in left]
    await tx.execute(_USE_FAULTS, shops, faults, list(left.values()))


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one for one, _ in keys], [other for _, other in keys]


def _trade(row: Row) -> Trade:
    return Trade(
        row["shop_id"],
        row["out_trade_no"],
        row["total_fen"],
        TradeState(row["trade_state"]),
        row["transaction_id"] or "",
        row["success_at"],
    )


def _refund(row: Row) -> RefundTrade:
    return RefundTrade(
        row["shop_id"],
        row["out_refund_no"],
        row["out_trade_no"],
        row["refund_id"],
        row["refund_fen"],
        RefundStatus(row["refund_status"]),
        row["success_at"],
    )
