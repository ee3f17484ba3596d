"""A shop's people who share, in the database."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Final

from tongshang.modules.partners.domain.staff import Brought, Staff
from tongshang.modules.partners.machine import StaffState
from tongshang.runtime.db import Row, Tx

_STAFF: Final = "shop_id, buyer_id, state, ticket, invited_at, bound_at"

# Of two invitations at once the later ticket is the good one; who is bound stays bound.
_INVITE: Final = f"""
    insert into shop_sharers ({_STAFF}) values ($1, $2, 3, $3, $4, null)
    on conflict (shop_id, buyer_id) do update
    set state = 3, ticket = excluded.ticket, invited_at = excluded.invited_at
    where shop_sharers.state <> 1
    returning shop_id
"""
_FIND: Final = f"select {_STAFF} from shop_sharers where shop_id = $1 and buyer_id = $2"
_SAVE: Final = """
    update shop_sharers set state = $3, bound_at = $4 where shop_id = $1 and buyer_id = $2
"""
_LIST: Final = f"""
    select {_STAFF} from shop_sharers where shop_id = $1 and state = 1
    order by buyer_id limit $2 offset $3
"""
_BOUND: Final = f"""
    select {_STAFF} from shop_sharers
    where shop_id = $1 and buyer_id = any($2::bigint[]) and state = 1
"""
_HOLD_ALL: Final = f"""
    select {_STAFF} from shop_sharers
    where shop_id = $1 and buyer_id = any($2::bigint[]) order by buyer_id for update
"""
_LINK: Final = """
    select share_id from shop_sharer_links
    where shop_id = $1 and buyer_id = $2 and product_id = $3
"""
_KEEP_LINK: Final = """
    insert into shop_sharer_links (shop_id, buyer_id, product_id, share_id)
    values ($1, $2, $3, $4)
    on conflict (shop_id, buyer_id, product_id) do update set share_id = shop_sharer_links.share_id
    returning share_id
"""
_SHOPS: Final = """
    select shop_id from unnest($1::bigint[]) as wanted (shop_id)
    where exists (select from shop_sharer_links as link where link.shop_id = wanted.shop_id)
"""
_OF_SHARES: Final = """
    select link.shop_id, link.share_id, link.buyer_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, share_id)
    join shop_sharer_links as link
      on link.shop_id = wanted.shop_id and link.share_id = wanted.share_id
    join shop_sharers as staff on staff.shop_id = link.shop_id
     and staff.buyer_id = link.buyer_id and staff.state = 1
"""
_ORDER: Final = """
    shop_id, order_id, line, buyer_id, product_id, sku_id, surface, content_id, promoter_id, paid_at
"""
_ADD_ORDERS: Final = f"""
    insert into shop_sharer_orders ({_ORDER})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::smallint[], $8::bigint[], $9::bigint[], $10::timestamptz[]
    )
    on conflict (shop_id, order_id, line) do nothing
"""
_ORDERS: Final = f"""
    select {_ORDER} from shop_sharer_orders
    where shop_id = $1 and ($2::bigint = 0 or buyer_id = $2)
      and ($3::smallint[] is null or surface = any($3))
      and paid_at >= $4 and paid_at < $5
    order by paid_at desc, order_id desc, line limit $6 offset $7
"""


async def invite(tx: Tx, shop_id: int, buyer_id: int, ticket: str, at: datetime) -> bool:
    """Invite a person, again if need be; False where he is bound."""
    return await tx.fetchval(_INVITE, shop_id, buyer_id, ticket, at) is not None


async def find(tx: Tx, shop_id: int, buyer_id: int) -> Staff | None:
    """What a person is to a shop."""
    row = await tx.fetchrow(_FIND, shop_id, buyer_id)
    return None if row is None else _staff(row)


async def hold(tx: Tx, shop_id: int, buyer_ids: Sequence[int]) -> dict[int, Staff]:
    """What persons are to a shop, to change it."""
    rows = await tx.fetch(_HOLD_ALL, shop_id, sorted(set(buyer_ids)))
    return {row["buyer_id"]: _staff(row) for row in rows}


async def save(tx: Tx, staff: Staff) -> None:
    """Write what was held."""
    await tx.execute(_SAVE, staff.shop_id, staff.buyer_id, staff.state, staff.bound_at)


async def list_bound(tx: Tx, shop_id: int, limit: int, offset: int) -> list[Staff]:
    """The shop's people."""
    return [_staff(row) for row in await tx.fetch(_LIST, shop_id, limit, offset)]


async def find_bound(tx: Tx, shop_id: int, buyer_ids: Sequence[int]) -> dict[int, Staff]:
    """Those of the persons who are the shop's."""
    rows = await tx.fetch(_BOUND, shop_id, list(buyer_ids))
    return {row["buyer_id"]: _staff(row) for row in rows}


async def find_share(tx: Tx, shop_id: int, buyer_id: int, product_id: int) -> int:
    """The share by which a person shows a product; 0: none yet."""
    share_id: int | None = await tx.fetchval(_LINK, shop_id, buyer_id, product_id)
    return share_id or 0


async def keep_share(tx: Tx, shop_id: int, buyer_id: int, product_id: int, share_id: int) -> int:
    """Keep it; of two at once the first stays."""
    kept: int = await tx.fetchval(_KEEP_LINK, shop_id, buyer_id, product_id, share_id)
    return kept


async def shops_sharing(tx: Tx, shop_ids: Sequence[int]) -> set[int]:
    """Those of the shops whose people have links."""
    return {row["shop_id"] for row in await tx.fetch(_SHOPS, list(shop_ids))}


async def who_shared(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Which of a shop's people are behind shares, by (shop, share)."""
    rows = await tx.fetch(_OF_SHARES, [one[0] for one in keys], [one[1] for one in keys])
    return {(row["shop_id"], row["share_id"]): row["buyer_id"] for row in rows}


async def add_orders(tx: Tx, brought: Sequence[Brought]) -> None:
    """Keep lines that came by the shop's people; each once."""
    columns = zip(*(astuple(one) for one in brought), strict=True)
    await tx.execute(_ADD_ORDERS, *(list(column) for column in columns))


async def list_orders(
    tx: Tx,
    shop_id: int,
    who: tuple[int, Sequence[int] | None],
    when: tuple[datetime, datetime],
    part: tuple[int, int],
) -> list[Brought]:
    """Lines by person (0: any) and surfaces (None: any), paid within, the latest first."""
    buyer_id, surfaces = who
    among = None if surfaces is None else list(surfaces)
    rows = await tx.fetch(_ORDERS, shop_id, buyer_id, among, *when, *part)
    return [Brought(*row.values()) for row in rows]


def _staff(row: Row) -> Staff:
    return Staff(
        row["shop_id"],
        row["buyer_id"],
        StaffState(row["state"]),
        row["ticket"],
        row["invited_at"],
        row["bound_at"],
    )
