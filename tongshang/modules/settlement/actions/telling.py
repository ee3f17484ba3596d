"""Commission orders as receivers see them, told from orders and shares after the commit."""

from collections.abc import Sequence

from tongshang.modules.league import api as league
from tongshang.modules.league.api import FeeMove, Hand
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order, OrderLine, SoldLine
from tongshang.modules.settlement.actions.settling import hops_of, sold_of
from tongshang.modules.settlement.domain import dividing
from tongshang.modules.settlement.domain.values import (
    Commission,
    CommissionState,
    OrderKey,
    Settlement,
    Share,
)
from tongshang.modules.settlement.events import CommissionMoved
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.store import commissions, settlements, shares
from tongshang.runtime.call import Call

_AGENCIES = (Hand.AGENCY, Hand.RESELLER)


async def tell_receivers(call: Call, keys: Sequence[OrderKey]) -> None:
    """Write commission orders as they are now, and tell of those that changed."""
    kept = await settlements.find_settlements(call.tx, keys)
    settled = [key for key, one in kept.items() if one.state is SettleState.SETTLED]
    known = await shares.list_shares(call.tx, settled) if settled else {}
    orders: dict[OrderKey, Order] = {}
    for shop_id in sorted({shop_id for shop_id, _ in kept}):
        ids = [order_id for owner, order_id in kept if owner == shop_id]
        found = await ordering.get_orders(call.tx, shop_id, ids)
        orders |= {(shop_id, order_id): one for order_id, one in found.items()}
    sold = {key: sold_of(order) for key, order in orders.items()}
    deals = await hops_of(call.tx, sold)
    told: list[Commission] = []
    for key, order in orders.items():
        for line, sale in zip(order.lines, sold[key], strict=True):
            if line.promoter_id:
                share = known.get(key, {}).get(line.line) or _as_now(key, sale, deals)
                told += _told(call, order, line, kept[key], share)
    if told:
        await _note_fees(call, [one for one in told if one.hand in _AGENCIES])
        changed = await commissions.save_commissions(call.tx, told)
        await call.tell(
            *(
                CommissionMoved(
                    one.party_id, one.shop_id, one.order_id, one.line, one.state.value, call.at
                )
                for one in changed
            )
        )


async def _note_fees(call: Call, told: Sequence[Commission]) -> None:
    """Tell the alliance what moves of agencies' fees: from nothing to waiting, and to settled."""
    if not told:
        return
    keys = [(one.party_id, one.order_id, one.line) for one in told]
    before = await commissions.find_amounts(call.tx, keys)
    moves = []
    for key, one in zip(keys, told, strict=True):
        was = _fees(*before.get(key, (CommissionState.CANCELLED, 0)))
        back = one.returned_fen if one.state is CommissionState.SETTLED else 0
        now = _fees(one.state, one.amount_fen - back)
        settled, waiting = now[0] - was[0], now[1] - was[1]
        if settled or waiting:
            moves.append(FeeMove(one.party_id, one.shop_id, settled, waiting))
    await league.note_fees(call, moves)


def _fees(state: int, amount_fen: int) -> tuple[int, int]:
    """How much of a fee is settled, and how much waits for it."""
    settled = amount_fen if state == CommissionState.SETTLED else 0
    return settled, amount_fen if state == CommissionState.UNSETTLED else 0


def _as_now(key: OrderKey, sale: SoldLine, deals: dividing.Hops) -> Share:
    """What a settlement now would give of a line."""
    shop_id, _ = key
    return dividing.divide(sale, deals[shop_id, sale.deal_id] if sale.deal_id else ())


def _told(
    call: Call, order: Order, line: OrderLine, settlement: Settlement, share: Share
) -> list[Commission]:
    """A line as each of its receivers sees it."""
    parts = dividing.receivers(share, line.commission_ppm)
    sharer_id = next((one.party_id for one in parts if one.hand is Hand.SHARER), 0)
    return [
        Commission(
            party_id=one.party_id,
            order_id=order.order_id,
            line=line.line,
            shop_id=order.shop_id,
            product_id=line.product_id,
            title=line.title,
            state=dividing.commission_state(settlement, share),
            paid_fen=share.goods_fen,
            rate_ppm=one.ratio_ppm,
            amount_fen=one.net_fen,
            returned_fen=one.back_fen,
            paid_at=settlement.paid_at,
            settled_at=settlement.settled_at,
            sku_id=line.sku_id,
            hand=one.hand,
            place=one.place,
            deal_id=share.deal_id,
            carrier_id=line.promoter_id,
            sharer_id=sharer_id,
            received_fen=one.gross_fen,
            updated_at=call.at,
        )
        for one in parts
    ]
