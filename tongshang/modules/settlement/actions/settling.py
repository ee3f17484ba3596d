"""Orders whose time has come, divided among all who have a part in them."""

from collections.abc import Mapping, Sequence

from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.league import api as league
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order, SettledLine, SoldLine
from tongshang.modules.settlement.actions.booking import book
from tongshang.modules.settlement.domain import dividing
from tongshang.modules.settlement.domain.flows import flows_of_division, flows_to_parties
from tongshang.modules.settlement.domain.postings import divided
from tongshang.modules.settlement.domain.values import (
    BLOCKED_WAIT,
    SETTLE_BATCH,
    Booking,
    OrderKey,
    Settlement,
    Share,
)
from tongshang.modules.settlement.events import OrderSettled
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.store import purses, settlements, shares
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx
from tongshang.runtime.memory import uncollected


async def settle_due(call: Call, limit: int = SETTLE_BATCH) -> int:
    """Divide the money of orders whose time has come; how many were looked at.

    Locks as everybody does: orders, then their money, then accounts. Whoever applies for an
    aftersale holds the order, so none begins between the question and the division. An order that
    has one running is looked at again later.
    """
    keys = await settlements.list_due(call.tx, call.at, limit)
    if not keys:
        return 0
    sold = await ordering.hold_sold(call.tx, keys)
    due = await settlements.hold_due(call.tx, sorted(keys), call.at)
    blocked = await aftersale.running(call.tx, list(due))
    if blocked:
        await settlements.postpone(call.tx, sorted(blocked), call.at + BLOCKED_WAIT)
    free = {key: one for key, one in due.items() if key not in blocked}
    if free:
        with uncollected():
            await _divide(call, free, sold)
    return len(keys)


async def _divide(
    call: Call, due: dict[OrderKey, Settlement], sold: dict[OrderKey, list[SoldLine]]
) -> None:
    deals = await hops_of(call.tx, {key: sold[key] for key in due})
    held = frozenset(one.party_id for one in await purses.list_suspended(call.tx))
    parts = {key: dividing.divide_order(one, sold[key], deals, held) for key, one in due.items()}
    each = [(key, one) for key, of_order in parts.items() for one in of_order]
    await shares.add_shares(call.tx, each)
    await settlements.save_settlements(
        call.tx,
        [dividing.settled(due[key], of_order, call.at) for key, of_order in parts.items()],
        due,
    )
    await ordering.note_settled(
        call,
        [
            SettledLine(*key, one.line, one.fee_fen, one.commission_fen, one.service_fen)
            for key, one in each
        ],
    )
    # Last, because every payment of these shops waits for the accounts from here on.
    await book(
        call,
        [
            Booking(
                divided(key, of_order, call.at),
                flows_of_division(key, of_order, call.at),
                flows_to_parties(key, of_order, call.at),
            )
            for key, of_order in parts.items()
        ],
    )
    await call.tell(*(OrderSettled(*key, call.at) for key in parts))


async def hops_of(tx: Tx, sold: Mapping[OrderKey, Sequence[SoldLine]]) -> dividing.Hops:
    """The receivers of the deals by which lines were sold; nothing is asked where none was."""
    keys = dividing.deal_keys(sold)
    if not keys:
        return dividing.NO_HOPS
    return {key: deal.hops for key, deal in (await league.deals_of(tx, keys)).items()}


def sold_of(order: Order) -> list[SoldLine]:
    """What of an order's lines a settlement divides."""
    return [
        SoldLine(
            line.line,
            line.paid_fen,
            line.freight_fen,
            line.refunded_fen,
            line.fee_ppm,
            line.promoter_id,
            line.commission_ppm,
            line.deal_id,
        )
        for line in order.lines
    ]


async def shares_of(
    tx: Tx, orders: Mapping[OrderKey, Order], money: Mapping[OrderKey, Settlement]
) -> dict[OrderKey, tuple[Share, ...]]:
    """Who got what of each line; of orders that wait, what a settlement now would give."""
    settled = [key for key, one in money.items() if one.state is SettleState.SETTLED]
    known = await shares.list_shares(tx, settled) if settled else {}
    waiting = {key: sold_of(orders[key]) for key in money if key not in known}
    deals = await hops_of(tx, waiting)
    return {
        key: tuple(known[key].values())
        if key in known
        else dividing.divide_order(one, waiting[key], deals)
        for key, one in money.items()
    }
