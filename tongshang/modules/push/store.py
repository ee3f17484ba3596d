"""Addresses and the journal in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.push.domain import (
    Mode,
    Parcel,
    Push,
    PushDraft,
    PushRef,
    Target,
    TargetDraft,
    Verdict,
)
from tongshang.modules.push.machine import PushState, TargetState
from tongshang.runtime.call import Call
from tongshang.runtime.db import Row, Tx

_TARGET: Final = (
    "shop_id, state, target_id, url, token, aes_key, mode, is_on, appid, error, changed_at"
)

_SET: Final = """
    insert into push_targets (
        shop_id, state, target_id, url, token, aes_key, mode, is_on, appid, error, changed_at
    )
    select shop_id, $8, target_id, url, token, aes_key, mode, true, appid, '', $9
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]
    ) as draft (shop_id, target_id, url, token, aes_key, mode, appid)
    on conflict (shop_id, state) do update set
        target_id = excluded.target_id, url = excluded.url, token = excluded.token,
        aes_key = excluded.aes_key, mode = excluded.mode, is_on = excluded.is_on,
        appid = excluded.appid, error = excluded.error, changed_at = excluded.changed_at
"""

_FIND_TARGETS: Final = f"""
    select {_TARGET} from push_targets where shop_id = any($1::bigint[])
"""

# Of an address asked for again meanwhile, only the newest is judged.
_HOLD_ASKED: Final = """
    select 1 from push_targets where shop_id = $1 and state = 1 and target_id = $2 for update
"""

_REMOVE: Final = "delete from push_targets where shop_id = $1 and state = any($2::smallint[])"

_MOVE: Final = """
    update push_targets set state = $3, error = $4, changed_at = $5
    where shop_id = $1 and state = 1 and target_id = $2
"""

_SWITCH: Final = """
    update push_targets set is_on = $2, changed_at = $3 where shop_id = $1 and state = 2
"""

# One statement gives a batch its sequence numbers, without gaps: the counter's row is locked until
# the transaction ends, and what is rolled back was never counted.
_ADD: Final = """
    with draft as (
        select * from unnest(
            $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[]
        ) with ordinality as d (shop_id, push_id, event, body, told_at, place)
    ),
    counted as (
        insert into push_counters as counter (shop_id, last_seq)
        select shop_id, count(*) from draft group by shop_id order by shop_id
        on conflict (shop_id) do update set last_seq = counter.last_seq + excluded.last_seq
        returning shop_id, last_seq
    ),
    numbered as (
        select draft.*, row_number() over (partition by shop_id order by place) as nth,
               count(*) over (partition by shop_id) as many
        from draft
    )
    insert into pushes (shop_id, seq, push_id, event, body, state, told_at)
    select numbered.shop_id, counted.last_seq - numbered.many + numbered.nth, numbered.push_id,
           numbered.event, numbered.body, case when target.shop_id is null then 4 else 1 end,
           numbered.told_at
    from numbered
    join counted on counted.shop_id = numbered.shop_id
    left join push_targets as target
      on target.shop_id = numbered.shop_id and target.state = 2 and target.is_on
    returning shop_id, seq, push_id, state
"""

_PUSH: Final = """
    push.shop_id, push.seq, push.push_id, push.event, push.body, push.state, push.attempts,
    push.error, push.told_at, push.delivered_at
"""

_FIND_PARCEL: Final = f"""
    select {_PUSH} from pushes as push
    where push.shop_id = $1 and push.seq = $2 and push.round = $3 and push.state = 1
"""

_FIND_IN_USE: Final = f"""
    select {_TARGET} from push_targets where shop_id = $1 and state = 2 and is_on
"""

_NOTE: Final = """
    update pushes set state = $4, attempts = $5, error = $6, delivered_at = $7
    where shop_id = $1 and seq = $2 and round = $3 and state = 1
"""

_LIST: Final = f"""
    select {_PUSH} from pushes as push
    where push.shop_id = $1 and push.seq < $2 and ($3::smallint = 0 or push.state = $3)
    order by push.seq desc
    limit $4
"""

_REPLAY: Final = """
    update pushes set state = 1, round = round + 1, attempts = 0, error = '', delivered_at = null
    where shop_id = $1 and seq between $2 and $3
    returning seq, round as turn
"""

_LAST: Final = "select last_seq from push_counters where shop_id = $1"


async def set_targets(
    call: Call, drafts: Sequence[TargetDraft], appids: Sequence[str], state: TargetState
) -> list[int]:
    """Write addresses in `state`, over those that were in it; their ids."""
    ids = call.take_ids(Named.PUSH, len(drafts))
    await call.tx.execute(
        _SET,
        [draft.shop_id for draft in drafts],
        ids,
        [draft.url for draft in drafts],
        [draft.token for draft in drafts],
        [draft.aes_key for draft in drafts],
        [draft.mode.value for draft in drafts],
        list(appids),
        state,
        call.at,
    )
    return ids


async def find_targets(tx: Tx, shop_ids: Sequence[int]) -> list[Target]:
    """All addresses of the shops, in any state."""
    return [_target(row) for row in await tx.fetch(_FIND_TARGETS, list(shop_ids))]


async def find_in_use(tx: Tx, shop_id: int) -> Target | None:
    """The address that a shop's pushes go to now."""
    row = await tx.fetchrow(_FIND_IN_USE, shop_id)
    return None if row is None else _target(row)


async def judge_target(
    tx: Tx, shop_id: int, target_id: int, state: TargetState, error: str, at: datetime
) -> bool:
    """Put the address that was asked for into `state`; False where another was asked for since."""
    if await tx.fetchval(_HOLD_ASKED, shop_id, target_id) is None:
        return False
    replaced = {state, TargetState.REFUSED}
    await tx.execute(_REMOVE, shop_id, sorted(replaced))
    await tx.execute(_MOVE, shop_id, target_id, state, error, at)
    return True


async def switch_target(tx: Tx, shop_id: int, at: datetime, *, is_on: bool) -> bool:
    """Switch the address in use on or off; False where there is none."""
    done: str = await tx.execute(_SWITCH, shop_id, is_on, at)
    return done != "UPDATE 0"


async def add_pushes(call: Call, drafts: Sequence[PushDraft]) -> list[tuple[PushRef, int, bool]]:
    """Write events to their shops' journals; each with its id, and whether it is to be sent."""
    rows = await call.tx.fetch(
        _ADD,
        [draft.shop_id for draft in drafts],
        call.take_ids(Named.PUSH, len(drafts)),
        [draft.event for draft in drafts],
        [draft.body for draft in drafts],
        [draft.told_at for draft in drafts],
    )
    return [
        (PushRef(row["shop_id"], row["seq"], 0), row["push_id"], row["state"] == PushState.WAITING)
        for row in rows
    ]


async def find_parcel(tx: Tx, ref: PushRef) -> Parcel | None:
    """A push that waits in this round, and where it goes; None where the job is void."""
    row = await tx.fetchrow(_FIND_PARCEL, ref.shop_id, ref.seq, ref.turn)
    return None if row is None else Parcel(ref, _push(row), await find_in_use(tx, ref.shop_id))


async def note_verdict(tx: Tx, ref: PushRef, verdict: Verdict) -> None:
    """Write what became of a delivery, unless a replay began a new round meanwhile."""
    await tx.execute(
        _NOTE,
        ref.shop_id,
        ref.seq,
        ref.turn,
        verdict.state,
        verdict.attempts,
        verdict.error,
        verdict.delivered_at,
    )


async def list_pushes(
    tx: Tx, shop_id: int, before: int, state: PushState | None, limit: int
) -> list[Push]:
    """A shop's journal, newest first, before the sequence number `before`."""
    rows = await tx.fetch(_LIST, shop_id, before, state or 0, limit)
    return [_push(row) for row in rows]


async def replay(tx: Tx, shop_id: int, first: int, last: int) -> list[PushRef]:
    """Set pushes to be delivered once more, whatever became of them."""
    rows = await tx.fetch(_REPLAY, shop_id, first, last)
    return sorted(
        (PushRef(shop_id, row["seq"], row["turn"]) for row in rows), key=lambda ref: ref.seq
    )


async def last_seq(tx: Tx, shop_id: int) -> int:
    """The sequence number of a shop's newest push; 0 where it has none."""
    return await tx.fetchval(_LAST, shop_id) or 0


def _target(row: Row) -> Target:
    return Target(
        row["shop_id"],
        row["target_id"],
        TargetState(row["state"]),
        row["url"],
        row["token"],
        row["aes_key"],
        Mode(row["mode"]),
        row["is_on"],
        row["appid"],
        row["error"],
        row["changed_at"],
    )


def _push(row: Row) -> Push:
    return Push(
        row["shop_id"],
        row["seq"],
        row["push_id"],
        row["event"],
        row["body"],
        PushState(row["state"]),
        row["attempts"],
        row["error"],
        row["told_at"],
        row["delivered_at"],
    )
