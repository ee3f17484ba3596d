"""Who gave and who received, participants of draws, and what people are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.gifting.domain.people import KeptNews, News, Part
from tongshang.modules.gifting.domain.present import Participant, Role
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_ADD: Final = """
    insert into gift_people (buyer_id, role, present_id, shop_id, order_id, other_id, at)
    select w.*, $7 from unnest(
        $1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]
    ) w
    on conflict (buyer_id, role, present_id) do update
    set order_id = greatest(gift_people.order_id, excluded.order_id), at = excluded.at
"""

_LIST: Final = """
    select shop_id, present_id, order_id from gift_people
    where buyer_id = $1 and role = $2 and present_id < $3
    order by present_id desc limit $4
"""

_SHOP: Final = """
    select shop_id from gift_people
    where buyer_id = $1 and role = any($2::smallint[]) and present_id = $3 limit 1
"""

_LATEST: Final = """
    select present_id from gift_people
    where buyer_id = $1 and role = 2 and shop_id = $2 and order_id > 0 and at >= $3
    order by present_id desc limit 1
"""

# The number comes of the present's own count, which is held: no two have the same.
_JOIN: Final = """
    with counted as (
        update presents set participants = participants + 1
        where shop_id = $1 and present_id = $2 and state = 'open' and drawn_at is null
          and participants < $5
          and not exists (select from gift_participants g
                          where g.shop_id = $1 and g.present_id = $2 and g.buyer_id = $3)
        returning participants
    )
    insert into gift_participants (shop_id, present_id, number, buyer_id, joined_at)
    select $1, $2, participants, $3, $4 from counted
    returning number
"""

_PARTICIPANTS: Final = """
    select number, buyer_id, joined_at from gift_participants
    where shop_id = $1 and present_id = $2 order by number
"""

_ADD_NEWS: Final = """
    insert into gift_news (buyer_id, news_id, kind, shop_id, present_id, order_id, other_id, at)
    select w.*, $8 from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::bigint[]
    ) w
"""

_NEWS: Final = """
    select buyer_id, kind, shop_id, present_id, order_id, other_id, news_id, at from gift_news
    where buyer_id = $1 and news_id < $2 order by news_id desc limit $3
"""


async def add_parts(tx: Tx, parts: Iterable[Part], at: datetime) -> None:
    """List presents to people; who is listed already keeps his place and gets his order."""
    unique = {(one.buyer_id, one.role, one.present_id): one for one in parts if one.buyer_id}
    ordered = [unique[key] for key in sorted(unique)]
    if not ordered:
        return
    await tx.execute(
        _ADD,
        [one.buyer_id for one in ordered],
        [one.role.value for one in ordered],
        [one.present_id for one in ordered],
        [one.shop_id for one in ordered],
        [one.order_id for one in ordered],
        [one.other_id for one in ordered],
        at,
    )


async def list_parts(
    tx: Tx, buyer_id: int, role: Role, before: int, limit: int
) -> list[tuple[int, int, int]]:
    """What somebody gave, or received, as (shop_id, present_id, order_id), the newest first."""
    rows = await tx.fetch(_LIST, buyer_id, role.value, before, limit)
    return [(row["shop_id"], row["present_id"], row["order_id"]) for row in rows]


async def find_shop(tx: Tx, buyer_id: int, present_id: int, *roles: Role) -> int | None:
    """The shop of a present in which somebody has a part; others' presents are not there."""
    asked = [role.value for role in roles or (Role.GIVER,)]
    shop_id: int | None = await tx.fetchval(_SHOP, buyer_id, asked, present_id)
    return shop_id


async def latest_received(tx: Tx, buyer_id: int, shop_id: int, since: datetime) -> int:
    """The last present of a shop that somebody took a portion of; 0: none."""
    found: int | None = await tx.fetchval(_LATEST, buyer_id, shop_id, since)
    return found or 0


async def join(tx: Tx, key: tuple[int, int], buyer_id: int, at: datetime, most: int) -> int | None:
    """Let somebody take part in a draw; his number, None where there is no place or he is in."""
    number: int | None = await tx.fetchval(_JOIN, *key, buyer_id, at, most)
    return number


async def list_participants(tx: Tx, key: tuple[int, int]) -> list[Participant]:
    """Who takes part, by number."""
    return [Participant(*row) for row in await tx.fetch(_PARTICIPANTS, *key)]


async def add_news(call: Call, news: Sequence[News]) -> None:
    """Keep what people are told."""
    told = [one for one in news if one.buyer_id]
    if not told:
        return
    await call.tx.execute(
        _ADD_NEWS,
        [one.buyer_id for one in told],
        call.take_ids(Named.MESSAGE, len(told)),
        [one.kind for one in told],
        [one.shop_id for one in told],
        [one.present_id for one in told],
        [one.order_id for one in told],
        [one.other_id for one in told],
        call.at,
    )


async def list_news(tx: Tx, buyer_id: int, before: int, limit: int) -> list[KeptNews]:
    """What somebody was told, the newest first."""
    return [
        KeptNews(News(*row[:6]), row["news_id"], row["at"])
        for row in await tx.fetch(_NEWS, buyer_id, before, limit)
    ]
