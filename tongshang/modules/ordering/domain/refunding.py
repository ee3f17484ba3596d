"""What aftersale and settlement note on an order."""

from dataclasses import dataclass, replace

from tongshang.modules.ordering import refusals
from tongshang.modules.ordering.domain.order import Order, OrderLine
from tongshang.modules.ordering.domain.shipping import shipping_move
from tongshang.modules.ordering.machine import ORDER, OrderMove, OrderState


@dataclass(frozen=True, slots=True)
class AftersaleMark:
    """A case of a line begins (`change` > 0 pieces), ends without a refund (< 0) or moves on (0).

    `status` is the case's number as the order shows it.
    """

    shop_id: int
    order_id: int
    line: int
    aftersale_id: int
    change: int = 0
    status: int = 0
    is_running: bool = True


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """Money of a line that went back, with `count` pieces (0: only money).

    `marked` pieces were put into aftersale with `open_aftersales` and leave it with this refund.
    """

    shop_id: int
    order_id: int
    line: int
    count: int
    amount_fen: int
    marked: bool = True


@dataclass(frozen=True, slots=True)
class SettledLine:
    """What the platform and those who sold it got of a line in the end.

    Of the commission `service_fen` is what went to agencies.
    """

    shop_id: int
    order_id: int
    line: int
    fee_fen: int
    commission_fen: int
    service_fen: int = 0


def mark(order: Order, marks: AftersaleMark) -> Order:
    """The order with a case's pieces marked, or unmarked."""
    line = _line(order, marks.line)
    marked = line.on_aftersale_count + marks.change
    left = line.count - line.refunded_count
    if not 0 <= marked <= left:
        raise refusals.TooManyInAftersale(line=line.line, left=left - line.on_aftersale_count)
    return _with(order, replace(line, on_aftersale_count=marked))


def refund(order: Order, refunded: RefundedLine) -> tuple[Order, int]:
    """The order after a refund, and how many pieces of it were never shipped: back to stock."""
    line = _line(order, refunded.line)
    marked = line.on_aftersale_count - (refunded.count if refunded.marked else 0)
    count = line.refunded_count + refunded.count
    if refunded.count < 0 or marked < 0 or count + marked > line.count:
        left = line.count - line.refunded_count - line.on_aftersale_count
        raise refusals.TooManyInAftersale(line=line.line, left=left)
    left_fen = line.paid_fen + line.freight_fen - line.refunded_fen
    if not 0 <= refunded.amount_fen <= left_fen:
        raise refusals.BeyondPaid(line=line.line, left_fen=left_fen)
    after = replace(
        line,
        on_aftersale_count=marked,
        refunded_count=count,
        refunded_fen=line.refunded_fen + refunded.amount_fen,
    )
    return _with(order, after), line.unshipped_count - after.unshipped_count


def refund_move(order: Order) -> OrderMove | None:
    """Where refunds lead: all back, nothing left to ship, or nowhere."""
    if order.is_refunded:
        return OrderMove.REFUND_ALL if ORDER.allows(order.state, OrderMove.REFUND_ALL) else None
    if order.state is OrderState.PARTLY_SHIPPED and shipping_move(order) is OrderMove.SHIP_REST:
        return OrderMove.SHIP_REST
    return None


def _line(order: Order, number: int) -> OrderLine:
    for line in order.lines:
        if line.line == number:
            return line
    raise refusals.OrderNotFound(order_id=str(order.order_id))


def _with(order: Order, changed: OrderLine) -> Order:
    lines = tuple(changed if line.line == changed.line else line for line in order.lines)
    return replace(order, lines=lines)
