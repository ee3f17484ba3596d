"""Moving stock, for many at once."""

from collections.abc import Sequence
from dataclasses import replace

from tongshang.kernel.ids import Named
from tongshang.modules.inventory import domain, store
from tongshang.modules.inventory.domain import (
    Place,
    SetApart,
    StockDraft,
    StockKey,
    StockMove,
    StockOp,
)
from tongshang.modules.inventory.events import StockTurned
from tongshang.modules.inventory.refusals import StockTooLow
from tongshang.runtime.call import Call


async def open_stocks(call: Call, drafts: Sequence[StockDraft]) -> None:
    """Begin to count SKUs; what is there at first is noted as set."""
    if not drafts:
        return
    await store.add_stocks(call.tx, drafts)
    first = [
        StockMove(draft.shop_id, draft.sku_id, draft.product_id, draft.available, StockOp.SET)
        for draft in drafts
        if draft.available
    ]
    if not first:
        return
    ending = {move.place: move.change for move in first}
    ids = call.take_ids(Named.STOCK_FLOW, len(first))
    await store.add_flows(call.tx, domain.flows(first, domain.turns(first), ending, call.at, ids))


async def move(call: Call, moves: Sequence[StockMove]) -> None:
    """Change stocks, all or none: the number in each row decides, and every move is noted."""
    if not moves:
        return
    if any(one.discount_id for one in moves):
        moves = await _placed(call, moves)
    planned = domain.turns(moves)
    ending = await store.move_stocks(call.tx, {p: t for p, t in planned.items() if not p[2]})
    apart = {place: turn for place, turn in planned.items() if place[2]}
    if apart:
        ending |= await store.move_sub_stocks(call.tx, apart)
    ids = call.take_ids(Named.STOCK_FLOW, len(moves))
    await store.add_flows(call.tx, domain.flows(moves, planned, ending, call.at, ids))
    products = {one.key: one.product_id for one in moves}
    turned = [
        StockTurned(place[0], products[place[:2]], place[1], left)
        for place, left in ending.items()
        if not place[2] and (left > 0) != (left - planned[place].change > 0)
    ]
    if turned:
        await call.tell(*turned)


async def _placed(call: Call, moves: Sequence[StockMove]) -> list[StockMove]:
    """The moves held where they go: what returns to a discount that is over is normal stock.

    Normal rows before those set apart, everywhere.
    """
    await store.lock_stocks(call.tx, [one.key for one in moves])
    apart = [one.place for one in moves if one.discount_id]
    is_open = await store.lock_sub_stocks(call.tx, apart)
    return [
        replace(one, discount_id=0)
        if one.discount_id and one.change > 0 and one.place not in is_open
        else one
        for one in moves
    ]


async def set_apart(call: Call, drafts: Sequence[SetApart]) -> None:
    """Take pieces out of the normal stock for discounts; refuses where there are too few."""
    await store.add_sub_stocks(call.tx, [replace(one, count=0) for one in drafts])
    out = [_moved(one, -one.count, StockOp.SET_APART) for one in drafts]
    into = [_moved(one, one.count, StockOp.ADD, one.discount_id) for one in drafts]
    await move(call, [*out, *into])


async def give_back(call: Call, places: Sequence[Place]) -> None:
    """What a discount did not sell is normal stock again; the stock set apart is no more."""
    await store.lock_stocks(call.tx, [place[:2] for place in places])
    left = await store.lock_sub_stocks(call.tx, places)
    drafts = [SetApart(*p[:2], product_id, p[2], n) for p, (product_id, n) in left.items()]
    rest = [one for one in drafts if one.count]
    out = [_moved(one, -one.count, StockOp.SUBTRACT, one.discount_id) for one in rest]
    into = [_moved(one, one.count, StockOp.GIVEN_BACK) for one in rest]
    await move(call, [*out, *into])
    await store.remove_sub_stocks(call.tx, list(left))


def _moved(one: SetApart, change: int, op: StockOp, discount_id: int = 0) -> StockMove:
    return StockMove(one.shop_id, one.sku_id, one.product_id, change, op, discount_id=discount_id)


async def set_stocks(call: Call, wanted: Sequence[StockDraft]) -> None:
    """Make stocks what a shop says they are, whatever they were."""
    found = await store.lock_stocks(call.tx, [(one.shop_id, one.sku_id) for one in wanted])
    moves: list[StockMove] = []
    for one in wanted:
        key: StockKey = (one.shop_id, one.sku_id)
        if key not in found:
            raise StockTooLow(sku_id=str(one.sku_id))
        change = one.available - found[key]
        moves.append(StockMove(*key, one.product_id, change, StockOp.SET))
    await move(call, [one for one in moves if one.change])
