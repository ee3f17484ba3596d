"""Whom buyers follow, what they keep and looked at, what they allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.modules.discovery.domain import Lane, moment
from tongshang.runtime.db import Tx

# --- follows -------------------------------------------------------------------------------------

_FOLLOW: Final = """
    with added as (
        insert into follows (buyer_id, party_id, at)
        select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[])
        on conflict do nothing returning party_id
    ), counted as (select party_id, count(*) as count from added group by party_id)
    insert into followers (party_id, count)
    select party_id, count from counted order by party_id
    on conflict (party_id) do update set count = followers.count + excluded.count
"""
_UNFOLLOW: Final = """
    with dropped as (
        delete from follows where buyer_id = $1 and party_id = $2 returning party_id
    )
    update followers set count = count - 1
    where party_id in (select party_id from dropped)
"""
_COUNT_FOLLOWS: Final = "select count(*) from follows where buyer_id = $1"
_FOLLOWS: Final = """
    select party_id, at from follows where buyer_id = $1 and (at, party_id) < ($2, $3)
    order by at desc, party_id desc limit $4
"""
_STANDING: Final = """
    select p.party_id, coalesce(followers.count, 0) as count, follows.buyer_id is not null as follows
    from unnest($1::bigint[]) as p (party_id)
    left join followers using (party_id)
    left join follows on follows.buyer_id = $2 and follows.party_id = p.party_id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many follow a party, and whether the one who asks does."""

    followers: int = 0
    follows: bool = False


async def follow(tx: Tx, pairs: Sequence[tuple[int, int, datetime]]) -> None:
    """(buyer, party, since) begin to follow; who does already goes on."""
    ordered = sorted(pairs)
    await tx.execute(_FOLLOW, *(list(column) for column in zip(*ordered, strict=True)))


async def unfollow(tx: Tx, buyer_id: int, party_id: int) -> None:
    """Follow no more."""
    await tx.execute(_UNFOLLOW, buyer_id, party_id)


async def count_follows(tx: Tx, buyer_id: int) -> int:
    """How many a buyer follows."""
    count: int = await tx.fetchval(_COUNT_FOLLOWS, buyer_id)
    return count


async def list_follows(
    tx: Tx, buyer_id: int, before: tuple[int, int], limit: int
) -> list[tuple[int, datetime]]:
    """Whom a buyer follows and since when, the newest first."""
    rows = await tx.fetch(_FOLLOWS, buyer_id, moment(before[0]), before[1], limit)
    return [(row["party_id"], row["at"]) for row in rows]


async def standings(tx: Tx, party_ids: Sequence[int], buyer_id: int) -> dict[int, Standing]:
    """How parties stand with everybody and with one buyer."""
    rows = await tx.fetch(_STANDING, list(party_ids), buyer_id)
    return {row["party_id"]: Standing(row["count"], row["follows"]) for row in rows}


# --- what was kept and looked at -----------------------------------------------------------------

_SAVE: Final = """
    insert into saved (buyer_id, item_id, lane, at)
    select * from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[])
    on conflict (buyer_id, item_id) do nothing
"""
_LOOK: Final = """
    insert into looks (buyer_id, item_id, lane, at, times)
    select *, 1 from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::timestamptz[])
    on conflict (buyer_id, item_id)
    do update set times = looks.times + 1, at = greatest(looks.at, excluded.at)
"""
# A history is as long as LOOKS_MAX; a tenth more is let be, so that not every look tidies up.
_TIDY: Final = """
    delete from looks where buyer_id = $1 and at < (
        select at from looks where buyer_id = $1 order by at desc, item_id desc offset $2 limit 1
    ) and (select count(*) from looks where buyer_id = $1) > $2 * 11 / 10
"""
_UNSAVE: Final = "delete from saved where buyer_id = $1 and item_id = $2"
_COUNT_SAVED: Final = "select count(*) from saved where buyer_id = $1"
_SAVED: Final = """
    select item_id, at from saved
    where buyer_id = $1 and ($2::smallint is null or lane = $2) and (at, item_id) < ($3, $4)
    order by at desc, item_id desc limit $5
"""
_LOOKS: Final = """
    select item_id, at from looks
    where buyer_id = $1 and ($2::smallint is null or lane = $2) and (at, item_id) < ($3, $4)
    order by at desc, item_id desc limit $5
"""
_IS_SAVED: Final = "select item_id from saved where buyer_id = $1 and item_id = any($2)"
_CLEAR_LOOKS: Final = "delete from looks where buyer_id = $1 and ($2::bigint = 0 or item_id = $2)"

Kept = tuple[int, int, Lane, datetime]  # buyer, item, lane, when


async def save(tx: Tx, kept: Sequence[Kept]) -> None:
    """Keep items for buyers; what is kept already stays as it is."""
    await tx.execute(_SAVE, *(list(column) for column in zip(*sorted(kept), strict=True)))


async def unsave(tx: Tx, buyer_id: int, item_id: int) -> None:
    """Keep an item no more."""
    await tx.execute(_UNSAVE, buyer_id, item_id)


async def count_saved(tx: Tx, buyer_id: int) -> int:
    """How many items a buyer keeps."""
    count: int = await tx.fetchval(_COUNT_SAVED, buyer_id)
    return count


async def which_saved(tx: Tx, buyer_id: int, item_ids: Sequence[int]) -> set[int]:
    """Those of the items that a buyer keeps."""
    rows = await tx.fetch(_IS_SAVED, buyer_id, list(item_ids))
    return {row["item_id"] for row in rows}


async def look(tx: Tx, looks: Sequence[Kept]) -> None:
    """Note that buyers looked at items; one line a buyer and item."""
    await tx.execute(_LOOK, *(list(column) for column in zip(*sorted(looks), strict=True)))


async def tidy_looks(tx: Tx, buyer_id: int, most: int) -> None:
    """Let go of what is older than the latest `most` of a buyer's history."""
    await tx.execute(_TIDY, buyer_id, most)


async def clear_looks(tx: Tx, buyer_id: int, item_id: int = 0) -> None:
    """Forget one item of a buyer's history, or (0) all of it."""
    await tx.execute(_CLEAR_LOOKS, buyer_id, item_id)


async def list_kept(
    tx: Tx, buyer_id: int, lane: Lane | None, before: tuple[int, int], limit: int, *, looked: bool
) -> list[tuple[int, datetime]]:
    """What a buyer kept, or looked at, of one lane or all, the latest first."""
    statement = _LOOKS if looked else _SAVED
    rows = await tx.fetch(statement, buyer_id, lane, moment(before[0]), before[1], limit)
    return [(row["item_id"], row["at"]) for row in rows]


# --- what buyers allow ---------------------------------------------------------------------------

_CHOICES: Final = """
    select buyer_id, keeps_history, shows_purchases from buyer_choices where buyer_id = any($1)
"""
_SET_CHOICES: Final = """
    insert into buyer_choices (buyer_id, keeps_history, shows_purchases, changed_at)
    select c.buyer_id, $2, $3, $4 from unnest($1::bigint[]) as c (buyer_id)
    on conflict (buyer_id) do update set keeps_history = excluded.keeps_history,
        shows_purchases = excluded.shows_purchases, changed_at = excluded.changed_at
"""
_SHOW: Final = """
    insert into shown_purchases (buyer_id, product_id, shop_id, at)
    select n.buyer_id, n.product_id, n.shop_id, max(n.at)
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[])
         as n (buyer_id, product_id, shop_id, at)
    join buyer_choices using (buyer_id)
    where shows_purchases
    group by 1, 2, 3
    on conflict (buyer_id, product_id) do update set at = excluded.at
"""
_HIDE: Final = "delete from shown_purchases where buyer_id = $1"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a buyer allows; everybody begins with a history of his own and shows nothing."""

    keeps_history: bool = True
    shows_purchases: bool = False


async def find_choices(tx: Tx, buyer_ids: Sequence[int]) -> Mapping[int, Choices]:
    """What buyers chose; those who chose nothing are not there."""
    rows = await tx.fetch(_CHOICES, list(buyer_ids))
    return {row["buyer_id"]: Choices(row["keeps_history"], row["shows_purchases"]) for row in rows}


async def set_choices(tx: Tx, buyer_ids: Sequence[int], choices: Choices, at: datetime) -> None:
    """Keep what buyers choose."""
    await tx.execute(
        _SET_CHOICES, sorted(buyer_ids), choices.keeps_history, choices.shows_purchases, at
    )


async def show_purchases(tx: Tx, bought: Sequence[tuple[int, int, int, datetime]]) -> None:
    """(buyer, product, shop, when) for friends to see, of those who allow it and nobody else."""
    await tx.execute(_SHOW, *(list(column) for column in zip(*bought, strict=True)))


async def hide_purchases(tx: Tx, buyer_id: int) -> None:
    """Nobody sees what a buyer bought."""
    await tx.execute(_HIDE, buyer_id)
