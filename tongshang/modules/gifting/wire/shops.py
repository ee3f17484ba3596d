"""What shops and their programs ask of gifts over the wire (contract family order_present)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.gifting.domain.activity import Activity, ActivityState, PoolItem
from tongshang.modules.gifting.domain.present import Portion, Present, PresentAftersale
from tongshang.modules.gifting.machine import TAKEN as TAKEN_STATES
from tongshang.modules.gifting.machine import PortionState, PresentState
from tongshang.modules.ordering.api import Order
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import ID_MAX, SECONDS_MAX, Id, seconds

NO_NUL: Final = r"^[^\x00]*$"
RANGE_MAX: Final = timedelta(days=7)
_SECOND: Final = timedelta(seconds=1)
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]
Moment: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=SECONDS_MAX)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]
WireId: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
Wish: TypeAlias = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")]


class TimeRange(msgspec.Struct):
    start_time: Moment
    end_time: Moment


def span_of(
    created: TimeRange | None, updated: TimeRange | None
) -> tuple[datetime, datetime, bool]:
    """The span that is asked for, its last second included, and whether it is one of changes."""
    asked = updated or created
    if asked is None:
        raise InvalidField(field="create_time_range", rule="a range of creation or of change")
    field = "update_time_range" if updated else "create_time_range"
    if not 0 <= asked.end_time - asked.start_time <= RANGE_MAX.total_seconds():
        raise InvalidField(
            field=field, rule=f"start_time to end_time, {RANGE_MAX.days} days at most"
        )
    start, end = (datetime.fromtimestamp(at, UTC) for at in (asked.start_time, asked.end_time))
    return start, end + _SECOND, updated is not None


class PresentRef(msgspec.Struct):
    present_order_id: Id


class SubOrderIds(WireReply, kw_only=True):
    order_ids: list[str]


class PriceInfo(msgspec.Struct):
    order_price: int


class PayInfo(msgspec.Struct):
    pay_time: int


class PresentDetail(msgspec.Struct):
    price_info: PriceInfo
    pay_info: PayInfo
    wishmessage: str


class SubOrder(msgspec.Struct, omit_defaults=True):
    """A sub order; nobody's as long as nobody took it or was named for it."""

    order_id: str
    status: int
    openid: str = ""


class WirePresent(msgspec.Struct, omit_defaults=True):
    present_order_id: str
    create_time: int
    present_detail: PresentDetail
    sub_order_list: list[SubOrder]
    is_b2c_free_present: bool
    activity_id: str = ""

    @classmethod
    def of(
        cls, present: Present, portions: list[Portion], orders: dict[int, Order],
        openids: dict[int, str],
    ) -> "WirePresent":  # fmt: skip
        """A present as its shop reads it."""
        return cls(
            present_order_id=str(present.present_id),
            create_time=seconds(present.made_at),
            present_detail=PresentDetail(
                PriceInfo(present.amount_fen), PayInfo(seconds(present.paid_at)), present.message
            ),
            sub_order_list=[
                SubOrder(
                    str(one.order_id),
                    orders[one.order_id].state.value,
                    openids.get(one.receiver_id or one.named_id, ""),
                )
                for one in portions
            ],
            is_b2c_free_present=present.is_free,
            activity_id=str(present.activity_id) if present.activity_id else "",
        )


class PresentReply(WireReply, kw_only=True):
    present: WirePresent


class PresentListQuery(msgspec.Struct):
    shop_appid: Text = ""
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    page_size: Size = 10
    next_key: str = ""


class PresentId(msgspec.Struct):
    present_order_id: str


class PresentIdPage(WireReply, kw_only=True):
    present_order_list: list[PresentId]
    next_key: str


class PresentNote(msgspec.Struct):
    present_order_id: Id
    notes: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)]


# --- programs that give ------------------------------------------------------------------------


class CreateRequest(msgspec.Struct):
    """Without an activity there is nothing to give; an `idempotent_id` makes it once."""

    activity_id: WireId
    openid: Text
    shop_appid: Text
    product_id: WireId
    sku_id: WireId
    wishmessage: Wish = ""
    idempotent_id: Annotated[str, msgspec.Meta(max_length=128, pattern=NO_NUL)] = ""


class Created(WireReply, kw_only=True):
    present_order_id: str


class ReceiverOf(msgspec.Struct):
    order_id: Id
    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=NO_NUL)]


class ReceiversRequest(msgspec.Struct):
    present_order_id: Id
    sub_order_list: Annotated[list[ReceiverOf], msgspec.Meta(max_length=500)]


class UserPresentQuery(msgspec.Struct):
    present_order_id: Id
    open_id: Text = ""


class EcsGift(msgspec.Struct, omit_defaults=True):
    """The present's id is a number here, as the platform has it."""

    order_id: int
    giftstatus: int
    wishmessage: str = ""
    expired_time: int = 0


class EcsGifts(msgspec.Struct):
    gift: list[EcsGift]


class EcsGiftInfo(msgspec.Struct):
    gifts: EcsGifts
    user_type: int
    wishmessage: str


class PresentOrderInfo(msgspec.Struct):
    ecsgift: EcsGiftInfo
    cannot_receive: int
    cannot_receive_tips: str


class UserPresentReply(WireReply, kw_only=True):
    present_order_info: PresentOrderInfo


# Reference section 5.2 (StoreGift.getOrderInfo): what a present is to whoever looks at its card.
UNPAID, TO_TAKE, TAKEN, NOT_TAKEN, REFUNDED, CANCELLED = 0, 10, 20, 180, 181, 250
STRANGER, GIVER, RECEIVER = 0, 1, 2


def gift_status(present: Present, portions: list[Portion], buyer_id: int) -> int:
    """How a present stands, for somebody: what he took is taken, whatever became of the others."""
    states = [one.state for one in portions]
    if present.state is PresentState.CANCELLED:
        return CANCELLED
    if present.state in {PresentState.DRAFT, PresentState.PAYING}:
        return UNPAID
    mine = [one.state for one in portions if buyer_id and one.receiver_id == buyer_id]
    if TAKEN_STATES & set(mine):
        return TAKEN
    if {PortionState.OPEN, PortionState.ACCEPTED, PortionState.WAITING} & set(states):
        return TO_TAKE
    if TAKEN_STATES & set(states):
        return TAKEN
    return REFUNDED if all(one is PortionState.REFUNDED for one in states) else NOT_TAKEN


class UserListQuery(msgspec.Struct):
    shop_appid: Text = ""
    open_id: Text = ""
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    page_size: Size = 10
    next_key: str = ""


class PresentOrders(msgspec.Struct):
    present_order_id: str
    order_id: list[str]


class UserPresentPage(WireReply, kw_only=True):
    present_order_list: list[PresentOrders]
    next_key: str


class ReceiverListQuery(msgspec.Struct):
    openid: Text
    shop_appid: Text = ""
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    page_size: Size = 10
    next_key: str = ""


class ReceivedOrder(msgspec.Struct):
    present_order_id: str
    order_id: str


class ReceivedPage(WireReply, kw_only=True):
    order_list: list[ReceivedOrder]
    next_key: str


# --- activities --------------------------------------------------------------------------------


class ActivityListQuery(msgspec.Struct):
    shop_appid: Text = ""
    status: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    offset: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    limit: Size = 100


class ActivityListed(msgspec.Struct):
    shop_appid: str
    shop_nickname: str
    activity_id: str
    status: int


class ActivityListReply(WireReply, kw_only=True):
    list: list[ActivityListed]
    total_num: int


class ActivityQuery(msgspec.Struct):
    shop_appid: Text
    activity_id: WireId


class ShopInfo(msgspec.Struct):
    appid: str
    nickname: str


class BasicInfo(msgspec.Struct):
    activity_start_time: int
    activity_end_time: int
    shop_info: ShopInfo


class PrizeProduct(msgspec.Struct):
    product_id: str
    product_name: str
    product_img_url: str
    sku_id: str
    sku_name: str
    price: int
    stock_num: int
    can_use_stock_num: int


class PrizeInfo(msgspec.Struct):
    product_info_list: list[PrizeProduct]


class ActivityInfo(msgspec.Struct):
    basic_info: BasicInfo
    prize_info: PrizeInfo


class WireActivity(msgspec.Struct):
    activity_id: int
    status: int
    info: ActivityInfo


class ActivityReply(WireReply, kw_only=True):
    activity: WireActivity


# --- present aftersale -------------------------------------------------------------------------


class ReturnQuery(msgspec.Struct):
    begin_create_time: Moment
    end_create_time: Moment
    next_key: str = ""

    def span(self) -> tuple[datetime, datetime]:
        """The range that is asked for, both ends included: 24 hours at most."""
        if not 0 <= self.end_create_time - self.begin_create_time <= 86_400:
            raise InvalidField(
                field="end_create_time", rule="0 to 24 hours after begin_create_time"
            )
        begin, end = self.begin_create_time, self.end_create_time
        return datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)


class ReturnIdPage(WireReply, kw_only=True):
    after_sale_order_id_list: list[str]
    next_key: str
    has_more: bool


class ReturnRef(msgspec.Struct):
    after_sale_order_id: Id


class RefundInfo(msgspec.Struct):
    amount: int


class ReturnedProduct(msgspec.Struct):
    product_id: str
    sku_id: str
    count: int
    refund_info: RefundInfo


class ReturnedOrder(msgspec.Struct):
    order_id: str
    refund_info: RefundInfo
    product_info_list: list[ReturnedProduct]


class WireReturn(msgspec.Struct):
    after_sale_order_id: str
    present_order_id: str
    status: str
    openid: str
    order_info_list: list[ReturnedOrder]
    refund_info: RefundInfo
    create_time: int
    update_time: int

    @classmethod
    def of(
        cls, case: PresentAftersale, present: Present, portions: list[Portion], openid: str
    ) -> "WireReturn":
        """What goes back of a present, order by order; the openid is the giver's, who is paid."""
        each = RefundInfo(present.each_fen)
        return cls(
            str(case.aftersale_id),
            str(case.present_id),
            case.state.value,
            openid,
            [
                ReturnedOrder(
                    str(one.order_id),
                    each,
                    [ReturnedProduct(str(present.product_id), str(one.sku_id), 1, each)],
                )
                for one in portions
                if one.aftersale_id == case.aftersale_id
            ],
            RefundInfo(case.amount_fen),
            seconds(case.created_at),
            seconds(case.updated_at),
        )


class ReturnReply(WireReply, kw_only=True):
    after_sale_order: WireReturn


def listed(activity: Activity, appid: str, name: str, at: datetime) -> ActivityListed:
    """An activity in a list."""
    state: ActivityState = activity.state_at(at)
    return ActivityListed(appid, name, str(activity.activity_id), state.value)


def left_of(item: PoolItem) -> int:
    """How many pieces of a pool may still be given."""
    return item.pieces - item.used
