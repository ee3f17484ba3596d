"""All postings of the trade, one function for each fact, and how an order's money is divided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Final

from tongshang.kernel.money import Fen, Ppm, share, taken_back
from tongshang.modules.identity.api import Party
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting, Postings
from tongshang.modules.ordering.api import Order, SoldLine
from tongshang.modules.settlement.machine import SettleState

# Settled a week after the receipt, if no aftersale case runs (reference section 9.4).
WINDOW: Final = timedelta(days=7)
# An order that may not be settled yet is looked at again after this.
BLOCKED_WAIT: Final = timedelta(hours=1)
SETTLE_BATCH: Final = 2_000

BEIJING: Final = timezone(timedelta(hours=8))

PAYMENT: Final = "payment"
REFUND: Final = "refund"
SETTLEMENT: Final = "settlement"

OrderKey = tuple[int, int]  # shop_id, order_id


class FundsType(IntEnum):
    """What a funds flow is for (reference section 9.2)."""

    ORDER_PAYMENT = 1
    ORDER_REFUND = 3
    PROMOTER_COMMISSION = 10
    TECHNICAL_FEE = 11


class FlowType(IntEnum):
    """Which way (reference section 9.1)."""

    IN = 1
    OUT = 2


class CommissionState(IntEnum):
    """Where a promoter's commission order is (reference section 7.6)."""

    UNSETTLED = 20
    SETTLED = 100
    CANCELLED = 200


# --- values ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
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
class Share:
    """Who got what of a line, and what came back of it since.

    `base_fen` is all that was divided, `goods_fen` the part of it that was paid for goods.
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

    @property
    def change_fen(self) -> int:
        """What it adds to the shop's balance."""
        return self.amount_fen if self.flow_type is FlowType.IN else -self.amount_fen


@dataclass(frozen=True, slots=True)
class OrderNote:
    """What became of an order, as far as its money is concerned."""

    key: OrderKey
    order_state: int
    received_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """A line that a promoter sold, as the promoter sees it."""

    promoter_id: int
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


# --- the postings of the trade -----------------------------------------------------------------


def taken(payment: Taken) -> Entry:
    """A buyer's money comes in and waits for the settlement; a present's for each order apart."""
    book = payment.shop_id
    amounts = [fen for _, fen in payment.parts] or [payment.amount_fen]
    assert sum(amounts) == payment.amount_fen
    postings = tuple(Posting(_channel(book), _pending(book), Fen(fen)) for fen in amounts)
    return Entry(book, Cause(PAYMENT, payment.payment_id), postings, payment.at)


def returned_before(refund: Returned) -> Entry:
    """What was not divided yet goes back whole."""
    book = refund.shop_id
    posting = Posting(_pending(book), _channel(book), Fen(refund.amount_fen))
    return Entry(book, Cause(REFUND, refund.refund_id), (posting,), refund.at)


def divided(key: OrderKey, shares: Sequence[Share], at: datetime) -> Entry:
    """Platform and promoters get their shares of an order, and the shop the rest."""
    book, order_id = key
    pending = _pending(book)
    parts = [(_fee(book), sum(one.fee_fen for one in shares))]
    for promoter_id in sorted({one.promoter_id for one in shares if one.promoter_id}):
        earned = sum(one.commission_fen for one in shares if one.promoter_id == promoter_id)
        parts.append((_promoter(book, promoter_id), earned))
    parts.append((_available(book), sum(one.shop_fen for one in shares)))
    assert sum(fen for _, fen in parts) == sum(one.base_fen for one in shares)
    return Entry(book, Cause(SETTLEMENT, order_id), _moves(pending, parts), at)


def returned_after(refund: Returned, before: Share, after: Share) -> Entry:
    """The shop pays the buyer back, and gets what platform and promoter give back of the line."""
    book = refund.shop_id
    available = _available(book)
    fee_fen = after.fee_back_fen - before.fee_back_fen
    commission_fen = after.commission_back_fen - before.commission_back_fen
    postings = (
        *_moves(available, ((_channel(book), refund.amount_fen),)),
        *_moves(_fee(book), ((available, fee_fen),)),
        *_moves(_promoter(book, before.promoter_id), ((available, commission_fen),)),
    )
    return Entry(book, Cause(REFUND, refund.refund_id), postings, refund.at)


def _moves(source: Account, parts: Iterable[tuple[Account, int]]) -> Postings:
    return tuple(Posting(source, target, Fen(fen)) for target, fen in parts if fen)


def _channel(book: int) -> Account:
    return Account(book, AccountKind.CHANNEL)


def _pending(book: int) -> Account:
    return Account(book, AccountKind.SHOP_PENDING)


def _available(book: int) -> Account:
    return Account(book, AccountKind.SHOP_AVAILABLE)


def _fee(book: int) -> Account:
    return Account(book, AccountKind.PLATFORM_FEE)


def _promoter(book: int, promoter_id: int) -> Account:
    return Account(book, AccountKind.PROMOTER, promoter_id)


# --- dividing and giving back ------------------------------------------------------------------


def divide(sale: SoldLine) -> Share:
    """The shares of a line: what was refunded before is divided among nobody.

    The fee is taken of goods and freight, the commission of the goods alone, on what was paid and
    not on what the fee left (reference section 7.6). Shares round down and the shop takes the
    rest; should both together exceed the whole, the commission yields. A refund takes the goods
    first: freight goes back only with the whole line.
    """
    base = Fen(sale.paid_fen + sale.freight_fen - sale.refunded_fen)
    goods = Fen(max(sale.paid_fen - sale.refunded_fen, 0))
    fee = share(base, Ppm(sale.fee_ppm))
    wanted = share(goods, Ppm(sale.commission_ppm)) if sale.promoter_id else 0
    commission = min(wanted, base - fee)
    rest = base - fee - commission
    assert min(base, fee, commission, rest) >= 0
    return Share(sale.line, base, goods, fee, sale.promoter_id, commission, rest)


def divide_order(settlement: Settlement, sales: Sequence[SoldLine]) -> tuple[Share, ...]:
    """The shares of all lines that have anything left; together all that waits of the order."""
    shares = tuple(one for one in map(divide, sales) if one.base_fen)
    left = settlement.paid_fen - settlement.refunded_before_fen
    assert sum(one.base_fen for one in shares) == left, settlement.key
    return shares


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


def take_back(share_: Share, amount_fen: int) -> Share:
    """A line's shares once `amount_fen` more went back to the buyer.

    Each receiver gives back its part of what was divided, counted from the sale and not from the
    refund before, so that any sequence of refunds ends where one refund of the whole does.
    """
    refunded = share_.refunded_fen + amount_fen
    assert 0 < refunded <= share_.base_fen
    goods_back = min(refunded, share_.goods_fen)
    return replace(
        share_,
        refunded_fen=refunded,
        fee_back_fen=taken_back(Fen(share_.fee_fen), Fen(refunded), Fen(share_.base_fen)),
        commission_back_fen=taken_back(
            Fen(share_.commission_fen), Fen(goods_back), Fen(share_.goods_fen)
        ),
    )


def refunded(settlement: Settlement, amount_fen: int) -> Settlement:
    """The order's money after a refund, before or after it was divided."""
    if settlement.state is SettleState.SETTLED:
        after = settlement.refunded_after_fen + amount_fen
        return replace(settlement, refunded_after_fen=after)
    before = settlement.refunded_before_fen + amount_fen
    assert before <= settlement.paid_fen
    state = SettleState.NOTHING if before == settlement.paid_fen else settlement.state
    return replace(settlement, refunded_before_fen=before, state=state)


def commission_state(settlement: Settlement, share_: Share) -> CommissionState:
    """Where a promoter's commission of a line is; one whose goods all went back is cancelled."""
    if not share_.goods_fen:
        return CommissionState.CANCELLED
    if settlement.state is SettleState.SETTLED:
        return CommissionState.SETTLED
    return CommissionState.UNSETTLED


# --- funds flows -------------------------------------------------------------------------------


def flow_of_payment(payment: Taken) -> Flow:
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
    """What the shop pays of an order that is settled: the fee, and each promoter's commission."""
    shop_id, order_id = key
    amounts = [(FundsType.TECHNICAL_FEE, sum(one.fee_fen for one in shares))]
    for promoter_id in sorted({one.promoter_id for one in shares}):
        earned = sum(one.commission_fen for one in shares if one.promoter_id == promoter_id)
        amounts.append((FundsType.PROMOTER_COMMISSION, earned))
    cause = Cause(SETTLEMENT, order_id)
    return [
        Flow(shop_id, kind, FlowType.OUT, fen, at, order_id, cause) for kind, fen in amounts if fen
    ]


def flows_of_refund(
    refund: Returned, transaction_id: str, before: Share | None, after: Share | None
) -> list[Flow]:
    """The refund, and what came back to the shop for it where the line was settled."""
    amounts = [(FundsType.ORDER_REFUND, FlowType.OUT, refund.amount_fen)]
    if before and after:
        fee = after.fee_back_fen - before.fee_back_fen
        commission = after.commission_back_fen - before.commission_back_fen
        amounts.append((FundsType.TECHNICAL_FEE, FlowType.IN, fee))
        amounts.append((FundsType.PROMOTER_COMMISSION, FlowType.IN, commission))
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
