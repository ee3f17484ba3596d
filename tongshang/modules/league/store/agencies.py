"""What shops are to agencies and what agencies brought them, in the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from tongshang.modules.league.domain.agencies import AgencySale, AgencyTie, FeeMove, ShopFigures
from tongshang.modules.league.machine import AGENCY_TIE, AgencyTieMove, AgencyTieState
from tongshang.runtime.db import Row, Tx

_COLUMNS: Final = "agency_id, shop_id, state, invited_at, changed_at"

# Of two who move a tie into being at once the second finds the state that the first wrote.
_ENTER: Final = """
    insert into agency_ties (agency_id, shop_id, state, invited_at, changed_at)
    values ($1, $2, $3, $4, $4)
    on conflict (agency_id, shop_id) do update
    set state = excluded.state, changed_at = excluded.changed_at,
        invited_at = case when excluded.state = 1 then excluded.invited_at
                          else agency_ties.invited_at end
    where agency_ties.state = any($5::smallint[])
    returning state
"""

_FIND: Final = f"select {_COLUMNS} from agency_ties where agency_id = $1 and shop_id = $2"

_SAVE: Final = """
    update agency_ties set state = $3, changed_at = $4 where agency_id = $1 and shop_id = $2
"""

_OF_AGENCY: Final = f"""
    select {_COLUMNS} from agency_ties
    where agency_id = $1 and shop_id > $2 and ($3::smallint = 0 or state = $3)
    order by shop_id limit $4
"""

_OF_SHOP: Final = f"""
    select {_COLUMNS} from agency_ties where shop_id = $1 and agency_id > $2
    order by agency_id limit $3
"""

_FIGURES: Final = """
    select wanted.shop_id, coalesce(sums.sold_fen, 0) as sold_fen,
           coalesce(sums.settled_fen, 0) as settled_fen,
           coalesce(sums.unsettled_fen, 0) as unsettled_fen,
           (select count(*) from agency_days as days
            where days.agency_id = $1 and days.shop_id = wanted.shop_id and days.day = $3
           ) as sold_today
    from unnest($2::bigint[]) as wanted (shop_id)
    left join agency_sums as sums on sums.agency_id = $1 and sums.shop_id = wanted.shop_id
"""

_FIGURES_OF_SHOP: Final = """
    select sums.agency_id, sums.sold_fen, sums.settled_fen, sums.unsettled_fen
    from unnest($2::bigint[]) as wanted (agency_id)
    join agency_sums as sums on sums.agency_id = wanted.agency_id and sums.shop_id = $1
"""

_NOTE_DAYS: Final = """
    insert into agency_days as sales (agency_id, shop_id, product_id, day, pieces, sold_fen)
    select agency_id, shop_id, product_id, day, sum(pieces), sum(sold_fen)
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::date[], $5::bigint[], $6::bigint[])
        as one (agency_id, shop_id, product_id, day, pieces, sold_fen)
    group by agency_id, shop_id, product_id, day
    order by agency_id, shop_id, product_id, day
    on conflict (agency_id, shop_id, product_id, day) do update
    set pieces = sales.pieces + excluded.pieces, sold_fen = sales.sold_fen + excluded.sold_fen
"""

_NOTE_SUMS: Final = """
    insert into agency_sums as sums (agency_id, shop_id, sold_fen, settled_fen, unsettled_fen)
    select agency_id, shop_id, sum(sold_fen), sum(settled_fen), sum(unsettled_fen)
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
        as one (agency_id, shop_id, sold_fen, settled_fen, unsettled_fen)
    group by agency_id, shop_id order by agency_id, shop_id
    on conflict (agency_id, shop_id) do update
    set sold_fen = sums.sold_fen + excluded.sold_fen,
        settled_fen = sums.settled_fen + excluded.settled_fen,
        unsettled_fen = sums.unsettled_fen + excluded.unsettled_fen
"""

_SUBSCRIBE: Final = """
    insert into agency_subscriptions (agency_id, product_id, shop_id, added_at)
    values ($1, $2, $3, $4) on conflict (agency_id, product_id) do nothing
"""
_UNSUBSCRIBE: Final = "delete from agency_subscriptions where agency_id = $1 and product_id = $2"

_WHICH: Final = """
    wanted.agency_id = $1 and ($2::bigint = 0 or wanted.shop_id = $2)
    and ($3::bigint = 0 or wanted.product_id = $3)
    and ($4 = '' or exists (
        select from promoted_products as goods where goods.shop_id = wanted.shop_id
           and goods.product_id = wanted.product_id and strpos(goods.title, $4) > 0
    ))
"""
_SUBSCRIBED: Final = f"""
    select shop_id, product_id from agency_subscriptions as wanted
    where {_WHICH} and wanted.product_id > $5 order by wanted.product_id limit $6
"""
_COUNT_SUBSCRIBED: Final = f"select count(*) from agency_subscriptions as wanted where {_WHICH}"

# Who asked to hear of a product, and who has it among his own.
_HEARERS: Final = """
    select wanted.shop_id, wanted.product_id, who.agency_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (shop_id, product_id)
    cross join lateral (
        select sub.agency_id from agency_subscriptions as sub
        where sub.shop_id = wanted.shop_id and sub.product_id = wanted.product_id
        union
        select item.agency_id from named_plans as plan
        join agency_items as item
          on item.shop_id = plan.shop_id and item.plan_id = plan.plan_id
        where plan.shop_id = wanted.shop_id and plan.product_id = wanted.product_id
          and plan.kind in (4, 5) and plan.state <> 4
    ) as who
    order by who.agency_id, wanted.product_id
"""


async def enter(tx: Tx, key: tuple[int, int], move: AgencyTieMove, at: datetime) -> bool:
    """Move a tie (agency, shop) that may not be there yet; False where it cannot be moved so."""
    arrow = AGENCY_TIE.moves[move]
    state = await tx.fetchval(_ENTER, *key, arrow.target, at, sorted(arrow.sources))
    return state is not None


async def find_tie(tx: Tx, agency_id: int, shop_id: int) -> AgencyTie:
    """What a shop is to an agency; nothing, where it never was invited nor came."""
    row = await tx.fetchrow(_FIND, agency_id, shop_id)
    return AgencyTie(agency_id, shop_id, AgencyTieState.INITIAL) if row is None else _tie(row)


async def hold_tie(tx: Tx, agency_id: int, shop_id: int) -> AgencyTie | None:
    """The same, to change it."""
    row = await tx.fetchrow(_FIND + " for update", agency_id, shop_id)
    return None if row is None else _tie(row)


async def save_tie(tx: Tx, tie: AgencyTie, at: datetime) -> None:
    """Write a held tie."""
    await tx.execute(_SAVE, tie.agency_id, tie.shop_id, tie.state, at)


async def list_shops(
    tx: Tx, agency_id: int, after: int, limit: int, state: int = 0
) -> list[AgencyTie]:
    """An agency's shops by id; `state` 0: in any."""
    return [_tie(row) for row in await tx.fetch(_OF_AGENCY, agency_id, after, state, limit)]


async def list_agencies(tx: Tx, shop_id: int, after: int, limit: int) -> list[AgencyTie]:
    """A shop's agencies by id."""
    return [_tie(row) for row in await tx.fetch(_OF_SHOP, shop_id, after, limit)]


async def figures(
    tx: Tx, agency_id: int, shop_ids: Sequence[int], today: date
) -> dict[int, ShopFigures]:
    """What an agency brought shops; without how many products it has."""
    rows = await tx.fetch(_FIGURES, agency_id, shop_ids, today)
    return {
        row["shop_id"]: ShopFigures(
            row["sold_fen"], row["settled_fen"], row["unsettled_fen"], sold_today=row["sold_today"]
        )
        for row in rows
    }


async def figures_of_shop(
    tx: Tx, shop_id: int, agency_ids: Sequence[int]
) -> dict[int, ShopFigures]:
    """What agencies brought a shop, by agency."""
    rows = await tx.fetch(_FIGURES_OF_SHOP, shop_id, agency_ids)
    return {
        row["agency_id"]: ShopFigures(row["sold_fen"], row["settled_fen"], row["unsettled_fen"])
        for row in rows
    }


async def note_sales(tx: Tx, sales: Sequence[AgencySale]) -> None:
    """Add what was sold through agencies to their days and sums."""
    await tx.execute(
        _NOTE_DAYS,
        [one.agency_id for one in sales],
        [one.shop_id for one in sales],
        [one.product_id for one in sales],
        [one.day for one in sales],
        [one.pieces for one in sales],
        [one.sold_fen for one in sales],
    )
    nothing = [0] * len(sales)
    await tx.execute(
        _NOTE_SUMS,
        [one.agency_id for one in sales],
        [one.shop_id for one in sales],
        [one.sold_fen for one in sales],
        nothing,
        nothing,
    )


async def note_fees(tx: Tx, moves: Sequence[FeeMove]) -> None:
    """Add what moved of agencies' fees to their sums."""
    await tx.execute(
        _NOTE_SUMS,
        [one.agency_id for one in moves],
        [one.shop_id for one in moves],
        [0] * len(moves),
        [one.settled_fen for one in moves],
        [one.unsettled_fen for one in moves],
    )


async def subscribe(tx: Tx, agency_id: int, key: tuple[int, int], at: datetime) -> None:
    """Have an agency hear of a product (shop, product); again changes nothing."""
    shop_id, product_id = key
    await tx.execute(_SUBSCRIBE, agency_id, product_id, shop_id, at)


async def unsubscribe(tx: Tx, agency_id: int, product_id: int) -> None:
    """And no longer."""
    await tx.execute(_UNSUBSCRIBE, agency_id, product_id)


Filter = tuple[int, int, int, str]  # agency, shop, product, part of the title; 0, '': any


async def list_subscriptions(
    tx: Tx, which: Filter, after: int, limit: int
) -> list[tuple[int, int]]:
    """Products (shop, product) of which an agency asked to hear."""
    rows = await tx.fetch(_SUBSCRIBED, *which, after, limit)
    return [(row["shop_id"], row["product_id"]) for row in rows]


async def count_subscriptions(tx: Tx, which: Filter) -> int:
    """How many `list_subscriptions` has in all."""
    count: int = await tx.fetchval(_COUNT_SUBSCRIBED, *which)
    return count


async def hearers(tx: Tx, keys: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Which agencies hear of which products: (agency, shop, product)."""
    rows = await tx.fetch(_HEARERS, [shop for shop, _ in keys], [product for _, product in keys])
    return [(row["agency_id"], row["shop_id"], row["product_id"]) for row in rows]


def _tie(row: Row) -> AgencyTie:
    return AgencyTie(
        row["agency_id"],
        row["shop_id"],
        AgencyTieState(row["state"]),
        row["invited_at"],
        row["changed_at"],
    )
