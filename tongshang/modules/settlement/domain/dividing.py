"""Dividing an order's money among its receivers, and taking it back from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share, taken_back
from tongshang.modules.league.api import THE_SHOP, Hand, Hop
from tongshang.modules.league.api import divide as divide_deal
from tongshang.modules.ordering.api import SoldLine
from tongshang.modules.settlement.domain.values import (
    CommissionState,
    OrderKey,
    Settlement,
    Share,
    SharePart,
)
from tongshang.modules.settlement.machine import SettleState

Hops = Mapping[tuple[int, int], Sequence[Hop]]  # of deals, by (shop, deal)
NO_HOPS: Final[Hops] = {}
NOBODY: Final[Collection[int]] = frozenset()


def divide(sale: SoldLine, hops: Sequence[Hop] = (), held: Collection[int] = NOBODY) -> Share:
    """The shares of a line: what was refunded before is divided among nobody.

    The fee is taken of goods and freight, the commission of the goods alone, on what was paid and
    not on what the fee left (reference section 7.6). Every receiver's share is rounded down from
    the goods' price itself and the shop takes the rest; should fee and commission together exceed
    the whole, the commission yields (a deal is struck so that they cannot). A refund takes the
    goods first: freight goes back only with the whole line. What parties in `held` get is held.
    """
    base = Fen(sale.paid_fen + sale.freight_fen - sale.refunded_fen)
    goods = Fen(max(sale.paid_fen - sale.refunded_fen, 0))
    fee = share(base, Ppm(sale.fee_ppm))
    parts: tuple[SharePart, ...] = ()
    if hops:
        parts = _parts(goods, hops, held)
        commission = sum(one.gross_fen for one in parts if one.payer == THE_SHOP)
    else:
        wanted = share(goods, Ppm(sale.commission_ppm)) if sale.promoter_id else 0
        commission = min(wanted, base - fee)
        if commission and sale.promoter_id in held:
            parts = _alone(sale.promoter_id, sale.commission_ppm, commission, held=True)
    rest = base - fee - commission
    assert min(base, fee, commission, rest) >= 0
    return Share(
        sale.line,
        base,
        goods,
        fee,
        sale.promoter_id,
        commission,
        rest,
        deal_id=sale.deal_id,
        service_fen=sum(one.gross_fen for one in parts if one.is_service),
        parts=parts,
    )


def _parts(goods: Fen, hops: Sequence[Hop], held: Collection[int]) -> tuple[SharePart, ...]:
    return tuple(
        SharePart(
            place,
            one.hop.hand,
            one.hop.party_id,
            one.hop.payer,
            one.hop.ratio_ppm,
            one.gross_fen,
            one.net_fen,
            held=one.hop.party_id in held,
        )
        for place, one in enumerate(divide_deal(goods, hops))
    )


def _alone(
    promoter_id: int, ratio_ppm: int, fen: int, back_fen: int = 0, *, held: bool = False
) -> tuple[SharePart, ...]:
    return (
        SharePart(0, Hand.PROMOTER, promoter_id, THE_SHOP, ratio_ppm, fen, fen, back_fen, held),
    )


def receivers(one: Share, ratio_ppm: int = 0) -> tuple[SharePart, ...]:
    """Who gets a line's commission; without a deal all of it is the promoter's."""
    if one.parts or not one.promoter_id:
        return one.parts
    return _alone(one.promoter_id, ratio_ppm, one.commission_fen, one.commission_back_fen)


def divide_order(
    settlement: Settlement,
    sales: Sequence[SoldLine],
    deals: Hops = NO_HOPS,
    held: Collection[int] = NOBODY,
) -> tuple[Share, ...]:
    """The shares of all lines that have anything left; together all that waits of the order."""
    shop_id = settlement.shop_id
    all_of_it = (
        divide(one, deals[shop_id, one.deal_id] if one.deal_id else (), held) for one in sales
    )
    shares = tuple(one for one in all_of_it if one.base_fen)
    left = settlement.paid_fen - settlement.refunded_before_fen
    assert sum(one.base_fen for one in shares) == left, settlement.key
    return shares


def deal_keys(sold: Mapping[OrderKey, Sequence[SoldLine]]) -> list[tuple[int, int]]:
    """The deals by which lines were sold, as (shop, deal)."""
    return sorted(
        {
            (shop_id, line.deal_id)
            for (shop_id, _), lines in sold.items()
            for line in lines
            if line.deal_id
        }
    )


def settled(settlement: Settlement, shares: Sequence[Share], at: datetime) -> Settlement:
    """The order's money after it was divided."""
    return replace(
        settlement,
        state=SettleState.SETTLED,
        settled_at=at,
        fee_fen=sum(one.fee_fen for one in shares),
        commission_fen=sum(one.commission_fen for one in shares),
        shop_fen=sum(one.shop_fen for one in shares),
    )


def take_back(before: Share, amount_fen: int) -> Share:
    """A line's shares once `amount_fen` more went back to the buyer.

    Each receiver gives back its part of what stayed with it, counted from the sale and not from
    the refund before, so that any sequence of refunds ends where one refund of the whole does.
    """
    refunded = before.refunded_fen + amount_fen
    assert 0 < refunded <= before.base_fen
    goods, goods_back = Fen(before.goods_fen), Fen(min(refunded, before.goods_fen))
    parts = tuple(
        replace(one, back_fen=max(one.back_fen, taken_back(Fen(one.net_fen), goods_back, goods)))
        for one in before.parts
    )
    commission_back: int = taken_back(Fen(before.commission_fen), goods_back, goods)
    if parts:
        commission_back = sum(one.back_fen for one in parts)
    return replace(
        before,
        refunded_fen=refunded,
        fee_back_fen=taken_back(Fen(before.fee_fen), Fen(refunded), Fen(before.base_fen)),
        commission_back_fen=commission_back,
        service_back_fen=service_back(parts),
        parts=parts,
    )


def came_back(parts: Sequence[SharePart]) -> list[int]:
    """What came back through each place: its own part, and what those gave back whom it paid."""
    back = [one.back_fen for one in parts]
    for one in reversed(parts):
        if one.payer != THE_SHOP:
            back[one.payer] += back[one.place]
    return back


def service_back(parts: Sequence[SharePart]) -> int:
    """What of the agencies' service fee came back to the shop."""
    if not parts:
        return 0
    return sum(back for one, back in zip(parts, came_back(parts), strict=True) if one.is_service)


def refunded(settlement: Settlement, amount_fen: int) -> Settlement:
    """The order's money after a refund, before or after it was divided."""
    if settlement.state is SettleState.SETTLED:
        after = settlement.refunded_after_fen + amount_fen
        return replace(settlement, refunded_after_fen=after)
    before = settlement.refunded_before_fen + amount_fen
    assert before <= settlement.paid_fen
    state = SettleState.NOTHING if before == settlement.paid_fen else settlement.state
    return replace(settlement, refunded_before_fen=before, state=state)


def commission_state(settlement: Settlement, one: Share) -> CommissionState:
    """Where the commission of a line is; one whose goods all went back is cancelled."""
    if not one.goods_fen:
        return CommissionState.CANCELLED
    if settlement.state is SettleState.SETTLED:
        return CommissionState.SETTLED
    return CommissionState.UNSETTLED
