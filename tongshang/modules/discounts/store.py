"""The SQL of limited discounts. One open discount a product: its unique index decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.discounts.domain import Discount, DiscountDraft, Flash, FlashSku, Taken
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = """
    shop_id, discount_id, product_id, title, starts_at, ends_at, limit_per_buyer, stopped_at,
    is_over, created_at
"""

_ADD: Final = """
    insert into discounts (shop_id, discount_id, product_id, title, starts_at, ends_at,
                           limit_per_buyer, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (shop_id, product_id) where not is_over do nothing
    returning discount_id
"""

_ADD_SKUS: Final = """
    insert into discount_skus (shop_id, discount_id, sku_id, price_fen, normal_fen, sale_stock)
    select $1, $2, * from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::integer[])
"""

# The only question on the way of every order: answered by an index that holds open ones only.
_FLASH: Final = """
    select k.shop_id, k.sku_id, k.discount_id, k.price_fen, k.sale_stock, d.limit_per_buyer,
           d.ends_at
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, sku_id)
    join discount_skus k on k.shop_id = w.shop_id and k.sku_id = w.sku_id and not k.is_over
    join discounts d on d.shop_id = k.shop_id and d.discount_id = k.discount_id
    where d.starts_at <= $3 and d.ends_at > $3 and d.stopped_at is null
"""

_HOLD: Final = f"""
    select {_COLUMNS} from discounts
    where (shop_id, discount_id) in (select * from unnest($1::bigint[], $2::bigint[]))
      and not is_deleted
    order by shop_id, discount_id
    for update
"""

_TAKEN: Final = """
    select b.discount_id, b.buyer_id, b.count
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) w(shop_id, discount_id, buyer_id)
    join discount_buyers b on b.shop_id = w.shop_id and b.discount_id = w.discount_id
     and b.buyer_id = w.buyer_id
"""

_TAKE: Final = """
    insert into discount_buyers (shop_id, discount_id, buyer_id, count)
    select shop_id, discount_id, buyer_id, sum(count)::integer
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[])
         w(shop_id, discount_id, buyer_id, count)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (shop_id, discount_id, buyer_id) do update
    set count = discount_buyers.count + excluded.count
"""

_RETURN: Final = """
    update discount_buyers b set count = greatest(b.count - w.count, 0)
    from (
        select shop_id, discount_id, buyer_id, sum(count)::integer as count
        from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[])
             w(shop_id, discount_id, buyer_id, count)
        group by 1, 2, 3
    ) w
    where b.shop_id = w.shop_id and b.discount_id = w.discount_id and b.buyer_id = w.buyer_id
"""

_STOP: Final = """
    update discounts set stopped_at = $3
    where shop_id = $1 and discount_id = $2 and stopped_at is null
"""

_OVER: Final = """
    with done as (
        update discount_skus k set is_over = true
        from unnest($1::bigint[], $2::bigint[]) w(shop_id, discount_id)
        where k.shop_id = w.shop_id and k.discount_id = w.discount_id
    )
    update discounts d set is_over = true
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, discount_id)
    where d.shop_id = w.shop_id and d.discount_id = w.discount_id
"""

_DELETE: Final = "update discounts set is_deleted = true where shop_id = $1 and discount_id = $2"

_ENDED: Final = """
    select shop_id, discount_id from discounts
    where not is_over and ends_at <= $1
    order by ends_at limit $2
"""

_OPEN_OF_PRODUCT: Final = f"""
    select {_COLUMNS} from discounts where shop_id = $1 and product_id = $2 and not is_over
"""

_SKUS: Final = """
    select k.discount_id, k.sku_id, k.price_fen, k.sale_stock, k.normal_fen
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, discount_id)
    join discount_skus k on k.shop_id = w.shop_id and k.discount_id = w.discount_id
    order by k.discount_id, k.sku_id
"""

# Status by the clock: 0 not begun, 1 runs, 2 over; null: all.
_IS: Final = """
    ($2::smallint is null or $2 = case
        when stopped_at is not null or is_over or ends_at <= $3 then 2
        when starts_at <= $3 then 1
        else 0 end)
"""

_LIST: Final = f"""
    select {_COLUMNS} from discounts
    where shop_id = $1 and not is_deleted and {_IS} and discount_id < $4
    order by discount_id desc limit $5
"""

_COUNT: Final = f"""
    select count(*) from discounts where shop_id = $1 and not is_deleted and {_IS}
"""

_OF_PRODUCTS: Final = f"""
    select {", ".join(f"d.{name.strip()}" for name in _COLUMNS.split(","))}
    from unnest($1::bigint[], $2::bigint[]) w(shop_id, product_id)
    join discounts d on d.shop_id = w.shop_id and d.product_id = w.product_id and not d.is_over
    where d.stopped_at is null and d.ends_at > $3
"""


async def add(tx: Tx, draft: DiscountDraft, discount_id: int, at: datetime) -> bool:
    """Write a discount; False where its product has one that is not over."""
    added = await tx.fetchval(
        _ADD,
        draft.shop_id,
        discount_id,
        draft.product_id,
        draft.title,
        draft.starts_at,
        draft.ends_at,
        draft.limit_per_buyer,
        at,
    )
    if added is None:
        return False
    await tx.execute(
        _ADD_SKUS,
        draft.shop_id,
        discount_id,
        [sku.sku_id for sku in draft.skus],
        [sku.price_fen for sku in draft.skus],
        [sku.normal_fen for sku in draft.skus],
        [sku.sale_stock for sku in draft.skus],
    )
    return True


async def find_flash(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Flash]:
    """The prices that run now, by (shop_id, sku_id); `left` is what they began with."""
    rows = await tx.fetch(_FLASH, [key[0] for key in keys], [key[1] for key in keys], at)
    return {
        (row["shop_id"], row["sku_id"]): Flash(
            row["discount_id"],
            row["price_fen"],
            row["sale_stock"],
            row["limit_per_buyer"],
            row["ends_at"],
            row["sale_stock"],
        )
        for row in rows
    }


async def hold(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Discount]:
    """Discounts to decide on, by (shop_id, discount_id), without their SKUs."""
    ordered = sorted(set(keys))
    rows = await tx.fetch(_HOLD, [key[0] for key in ordered], [key[1] for key in ordered])
    return {(row["shop_id"], row["discount_id"]): _discount(row) for row in rows}


async def find_taken(tx: Tx, keys: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """How many pieces buyers have, by (discount_id, buyer_id)."""
    rows = await tx.fetch(_TAKEN, *(list(column) for column in zip(*keys, strict=True)))
    return {(row["discount_id"], row["buyer_id"]): row["count"] for row in rows}


async def note_taken(tx: Tx, taken: Sequence[Taken]) -> None:
    """Add to what buyers have."""
    await _note(tx, _TAKE, taken)


async def note_returned(tx: Tx, returned: Sequence[Taken]) -> None:
    """Take from what buyers have."""
    await _note(tx, _RETURN, returned)


async def _note(tx: Tx, statement: str, taken: Sequence[Taken]) -> None:
    await tx.execute(
        statement,
        [one.shop_id for one in taken],
        [one.discount_id for one in taken],
        [one.buyer_id for one in taken],
        [one.count for one in taken],
    )


async def stop(tx: Tx, shop_id: int, discount_id: int, at: datetime) -> None:
    """Stop a held discount."""
    await tx.execute(_STOP, shop_id, discount_id, at)


async def end(tx: Tx, keys: Sequence[tuple[int, int]]) -> None:
    """Held discounts are over, their SKUs too."""
    await tx.execute(_OVER, [key[0] for key in keys], [key[1] for key in keys])


async def delete(tx: Tx, shop_id: int, discount_id: int) -> None:
    """A held discount is shown no more."""
    await tx.execute(_DELETE, shop_id, discount_id)


async def list_ended(tx: Tx, at: datetime, limit: int) -> list[tuple[int, int]]:
    """Discounts whose time is over and whose stock is not given back yet."""
    return [(row["shop_id"], row["discount_id"]) for row in await tx.fetch(_ENDED, at, limit)]


async def find_open(tx: Tx, shop_id: int, product_id: int) -> Discount | None:
    """The discount of a product that is not over, without its SKUs."""
    row = await tx.fetchrow(_OPEN_OF_PRODUCT, shop_id, product_id)
    return _discount(row) if row else None


async def find_skus(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[int, tuple[FlashSku, ...]]:
    """The SKUs of discounts; keys are (shop_id, discount_id)."""
    rows = await tx.fetch(_SKUS, [key[0] for key in keys], [key[1] for key in keys])
    skus: dict[int, list[FlashSku]] = {}
    for discount_id, *values in rows:
        skus.setdefault(discount_id, []).append(FlashSku(*values))
    return {discount_id: tuple(some) for discount_id, some in skus.items()}


async def list_discounts(
    tx: Tx, shop_id: int, status: int | None, at: datetime, before: int, limit: int
) -> list[Discount]:
    """A shop's discounts below an id, the newest first."""
    return [_discount(row) for row in await tx.fetch(_LIST, shop_id, status, at, before, limit)]


async def count_discounts(tx: Tx, shop_id: int, status: int | None, at: datetime) -> int:
    """How many there are."""
    counted: int = await tx.fetchval(_COUNT, shop_id, status, at)
    return counted


async def find_of_products(
    tx: Tx, keys: Sequence[tuple[int, int]], at: datetime
) -> dict[int, Discount]:
    """Discounts that run or will, by product; keys are (shop_id, product_id)."""
    rows = await tx.fetch(_OF_PRODUCTS, [key[0] for key in keys], [key[1] for key in keys], at)
    return {row["product_id"]: _discount(row) for row in rows}


def _discount(row: Row) -> Discount:
    return Discount(**dict(row))
