"""What we tell of money on our own paths: to shops, promoters and the operator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.ledger.api import Account, Entry
from tongshang.modules.ordering.api import OrderLine
from tongshang.modules.settlement.domain.dividing import came_back, receivers
from tongshang.modules.settlement.domain.explaining import ACCOUNT_NAMES, CAUSE_NAMES
from tongshang.modules.settlement.domain.values import (
    BEIJING,
    Flow,
    FundsType,
    Share,
    SharePart,
    Story,
)
from tongshang.runtime.wire import Id, seconds

DAYS: Final = 30

# --- "explain this fen" ------------------------------------------------------------------------


class ExplainQuery(msgspec.Struct, forbid_unknown_fields=True):
    order_id: Id


class AccountView(msgspec.Struct):
    kind: str
    name: str
    name_zh: str
    party_id: str
    party_name: str

    @classmethod
    def of(cls, account: Account, parties: dict[int, Party]) -> "AccountView":
        """An account in words."""
        name, name_zh = ACCOUNT_NAMES[account.kind]
        party = parties.get(account.party_id)
        party_id = str(account.party_id) if account.party_id else ""
        return cls(account.kind.value, name, name_zh, party_id, party.name if party else "")


class PostingView(msgspec.Struct):
    source: AccountView
    target: AccountView
    amount_fen: int


class EntryView(msgspec.Struct):
    cause: str
    cause_id: str
    name: str
    name_zh: str
    at: int
    postings: list[PostingView]

    @classmethod
    def of(cls, entry: Entry, parties: dict[int, Party]) -> "EntryView":
        """An entry in words."""
        name, name_zh = CAUSE_NAMES[entry.cause.kind]
        return cls(
            entry.cause.kind,
            str(entry.cause.id),
            name,
            name_zh,
            seconds(entry.at),
            [
                PostingView(
                    AccountView.of(one.source, parties),
                    AccountView.of(one.target, parties),
                    one.amount_fen,
                )
                for one in entry.postings
            ],
        )


class PartView(msgspec.Struct):
    """A receiver of a line's commission: what came to it from whom, and what of that stayed.

    `payer_id` is empty where the shop pays. `held`: it lies in suspense.
    """

    hand: int
    party_id: str
    name: str
    payer_id: str
    ratio_ppm: int
    received_fen: int
    passed_fen: int
    kept_fen: int
    returned_fen: int
    passed_back_fen: int
    held: bool

    @classmethod
    def all_of(cls, parts: Sequence[SharePart], parties: dict[int, Party]) -> list["PartView"]:
        """The receivers of a line, from the shop down."""
        back = came_back(parts)
        return [
            cls(
                one.hand.value,
                str(one.party_id),
                parties[one.party_id].name if one.party_id in parties else "",
                str(parts[one.payer].party_id) if one.payer >= 0 else "",
                one.ratio_ppm,
                one.gross_fen,
                one.gross_fen - one.net_fen,
                one.net_fen,
                one.back_fen,
                back[one.place] - one.back_fen,
                one.held,
            )
            for one in parts
        ]


class ShareView(msgspec.Struct):
    """A line: what was divided, at which rates, who got what, and what came back of it.

    Of `commission_fen` the part `service_fen` is agencies' service fee; `receivers` are all who
    have a part in it.
    """

    line: int
    title: str
    count: int
    paid_fen: int
    freight_fen: int
    base_fen: int
    goods_fen: int
    fee_ppm: int
    fee_fen: int
    promoter_id: str
    promoter_name: str
    deal_id: str
    commission_ppm: int
    commission_fen: int
    service_fen: int
    shop_fen: int
    refunded_fen: int
    fee_back_fen: int
    commission_back_fen: int
    receivers: list[PartView]

    @classmethod
    def of(cls, line: OrderLine, share: Share, parties: dict[int, Party]) -> "ShareView":
        """A line's shares; refunds are those after the settlement."""
        party = parties.get(share.promoter_id)
        return cls(
            line.line,
            line.title,
            line.count,
            line.paid_fen,
            line.freight_fen,
            share.base_fen,
            share.goods_fen,
            line.fee_ppm,
            share.fee_fen,
            str(share.promoter_id) if share.promoter_id else "",
            party.name if party else "",
            str(share.deal_id) if share.deal_id else "",
            line.commission_ppm,
            share.commission_fen,
            share.service_fen,
            share.shop_fen,
            share.refunded_fen,
            share.fee_back_fen,
            share.commission_back_fen,
            PartView.all_of(receivers(share, line.commission_ppm), parties),
        )


class SumView(msgspec.Struct):
    account: AccountView
    amount_fen: int


class Explanation(msgspec.Struct, kw_only=True):
    """The whole story of an order's money. `sums` are what its entries left where: zero in all."""

    order_id: str
    order_state: int
    settle_state: int
    paid_fen: int
    refunded_before_fen: int
    refunded_after_fen: int
    fee_fen: int
    commission_fen: int
    shop_fen: int
    paid_at: int
    received_at: int
    due_at: int
    settled_at: int
    is_settled: bool
    entries: list[EntryView]
    shares: list[ShareView]
    sums: list[SumView]

    @classmethod
    def of(cls, story: Story) -> "Explanation":
        """The story in words and figures."""
        order, money, shares = story.order, story.settlement, story.shares
        parties = story.parties
        lines = {line.line: line for line in order.lines}
        return cls(
            order_id=str(order.order_id),
            order_state=order.state.value,
            settle_state=money.state.value,
            paid_fen=money.paid_fen,
            refunded_before_fen=money.refunded_before_fen,
            refunded_after_fen=money.refunded_after_fen,
            fee_fen=sum(one.fee_fen for one in shares),
            commission_fen=sum(one.commission_fen for one in shares),
            shop_fen=sum(one.shop_fen for one in shares),
            paid_at=seconds(money.paid_at),
            received_at=seconds(money.received_at),
            due_at=seconds(money.due_at),
            settled_at=seconds(money.settled_at),
            is_settled=money.settled_at is not None,
            entries=[EntryView.of(entry, parties) for entry in story.entries],
            shares=[ShareView.of(lines[one.line], one, parties) for one in shares],
            sums=[
                SumView(AccountView.of(a, parties), fen) for a, fen in sorted(story.sums.items())
            ],
        )


# --- sums --------------------------------------------------------------------------------------


class DayView(msgspec.Struct):
    day: str
    paid_fen: int
    refunded_fen: int
    fees_fen: int
    commissions_fen: int
    settled_fen: int


class ShopSummary(msgspec.Struct):
    """What a shop has; below zero it owes, and its next settlement pays it off."""

    pending_fen: int
    available_fen: int
    debt_fen: int
    days: list[DayView]


def days_until(
    at: datetime, flows: dict[str, dict[FundsType, int]], settled: dict[str, int]
) -> list[DayView]:
    """The last 30 days of Beijing, the earliest first; what goes out counts upwards."""
    today = at.astimezone(BEIJING).date()
    days = [(today - timedelta(days=back)).isoformat() for back in reversed(range(DAYS))]
    none: dict[FundsType, int] = {}
    return [
        DayView(
            day,
            flows.get(day, none).get(FundsType.ORDER_PAYMENT, 0),
            -flows.get(day, none).get(FundsType.ORDER_REFUND, 0),
            -flows.get(day, none).get(FundsType.TECHNICAL_FEE, 0),
            -_sold(flows.get(day, none)),
            settled.get(day, 0),
        )
        for day in days
    ]


def _sold(day: dict[FundsType, int]) -> int:
    """What a day's sales cost: promoters' commission and agencies' service fee."""
    kinds = (FundsType.PROMOTER_COMMISSION, FundsType.AGENCY_SERVICE)
    return sum(day.get(kind, 0) for kind in kinds)


class FlowsQuery(msgspec.Struct, forbid_unknown_fields=True):
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class FlowView(msgspec.Struct):
    """A change of what the shop has, pending and available together, and what it was then."""

    flow_id: str
    funds_type: int
    change_fen: int
    balance_fen: int
    at: int
    order_id: str
    aftersale_id: str
    withdrawal_id: str

    @classmethod
    def of(cls, flow: Flow) -> "FlowView":
        """A flow with its sign."""
        return cls(
            str(flow.flow_id),
            flow.funds_type.value,
            flow.change_fen,
            flow.balance_fen,
            seconds(flow.at),
            str(flow.order_id) if flow.order_id else "",
            str(flow.aftersale_id) if flow.aftersale_id else "",
            str(flow.withdrawal_id) if flow.withdrawal_id else "",
        )


class FlowPage(msgspec.Struct):
    flows: list[FlowView]
    next_key: str
    has_more: bool


class ShopBalance(msgspec.Struct):
    shop_id: str
    shop_name: str
    balance_fen: int


class EarnerSummary(msgspec.Struct):
    """What one has with each shop, and has earned in all; below zero one owes."""

    available_fen: int
    debt_fen: int
    unsettled_fen: int
    settled_fen: int
    returned_fen: int
    orders: int
    shops: list[ShopBalance]


class KindTotal(msgspec.Struct):
    kind: str
    name: str
    name_zh: str
    total_fen: int


class PlatformSummary(msgspec.Struct):
    """All accounts of the platform by kind. `sum_fen` is zero, or the books are wrong."""

    accounts: list[KindTotal]
    sum_fen: int
