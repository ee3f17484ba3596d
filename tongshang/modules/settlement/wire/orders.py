"""Commission orders as programs of promoters and agencies read them (reference sections 7.3, 7.5)."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.settlement.domain.seeing import Seen
from tongshang.modules.settlement.domain.values import CommissionState
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import SECONDS_MAX, Id, Seconds, seconds

PAGE_MAX: Final = 30  # reference section 7.3

# Where the sale was made: of the two that the sources name, a Channels account and others.
CHANNEL: Final = 1

PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]


def _moment(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


class TimeRange(msgspec.Struct):
    start_time: Seconds
    end_time: Seconds

    def span(self, field: str) -> tuple[datetime, datetime]:
        """From the start to the end, which does not belong to it."""
        if self.start_time > self.end_time:
            raise InvalidField(field=f"{field}.start_time", rule="is after end_time")
        return _moment(self.start_time), _moment(self.end_time)


EVER: Final = (_moment(0), _moment(SECONDS_MAX))


# --- promoters' programs -----------------------------------------------------------------------


class TalentListQuery(msgspec.Struct):
    create_time_gt: Seconds | None = None
    create_time_lt: Seconds | None = None
    update_time_gt: Seconds | None = None
    update_time_lt: Seconds | None = None
    order_id: Id | None = None
    special_id: Annotated[int, msgspec.Meta(ge=0, le=32_767)] | None = None
    spu_id: Id | None = None
    page_size: PageSize = 10
    next_key: str = ""

    def paid(self) -> tuple[datetime, datetime]:
        """When the commission orders came into being."""
        return _between(self.create_time_gt, self.create_time_lt, "create_time_gt")

    def updated(self) -> tuple[datetime, datetime]:
        """When they changed last."""
        return _between(self.update_time_gt, self.update_time_lt, "update_time_gt")


def _between(since: int | None, until: int | None, field: str) -> tuple[datetime, datetime]:
    if since is not None and until is not None and since > until:
        raise InvalidField(field=field, rule="is after the end")
    return (
        EVER[0] if since is None else _moment(since),
        EVER[1] if until is None else _moment(until),
    )


class TalentOrder(msgspec.Struct):
    """One line that was sold: `special_id` tells two lines of a SKU apart."""

    order_id: str
    special_id: str
    sku_id: str


class TalentListReply(WireReply, kw_only=True):
    order_list: list[TalentOrder]
    has_more: bool
    next_key: str


class TalentQuery(msgspec.Struct):
    order_id: Id
    sku_id: Id
    special_id: Annotated[int, msgspec.Meta(ge=0, le=32_767)] = 0


class BuyerInfo(msgspec.Struct):
    open_id: str
    union_id: str = ""

    @classmethod
    def of(cls, seen: Seen) -> "BuyerInfo":
        """Who bought; nobody yet of a gift that waits for its receiver."""
        return cls(seen.buyer.openid if seen.buyer else "")


class BaseInfo(msgspec.Struct):
    order_id: str
    special_id: str
    spu_id: str
    sku_id: str
    order_status: int
    actual_payment: str
    settle_payment: str
    order_pay_time: int
    order_create_time: int
    order_update_time: int
    buyer_info: BuyerInfo


class TalentCommission(msgspec.Struct, omit_defaults=True):
    """Amounts in yuan, as the documentation asks."""

    state: int
    ratio: str
    expect_settle_time: int
    expect_settlement: str
    actual_settle_time: int = 0
    actual_settlement: str = ""


class ChannelInfo(msgspec.Struct):
    channel_type: int
    channel_id: str
    channel_name: str


class TalentReply(WireReply, kw_only=True):
    base_info: BaseInfo
    commission_info: TalentCommission
    channel_info: ChannelInfo

    @classmethod
    def of(cls, seen: Seen) -> "TalentReply":
        """A line that the promoter sold. `settle_payment` is what its commission is counted on."""
        one, order = seen.commission, seen.order
        is_settled = one.state is CommissionState.SETTLED
        carrier = seen.parties.get(one.carrier_id)
        return cls(
            base_info=BaseInfo(
                str(one.order_id),
                str(one.line),
                str(one.product_id),
                str(one.sku_id),
                order.state.value,
                str(seen.line.paid_fen),
                str(one.paid_fen),
                seconds(one.paid_at),
                seconds(order.placed_at),
                seconds(order.updated_at),
                BuyerInfo.of(seen),
            ),
            commission_info=TalentCommission(
                one.state.value,
                str(one.rate_ppm),
                seconds(one.settled_at or seen.settlement.due_at),
                yuan(one.amount_fen),
                seconds(one.settled_at) if is_settled else 0,
                yuan(one.amount_fen - one.returned_fen) if is_settled else "",
            ),
            channel_info=ChannelInfo(
                CHANNEL,
                carrier.appid if carrier else "",
                carrier.name if carrier else "",
            ),
        )


def yuan(fen: int) -> str:
    """Fen as yuan with two places."""
    return f"{fen // 100}.{fen % 100:02d}"
