"""Moving stock, for many at once."""

from collections.abc import Sequence

from tongshang.kernel.ids import Named
from tongshang.modules.inventory import domain, store
from tongshang.modules.inventory.domain import StockDraft, StockKey, StockMove, StockOp
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
    ending = {move.key: move.change for move in first}
    ids = call.take_ids(Named.STOCK_FLOW, len(first))
    await store.add_flows(call.tx, domain.flows(first, domain.turns(first), ending, call.at, ids))


async def move(call: Call, moves: Sequence[StockMove]) -> None:
    """Change stocks, all or none: the number in each row decides, and every move is noted."""
    if not moves:
        return
    planned = domain.turns(moves)
    ending = await store.move_stocks(call.tx, planned)
    ids = call.take_ids(Named.STOCK_FLOW, len(moves))
    await store.add_flows(call.tx, domain.flows(moves, planned, ending, call.at, ids))
    products = {one.key: one.product_id for one in moves}
    turned = [
        StockTurned(key[0], products[key], key[1], left)
        for key, left in ending.items()
        if (left > 0) != (left - planned[key].change > 0)
    ]
    if turned:
        await call.tell(*turned)


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
