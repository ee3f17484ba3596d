"""Who got what of each line."""

from collections.abc import Mapping, Sequence
from typing import Final

from tongshang.modules.league.api import Hand
from tongshang.modules.settlement.domain.values import OrderKey, Share, SharePart
from tongshang.modules.settlement.store.settlements import split
from tongshang.runtime.db import Row, Tx, add_rows

LineKey = tuple[OrderKey, int]

_SHARE_COLUMNS: Final = (
    "shop_id", "order_id", "line", "base_fen", "goods_fen", "fee_fen", "promoter_id",
    "commission_fen", "shop_fen", "deal_id", "service_fen",
)  # fmt: skip
_ADD_SHARES: Final = f"""
    insert into shares ({", ".join(_SHARE_COLUMNS)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]
    )
"""

_PART_COLUMNS: Final = (
    "shop_id", "order_id", "line", "place", "hand", "party_id", "payer", "ratio_ppm", "gross_fen",
    "net_fen", "back_fen", "held",
)  # fmt: skip
_ADD_PARTS: Final = f"""
    insert into share_parts ({", ".join(_PART_COLUMNS)})
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::smallint[], $6::bigint[],
        $7::smallint[], $8::integer[], $9::bigint[], $10::bigint[], $11::bigint[], $12::boolean[]
    )
"""

_SHARES: Final = """
    select s.* from shares s
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on s.shop_id = w.shop_id and s.order_id = w.order_id
    order by s.shop_id, s.order_id, s.line
"""

_PARTS: Final = """
    select p.* from share_parts p
    join unnest($1::bigint[], $2::bigint[]) w(shop_id, order_id)
      on p.shop_id = w.shop_id and p.order_id = w.order_id
    order by p.shop_id, p.order_id, p.line, p.place
"""

_TAKE_BACK: Final = """
    update shares s
    set refunded_fen = w.refunded_fen, fee_back_fen = w.fee_back_fen,
        commission_back_fen = w.commission_back_fen, service_back_fen = w.service_back_fen
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[],
                $6::bigint[], $7::bigint[])
         w(shop_id, order_id, line, refunded_fen, fee_back_fen, commission_back_fen,
           service_back_fen)
    where s.shop_id = w.shop_id and s.order_id = w.order_id and s.line = w.line
"""

_TAKE_PARTS_BACK: Final = """
    update share_parts p
    set back_fen = w.back_fen, held = w.held
    from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::bigint[],
                $6::boolean[])
         w(shop_id, order_id, line, place, back_fen, held)
    where p.shop_id = w.shop_id and p.order_id = w.order_id and p.line = w.line
      and p.place = w.place
"""

_HELD: Final = """
    select distinct shop_id, order_id from share_parts
    where party_id = $1 and held order by shop_id, order_id
"""
_HELD_PARTIES: Final = "select distinct party_id from share_parts where held order by party_id"


async def add_shares(tx: Tx, shares: Sequence[tuple[OrderKey, Share]]) -> None:
    """Write down who got what of each line."""
    rows = [
        (
            *key,
            one.line,
            one.base_fen,
            one.goods_fen,
            one.fee_fen,
            one.promoter_id,
            one.commission_fen,
            one.shop_fen,
            one.deal_id,
            one.service_fen,
        )
        for key, one in shares
    ]
    parts = [
        (
            *key,
            one.line,
            part.place,
            part.hand,
            part.party_id,
            part.payer,
            part.ratio_ppm,
            part.gross_fen,
            part.net_fen,
            part.back_fen,
            part.held,
        )
        for key, one in shares
        for part in one.parts
    ]
    await add_rows(tx, "shares", _SHARE_COLUMNS, rows, _ADD_SHARES)
    await add_rows(tx, "share_parts", _PART_COLUMNS, parts, _ADD_PARTS)


async def list_shares(tx: Tx, keys: Sequence[OrderKey]) -> dict[OrderKey, dict[int, Share]]:
    """The shares of settled orders, by line."""
    rows = await tx.fetch(_SHARES, *split(keys))
    sold = sorted({(row["shop_id"], row["order_id"]) for row in rows if row["commission_fen"]})
    parts: dict[LineKey, list[SharePart]] = {}
    for row in await tx.fetch(_PARTS, *split(sold)) if sold else ():
        place = (row["shop_id"], row["order_id"]), row["line"]
        parts.setdefault(place, []).append(_part(row))
    found: dict[OrderKey, dict[int, Share]] = {}
    for row in rows:
        values = dict(row)
        key = values.pop("shop_id"), values.pop("order_id")
        line = values["line"]
        found.setdefault(key, {})[line] = Share(**values, parts=tuple(parts.get((key, line), ())))
    return found


async def save_shares(tx: Tx, shares: Mapping[LineKey, Share]) -> None:
    """Write what came back of lines of orders that are held."""
    done = await tx.execute(
        _TAKE_BACK,
        *split([key for key, _ in shares]),
        [line for _, line in shares],
        [one.refunded_fen for one in shares.values()],
        [one.fee_back_fen for one in shares.values()],
        [one.commission_back_fen for one in shares.values()],
        [one.service_back_fen for one in shares.values()],
    )
    assert done == f"UPDATE {len(shares)}"
    parts = [(key, line, part) for (key, line), one in shares.items() for part in one.parts]
    if parts:
        done = await tx.execute(
            _TAKE_PARTS_BACK,
            *split([key for key, _, _ in parts]),
            [line for _, line, _ in parts],
            [part.place for _, _, part in parts],
            [part.back_fen for _, _, part in parts],
            [part.held for _, _, part in parts],
        )
        assert done == f"UPDATE {len(parts)}"


async def list_held(tx: Tx, party_id: int) -> list[OrderKey]:
    """The orders of whose lines something is held for a party."""
    return [(row["shop_id"], row["order_id"]) for row in await tx.fetch(_HELD, party_id)]


async def list_held_parties(tx: Tx) -> list[int]:
    """For whom anything is held."""
    return [row["party_id"] for row in await tx.fetch(_HELD_PARTIES)]


def _part(row: Row) -> SharePart:
    return SharePart(
        row["place"],
        Hand(row["hand"]),
        row["party_id"],
        row["payer"],
        row["ratio_ppm"],
        row["gross_fen"],
        row["net_fen"],
        row["back_fen"],
        row["held"],
    )
