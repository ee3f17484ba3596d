"""Payments and refunds, as they are kept. Rows are locked in the order of their keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.payment.domain import (
    ChargeDraft,
    Key,
    Payment,
    Refund,
    RefundMoved,
    Subject,
    reserve_change_fen,
)
from tongshang.modules.payment.machine import PaymentState, RefundState
from tongshang.runtime.db import Row, Tx

_PAYMENT: Final = """
    shop_id, payment_id, subject_kind, subject_id, buyer_id, amount_fen, channel, prepay_id,
    state, transaction_id, refunded_fen, created_at, paid_at
"""

# Known charges are given back, the others are added; whoever adds the same subject at the same
# time decides by the index payments_waiting, and the loser finds it on asking once more.
_ASK: Final = f"""
    with wanted as (
        select * from unnest(
            $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::text[], $8::text[]
        ) w(shop_id, payment_id, subject_kind, subject_id, buyer_id, amount_fen, channel, prepay_id)
    ), known as (
        select distinct on (p.shop_id, p.subject_kind, p.subject_id) p.*
        from wanted w join payments p using (shop_id, subject_kind, subject_id)
        where p.state = 'waiting' or (p.state = 'paid' and p.refunded_fen < p.amount_fen)
        order by p.shop_id, p.subject_kind, p.subject_id, p.state desc, p.payment_id desc
    ), added as (
        insert into payments (
            shop_id, payment_id, subject_kind, subject_id, buyer_id, amount_fen, channel,
            prepay_id, state, created_at, looked_at
        )
        select w.*, 'waiting', $9, $9 from wanted w
        where not exists (
            select from known k where k.shop_id = w.shop_id
              and k.subject_kind = w.subject_kind and k.subject_id = w.subject_id
        )
        on conflict (shop_id, subject_kind, subject_id) where state = 'waiting' do nothing
        returning *
    )
    select {_PAYMENT} from known
    union all
    select {_PAYMENT} from added
"""

_OF_SUBJECTS: Final = f"""
    select distinct on (subject_id) {_PAYMENT}
    from payments
    where shop_id = $1 and subject_kind = $2 and subject_id = any($3::bigint[])
    order by subject_id, (state = 'paid') desc, payment_id desc
"""

_WAITING_OF: Final = f"""
    select {_PAYMENT}
    from payments p join unnest($1::bigint[], $2::text[], $3::bigint[])
         w(shop_id, subject_kind, subject_id) using (shop_id, subject_kind, subject_id)
    where p.state = 'waiting'
"""

_FIND: Final = f"select {_PAYMENT} from payments where shop_id = $1 and payment_id = $2"

_HOLD: Final = f"""
    select {_PAYMENT}
    from payments p join unnest($1::bigint[], $2::bigint[]) w(shop_id, payment_id)
         using (shop_id, payment_id)
    order by shop_id, payment_id
    for update of p
"""

_HOLD_OF_SUBJECTS: Final = f"""
    select {_PAYMENT}
    from payments p join unnest($1::bigint[], $2::text[], $3::bigint[])
         w(shop_id, subject_kind, subject_id) using (shop_id, subject_kind, subject_id)
    order by shop_id, payment_id
    for update of p
"""

_TAKE: Final = """
    update payments p
    set state = 'paid', transaction_id = w.transaction_id, paid_at = w.paid_at
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[])
         w(shop_id, payment_id, transaction_id, paid_at)
    where p.shop_id = w.shop_id and p.payment_id = w.payment_id and p.state in ('waiting', 'closed')
    returning p.payment_id
"""

_CLOSE: Final = """
    update payments p set state = 'closed'
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, payment_id)
    where p.shop_id = w.shop_id and p.payment_id = w.payment_id and p.state = 'waiting'
"""

_RESERVE: Final = """
    update payments p set refunded_fen = p.refunded_fen + w.change
    from (select shop_id, payment_id, sum(change)::bigint as change
          from unnest($1::bigint[], $2::bigint[], $3::bigint[]) c(shop_id, payment_id, change)
          group by shop_id, payment_id) w
    where p.shop_id = w.shop_id and p.payment_id = w.payment_id
"""

_UNHEARD: Final = f"""
    select {_PAYMENT} from payments
    where state = 'waiting' and looked_at <= $1
    order by looked_at limit $2
"""

# Passed over where somebody works on the payment: that somebody knows more than we do.
_LOOKED: Final = """
    update payments set looked_at = $3
    where (shop_id, payment_id) in (
        select p.shop_id, p.payment_id
        from payments p join unnest($1::bigint[], $2::bigint[]) w(shop_id, payment_id)
             using (shop_id, payment_id)
        for update of p skip locked
    )
"""

_REFUND: Final = """
    shop_id, refund_id, payment_id, subject_kind, subject_id, cause_kind, cause_id, amount_fen,
    state
"""

_REFUNDS_BY_CAUSE: Final = f"""
    select {_REFUND}
    from refunds r join unnest($1::bigint[], $2::text[], $3::bigint[])
         w(shop_id, cause_kind, cause_id) using (shop_id, cause_kind, cause_id)
    order by shop_id, refund_id
    for update of r
"""

_ADD_REFUNDS: Final = """
    insert into refunds (
        shop_id, refund_id, payment_id, subject_kind, subject_id, cause_kind, cause_id,
        amount_fen, state, asked_at, looked_at
    )
    select w.*, 'asked', $9, $9 from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[],
        $7::bigint[], $8::bigint[]
    ) w
"""

_HOLD_REFUNDS: Final = f"""
    select {_REFUND}
    from refunds r join unnest($1::bigint[], $2::bigint[]) w(shop_id, refund_id)
         using (shop_id, refund_id)
    order by shop_id, refund_id
    for update of r
"""

_MOVE_REFUNDS: Final = """
    update refunds r
    set state = w.after, done_at = case when w.after = 'done' then w.at end, looked_at = $6
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[])
         w(shop_id, refund_id, before, after, at)
    where r.shop_id = w.shop_id and r.refund_id = w.refund_id and r.state = w.before
    returning r.refund_id
"""

_UNHEARD_REFUNDS: Final = f"""
    select {_REFUND} from refunds
    where state = 'asked' and looked_at <= $1
    order by looked_at limit $2
"""

_LOOKED_REFUNDS: Final = """
    update refunds set looked_at = $3
    where (shop_id, refund_id) in (
        select r.shop_id, r.refund_id
        from refunds r join unnest($1::bigint[], $2::bigint[]) w(shop_id, refund_id)
             using (shop_id, refund_id)
        for update of r skip locked
    )
"""


# --- payments ----------------------------------------------------------------------------------


async def ask(
    tx: Tx,
    drafts: Sequence[ChargeDraft],
    ids: Sequence[int],
    prepay_ids: Sequence[str],
    at: datetime,
) -> dict[Subject, Payment]:
    """The payments of subjects, new under `ids` where there was none; one statement.

    A subject that somebody else charges at this moment is not among them: ask once more.
    """
    rows = await tx.fetch(
        _ASK,
        [draft.shop_id for draft in drafts],
        ids,
        [draft.subject_kind for draft in drafts],
        [draft.subject_id for draft in drafts],
        [draft.buyer_id for draft in drafts],
        [draft.amount_fen for draft in drafts],
        [draft.channel for draft in drafts],
        prepay_ids,
        at,
    )
    return {payment.subject: payment for payment in map(_payment, rows)}


async def of_subjects(
    tx: Tx, shop_id: int, subject_kind: str, subject_ids: Sequence[int]
) -> dict[int, Payment]:
    """The payment of each subject: the paid one, or else the latest."""
    rows = await tx.fetch(_OF_SUBJECTS, shop_id, subject_kind, subject_ids)
    return {row["subject_id"]: _payment(row) for row in rows}


async def list_waiting(tx: Tx, subjects: Sequence[Subject]) -> list[Payment]:
    """What waits to be paid for the subjects."""
    return [_payment(row) for row in await tx.fetch(_WAITING_OF, *_columns(subjects))]


async def find_payment(tx: Tx, key: Key) -> Payment | None:
    row = await tx.fetchrow(_FIND, *key)
    return _payment(row) if row else None


async def hold_payments(tx: Tx, keys: Sequence[Key]) -> dict[Key, Payment]:
    """Payments to decide on: nobody else moves them until the transaction ends."""
    rows = await tx.fetch(_HOLD, *_keys(keys))
    return {payment.key: payment for payment in map(_payment, rows)}


async def hold_of_subjects(tx: Tx, subjects: Sequence[Subject]) -> dict[Subject, list[Payment]]:
    """All payments of the subjects, the oldest first, held."""
    held: dict[Subject, list[Payment]] = {}
    for row in await tx.fetch(_HOLD_OF_SUBJECTS, *_columns(subjects)):
        payment = _payment(row)
        held.setdefault(payment.subject, []).append(payment)
    return held


async def take(tx: Tx, payments: Sequence[Payment]) -> None:
    """Write down that held payments are paid."""
    taken = await tx.fetch(
        _TAKE,
        *_keys([payment.key for payment in payments]),
        [payment.transaction_id for payment in payments],
        [payment.paid_at for payment in payments],
    )
    assert len(taken) == len(payments), "held payments moved meanwhile"


async def close(tx: Tx, keys: Sequence[Key]) -> None:
    """Void payments that still wait."""
    await tx.execute(_CLOSE, *_keys(keys))


async def reserve(tx: Tx, changes: Sequence[tuple[Key, int]]) -> None:
    """Change what counts as refunded of payments; the table refuses more than was paid."""
    if changes:
        await tx.execute(_RESERVE, *_keys([key for key, _ in changes]), [fen for _, fen in changes])


async def list_unheard(tx: Tx, since: datetime, limit: int) -> list[Payment]:
    """Payments that wait and were not looked at since, across shops."""
    return [_payment(row) for row in await tx.fetch(_UNHEARD, since, limit)]


async def mark_looked(tx: Tx, keys: Sequence[Key], at: datetime) -> None:
    await tx.execute(_LOOKED, *_keys(keys), at)


# --- refunds -----------------------------------------------------------------------------------


async def hold_by_cause(tx: Tx, causes: Sequence[Subject]) -> dict[Subject, Refund]:
    """The refunds that causes have already, held."""
    rows = await tx.fetch(_REFUNDS_BY_CAUSE, *_columns(causes))
    return {refund.cause: refund for refund in map(_refund, rows)}


async def add_refunds(tx: Tx, refunds: Sequence[Refund], at: datetime) -> None:
    if not refunds:
        return
    await tx.execute(
        _ADD_REFUNDS,
        *_keys([refund.key for refund in refunds]),
        [refund.payment_id for refund in refunds],
        [refund.subject_kind for refund in refunds],
        [refund.subject_id for refund in refunds],
        [refund.cause_kind for refund in refunds],
        [refund.cause_id for refund in refunds],
        [refund.amount_fen for refund in refunds],
        at,
    )


async def hold_refunds(tx: Tx, keys: Sequence[Key]) -> dict[Key, Refund]:
    rows = await tx.fetch(_HOLD_REFUNDS, *_keys(keys))
    return {refund.key: refund for refund in map(_refund, rows)}


async def move_refunds(tx: Tx, moved: Sequence[RefundMoved], at: datetime) -> None:
    """Write held refunds down where they are now, and what that leaves of their payments."""
    if not moved:
        return
    rows = await tx.fetch(
        _MOVE_REFUNDS,
        *_keys([one.after.key for one in moved]),
        [one.before.state.value for one in moved],
        [one.after.state.value for one in moved],
        [one.at for one in moved],
        at,
    )
    assert len(rows) == len(moved), "held refunds moved meanwhile"
    changes = [
        ((one.after.shop_id, one.after.payment_id), change)
        for one in moved
        if (change := reserve_change_fen(one))
    ]
    await reserve(tx, changes)


async def list_unheard_refunds(tx: Tx, since: datetime, limit: int) -> list[Refund]:
    """Refunds on their way that were not looked at since, across shops."""
    return [_refund(row) for row in await tx.fetch(_UNHEARD_REFUNDS, since, limit)]


async def mark_looked_refunds(tx: Tx, keys: Sequence[Key], at: datetime) -> None:
    await tx.execute(_LOOKED_REFUNDS, *_keys(keys), at)


def _keys(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one for one, _ in keys], [other for _, other in keys]


def _columns(subjects: Sequence[Subject]) -> tuple[list[int], list[str], list[int]]:
    """Distinct subjects or causes as arrays."""
    ordered = sorted(set(subjects))
    return [s[0] for s in ordered], [s[1] for s in ordered], [s[2] for s in ordered]


def _payment(row: Row) -> Payment:
    return Payment(
        row["shop_id"],
        row["payment_id"],
        row["subject_kind"],
        row["subject_id"],
        row["buyer_id"],
        row["amount_fen"],
        row["channel"],
        row["prepay_id"],
        PaymentState(row["state"]),
        row["transaction_id"] or "",
        row["refunded_fen"],
        row["created_at"],
        row["paid_at"],
    )


def _refund(row: Row) -> Refund:
    return Refund(
        row["shop_id"],
        row["refund_id"],
        row["payment_id"],
        row["subject_kind"],
        row["subject_id"],
        row["cause_kind"],
        row["cause_id"],
        row["amount_fen"],
        RefundState(row["state"]),
    )
