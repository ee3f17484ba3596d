"""Cases, and what is decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.kernel.money import Fen, taken_back
from tongshang.modules.aftersale import refusals
from tongshang.modules.aftersale.machine import AFTERSALE, AftersaleMove, AftersaleState
from tongshang.modules.ordering.api import GiftAmountFixed, Order, OrderLine, OrderState

APPLICATIONS_MAX: Final = 5  # of one item (reference section 6.1)
ANSWER_WAIT: Final = timedelta(hours=48)  # who does not answer in time has agreed (section 6.4)
DISPUTE_WAIT: Final = timedelta(days=7)  # after a refusal (section 6.1)
RETRY_WAIT: Final = timedelta(days=7)  # for a refund that failed
WINDOW: Final = timedelta(days=15)  # of aftersale, from the receipt
LIST_SPAN_MAX: Final = timedelta(hours=24)
REFUND_PAUSE: Final = timedelta(minutes=1)  # between two refunds of an order (section 6.4)
TEXT_MAX: Final = 500

RUNNING: Final = frozenset(AftersaleState) - AFTERSALE.ends


class RefundReason(IntEnum):
    """Why a refund was made (reference section 6.3)."""

    BY_SHOP = 1
    BY_API = 3
    UNSHIPPED = 4
    NOT_ANSWERED = 9


class Reason(StrEnum):
    """Why a buyer asks (reference section 6.2)."""

    INCORRECT_SELECTION = "INCORRECT_SELECTION"
    NO_LONGER_WANT = "NO_LONGER_WANT"
    NO_EXPRESS_INFO = "NO_EXPRESS_INFO"
    EMPTY_PACKAGE = "EMPTY_PACKAGE"
    REJECT_RECEIVE_PACKAGE = "REJECT_RECEIVE_PACKAGE"
    NOT_DELIVERED_TOO_LONG = "NOT_DELIVERED_TOO_LONG"
    NOT_MATCH_PRODUCT_DESC = "NOT_MATCH_PRODUCT_DESC"
    QUALITY_ISSUE = "QUALITY_ISSUE"
    SEND_WRONG_GOODS = "SEND_WRONG_GOODS"
    THREE_NO_PRODUCT = "THREE_NO_PRODUCT"
    FAKE_PRODUCT = "FAKE_PRODUCT"
    NO_REASON_7_DAYS = "NO_REASON_7_DAYS"
    INITIATE_BY_PLATFORM = "INITIATE_BY_PLATFORM"
    OTHERS = "OTHERS"


REASONS: Final = {
    Reason.INCORRECT_SELECTION:    "拍错/多拍",
    Reason.NO_LONGER_WANT:         "不想要了",
    Reason.NO_EXPRESS_INFO:        "无快递信息",
    Reason.EMPTY_PACKAGE:          "包裹为空",
    Reason.REJECT_RECEIVE_PACKAGE: "已拒签包裹",
    Reason.NOT_DELIVERED_TOO_LONG: "快递长时间未送达",
    Reason.NOT_MATCH_PRODUCT_DESC: "与商品描述不符",
    Reason.QUALITY_ISSUE:          "质量问题",
    Reason.SEND_WRONG_GOODS:       "卖家发错货",
    Reason.THREE_NO_PRODUCT:       "三无产品",
    Reason.FAKE_PRODUCT:           "假冒产品",
    Reason.NO_REASON_7_DAYS:       "7天无理由",
    Reason.INITIATE_BY_PLATFORM:   "平台发起",
    Reason.OTHERS:                 "其他",
}  # fmt: skip

REFUSAL_SCENE: Final = 1  # refunds without a return


@dataclass(frozen=True, slots=True)
class RejectReason:
    """A way for shops to refuse: its number, what it is, what the buyer reads."""

    type: int
    text: str
    sentence: str


REJECT_REASONS: Final = (
    RejectReason(
        1, "已按时发货且物流正常", "商品已在约定时间内发出，物流运输正常，请耐心等待收货。"
    ),
    RejectReason(4, "发起售后时包裹已发出", "您申请售后时包裹已经发出，收到后如不需要请重新申请。"),
    RejectReason(5, "商品已使用或影响二次销售", "商品已被使用或影响二次销售，不符合退款条件。"),
    RejectReason(6, "买家误操作或已协商取消", "已与您协商一致，本次售后申请先为您取消。"),
    RejectReason(7, "申请理由与实际情况不符", "申请理由与核实的情况不符，请补充说明后重新申请。"),
)


@dataclass(frozen=True, slots=True)
class AftersaleDraft:
    """What a buyer asks for. `line` or (0) the SKU says of what; 0 fen: all that is possible."""

    buyer_id: int
    shop_id: int
    order_id: int
    count: int
    line: int = 0
    sku_id: int = 0
    amount_fen: int = 0
    reason: Reason = Reason.OTHERS
    reason_text: str = ""
    received: bool = False

    @property
    def order_key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id


@dataclass(frozen=True, slots=True)
class Aftersale:
    """A case: what is asked of which line, and where it is."""

    shop_id: int
    aftersale_id: int
    order_id: int
    line: int
    buyer_id: int
    product_id: int
    sku_id: int
    sku_code: str
    count: int
    amount_fen: int
    state: AftersaleState
    reason: Reason
    reason_text: str
    received: bool
    created_at: datetime
    updated_at: datetime
    refund_reason: int | None = None
    reject_reason: str = ""
    reject_reason_type: int = 0
    deadline: datetime | None = None
    moves: int = 0
    accepted_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    # Of a gift its receiver asks, and the money is its giver's (reference section 6.7).
    present_id: int = 0
    giver_id: int = 0
    is_price_hidden: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """Shop and case."""
        return self.shop_id, self.aftersale_id

    @property
    def order_key(self) -> tuple[int, int]:
        """Shop and order."""
        return self.shop_id, self.order_id

    @property
    def is_running(self) -> bool:
        """Whether it still blocks another application, and the order's settlement."""
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class Moved:
    """A step of a case, to be written."""

    before: Aftersale
    move: AftersaleMove
    after: Aftersale


# --- applying ----------------------------------------------------------------------------------


def find_line(order: Order, draft: AftersaleDraft) -> OrderLine:
    """The line that is meant: by its number, or else the first of the SKU with pieces left."""
    same = [
        line
        for line in order.lines
        if (line.line == draft.line if draft.line else line.sku_id == draft.sku_id)
    ]
    if not same:
        raise refusals.LineNotFound
    return next((line for line in same if not line.is_refunded), same[0])


def refundable_fen(line: OrderLine, count: int) -> int:
    """What may go back for `count` pieces more of a line.

    Counted from the sale: pieces bear equal parts of what was paid, and what an earlier case left
    of its pieces can be asked for again. Freight goes back with the last piece of a line of which
    nothing was shipped; once something is on its way, the freight is spent.
    """
    pieces = line.refunded_count + count
    left = taken_back(Fen(line.paid_fen), Fen(pieces), Fen(line.count)) - line.refunded_fen
    if pieces == line.count and line.shipped_count == 0:
        left += line.freight_fen
    return max(left, 0)


def apply(
    order: Order,
    earlier: Sequence[Aftersale],
    draft: AftersaleDraft,
    aftersale_id: int,
    at: datetime,
    window: timedelta,
) -> Aftersale:
    """The case that a draft opens; `earlier` are the cases of the same order."""
    line = find_line(order, draft)
    check_order(order, at, window)
    same = [one for one in earlier if one.line == line.line]
    if runs := [one for one in same if one.is_running]:
        raise refusals.AftersaleRunning(aftersale_id=str(runs[0].aftersale_id))
    if len(same) >= APPLICATIONS_MAX:
        raise refusals.TooManyApplications(limit=APPLICATIONS_MAX)
    left = line.count - line.refunded_count - line.on_aftersale_count
    if not 1 <= draft.count <= left:
        raise refusals.CountTooHigh(left=left)
    left_fen = refundable_fen(line, draft.count)
    gift = order.gift
    if gift is not None and gift.hides_price and draft.amount_fen:
        raise GiftAmountFixed
    amount_fen = draft.amount_fen or left_fen
    if not 1 <= amount_fen <= left_fen:
        raise refusals.AmountTooHigh(left_fen=left_fen)
    return Aftersale(
        shop_id=order.shop_id,
        aftersale_id=aftersale_id,
        order_id=order.order_id,
        line=line.line,
        buyer_id=order.buyer_id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        sku_code=line.sku_code,
        count=draft.count,
        amount_fen=amount_fen,
        state=AFTERSALE.start,
        reason=draft.reason,
        reason_text=draft.reason_text or REASONS[draft.reason],
        received=draft.received,
        created_at=at,
        updated_at=at,
        deadline=at + ANSWER_WAIT,
        present_id=gift.present_id if gift else 0,
        giver_id=gift.giver_id if gift else 0,
        is_price_hidden=gift.hides_price if gift else False,
    )


def check_order(order: Order, at: datetime, window: timedelta) -> None:
    """Refuse an order of which nothing can be refunded: not paid or taken, over, received long ago."""
    nothing_there = {
        OrderState.UNPAID, OrderState.GIFT_WAITING, OrderState.CANCELLED, OrderState.REFUNDED
    }  # fmt: skip
    if order.state in nothing_there:
        raise refusals.NotRefundable(state=order.state.name.lower())
    if order.received_at and at > order.received_at + window:
        raise refusals.TooLate(days=window.days)


def is_unshipped(order: Order, case: Aftersale) -> bool:
    """Whether a case asks only for what was not shipped: refunded without asking the shop."""
    if order.state not in {OrderState.TO_SHIP, OrderState.PARTLY_SHIPPED}:
        return False
    line = next(line for line in order.lines if line.line == case.line)
    return case.count <= line.unshipped_count


# --- moving ------------------------------------------------------------------------------------


def step(case: Aftersale, move: AftersaleMove, at: datetime) -> Moved:
    """A case after a move, with the deadline of its new state; refuses one that is not possible."""
    if not AFTERSALE.allows(case.state, move):
        raise refusals.WrongState(state=case.state.value)
    target = AFTERSALE.step(case.state, move)
    waits = {
        AftersaleState.MERCHANT_REJECT_REFUND: DISPUTE_WAIT,
        AftersaleState.PLATFORM_REFUND_FAIL: RETRY_WAIT,
    }
    after = replace(
        case,
        state=target,
        updated_at=at,
        moves=case.moves + 1,
        deadline=at + waits[target] if target in waits else None,
        accepted_at=at if move is AftersaleMove.ACCEPT else case.accepted_at,
        cancelled_at=at if move is AftersaleMove.CANCEL else case.cancelled_at,
        completed_at=at if target in AFTERSALE.ends else case.completed_at,
    )
    return Moved(case, move, after)


def accept(case: Aftersale, reason: RefundReason, at: datetime) -> Moved:
    """The shop, or time for it, agrees: the money goes back; a refund that failed is tried anew."""
    failed = case.state is AftersaleState.PLATFORM_REFUND_FAIL
    moved = step(case, AftersaleMove.RETRY_REFUND if failed else AftersaleMove.ACCEPT, at)
    kept = case.refund_reason if failed else reason.value
    return replace(moved, after=replace(moved.after, refund_reason=kept))


def reject(case: Aftersale, reason_type: int, sentence: str, at: datetime) -> Moved:
    """The shop refuses, and says why."""
    moved = step(case, AftersaleMove.REJECT, at)
    after = replace(moved.after, reject_reason=sentence, reject_reason_type=reason_type)
    return replace(moved, after=after)


def lapse_move(case: Aftersale, at: datetime) -> AftersaleMove | None:
    """What time does to a case whose deadline has passed."""
    if case.deadline is None or case.deadline > at:
        return None
    return {
        AftersaleState.MERCHANT_PROCESSING: AftersaleMove.ACCEPT,
        AftersaleState.MERCHANT_REJECT_REFUND: AftersaleMove.CLOSE,
        AftersaleState.PLATFORM_REFUND_FAIL: AftersaleMove.GIVE_UP,
    }[case.state]
