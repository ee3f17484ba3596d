"""What orders, payments and refunds are as events: one for each line, at its part of the money."""

from collections.abc import Iterator
from datetime import datetime

from tongshang.kernel.money import Fen, apportion
from tongshang.modules.compass.domain.events import EventDraft, EventKind
from tongshang.modules.ordering.api import Order, OrderLine


def placed(order: Order) -> Iterator[EventDraft]:
    """An order as it was placed: its goods and freight before any change of price."""
    weights = [line.goods_fen for line in order.lines]
    freight = apportion(Fen(order.freight_fen), weights if any(weights) else [1] * len(weights))
    for line, freight_fen in zip(order.lines, freight, strict=True):
        amount_fen = line.goods_fen + freight_fen
        yield _event(order, line, EventKind.ORDER, order.placed_at, amount_fen, line.count)


def paid(order: Order, at: datetime, *, is_gift: bool) -> Iterator[EventDraft]:
    """An order's payment: what was paid for each line, its freight included.

    A gift is counted as one beside that; what a shop gives is paid by nobody.
    """
    is_free = order.gift is not None and order.gift.is_free
    for line in order.lines:
        amount_fen = 0 if is_free else line.paid_fen + line.freight_fen
        if not is_free:
            yield _event(order, line, EventKind.PAY, at, amount_fen, line.count)
        if is_gift:
            yield _event(order, line, EventKind.GIFT, at, amount_fen, line.count)


def refunded(
    order: Order, at: datetime, amount_fen: int, line: int, count: int
) -> Iterator[EventDraft]:
    """Money that went back: of one line, or (0) of all, each by what was paid for it."""
    if line:
        (one,) = (found for found in order.lines if found.line == line)
        yield _event(order, one, EventKind.REFUND, at, amount_fen, count)
        return
    weights = [found.paid_fen + found.freight_fen for found in order.lines]
    parts = apportion(Fen(amount_fen), weights if any(weights) else [1] * len(weights))
    for one, part_fen in zip(order.lines, parts, strict=True):
        yield _event(order, one, EventKind.REFUND, at, part_fen, one.count)


def _event(
    order: Order, line: OrderLine, kind: EventKind, at: datetime, amount_fen: int, count: int
) -> EventDraft:
    return EventDraft(
        at,
        kind,
        line.surface,
        line.content_id,
        line.position,
        order.shop_id,
        line.product_id,
        line.promoter_id,
        line.share_id,
        buyer_id=order.gift.giver_id if order.gift else order.buyer_id,
        consent=True,  # whose order it is, the order itself says
        amount_fen=amount_fen,
        count=count,
        order_id=order.order_id,
    )
