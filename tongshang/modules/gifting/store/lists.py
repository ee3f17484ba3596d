"""Which presents: of a shop by time, of a giver, of a receiver."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from tongshang.runtime.db import Tx

Span: TypeAlias = tuple[datetime, datetime]  # from, and up to but without
Place: TypeAlias = tuple[datetime, int]


def _presents(by: str) -> str:
    return f"""
    select present_id, {by} as at from presents
    where shop_id = $1 and {by} >= $2 and {by} < $3 and ({by}, present_id) > ($4, $5)
      and ($6::bigint < 0 or giver_id = $6)
    order by {by}, present_id limit $7
    """


_BY_MAKING: Final = _presents("made_at")
_BY_CHANGE: Final = _presents("updated_at")

_RECEIVED: Final = """
    select p.present_id, p.order_id, p.claimed_at as at
    from gift_people g
    join portions p on p.shop_id = g.shop_id and p.present_id = g.present_id
      and p.receiver_id = g.buyer_id
    where g.buyer_id = $1 and g.role = 2 and g.shop_id = $2 and p.claimed_at >= $3
      and p.claimed_at < $4 and (p.claimed_at, p.order_id) > ($5, $6)
    order by p.claimed_at, p.order_id limit $7
"""


async def list_presents(
    tx: Tx,
    shop_id: int,
    span: Span,
    after: Place,
    giver_id: int,
    limit: int,
    *,
    by_change: bool,
) -> list[tuple[int, datetime]]:
    """A shop's presents by their making or last change; of one giver, or (-1) of anybody."""
    statement = _BY_CHANGE if by_change else _BY_MAKING
    rows = await tx.fetch(statement, shop_id, *span, *after, giver_id, limit)
    return [(row["present_id"], row["at"]) for row in rows]


async def list_received(
    tx: Tx, buyer_id: int, shop_id: int, span: Span, after: Place, limit: int
) -> list[tuple[int, int, datetime]]:
    """What somebody received from a shop in a span of time: present, order, when."""
    rows = await tx.fetch(_RECEIVED, buyer_id, shop_id, *span, *after, limit)
    return [(row["present_id"], row["order_id"], row["at"]) for row in rows]


@dataclass(frozen=True, slots=True)
class OnWall:
    """A gift that both its giver and its receiver let be seen."""

    present_id: int
    giver_id: int
    title: str
    thumb_url: str
    thanks: str
    thanks_url: str
    at: datetime


_WALL: Final = """
    select p.present_id, p.giver_id, p.title, p.thumb_url, t.thanks, t.thanks_url,
           t.claimed_at as at
    from gift_people g
    join presents p on p.shop_id = g.shop_id and p.present_id = g.present_id
    join portions t on t.shop_id = g.shop_id and t.present_id = g.present_id
      and t.receiver_id = g.buyer_id
    where g.buyer_id = $1 and g.role = 2 and p.is_on_wall and t.is_on_wall and t.state = 'ordered'
    order by t.claimed_at desc limit $2
"""


async def list_wall(tx: Tx, buyer_id: int, limit: int) -> list[OnWall]:
    """What somebody received and shows, the latest first."""
    return [OnWall(*row) for row in await tx.fetch(_WALL, buyer_id, limit)]


_LATEST: Final = """
    select present_id from presents where shop_id = $1 and present_id < $2
    order by present_id desc limit $3
"""


async def list_latest(tx: Tx, shop_id: int, before: int, limit: int) -> list[int]:
    """A shop's presents, the newest first."""
    return [row["present_id"] for row in await tx.fetch(_LATEST, shop_id, before, limit)]
