"""Portions of presents, and how they moved."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final, TypeAlias

import asyncpg

from tongshang.modules.gifting.domain.present import Passed, Portion, PortionMoved
from tongshang.modules.gifting.machine import PortionState
from tongshang.modules.gifting.refusals import AlreadyYours, MovedMeanwhile
from tongshang.runtime.db import Row, Tx

PresentKey: TypeAlias = tuple[int, int]  # shop_id, present_id

_COLUMNS: Final = ", ".join(f"p.{one.name}" for one in fields(Portion))

_ADD: Final = """
    insert into portions (shop_id, present_id, number, order_id, state, sku_id, named_id)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::text[], $6::bigint[],
        $7::bigint[]
    )
"""

_OF_PRESENTS: Final = f"""
    select {_COLUMNS} from portions p
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
      on p.shop_id = w.shop_id and p.present_id = w.present_id
    order by p.shop_id, p.present_id, p.number
"""

_OF_ORDERS: Final = f"""
    select {_COLUMNS} from portions p
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on p.shop_id = w.shop_id and p.order_id = w.order_id
    order by p.shop_id, p.order_id
"""

# Claims of whom nothing is left for: told apart without a lock. What was taken stays taken, so a
# look that finds all gone is as good as one that waits for its turn; anybody else decides under
# the present's lock.
_TOO_LATE: Final = """
    select w.place
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[])
         w(shop_id, present_id, buyer_id, place)
    join presents g on g.shop_id = w.shop_id and g.present_id = w.present_id
    where g.kind in (1, 2) and g.audience = 0 and g.to_buyer_id = 0
      and (g.state = 'done' or (g.state = 'open' and g.expires_at > $5))
      and (g.giver_id <> w.buyer_id or g.kind = 2)
      and not exists (select from portions p where p.shop_id = w.shop_id
                      and p.present_id = w.present_id and p.state = 'open' and p.named_id = 0)
      and not exists (select from portions p where p.shop_id = w.shop_id
                      and p.present_id = w.present_id and p.receiver_id = w.buyer_id
                      and p.receiver_id > 0)
"""

# The state that was decided on is asked again: of two movers one finds it changed.
_MOVE: Final = """
    with moved as (
        update portions p
        set state = w.target,
            receiver_id = case when w.receiver_id > 0 then w.receiver_id else p.receiver_id end,
            sku_id = case when w.sku_id > 0 then w.sku_id else p.sku_id end,
            aftersale_id = case when w.aftersale_id > 0 then w.aftersale_id else p.aftersale_id end,
            is_on_wall = p.is_on_wall or w.is_on_wall,
            claimed_at = case when w.target in ('accepted', 'ordered')
                         then coalesce(p.claimed_at, $12) else p.claimed_at end,
            ended_at = case when w.target in ('declined', 'expired', 'recalled',
                                              'cancelled') then $12 else p.ended_at end
        from unnest(
            $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::boolean[]
        ) w(shop_id, present_id, number, move, source, target, buyer_id, receiver_id, sku_id,
            aftersale_id, is_on_wall)
        where p.shop_id = w.shop_id and p.present_id = w.present_id and p.number = w.number
          and p.state = w.source
        returning w.shop_id, w.present_id, w.number, w.move, w.source, w.target, w.buyer_id
    )
    insert into portion_moves (shop_id, present_id, number, move, source, target, buyer_id, at)
    select shop_id, present_id, number, move, source, target, buyer_id, $12 from moved
"""

_NAME: Final = """
    update portions p set named_id = w.named_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) w(shop_id, order_id, named_id)
    where p.shop_id = w.shop_id and p.order_id = w.order_id and p.named_id = 0
      and p.receiver_id = 0
"""

_THANK: Final = """
    update portions set thanks = $3, thanks_url = $4, thanked_at = $5
    where shop_id = $1 and order_id = $2 and thanked_at is null returning order_id
"""

# One who accepted has it, one who was named may have it: from here on it is another's.
_PASSED: Final = """
    with passed as (
        update portions p
        set receiver_id = case when state = 'accepted' then $5::bigint else 0 end,
            named_id = case when state = 'open' then $5::bigint else named_id end
        where shop_id = $1 and present_id = $2 and number = $3
          and ((state = 'accepted' and receiver_id = $4) or (state = 'open' and named_id = $4))
        returning number
    )
    insert into gift_passes (shop_id, present_id, number, step, from_id, to_id, at)
    select $1, $2, $3, 1 + (select count(*) from gift_passes g where g.shop_id = $1
                             and g.present_id = $2 and g.number = $3), $4, $5, $6
    from passed
"""

_PASSES: Final = """
    select g.shop_id, g.present_id, g.number, g.from_id, g.to_id, g.at from gift_passes g
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, present_id)
      on g.shop_id = w.shop_id and g.present_id = w.present_id
    order by g.shop_id, g.present_id, g.number, g.step
"""

_WALL: Final = """
    update portions set is_on_wall = $3
    where shop_id = $1 and order_id = $2 returning order_id
"""


async def add_portions(tx: Tx, portions: Sequence[Portion]) -> None:
    """Write the portions of new presents."""
    await tx.execute(
        _ADD,
        [one.shop_id for one in portions],
        [one.present_id for one in portions],
        [one.number for one in portions],
        [one.order_id for one in portions],
        [one.state.value for one in portions],
        [one.sku_id for one in portions],
        [one.named_id for one in portions],
    )


async def list_portions(tx: Tx, keys: Iterable[PresentKey]) -> dict[PresentKey, list[Portion]]:
    """The portions of presents, by number."""
    found: dict[PresentKey, list[Portion]] = {}
    for row in await tx.fetch(_OF_PRESENTS, *_split(keys)):
        found.setdefault((row["shop_id"], row["present_id"]), []).append(_portion(row))
    return found


async def find_too_late(
    tx: Tx, claims: Iterable[tuple[int, PresentKey, int]], at: datetime
) -> set[int]:
    """Which claims, as (place, present, buyer), come when all portions are taken."""
    asked = list(claims)
    rows = await tx.fetch(
        _TOO_LATE,
        [key[0] for _, key, _ in asked],
        [key[1] for _, key, _ in asked],
        [buyer_id for _, _, buyer_id in asked],
        [place for place, _, _ in asked],
        at,
    )
    return {row["place"] for row in rows}


async def find_by_order(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Portion]:
    """The portions that orders are; keys are (shop_id, order_id)."""
    rows = await tx.fetch(_OF_ORDERS, *_split(keys))
    return {(row["shop_id"], row["order_id"]): _portion(row) for row in rows}


async def move_portions(tx: Tx, moved: Sequence[PortionMoved], at: datetime) -> None:
    """Move portions along their machine and record the moves; all of them, or nobody."""
    if not moved:
        return
    try:
        done = await tx.execute(
            _MOVE,
            [one.portion.shop_id for one in moved],
            [one.portion.present_id for one in moved],
            [one.portion.number for one in moved],
            [one.move.value for one in moved],
            [one.portion.state.value for one in moved],
            [one.target.value for one in moved],
            [one.by for one in moved],
            [one.receiver_id for one in moved],
            [one.sku_id for one in moved],
            [one.aftersale_id for one in moved],
            [one.is_on_wall for one in moved],
            at,
        )
    except asyncpg.UniqueViolationError:
        raise AlreadyYours from None
    if done != f"INSERT 0 {len(moved)}":
        raise MovedMeanwhile


async def name_receivers(tx: Tx, named: Sequence[tuple[int, int, int]]) -> int:
    """Write who may have portions: (shop_id, order_id, buyer_id); how many had nobody yet."""
    done = await tx.execute(
        _NAME, [one[0] for one in named], [one[1] for one in named], [one[2] for one in named]
    )
    return int(done.rsplit(" ", 1)[1])


async def thank(tx: Tx, key: tuple[int, int], text: str, picture_url: str, at: datetime) -> bool:
    """Write a receiver's thanks; False where they were said already."""
    return await tx.fetchval(_THANK, *key, text, picture_url, at) is not None


async def pass_on(tx: Tx, portion: Portion, to_id: int, at: datetime) -> None:
    """Give somebody else a portion that one has or may have, and record from whom."""
    key = (portion.shop_id, portion.present_id, portion.number)
    holder = portion.receiver_id or portion.named_id
    try:
        done = await tx.execute(_PASSED, *key, holder, to_id, at)
    except asyncpg.UniqueViolationError:
        raise AlreadyYours from None
    if done != "INSERT 0 1":
        raise MovedMeanwhile


async def list_passes(tx: Tx, keys: Iterable[PresentKey]) -> dict[PresentKey, list[Passed]]:
    """Through whose hands portions of presents went, by number and in their order."""
    found: dict[PresentKey, list[Passed]] = {}
    for row in await tx.fetch(_PASSES, *_split(keys)):
        found.setdefault((row["shop_id"], row["present_id"]), []).append(Passed(*row[2:]))
    return found


async def show_on_wall(tx: Tx, key: tuple[int, int], *, is_shown: bool) -> None:
    """Write whether a receiver shows a gift to friends."""
    await tx.execute(_WALL, *key, is_shown)


def _split(keys: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    wanted = sorted(set(keys))
    return [one for one, _ in wanted], [other for _, other in wanted]


def _portion(row: Row) -> Portion:
    values = dict(row)
    values["state"] = PortionState(values["state"])
    return Portion(**values)
