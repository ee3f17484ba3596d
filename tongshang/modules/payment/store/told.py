"""What others look up of money that moved: what it was for, and what the sandbox gateway did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.payment.domain.bills import Bill, BillKind
from tongshang.runtime.db import Tx

_SUBJECTS: Final = """
    with wanted as (
        select * from unnest($1::bigint[], $2::text[], $3::bigint[]) w(owner_id, kind, id)
    )
    select owner_id, kind, id, p.subject_kind, p.subject_id
    from wanted join payments p on p.shop_id = owner_id and p.payment_id = id
    where kind = 'payment'
    union all
    select owner_id, kind, id, r.subject_kind, r.subject_id
    from wanted join refunds r on r.shop_id = owner_id and r.refund_id = id
    where kind = 'refund'
    union all
    select owner_id, kind, id, t.subject_kind, t.subject_id
    from wanted join transfers t using (owner_id)
    where kind = 'transfer' and t.transfer_id = id
"""

_CHANNELS: Final = """
    with wanted as (
        select * from unnest($1::bigint[], $2::text[], $3::bigint[]) w(owner_id, kind, id)
    )
    select owner_id, kind, id, p.channel
    from wanted join payments p on p.shop_id = owner_id and p.payment_id = id
    where kind = 'payment'
    union all
    select owner_id, kind, id, p.channel
    from wanted join refunds r on r.shop_id = owner_id and r.refund_id = id
    join payments p using (shop_id, payment_id)
    where kind = 'refund'
    union all
    select owner_id, kind, id, t.channel
    from wanted join transfers t using (owner_id)
    where kind in ('transfer', 'return') and t.transfer_id = id
"""

# The gateway's own books, by the day on which it did what it was asked.
_BILLS: Final = """
    select 'payment' as kind, shop_id as owner_id, out_trade_no as number,
           transaction_id as channel_no, total_fen as amount_fen, success_at as at
    from gateway_charges
    where trade_state = 'SUCCESS' and success_at >= $1 and success_at < $2
    union all
    select 'refund', shop_id, out_refund_no, refund_id, refund_fen, success_at
    from gateway_refunds
    where refund_status = 'SUCCESS' and success_at >= $1 and success_at < $2
    union all
    select 'transfer', owner_id, out_bill_no, transfer_bill_no, transfer_fen, updated_at
    from gateway_transfers
    where succeeded and updated_at >= $1 and updated_at < $2
    union all
    select 'return', owner_id, out_bill_no, transfer_bill_no, transfer_fen, returned_at
    from gateway_transfers
    where returned_at >= $1 and returned_at < $2
    order by 6, 3
"""


_NEXT_BILL: Final = """
    select least(
        (select min(success_at) from gateway_charges
         where trade_state = 'SUCCESS' and success_at >= $1),
        (select min(success_at) from gateway_refunds
         where refund_status = 'SUCCESS' and success_at >= $1),
        (select min(updated_at) from gateway_transfers where succeeded and updated_at >= $1),
        (select min(returned_at) from gateway_transfers where returned_at >= $1)
    )
"""


async def find_subjects(
    tx: Tx, keys: Sequence[tuple[int, str, int]]
) -> dict[tuple[int, str, int], tuple[str, int]]:
    """What payments, refunds and transfers were for; keys are (owner, kind, id)."""
    rows = await tx.fetch(_SUBJECTS, *([key[place] for key in keys] for place in range(3)))
    return {
        (row["owner_id"], row["kind"], row["id"]): (row["subject_kind"], row["subject_id"])
        for row in rows
    }


async def find_channels(
    tx: Tx, keys: Sequence[tuple[int, str, int]]
) -> dict[tuple[int, str, int], str]:
    """By which channel payments, refunds and transfers went; keys are (owner, kind, id)."""
    rows = await tx.fetch(_CHANNELS, *([key[place] for key in keys] for place in range(3)))
    return {(row["owner_id"], row["kind"], row["id"]): row["channel"] for row in rows}


async def next_bill_at(tx: Tx, since: datetime) -> datetime | None:
    """When the sandbox gateway next did anything, at or after a moment."""
    found: datetime | None = await tx.fetchval(_NEXT_BILL, since)
    return found


async def list_bills(tx: Tx, since: datetime, until: datetime) -> list[Bill]:
    """What the sandbox gateway did in [since, until), in the order of time."""
    rows = await tx.fetch(_BILLS, since, until)
    return [Bill(**{**row, "kind": BillKind(row["kind"])}) for row in rows]
