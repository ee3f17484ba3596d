"""The one place that knows why money moved: an order's story, and the facts behind a fen."""

from collections.abc import Sequence

from tongshang.modules.identity import api as identity
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Cause
from tongshang.modules.ordering import api as ordering
from tongshang.modules.settlement.actions import purses as purse_actions
from tongshang.modules.settlement.actions.settling import shares_of
from tongshang.modules.settlement.domain import explaining as domain
from tongshang.modules.settlement.domain.dividing import receivers
from tongshang.modules.settlement.domain.explaining import Fact, Subject
from tongshang.modules.settlement.domain.purses import (
    WITHDRAWAL,
    WITHDRAWAL_BACK,
    WITHDRAWAL_PAID,
)
from tongshang.modules.settlement.domain.values import (
    DONATION,
    PAYMENT,
    REFUND,
    SETTLEMENT,
    OrderKey,
    Story,
    own_part,
    paid_with,
)
from tongshang.modules.settlement.refusals import NoMoneyYet
from tongshang.modules.settlement.store import commissions, flows, purses, settlements
from tongshang.runtime.db import Tx


async def explain_order(tx: Tx, key: OrderKey) -> Story:
    """The whole story of an order's money."""
    settlement = (await settlements.find_settlements(tx, [key])).get(key)
    if settlement is None:
        raise NoMoneyYet
    orders = await ordering.find_orders(tx, [key])
    of_order = await flows.list_flows_of_orders(tx, [key])
    gift = orders[key].gift
    together: tuple[int, ...] = ()
    if gift is not None:
        paid = await flows.list_payments_of_presents(tx, [(key[0], gift.present_id)])
        of_order += paid
        together = paid_with(paid)
    # Of a cause that is of many orders (what was held for a party went back) there is no own part.
    causes = {one.cause for one in of_order if one.cause.kind in {PAYMENT, REFUND, DONATION}}
    causes.add(Cause(SETTLEMENT, key[1]))
    entries = [
        own_part(entry, key[1], together)
        for entry in await ledger.entries_of(tx, key[0], sorted(causes))
    ]
    shares = (await shares_of(tx, orders, {key: settlement}))[key]
    named = {one.promoter_id for one in shares if one.promoter_id}
    named |= {part.party_id for one in shares for part in one.parts}
    return Story(
        order=orders[key],
        settlement=settlement,
        entries=entries,
        shares=shares,
        sums=ledger.net(posting for entry in entries for posting in entry.postings),
        parties=await identity.find_parties(tx, sorted(named)) if named else {},
    )


async def facts_of(tx: Tx, party_id: int, subject: Subject, of: int) -> list[Fact]:
    """Why money of a party moved."""
    if subject is Subject.WITHDRAWAL:
        return await _of_withdrawal(tx, party_id, of)
    is_shop = await purse_actions.is_a_shop(tx, party_id)
    if subject is Subject.FLOW:
        return await (_of_shops_flow if is_shop else _of_receivers_flow)(tx, party_id, of)
    if is_shop:
        return await _of_shop(tx, (party_id, of))
    return await _of_receiver(tx, party_id, of)


async def _of_shops_flow(tx: Tx, shop_id: int, flow_id: int) -> list[Fact]:
    flow = await flows.find_flow(tx, shop_id, flow_id)
    if flow is None:
        raise NoMoneyYet
    if flow.withdrawal_id:
        return await _of_withdrawal(tx, shop_id, flow.withdrawal_id)
    if flow.order_id:
        return await _of_shop(tx, (shop_id, flow.order_id), [flow.cause])
    entries = await ledger.entries_of(tx, shop_id, [flow.cause])  # of a group's present
    return [fact for one in entries for fact in domain.facts_of_entry(one, 0)]


async def _of_receivers_flow(tx: Tx, party_id: int, flow_id: int) -> list[Fact]:
    found = await purses.find_party_flow(tx, party_id, flow_id)
    if found is None:
        raise NoMoneyYet
    flow, cause = found
    if flow.withdrawal_id:
        return await _of_withdrawal(tx, party_id, flow.withdrawal_id)
    if flow.order_id:
        return await _of_receiver(tx, party_id, flow.order_id, [cause])
    return await _of_causes(tx, party_id, flow.shop_id, [cause], 0)


async def _of_shop(tx: Tx, key: OrderKey, also: Sequence[Cause] = ()) -> list[Fact]:
    """All of an order of the shop's, and what one of its flows is about beside that."""
    story = await explain_order(tx, key)
    known = {entry.cause for entry in story.entries}
    others = [one for one in also if one not in known]
    entries = [*story.entries, *(await ledger.entries_of(tx, key[0], others) if others else ())]
    facts = [fact for entry in entries for fact in domain.facts_of_entry(entry, key[1])]
    at = story.settlement.settled_at or story.settlement.paid_at
    for share in story.shares:
        for part in receivers(share):
            facts += domain.facts_of_part(
                receivers(share), part.party_id, (*key, share.line), share.goods_fen, at
            )
    return facts


async def _of_receiver(
    tx: Tx, party_id: int, order_id: int, also: Sequence[Cause] = ()
) -> list[Fact]:
    """Of another's order: its own part of each line, and the postings of its own accounts."""
    mine = await commissions.list_of_order(tx, party_id, order_id)
    if not mine:
        raise NoMoneyYet
    key = mine[0].shop_id, order_id
    story = await explain_order(tx, key)
    at = story.settlement.settled_at or story.settlement.paid_at
    rates = {one.line: one.rate_ppm for one in mine}
    facts: list[Fact] = []
    for share in story.shares:
        facts += domain.facts_of_part(
            receivers(share, rates.get(share.line, 0)),
            party_id,
            (*key, share.line),
            share.goods_fen,
            at,
        )
    causes = sorted({entry.cause for entry in story.entries} | set(also))
    return facts + await _of_causes(tx, party_id, key[0], causes, order_id)


async def _of_causes(
    tx: Tx, party_id: int, shop_id: int, causes: Sequence[Cause], order_id: int
) -> list[Fact]:
    own = [one for one in await ledger.accounts_of(tx, party_id) if one.book_id == shop_id]
    if not own:
        return []
    entries = await ledger.entries_of(tx, shop_id, causes)
    return [fact for one in entries for fact in domain.facts_of_entry(one, order_id, own)]


async def _of_withdrawal(tx: Tx, party_id: int, withdrawal_id: int) -> list[Fact]:
    parts = [
        one for one in await purses.find_withdrawal(tx, withdrawal_id) if one.party_id == party_id
    ]
    if not parts:
        raise NoMoneyYet
    causes = [Cause(kind, withdrawal_id) for kind in (WITHDRAWAL, WITHDRAWAL_PAID, WITHDRAWAL_BACK)]
    facts: list[Fact] = []
    for one in parts:
        entries = await ledger.entries_of(tx, one.shop_id, causes)
        facts += [fact for entry in entries for fact in domain.facts_of_entry(entry, 0)]
    return facts
