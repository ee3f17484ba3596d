"""The offers that agencies took in, what they pass on of them, and links, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.named import CommissionType
from tongshang.modules.league.domain.supply import Item, LinkKind, SubItem, SubItemState
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = """
    item.agency_id, item.item_id, item.shop_id, item.product_id, item.plan_id, item.from_agency_id,
    item.resale_id, item.commission_type, item.is_hidden, item.added_at
"""

# Of two who take in the same offer at once one does.
_ADD: Final = """
    insert into agency_items (
        agency_id, item_id, shop_id, product_id, plan_id, from_agency_id, resale_id,
        commission_type, is_hidden, added_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (agency_id, shop_id, product_id, plan_id, resale_id) do nothing
    returning item_id
"""

_FIND: Final = f"""
    select {_COLUMNS} from agency_items as item where item.agency_id = $1 and item.item_id = $2
"""

_OF_PRODUCT: Final = f"""
    select {_COLUMNS} from agency_items as item
    where item.agency_id = $1 and item.shop_id = $2 and item.product_id = $3
    order by item.item_id
"""

_OF_OFFERS: Final = f"""
    select {_COLUMNS} from agency_items as item
    where item.agency_id = $1 and (item.plan_id, item.resale_id) in (
        select * from unnest($2::bigint[], $3::bigint[])
    )
"""

_HIDE: Final = """
    update agency_items set is_hidden = $4
    where agency_id = $1 and shop_id = $2 and product_id = $3 and is_hidden <> $4
    returning item_id
"""

_LIST: Final = f"""
    select {_COLUMNS} from agency_items as item
    where item.agency_id = $1 and item.item_id > $2 and ($3::smallint is null
      or item.commission_type = $3) and item.added_at >= $4 and item.added_at < $5
    order by item.item_id limit $6
"""

# A product that an agency has in several ways is one of its products once.
_PRODUCTS: Final = """
    select item.shop_id, item.product_id from agency_items as item
    where item.agency_id = $1 and ($2::bigint = 0 or item.shop_id = $2)
      and item.product_id > $3
    group by item.shop_id, item.product_id
    order by item.product_id limit $4
"""

_COUNT: Final = """
    select item.shop_id, count(distinct item.product_id) as products,
           count(distinct item.product_id) filter (where item.added_at >= $3) as today
    from agency_items as item
    where item.agency_id = $1 and item.shop_id = any($2::bigint[])
    group by item.shop_id
"""

_ADD_SUB: Final = """
    insert into sub_items (agency_id, sub_item_id, item_id, ratio_ppm, state, added_at)
    values ($1, $2, $3, $4, 1, $5)
    on conflict (agency_id, item_id, ratio_ppm) do update set state = 1
    returning sub_item_id
"""

_SUBS: Final = """
    select agency_id, sub_item_id, item_id, ratio_ppm, state from sub_items
    where agency_id = $1 and item_id = $2 and sub_item_id > $3 order by sub_item_id limit $4
"""

_FIND_SUBS: Final = """
    select agency_id, sub_item_id, item_id, ratio_ppm, state from sub_items
    where agency_id = $1 and sub_item_id = any($2::bigint[])
"""

_MOVE_SUB: Final = """
    update sub_items set state = $3 where agency_id = $1 and sub_item_id = $2 and state <> $3
    returning item_id
"""

_ADD_LINKS: Final = """
    insert into plan_links (link_id, owner_id, kind)
    select link_id, $2, $3 from unnest($1::bigint[]) as link (link_id)
    on conflict (link_id) do nothing
"""

_FIND_LINK: Final = "select owner_id, kind from plan_links where link_id = $1"


async def add_item(tx: Tx, item: Item) -> bool:
    """Take an offer in; False where the agency has it."""
    added = await tx.fetchval(
        _ADD,
        item.agency_id,
        item.item_id,
        item.shop_id,
        item.product_id,
        item.plan_id,
        item.from_agency_id,
        item.resale_id,
        item.commission_type,
        item.is_hidden,
        item.added_at,
    )
    return added is not None


async def find_item(tx: Tx, agency_id: int, item_id: int) -> Item | None:
    """An item of an agency."""
    row = await tx.fetchrow(_FIND, agency_id, item_id)
    return None if row is None else _item(row)


async def items_of_product(tx: Tx, agency_id: int, shop_id: int, product_id: int) -> list[Item]:
    """The ways by which an agency took a product in."""
    return [_item(row) for row in await tx.fetch(_OF_PRODUCT, agency_id, shop_id, product_id)]


async def items_of_offers(
    tx: Tx, agency_id: int, keys: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Item]:
    """The items by which an agency has offers; keys are (plan, resale)."""
    wanted = sorted(set(keys))
    rows = await tx.fetch(
        _OF_OFFERS, agency_id, [plan for plan, _ in wanted], [resale for _, resale in wanted]
    )
    return {(row["plan_id"], row["resale_id"]): _item(row) for row in rows}


async def hide(tx: Tx, agency_id: int, key: tuple[int, int], *, is_hidden: bool) -> bool:
    """Hide a product (shop, product) among an agency's, or show it; False where it is so."""
    return await tx.fetchval(_HIDE, agency_id, *key, is_hidden) is not None


async def list_items(
    tx: Tx,
    agency_id: int,
    after: int,
    limit: int,
    *,
    kind: CommissionType | None,
    added: tuple[datetime, datetime],
) -> list[Item]:
    """An agency's items by id; of a commission type, taken in within a time."""
    rows = await tx.fetch(_LIST, agency_id, after, kind, *added, limit)
    return [_item(row) for row in rows]


async def list_products(
    tx: Tx, agency_id: int, shop_id: int, after: int, limit: int
) -> list[tuple[int, int]]:
    """An agency's products as (shop, product); `shop_id` 0: of all shops."""
    rows = await tx.fetch(_PRODUCTS, agency_id, shop_id, after, limit)
    return [(row["shop_id"], row["product_id"]) for row in rows]


async def count_products(
    tx: Tx, agency_id: int, shop_ids: Sequence[int], since: datetime
) -> dict[int, tuple[int, int]]:
    """How many products of shops an agency took in, and how many of them since then."""
    rows = await tx.fetch(_COUNT, agency_id, shop_ids, since)
    return {row["shop_id"]: (row["products"], row["today"]) for row in rows}


async def add_sub_item(tx: Tx, sub: SubItem, at: datetime) -> int:
    """Pass on a ratio; its id, which for a ratio passed on before is that one's."""
    told = sub.agency_id, sub.sub_item_id, sub.item_id, sub.ratio_ppm
    sub_item_id: int = await tx.fetchval(_ADD_SUB, *told, at)
    return sub_item_id


async def list_sub_items(
    tx: Tx, agency_id: int, item_id: int, after: int, limit: int
) -> list[SubItem]:
    """What an agency passes on of an item."""
    return [_sub(row) for row in await tx.fetch(_SUBS, agency_id, item_id, after, limit)]


async def find_sub_items(tx: Tx, agency_id: int, ids: Sequence[int]) -> dict[int, SubItem]:
    """Those of an agency's sub-plans that exist."""
    rows = await tx.fetch(_FIND_SUBS, agency_id, ids)
    return {row["sub_item_id"]: _sub(row) for row in rows}


async def move_sub_item(tx: Tx, agency_id: int, sub_item_id: int, state: SubItemState) -> bool:
    """List a sub-plan or take it down; False where it is so, or none of the agency's."""
    return await tx.fetchval(_MOVE_SUB, agency_id, sub_item_id, state) is not None


async def add_links(tx: Tx, links: Mapping[int, int], kind: LinkKind) -> None:
    """Have numbers be links; owners by number: a plan's is its shop, else the agency."""
    for owner_id in sorted(set(links.values())):
        numbers = sorted(number for number, whose in links.items() if whose == owner_id)
        await tx.execute(_ADD_LINKS, numbers, owner_id, kind)


async def find_link(tx: Tx, link_id: int) -> tuple[int, LinkKind] | None:
    """Whose a link is, and what it names."""
    row = await tx.fetchrow(_FIND_LINK, link_id)
    return None if row is None else (row["owner_id"], LinkKind(row["kind"]))


def _item(row: Row) -> Item:
    return Item(
        row["agency_id"],
        row["item_id"],
        row["shop_id"],
        row["product_id"],
        row["plan_id"],
        row["from_agency_id"],
        row["resale_id"],
        CommissionType(row["commission_type"]),
        row["is_hidden"],
        row["added_at"],
    )


def _sub(row: Row) -> SubItem:
    return SubItem(
        row["agency_id"],
        row["sub_item_id"],
        row["item_id"],
        row["ratio_ppm"],
        SubItemState(row["state"]),
    )
