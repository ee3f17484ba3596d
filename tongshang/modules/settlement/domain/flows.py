"""Funds flows: what the shop and the receivers read of each booking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tongshang.modules.league.api import THE_SHOP
from tongshang.modules.ledger.api import Cause
from tongshang.modules.settlement.domain.dividing import receivers
from tongshang.modules.settlement.domain.values import (
    BEIJING,
    DONATION,
    FUNDS_TYPE_OF,
    PAYMENT,
    REFUND,
    SETTLEMENT,
    Donated,
    Flow,
    FlowType,
    FundsType,
    OrderKey,
    PaidIn,
    PartyFlow,
    Returned,
    Share,
)


def flow_of_payment(payment: PaidIn) -> Flow:
    """The flow of money that came in; of a group's present one for all its orders."""
    group = payment.parts if len(payment.parts) > 1 else ()
    return Flow(
        payment.shop_id,
        FundsType.ORDER_PAYMENT,
        FlowType.IN,
        payment.amount_fen,
        payment.at,
        payment.parts[0][0] if len(payment.parts) == 1 else payment.order_id,
        Cause(PAYMENT, payment.payment_id),
        transaction_id=payment.transaction_id,
        present_id=payment.present_id,
        present_order_ids=",".join(str(order_id) for order_id, _ in group),
    )


def flows_of_division(key: OrderKey, shares: Sequence[Share], at: datetime) -> list[Flow]:
    """What the shop pays of a settled order: the fee, and whom it pays for selling, each apart."""
    shop_id, order_id = key
    paid: dict[tuple[FundsType, int], int] = {}
    for one in shares:
        for part in receivers(one):
            if part.payer == THE_SHOP:
                what = FundsType.AGENCY_SERVICE if part.is_service else FUNDS_TYPE_OF[part.hand]
                paid[what, part.party_id] = paid.get((what, part.party_id), 0) + part.gross_fen
    amounts = [(FundsType.TECHNICAL_FEE, sum(one.fee_fen for one in shares))]
    amounts += [(what, fen) for (what, _), fen in sorted(paid.items())]
    cause = Cause(SETTLEMENT, order_id)
    return [
        Flow(shop_id, kind, FlowType.OUT, fen, at, order_id, cause) for kind, fen in amounts if fen
    ]


def flows_to_parties(key: OrderKey, shares: Sequence[Share], at: datetime) -> list[PartyFlow]:
    """What stays with each receiver of each line; not what is held back of whom."""
    shop_id, order_id = key
    cause = Cause(SETTLEMENT, order_id)
    return [
        PartyFlow(
            part.party_id, shop_id, FUNDS_TYPE_OF[part.hand], part.net_fen, at, cause, order_id,
            one.line,
        )
        for one in shares
        for part in receivers(one)
        if part.net_fen and not part.held
    ]  # fmt: skip


def flow_of_donation(gift: Donated) -> Flow:
    """To the shop a donated gift is as one that went back: its money leaves what it waits for."""
    return Flow(
        gift.shop_id,
        FundsType.ORDER_REFUND,
        FlowType.OUT,
        gift.amount_fen,
        gift.at,
        gift.order_id,
        Cause(DONATION, gift.order_id),
        present_id=gift.present_id,
    )


def flows_of_refund(
    refund: Returned, transaction_id: str, before: Share | None, after: Share | None
) -> list[Flow]:
    """The refund, and what came back to the shop for it where the line was settled."""
    amounts = [(FundsType.ORDER_REFUND, FlowType.OUT, refund.amount_fen)]
    if before and after:
        fee = after.fee_back_fen - before.fee_back_fen
        service = after.service_back_fen - before.service_back_fen
        commission = after.commission_back_fen - before.commission_back_fen - service
        amounts.append((FundsType.TECHNICAL_FEE, FlowType.IN, fee))
        amounts.append((FundsType.PROMOTER_COMMISSION, FlowType.IN, commission))
        amounts.append((FundsType.AGENCY_SERVICE, FlowType.IN, service))
    cause = Cause(REFUND, refund.refund_id)
    return [
        Flow(
            refund.shop_id,
            kind,
            way,
            fen,
            refund.at,
            refund.order_id,
            cause,
            aftersale_id=refund.aftersale_id,
            transaction_id=transaction_id,
            present_id=refund.present_id,
        )
        for kind, way, fen in amounts
        if fen
    ]


def flows_from_parties(
    refund: Returned, before: Share | None, after: Share | None
) -> list[PartyFlow]:
    """What each receiver gives back of a refunded line that was settled."""
    if not before or not after:
        return []
    cause = Cause(REFUND, refund.refund_id)
    return [
        PartyFlow(
            old.party_id, refund.shop_id, FUNDS_TYPE_OF[old.hand], old.back_fen - new.back_fen,
            refund.at, cause, refund.order_id, after.line, refund.aftersale_id,
        )
        for old, new in zip(receivers(before), receivers(after), strict=True)
        if new.back_fen != old.back_fen and not old.held
    ]  # fmt: skip


def booked(flows: Sequence[Flow], ids: Sequence[int], closing: dict[int, int]) -> list[Flow]:
    """The flows with their ids and running balances, of which each shop's last is its `closing`."""
    left = dict(closing)
    done: list[Flow] = []
    for flow, flow_id in zip(reversed(flows), reversed(ids), strict=True):
        done.append(replace(flow, flow_id=flow_id, balance_fen=left[flow.shop_id]))
        left[flow.shop_id] -= flow.change_fen
    return done[::-1]


def bookable_until(at: datetime) -> datetime:
    """A day's flows can be read from 16:00 of the next day (reference section 9.1)."""
    local = at.astimezone(BEIJING)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if local.hour >= 16 else midnight - timedelta(days=1)
