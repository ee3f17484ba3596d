"""What promoters are to shops, in the database, and what they sold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.modules.league.domain.ties import Sale, Tie
from tongshang.modules.league.machine import TIE, TieMove, TieState
from tongshang.runtime.db import Row, Tx

# Of two invitations at once the second finds the state that the first wrote.
_INVITE: Final = """
    insert into promoter_ties (shop_id, promoter_id, state, invited_at, changed_at)
    values ($1, $2, $3, $4, $4)
    on conflict (shop_id, promoter_id) do update
    set state = excluded.state, invited_at = excluded.invited_at,
        changed_at = excluded.changed_at
    where promoter_ties.state = any($5::smallint[])
    returning state
"""

_FIND: Final = """
    select tie.shop_id, tie.promoter_id, tie.state, tie.invited_at, 0 as products, 0 as sold_fen
    from promoter_ties as tie where tie.shop_id = $1 and tie.promoter_id = $2
"""

_SOLD: Final = """
    select count(*) as products, coalesce(sum(sold_fen), 0)::bigint as sold_fen
    from promoter_sales where shop_id = $1 and promoter_id = $2
"""

_SAVE: Final = """
    update promoter_ties set state = $3, changed_at = $4 where shop_id = $1 and promoter_id = $2
"""

_WHICH: Final = "shop_id = $1 and (state = $2 or $2 = 0 and state <> 10)"

_LIST: Final = f"""
    select promoter_id from promoter_ties where {_WHICH}
    order by promoter_id limit $3 offset $4
"""

_COUNT: Final = f"select count(*) from promoter_ties where {_WHICH}"

_OF_PROMOTER: Final = """
    select tie.shop_id, tie.promoter_id, tie.state, tie.invited_at,
           coalesce(sold.products, 0) as products, coalesce(sold.sold_fen, 0) as sold_fen
    from promoter_ties as tie
    left join lateral (
        select count(*) as products, sum(sold_fen)::bigint as sold_fen from promoter_sales
        where shop_id = tie.shop_id and promoter_id = tie.promoter_id
    ) as sold on true
    where tie.promoter_id = $1 and tie.shop_id < $2 and tie.state <> 10
    order by tie.shop_id desc limit $3
"""

# Who sold without an invitation has no tie, and who was invited may have sold nothing.
_RESULTS: Final = """
    select tie.shop_id, tie.promoter_id, tie.state, tie.invited_at, tie.products, tie.sold_fen
    from (
        select $1::bigint as shop_id, promoter_id, coalesce(tie.state, 0) as state, tie.invited_at,
               coalesce(sold.products, 0) as products, coalesce(sold.sold_fen, 0) as sold_fen
        from (
            select promoter_id, count(*) as products, sum(sold_fen)::bigint as sold_fen
            from promoter_sales where shop_id = $1 group by promoter_id
        ) as sold
        full join (select * from promoter_ties where shop_id = $1) as tie using (promoter_id)
    ) as tie
    where ($2::smallint = 0 and tie.state <> 10 or tie.state = $2)
      and ($3::bigint is null or (tie.sold_fen, tie.promoter_id) < ($3, $4::bigint))
    order by tie.sold_fen desc, tie.promoter_id desc limit $5
"""

_NOTE: Final = """
    insert into promoter_sales as sales (shop_id, promoter_id, product_id, pieces, sold_fen)
    select shop_id, promoter_id, product_id, sum(pieces), sum(sold_fen)
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
        as one (shop_id, promoter_id, product_id, pieces, sold_fen)
    group by shop_id, promoter_id, product_id
    order by shop_id, promoter_id, product_id
    on conflict (shop_id, promoter_id, product_id) do update
    set pieces = sales.pieces + excluded.pieces, sold_fen = sales.sold_fen + excluded.sold_fen
"""


async def invite(tx: Tx, shop_id: int, promoter_id: int, at: datetime) -> bool:
    """Invite a promoter; False where that is not possible as things stand."""
    arrow = TIE.moves[TieMove.INVITE]
    sources = sorted(arrow.sources)
    state = await tx.fetchval(_INVITE, shop_id, promoter_id, arrow.target, at, sources)
    return state is not None


async def find_tie(tx: Tx, shop_id: int, promoter_id: int) -> Tie:
    """What a promoter is to a shop, with what he sold; nothing, where he never was invited."""
    row = await tx.fetchrow(_FIND, shop_id, promoter_id)
    sold = await tx.fetchrow(_SOLD, shop_id, promoter_id)
    assert sold is not None
    numbers = sold["products"], sold["sold_fen"]
    if row is None:
        return Tie(shop_id, promoter_id, TieState.INITIAL, None, *numbers)
    return Tie(shop_id, promoter_id, TieState(row["state"]), row["invited_at"], *numbers)


async def hold_tie(tx: Tx, shop_id: int, promoter_id: int) -> Tie | None:
    """The same without what he sold, to change it; None: never invited."""
    row = await tx.fetchrow(_FIND + " for update", shop_id, promoter_id)
    return None if row is None else _tie(row)


async def save_tie(tx: Tx, tie: Tie, at: datetime) -> None:
    """Write a held tie."""
    await tx.execute(_SAVE, tie.shop_id, tie.promoter_id, tie.state, at)


async def list_promoters(tx: Tx, shop_id: int, state: int, limit: int, offset: int) -> list[int]:
    """The promoters of a shop in a state; 0: in any but deleted."""
    rows = await tx.fetch(_LIST, shop_id, state, limit, offset)
    return [row["promoter_id"] for row in rows]


async def count_promoters(tx: Tx, shop_id: int, state: int) -> int:
    """How many `list_promoters` has in all."""
    count: int = await tx.fetchval(_COUNT, shop_id, state)
    return count


async def list_of_promoter(tx: Tx, promoter_id: int, before: int, limit: int) -> list[Tie]:
    """What a promoter is to shops, the newest shops first, before the shop `before`."""
    return [_tie(row) for row in await tx.fetch(_OF_PROMOTER, promoter_id, before, limit)]


async def list_results(
    tx: Tx, shop_id: int, state: int, before: tuple[int, int] | None, limit: int
) -> list[Tie]:
    """A shop's promoters, invited or not, who sold most first, before (fen, promoter)."""
    rows = await tx.fetch(_RESULTS, shop_id, state, *(before or (None, None)), limit)
    return [_tie(row) for row in rows]


async def note_sales(tx: Tx, sales: Sequence[Sale]) -> None:
    """Add what was sold to the sums."""
    await tx.execute(
        _NOTE,
        [one.shop_id for one in sales],
        [one.promoter_id for one in sales],
        [one.product_id for one in sales],
        [one.pieces for one in sales],
        [one.sold_fen for one in sales],
    )


def _tie(row: Row) -> Tie:
    return Tie(
        row["shop_id"],
        row["promoter_id"],
        TieState(row["state"]),
        row["invited_at"],
        row["products"],
        row["sold_fen"],
    )
