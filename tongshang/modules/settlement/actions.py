"""Money taken in, given back and divided: for many facts at a time, each booked once."""

from collections.abc import Mapping, Sequence

from tongshang.kernel.ids import Named
from tongshang.modules.aftersale import api as aftersale
from tongshang.modules.identity import api as identity
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import AccountKind, Cause, Entry
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import Order, SettledLine, SoldLine
from tongshang.modules.settlement import domain, store
from tongshang.modules.settlement.domain import (
    Commission,
    Flow,
    OrderKey,
    Returned,
    Settlement,
    Share,
    Story,
)
from tongshang.modules.settlement.events import OrderSettled
from tongshang.modules.settlement.machine import SettleState
from tongshang.modules.settlement.refusals import NoMoneyYet
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


async def take_in(call: Call, payments: Sequence[domain.Taken]) -> None:
    """Book buyers' money as waiting for its settlement."""
    await book(call, [(domain.taken(one), [domain.flow_of_payment(one)]) for one in payments])


async def give_back(call: Call, refunds: Sequence[Returned]) -> None:
    """Book what went back to buyers: of what waits, or of what everybody got.

    The order's row, held first, says which; a settler at work on it waits or is waited for. Money
    that never became an order's (it came too late) has no case and no line, and leaves the order
    as it is.
    """
    keys = sorted({one.key for one in refunds})
    before = await store.hold_settlements(call.tx, keys)
    held = dict(before)
    divided = [key for key, one in held.items() if one.state is SettleState.SETTLED]
    shares = await store.list_shares(call.tx, divided) if divided else {}
    flows = await store.list_flows_of_orders(call.tx, keys)
    if presents := [(one.shop_id, one.present_id) for one in refunds if one.present_id]:
        flows += await store.list_payments_of_presents(call.tx, presents)
    known = {flow.cause.id for flow in flows if flow.cause.kind == domain.REFUND}
    transactions = {
        flow.cause.id: flow.transaction_id for flow in flows if flow.cause.kind == domain.PAYMENT
    }
    done: list[tuple[Entry, list[Flow]]] = []
    changed: dict[tuple[OrderKey, int], Share] = {}
    for refund in refunds:
        if refund.refund_id in known:
            continue
        known.add(refund.refund_id)
        lines = shares.get(refund.key, {}) if refund.aftersale_id else {}
        old, new = lines.get(refund.line), None
        if old:
            new = lines[refund.line] = domain.take_back(old, refund.amount_fen)
            changed[refund.key, refund.line] = new
        if refund.is_of_order:
            held[refund.key] = domain.refunded(held[refund.key], refund.amount_fen)
        transaction_id = transactions.get(refund.payment_id, "")
        done.append((_returned(refund, old, new), _flows(refund, transaction_id, old, new)))
    if changed:
        await store.save_shares(call.tx, changed)
    if moved := [one for key, one in held.items() if one != before[key]]:
        await store.save_settlements(call.tx, moved, before)
    await book(call, done)


def _returned(refund: Returned, old: Share | None, new: Share | None) -> Entry:
    if old and new:
        return domain.returned_after(refund, old, new)
    return domain.returned_before(refund)


def _flows(
    refund: Returned, transaction_id: str, old: Share | None, new: Share | None
) -> list[Flow]:
    return domain.flows_of_refund(refund, transaction_id, old, new)


async def settle_due(call: Call, limit: int = domain.SETTLE_BATCH) -> int:
    """Divide the money of orders whose time has come; how many were looked at.

    Locks as everybody does: orders, then their money, then accounts. Whoever applies for an
    aftersale holds the order, so none begins between the question and the division. An order that
    has one running is looked at again later.
    """
    keys = await store.list_due(call.tx, call.at, limit)
    if not keys:
        return 0
    sold = await ordering.hold_sold(call.tx, keys)
    due = await store.hold_due(call.tx, sorted(keys), call.at)
    blocked = await aftersale.running(call.tx, list(due))
    if blocked:
        await store.postpone(call.tx, sorted(blocked), call.at + domain.BLOCKED_WAIT)
    free = {key: one for key, one in due.items() if key not in blocked}
    if free:
        await _divide(call, free, sold)
    return len(keys)


async def _divide(
    call: Call, due: dict[OrderKey, Settlement], sold: dict[OrderKey, list[SoldLine]]
) -> None:
    shares = {key: domain.divide_order(one, sold[key]) for key, one in due.items()}
    each = [(key, one) for key, parts in shares.items() for one in parts]
    await store.add_shares(call.tx, each)
    await store.save_settlements(
        call.tx, [domain.settled(due[key], parts, call.at) for key, parts in shares.items()], due
    )
    await ordering.note_settled(
        call, [SettledLine(*key, one.line, one.fee_fen, one.commission_fen) for key, one in each]
    )
    # Last, because every payment of these shops waits for the accounts from here on.
    await book(
        call,
        [
            (domain.divided(key, parts, call.at), domain.flows_of_division(key, parts, call.at))
            for key, parts in shares.items()
        ],
    )
    await call.tell(*(OrderSettled(*key, call.at) for key in shares))


def _sold_of(order: Order) -> list[SoldLine]:
    return [
        SoldLine(
            line.line,
            line.paid_fen,
            line.freight_fen,
            line.refunded_fen,
            line.fee_ppm,
            line.promoter_id,
            line.commission_ppm,
        )
        for line in order.lines
    ]


async def book(call: Call, facts: Sequence[tuple[Entry, Sequence[Flow]]]) -> None:
    """Post entries, and book the flows of those that are the first of their cause.

    A shop's balance is read after posting, when its accounts are held: a fact of a shop's money
    moves two of channel, pending and available, so no other one is under way. (A division that
    leaves the shop nothing moves one of them, and may show a balance a moment old.)
    """
    if not facts:
        return
    posted = await ledger.post(call, [entry for entry, _ in facts])
    flows = [
        flow for (_, flows), first in zip(facts, posted, strict=True) if first for flow in flows
    ]
    if not flows:
        return
    shops = sorted({flow.shop_id for flow in flows})
    own = (AccountKind.SHOP_PENDING, AccountKind.SHOP_AVAILABLE)
    closing: dict[int, int] = {}
    for account, fen in (await ledger.balances_of_books(call.tx, shops, own)).items():
        closing[account.book_id] = closing.get(account.book_id, 0) + fen
    ids = call.take_ids(Named.FLOW, len(flows))
    await store.add_flows(call.tx, domain.booked(flows, ids, closing))


async def tell_promoters(call: Call, keys: Sequence[OrderKey]) -> None:
    """Write promoters' commission orders as they are now, from orders and shares."""
    kept = await store.find_settlements(call.tx, keys)
    settled = [key for key, one in kept.items() if one.state is SettleState.SETTLED]
    shares = await store.list_shares(call.tx, settled) if settled else {}
    told: list[Commission] = []
    for shop_id in sorted({shop_id for shop_id, _ in kept}):
        ids = [order_id for owner, order_id in kept if owner == shop_id]
        for order in (await ordering.get_orders(call.tx, shop_id, ids)).values():
            key = (shop_id, order.order_id)
            told += _commissions(order, kept[key], shares.get(key, {}))
    if told:
        await store.save_commissions(call.tx, told)


def _commissions(
    order: Order, settlement: Settlement, shares: dict[int, Share]
) -> list[Commission]:
    told = []
    for line, sale in zip(order.lines, _sold_of(order), strict=True):
        if not line.promoter_id:
            continue
        share = shares.get(line.line) or domain.divide(sale)
        told.append(
            Commission(
                promoter_id=line.promoter_id,
                order_id=order.order_id,
                line=line.line,
                shop_id=order.shop_id,
                product_id=line.product_id,
                title=line.title,
                state=domain.commission_state(settlement, share),
                paid_fen=share.goods_fen,
                rate_ppm=line.commission_ppm,
                amount_fen=share.commission_fen,
                returned_fen=share.commission_back_fen,
                paid_at=settlement.paid_at,
                settled_at=settlement.settled_at,
            )
        )
    return told


# --- reading -----------------------------------------------------------------------------------


async def shares_of(
    tx: Tx, orders: Mapping[OrderKey, Order], money: Mapping[OrderKey, Settlement]
) -> dict[OrderKey, tuple[Share, ...]]:
    """Who got what of each line; of orders that wait, what a settlement now would give."""
    settled = [key for key, one in money.items() if one.state is SettleState.SETTLED]
    known = await store.list_shares(tx, settled) if settled else {}
    return {
        key: tuple(known[key].values())
        if key in known
        else domain.divide_order(one, _sold_of(orders[key]))
        for key, one in money.items()
    }


async def explain(tx: Tx, key: OrderKey) -> Story:
    """The whole story of an order's money."""
    settlement = (await store.find_settlements(tx, [key])).get(key)
    if settlement is None:
        raise NoMoneyYet
    orders = await ordering.find_orders(tx, [key])
    flows = await store.list_flows_of_orders(tx, [key])
    gift = orders[key].gift
    paid_with: tuple[int, ...] = ()
    if gift is not None:
        paid = await store.list_payments_of_presents(tx, [(key[0], gift.present_id)])
        flows += paid
        paid_with = domain.paid_with(paid)
    causes = {flow.cause for flow in flows} | {Cause(domain.SETTLEMENT, key[1])}
    entries = [
        domain.own_part(entry, key[1], paid_with)
        for entry in await ledger.entries_of(tx, key[0], sorted(causes))
    ]
    shares = (await shares_of(tx, orders, {key: settlement}))[key]
    promoters = sorted({one.promoter_id for one in shares if one.promoter_id})
    return Story(
        order=orders[key],
        settlement=settlement,
        entries=entries,
        shares=shares,
        sums=ledger.net(posting for entry in entries for posting in entry.postings),
        parties=await identity.find_parties(tx, promoters) if promoters else {},
    )
