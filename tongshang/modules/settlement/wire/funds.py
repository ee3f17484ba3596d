"""Requests and answers of funds (contract family funds, reference sections 9.1 to 9.3)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.settlement.domain.values import BEIJING, Flow, FundsType, Settlement, Share
from tongshang.modules.settlement.machine import SettleState
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import Id, Seconds, seconds

PAGE_MAX: Final = 100
PLACES_MAX: Final = 10_000  # beyond these one goes on by next_key (reference section 9.1)
SPAN_MAX: Final = timedelta(days=7)  # of order and flow ranges (reference section 7.6)


REMARKS: Final = {
    FundsType.ORDER_PAYMENT: "订单支付",
    FundsType.ORDER_REFUND: "订单退款",
    FundsType.WITHDRAWAL: "提现",
    FundsType.WITHDRAWAL_RETURNED: "提现退票",
    FundsType.PROMOTER_COMMISSION: "达人佣金",
    FundsType.TECHNICAL_FEE: "技术服务费",
    FundsType.AGENCY_SERVICE: "带货机构服务费",
}


def _moment(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


# --- balance and flows -------------------------------------------------------------------------


class BalanceReply(WireReply, kw_only=True):
    available_amount: int
    pending_amount: int
    sub_mchid: str


class FlowListQuery(msgspec.Struct):
    end_time: Seconds
    start_time: Seconds | None = None
    page: Annotated[int, msgspec.Meta(ge=1, le=PLACES_MAX)] = 1
    page_size: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 10
    next_key: str = ""
    # No NUL: PostgreSQL keeps it in no text.
    transaction_id: Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00]*$")] = ""
    flow_type: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0

    def span(self) -> tuple[datetime, datetime]:
        """The range in [start, end): at most a week, but for the flows of one payment."""
        until = _moment(self.end_time)
        if self.start_time is None:
            return _moment(0) if self.transaction_id else until - SPAN_MAX, until
        since = _moment(self.start_time)
        if since > until:
            raise InvalidField(field="start_time", rule="is after end_time")
        if until - since > SPAN_MAX and not self.transaction_id:
            raise InvalidField(field="end_time", rule=f"is at most {SPAN_MAX.days} days later")
        return since, until

    def offset(self) -> int:
        """How many flows to pass over; none after a next_key."""
        if self.next_key:
            return 0
        if self.page * self.page_size >= PLACES_MAX:
            raise InvalidField(field="next_key", rule=f"is needed from place {PLACES_MAX} on")
        return (self.page - 1) * self.page_size


class FlowListReply(WireReply, kw_only=True):
    flow_ids: list[str]
    has_more: bool
    next_key: str


class FlowQuery(msgspec.Struct):
    flow_id: Id


class RelatedInfo(msgspec.Struct, omit_defaults=True):
    related_type: int
    order_id: str = ""
    aftersale_id: str = ""
    transaction_id: str = ""
    present_id: str = ""
    withdraw_id: str = ""
    group_present_sub_order_id_list: str = ""


class FundsFlow(msgspec.Struct):
    flow_id: str
    funds_type: int
    flow_type: int
    amount: int
    balance: int
    related_info_list: list[RelatedInfo]
    remark: str
    bookkeeping_time: str

    @classmethod
    def of(cls, flow: Flow) -> "FundsFlow":
        """A flow as its shop reads it."""
        related = _of_present(flow)
        if flow.order_id:
            of_order = RelatedInfo(1, str(flow.order_id), transaction_id=flow.transaction_id)
            related.insert(0, of_order)
        if flow.aftersale_id:
            case = str(flow.aftersale_id)
            of_case = RelatedInfo(2, aftersale_id=case, transaction_id=flow.transaction_id)
            related.insert(0, of_case)
        if flow.withdrawal_id:
            related.append(RelatedInfo(3, withdraw_id=str(flow.withdrawal_id)))
        return cls(
            str(flow.flow_id),
            flow.funds_type.value,
            flow.flow_type.value,
            flow.amount_fen,
            flow.balance_fen,
            related,
            REMARKS[flow.funds_type],
            f"{flow.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        )


def _of_present(flow: Flow) -> list[RelatedInfo]:
    """A gift is named by its present (6), and a group's gift by its orders too (7)."""
    if not flow.present_id:
        return []
    present, transaction = str(flow.present_id), flow.transaction_id
    related = [RelatedInfo(6, transaction_id=transaction, present_id=present)]
    if flow.present_order_ids:
        orders = flow.present_order_ids
        related.append(
            RelatedInfo(
                7,
                transaction_id=transaction,
                present_id=present,
                group_present_sub_order_id_list=orders,
            )
        )
    return related


class FlowReply(WireReply, kw_only=True):
    funds_flow: FundsFlow


# --- order flows -------------------------------------------------------------------------------


class CreateTimeRange(msgspec.Struct):
    begin: Seconds
    end: Seconds


class PaginationInfo(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 10
    offset: Annotated[int, msgspec.Meta(ge=0, lt=PLACES_MAX)] = 0
    use_page_ctx: bool = False
    page_ctx: str = ""


_SETTLE_STATES: Final = (0, 1, 2, 60, 100)
# To ship includes what is partly shipped, as everywhere (reference section 4.1).
_ORDER_STATES: Final[Mapping[int, tuple[int, ...]]] = {0: (), 20: (20, 21), 30: (30,), 100: (100,)}


class OrderFlowQuery(msgspec.Struct):
    order_settle_state: int
    order_state: int = 0
    order_pay_method: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    order_id: Id | None = None
    pagination_info: PaginationInfo = msgspec.field(default_factory=PaginationInfo)
    create_time_range: CreateTimeRange | None = None

    def span(self) -> tuple[datetime, datetime]:
        """When the orders were placed, in [begin, end); refuses none, or more than a week."""
        given = self.create_time_range
        if given is None:
            raise InvalidField(field="create_time_range", rule="is missing, and so is order_id")
        since, until = _moment(given.begin), _moment(given.end)
        if not timedelta(0) <= until - since <= SPAN_MAX:
            raise InvalidField(field="create_time_range.end", rule="is 0 to 7 days after begin")
        return since, until

    def order_states(self) -> tuple[int, ...]:
        """The order states that are asked for; none: any."""
        if self.order_settle_state not in _SETTLE_STATES:
            raise InvalidField(field="order_settle_state", rule="is one of 0, 1, 2, 60, 100")
        if self.order_state not in _ORDER_STATES:
            raise InvalidField(field="order_state", rule="is one of 0, 20, 30, 100")
        return _ORDER_STATES[self.order_state]


class Param(msgspec.Struct):
    key: str
    value: str


class FlowProduct(msgspec.Struct):
    product_id: str
    product_name: str
    param_list: list[Param]
    sale_price: int
    count: int
    is_gift: bool = False

    @classmethod
    def of(cls, line: OrderLine) -> "FlowProduct":
        """A line as its order's flow names it."""
        return cls(
            str(line.product_id),
            line.title,
            [Param(key, value) for key, value in line.attrs],
            line.sale_price_fen,
            line.count,
        )


class PostSettlementExpense(msgspec.Struct):
    buyer_refund_amount: int
    promoter_refund_amount: int
    platform_discount_refund_amount: int = 0
    freight_insurance_make_up_amount: int = 0


class SupplierPlatformCommission(msgspec.Struct):
    settle_amount: int = 0
    settle_time: int = 0
    settle_state: int = SettleState.NOTHING.value


class OrderFlow(msgspec.Struct, kw_only=True):
    """What an order brought: `mch_settle_amount` is what it received less what it cost.

    Of an order that waits, the expenses are what a settlement now would take.
    """

    order_id: str
    order_state: int
    order_settle_state: int
    order_create_time: int
    order_paid_time: int
    order_pay_method: int = 1
    order_type: int = 0
    mch_received_amount: int
    expense_amount: int
    mch_settle_amount: int
    mch_settle_time: int
    first_mch_settle_time: int
    product_list: list[FlowProduct]
    product_total_amount: int
    freight_amount: int
    change_down_price: int
    mch_discount_amount: int = 0
    score_discount_amount: int = 0
    buyer_paid_amount: int
    promoter_discount_amount: int = 0
    platform_discount_amount: int = 0
    national_subsidy_discount_amount: int = 0
    cross_shop_discount_amount: int = 0
    freight_make_up_amount: int = 0
    buyer_refund_amount: int
    platform_discount_refund_amount: int = 0
    promoter_discount_refund_amount: int = 0
    original_platform_commission_amount: int
    platform_commission_amount: int
    platform_commission_settle_state: int
    platform_commission_settle_time: int
    freight_insurance_subsidy_amount: int = 0
    supplier_commission_amount: int = 0
    supplier_commission_settle_state: int = SettleState.NOTHING.value
    supplier_commission_settle_time: int = 0
    promoter_commission_amount: int
    promoter_commission_settle_state: int
    promoter_commission_settle_time: int
    freight_insurance_amount: int = 0
    freight_insurance_settle_state: int = SettleState.NOTHING.value
    freight_insurance_settle_time: int = 0
    pre_freight_refund_amount: int = 0
    refund_before_settlement: int
    other_expense_amount: int = 0
    post_settlement_expense: PostSettlementExpense
    supplier_platform_commission: SupplierPlatformCommission = msgspec.field(
        default_factory=SupplierPlatformCommission
    )

    @classmethod
    def of(cls, order: Order, money: Settlement, shares: Sequence[Share]) -> "OrderFlow":
        """The break-down of an order; `shares` as settled, or as they would be now."""
        fee = sum(one.fee_fen for one in shares)
        service = sum(one.service_fen for one in shares)
        commission = sum(one.commission_fen for one in shares) - service
        expense = money.refunded_before_fen + fee + commission + service
        settled_at = seconds(money.settled_at)
        return cls(
            order_id=str(order.order_id),
            order_state=order.state.value,
            order_settle_state=money.state.value,
            order_create_time=seconds(order.placed_at),
            order_paid_time=seconds(money.paid_at),
            mch_received_amount=money.paid_fen,
            expense_amount=expense,
            mch_settle_amount=money.paid_fen - expense,
            mch_settle_time=settled_at,
            first_mch_settle_time=settled_at,
            product_list=[FlowProduct.of(line) for line in order.lines],
            product_total_amount=order.goods_fen,
            freight_amount=order.freight_fen,
            change_down_price=order.change_down_fen,
            buyer_paid_amount=money.paid_fen,
            buyer_refund_amount=money.refunded_before_fen + money.refunded_after_fen,
            original_platform_commission_amount=fee,
            platform_commission_amount=fee,
            platform_commission_settle_state=_settle_state(money, fee),
            platform_commission_settle_time=settled_at if fee else 0,
            supplier_commission_amount=service,
            supplier_commission_settle_state=_settle_state(money, service),
            supplier_commission_settle_time=settled_at if service else 0,
            promoter_commission_amount=commission,
            promoter_commission_settle_state=_settle_state(money, commission),
            promoter_commission_settle_time=settled_at if commission else 0,
            refund_before_settlement=money.refunded_before_fen,
            post_settlement_expense=PostSettlementExpense(
                money.refunded_after_fen, sum(one.commission_back_fen for one in shares)
            ),
        )


def _settle_state(money: Settlement, expense_fen: int) -> int:
    return money.state.value if expense_fen else SettleState.NOTHING.value


class OrderFlowReply(WireReply, kw_only=True):
    order_flow_list: list[OrderFlow]
    has_more: bool
    page_ctx: str
