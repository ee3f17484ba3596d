"""What a payment does to its order."""

from dataclasses import dataclass
from enum import Enum, auto

from tongshang.modules.ordering.domain.order import Moved, OrderHead
from tongshang.modules.ordering.machine import OrderState
from tongshang.modules.payment.events import PaymentTaken


@dataclass(frozen=True, slots=True)
class PayDraft:
    """A buyer who wants to pay an order; `confirm`: at once, from the sandbox's wallet."""

    buyer_id: int
    order_id: int
    confirm: bool = False


class Verdict(Enum):
    """What is done with money that came in for an order."""

    PAY = auto()
    GIVE_BACK = auto()
    NOTHING = auto()


def judge(order: OrderHead | None, fact: PaymentTaken, paid: Moved | None) -> Verdict:
    """Pay an order that waits for just this amount; give back what came late or does not fit.

    `paid` is the order's move where the same batch has paid it already.
    """
    if order is None:
        return Verdict.GIVE_BACK
    paid_by = paid.payment_id if paid else order.payment_id
    if paid_by == fact.payment_id:
        return Verdict.NOTHING
    if paid_by is None and order.state is OrderState.UNPAID and fact.amount_fen == order.order_fen:
        return Verdict.PAY
    return Verdict.GIVE_BACK
