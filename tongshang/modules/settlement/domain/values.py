"""The money of orders, lines and receivers: values that settlement decides with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Final

from tongshang.modules.identity.api import Party
from tongshang.modules.league.api import THE_SHOP, Hand
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry
from tongshang.modules.ordering.api import Order
from tongshang.modules.settlement.machine import SettleState

# Settled a week after the receipt, if no aftersale case runs (reference section 9.4).
WINDOW: Final = timedelta(days=7)
# An order that may not be settled yet is looked at again after this.
BLOCKED_WAIT: Final = timedelta(hours=1)
SETTLE_BATCH: Final = 2_000

BEIJING: Final = timezone(timedelta(hours=8))

# What posts: the causes of entries and flows.
PAYMENT: Final = "payment"
REFUND: Final = "refund"
DONATION: Final = "donation"
SETTLEMENT: Final = "settlement"

OrderKey = tuple[int, int]  # shop_id, order_id


class FundsType(IntEnum):
    """What a funds flow is for (reference section 9.2)."""

    ORDER_PAYMENT = 1
    ORDER_REFUND = 3
    WITHDRAWAL = 4
    WITHDRAWAL_RETURNED = 5
    PROMOTER_COMMISSION = 10
    TECHNICAL_FEE = 11
    AGENCY_SERVICE = 12


class FlowType(IntEnum):
    """Which way (reference section 9.1)."""

    IN = 1
    OUT = 2


class CommissionState(IntEnum):
    """Where a receiver's commission order is (reference section 7.3)."""

    UNSETTLED = 20
    SETTLED = 100
    CANCELLED = 200


# In which account of a shop's book a hand has its money, and as what it comes there.
ACCOUNT_OF: Final = {
    Hand.PROMOTER:      AccountKind.PROMOTER,
    Hand.AGENCY:        AccountKind.AGENCY,
    Hand.RESELLER:      AccountKind.AGENCY,
    Hand.SHARER_AGENCY: AccountKind.AGENCY,
    Hand.SHARER:        AccountKind.SHARER,
}  # fmt: skip
FUNDS_TYPE_OF: Final = {
    Hand.PROMOTER:      FundsType.PROMOTER_COMMISSION,
    Hand.AGENCY:        FundsType.AGENCY_SERVICE,
    Hand.RESELLER:      FundsType.AGENCY_SERVICE,
    Hand.SHARER_AGENCY: FundsType.AGENCY_SERVICE,
    Hand.SHARER:        FundsType.PROMOTER_COMMISSION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaidIn:
    """A payment that came in for an order, or for a present with its `parts`: (order, fen) each."""

    shop_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    transaction_id: str
    at: datetime
    present_id: int = 0
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that went back to a buyer, by an aftersale case of a line or (0) without one.

    `ends_order`: a gift that nobody took went back whole, to the giver.
    """

    shop_id: int
    refund_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    at: datetime
    aftersale_id: int = 0
    line: int = 0
    present_id: int = 0
    ends_order: bool = False

    @property
    def key(self) -> OrderKey:
        """Shop and order."""
        return self.shop_id, self.order_id

    @property
    def is_of_order(self) -> bool:
        """Whether the order's money became less; not by what came too late to be its."""
        return bool(self.aftersale_id) or self.ends_order


@dataclass(frozen=True, slots=True)
class Settlement:
    """An order's money as a whole; what the receivers got is zero until it is settled."""

    shop_id: int
    order_id: int
    order_state: int
    placed_at: datetime
    paid_at: datetime
    paid_fen: int
    state: SettleState = SettleState.WAITING
    refunded_before_fen: int = 0
    refunded_after_fen: int = 0
    received_at: datetime | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    fee_fen: int = 0
    commission_fen: int = 0
    shop_fen: int = 0

    @property
    def key(self) -> OrderKey:
        """Shop and order."""
        return self.shop_id, self.order_id


@dataclass(frozen=True, slots=True)
class SharePart:
    """What one receiver of a line's commission gets, and what came back of it since.

    `gross_fen` comes to him from the shop (`payer` THE_SHOP) or from the part at the place
    `payer`; `net_fen` stays, the rest he passes on. What is `held` waits in the suspense account.
    """

    place: int
    hand: Hand
    party_id: int
    payer: int
    ratio_ppm: int
    gross_fen: int
    net_fen: int
    back_fen: int = 0
    held: bool = False

    @property
    def is_service(self) -> bool:
        """Whether the shop pays it as an agency's service fee, and not as a promoter's commission."""
        return self.payer == THE_SHOP and self.hand is not Hand.PROMOTER


@dataclass(frozen=True, slots=True)
class Share:
    """Who got what of a line, and what came back of it since.

    `base_fen` is all that was divided, `goods_fen` the part of it that was paid for goods.
    `commission_fen` is all that left the shop's hands for selling, `service_fen` what of it went
    to agencies. `parts` are its receivers where the line was sold by a deal.
    """

    line: int
    base_fen: int
    goods_fen: int
    fee_fen: int
    promoter_id: int
    commission_fen: int
    shop_fen: int
    refunded_fen: int = 0
    fee_back_fen: int = 0
    commission_back_fen: int = 0
    deal_id: int = 0
    service_fen: int = 0
    service_back_fen: int = 0
    parts: tuple[SharePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A line of the shop's funds flows; its balance is known once it is booked."""

    shop_id: int
    funds_type: FundsType
    flow_type: FlowType
    amount_fen: int
    at: datetime
    order_id: int
    cause: Cause
    aftersale_id: int = 0
    transaction_id: str = ""
    flow_id: int = 0
    balance_fen: int = 0
    present_id: int = 0
    present_order_ids: str = ""
    withdrawal_id: int = 0

    @property
    def change_fen(self) -> int:
        """What it adds to the shop's balance."""
        return self.amount_fen if self.flow_type is FlowType.IN else -self.amount_fen


@dataclass(frozen=True, slots=True)
class PartyFlow:
    """What came to a promoter, agency or sharer in a shop's book, or (negative) went from it."""

    party_id: int
    shop_id: int
    funds_type: FundsType
    amount_fen: int
    at: datetime
    cause: Cause
    order_id: int = 0
    line: int = 0
    aftersale_id: int = 0
    withdrawal_id: int = 0
    flow_id: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry, and what the shop and the receivers read of it."""

    entry: Entry
    flows: Sequence[Flow] = ()
    party_flows: Sequence[PartyFlow] = ()


@dataclass(frozen=True, slots=True)
class Donated:
    """A gift whose receiver gave it to a charity: its order's money is the charity's."""

    shop_id: int
    order_id: int
    present_id: int
    party_id: int
    amount_fen: int
    at: datetime

    @property
    def key(self) -> OrderKey:
        """Shop and order."""
        return self.shop_id, self.order_id


@dataclass(frozen=True, slots=True)
class OrderNote:
    """What became of an order, as far as its money is concerned."""

    key: OrderKey
    order_state: int
    received_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """A line that a receiver had a part in selling, as that receiver sees it.

    `received_fen` came to it, `amount_fen` of that stays with it, the rest it passed on;
    `returned_fen` of what stays came back by refunds after the settlement.
    """

    party_id: int
    order_id: int
    line: int
    shop_id: int
    product_id: int
    title: str
    state: CommissionState
    paid_fen: int
    rate_ppm: int
    amount_fen: int
    returned_fen: int
    paid_at: datetime
    settled_at: datetime | None
    sku_id: int
    hand: Hand
    place: int
    deal_id: int
    carrier_id: int
    sharer_id: int
    received_fen: int
    updated_at: datetime

    @property
    def passed_fen(self) -> int:
        """What it handed on."""
        return self.received_fen - self.amount_fen


@dataclass(frozen=True, slots=True)
class Story:
    """An order's money: its entries, its shares, and what the entries left where."""

    order: Order
    settlement: Settlement
    entries: Sequence[Entry]
    shares: Sequence[Share]
    sums: dict[Account, int]
    parties: dict[int, Party]


def paid_with(flows: Sequence[Flow]) -> tuple[int, ...]:
    """The orders that were paid together, as one present: a group's."""
    return tuple(
        int(order_id)
        for flow in flows
        for order_id in flow.present_order_ids.split(",")
        if order_id
    )


def own_part(entry: Entry, order_id: int, order_ids: Sequence[int]) -> Entry:
    """Of the entry of a present's payment the posting that is of one of its orders."""
    if entry.cause.kind != PAYMENT or len(order_ids) < 2:
        return entry
    return replace(entry, postings=(entry.postings[order_ids.index(order_id)],))
