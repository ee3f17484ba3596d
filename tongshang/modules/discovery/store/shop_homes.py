"""How shops arrange their homes, as it is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.discovery.domain import Arrangement, ShopClass
from tongshang.runtime.db import Tx

_HOME: Final = "select banner_url, banner_product_id from shop_homes where shop_id = $1"
_GOODS: Final = """
    select product_id, place from home_goods where shop_id = $1 order by place, product_id
"""
_CLASSES: Final = """
    select c.class_id, c.name, array_remove(array_agg(g.product_id order by g.place), null) as goods
    from home_classes c
    left join home_class_goods g on g.shop_id = c.shop_id and g.class_id = c.class_id
    where c.shop_id = $1 group by c.class_id, c.name order by c.class_id
"""
# The row of the home is held by this: of two who arrange at once the second waits.
_HOLD: Final = """
    insert into shop_homes (shop_id, banner_url, banner_product_id, arranged_at)
    values ($1, '', 0, $2)
    on conflict (shop_id) do update set arranged_at = excluded.arranged_at
"""
_SET_BANNER: Final = """
    update shop_homes set banner_url = $2, banner_product_id = $3 where shop_id = $1
"""
_CLEAR_GOODS: Final = "delete from home_goods where shop_id = $1"
_ADD_GOODS: Final = """
    insert into home_goods (shop_id, product_id, place)
    select $1, * from unnest($2::bigint[], $3::smallint[])
"""
_CLEAR_CLASSES: Final = "delete from home_classes where shop_id = $1"
_CLEAR_CLASS_GOODS: Final = "delete from home_class_goods where shop_id = $1"
_ADD_CLASSES: Final = """
    insert into home_classes (shop_id, class_id, name)
    select $1, * from unnest($2::smallint[], $3::text[])
"""
_ADD_CLASS_GOODS: Final = """
    insert into home_class_goods (shop_id, class_id, product_id, place)
    select $1, * from unnest($2::smallint[], $3::bigint[], $4::smallint[])
"""


async def find_arrangement(tx: Tx, shop_id: int) -> Arrangement:
    """How a shop's home is arranged; one that nobody arranged is plain."""
    home = await tx.fetchrow(_HOME, shop_id)
    goods = await tx.fetch(_GOODS, shop_id) if home else []
    classes = await tx.fetch(_CLASSES, shop_id) if home else []
    return Arrangement(
        home["banner_url"] if home else "",
        home["banner_product_id"] if home else 0,
        tuple(row["product_id"] for row in goods if row["place"] is not None),
        tuple(row["product_id"] for row in goods if row["place"] is None),
        tuple(ShopClass(row["class_id"], row["name"], tuple(row["goods"])) for row in classes),
    )


async def save_arrangement(tx: Tx, shop_id: int, arranged: Arrangement, at: datetime) -> None:
    """Banner, order and what is hidden, in place of what was; classes stay."""
    await tx.execute(_HOLD, shop_id, at)
    await tx.execute(_SET_BANNER, shop_id, arranged.banner_url, arranged.banner_product_id)
    await tx.execute(_CLEAR_GOODS, shop_id)
    places: list[int | None] = list(range(1, len(arranged.first) + 1))
    places += [None] * len(arranged.hidden)
    await tx.execute(_ADD_GOODS, shop_id, [*arranged.first, *arranged.hidden], places)


async def save_classes(tx: Tx, shop_id: int, classes: Sequence[ShopClass], at: datetime) -> None:
    """A shop's own classes, in place of what was."""
    await tx.execute(_HOLD, shop_id, at)
    await tx.execute(_CLEAR_CLASSES, shop_id)
    await tx.execute(_CLEAR_CLASS_GOODS, shop_id)
    await tx.execute(
        _ADD_CLASSES, shop_id, [one.class_id for one in classes], [one.name for one in classes]
    )
    rows = [
        (one.class_id, product_id, place)
        for one in classes
        for place, product_id in enumerate(one.product_ids, start=1)
    ]
    await tx.execute(
        _ADD_CLASS_GOODS,
        shop_id,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
    )
