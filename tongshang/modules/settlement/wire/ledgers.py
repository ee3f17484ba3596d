"""The ledgers beside the shop's own: of the alliance, of an agency, of the older component.

Contract families league_funds and funds_minishop; reference sections 9.1 and 9.2.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from tongshang.kernel.refusal import InvalidField
from tongshang.modules.settlement.domain.purses import MoneyFlow
from tongshang.modules.settlement.domain.values import BEIJING, Flow, FlowType, FundsType
from tongshang.modules.settlement.wire.funds import PAGE_MAX, PLACES_MAX, REMARKS, FundsFlow
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import SECONDS_MAX, Id, Seconds

AGENCY_PLACES_MAX: Final = 5_000  # beyond these one goes on by next_key (reference section 9.1)
LEAGUE_KINDS: Final = (FundsType.PROMOTER_COMMISSION, FundsType.AGENCY_SERVICE)
# What an agency's ledger knows: 1 withdrawals, 2 shares (reference section 9.2).
AGENCY_KINDS: Final = {
    1: (FundsType.WITHDRAWAL, FundsType.WITHDRAWAL_RETURNED),
    2: LEAGUE_KINDS,
}
_DAY: Final = re.compile(r"[0-9]{8}")
_YUAN: Final = 100

# No NUL: PostgreSQL keeps it in no text.
TransactionId = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00]*$")]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]
Page = Annotated[int, msgspec.Meta(ge=1, le=PLACES_MAX)]


class LedgerQuery(msgspec.Struct):
    """A range of time, open where an end is left out, and a page of it."""

    start_time: Seconds = 0
    end_time: Seconds = 0
    transaction_id: TransactionId = ""
    page: Page = 1
    page_size: PageSize = 10
    next_key: str = ""

    def span(self) -> tuple[datetime, datetime]:
        """The range in [start, end)."""
        until = self.end_time or SECONDS_MAX
        if self.start_time > until:
            raise InvalidField(field="start_time", rule="is after end_time")
        return datetime.fromtimestamp(self.start_time, UTC), datetime.fromtimestamp(until, UTC)

    def offset(self, places_max: int) -> int:
        """How many flows to pass over; none after a next_key."""
        if self.next_key:
            return 0
        if self.page * self.page_size >= places_max:
            raise InvalidField(field="next_key", rule=f"is needed from place {places_max} on")
        return (self.page - 1) * self.page_size


class LeagueQuery(LedgerQuery):
    flow_type: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0


class AgencyQuery(LedgerQuery):
    funds_type: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0

    @property
    def kinds(self) -> tuple[FundsType, ...]:
        """The kinds of flows that are asked for; 0: all."""
        if self.funds_type:
            return AGENCY_KINDS.get(self.funds_type, ())
        return tuple(kind for kinds in AGENCY_KINDS.values() for kind in kinds)


class LedgerReply(WireReply, kw_only=True):
    flow_ids: list[str]
    has_more: bool
    next_key: str


class AgencyLedgerReply(LedgerReply, kw_only=True):
    """`funds_flow_ids` are the same ids, under the name that one client library reads."""

    funds_flow_ids: list[str]


class FlowQuery(msgspec.Struct):
    flow_id: Id


class LeagueInfo(msgspec.Struct, omit_defaults=True):
    """What a flow is about; the kind is a text in this ledger."""

    related_type: str
    order_id: str = ""
    aftersale_id: str = ""
    transaction_id: str = ""
    withdraw_id: str = ""


class LeagueFlow(msgspec.Struct):
    flow_id: str
    funds_type: int
    flow_type: int
    amount: int
    balance: int
    related_info_list: list[LeagueInfo]
    remark: str
    bookkeeping_time: str

    @classmethod
    def of(cls, flow: Flow) -> "LeagueFlow":
        """A flow of a shop as its alliance ledger has it."""
        one = FundsFlow.of(flow)
        related = [
            LeagueInfo(
                str(info.related_type), info.order_id, info.aftersale_id, info.transaction_id
            )
            for info in one.related_info_list
        ]
        return cls(
            one.flow_id,
            one.funds_type,
            one.flow_type,
            one.amount,
            one.balance,
            related,
            one.remark,
            one.bookkeeping_time,
        )


class LeagueReply(WireReply, kw_only=True):
    funds_flow: LeagueFlow


class AgencyBalance(WireReply, kw_only=True):
    available_amount: int
    pending_amount: int


class AgencyFlow(msgspec.Struct):
    flow_id: str
    funds_type: int
    flow_type: int
    amount: int
    balance: int
    remark: str
    bookkeeping_time: str
    order_id: str
    withdraw_id: str

    @classmethod
    def of(cls, flow: MoneyFlow, balance_fen: int) -> "AgencyFlow":
        """A flow of an agency, and what it had after it over all books."""
        is_share = flow.type in LEAGUE_KINDS
        return cls(
            str(flow.flow_id),
            2 if is_share else 1,
            (FlowType.IN if flow.amount_fen > 0 else FlowType.OUT).value,
            abs(flow.amount_fen),
            balance_fen,
            "分账" if is_share else REMARKS[flow.type],
            booked_at(flow.at),
            str(flow.order_id) if flow.order_id else "",
            str(flow.withdrawal_id) if flow.withdrawal_id else "",
        )


class AgencyReply(WireReply, kw_only=True):
    funds_flow: AgencyFlow


# --- the older component -----------------------------------------------------------------------


class DayQuery(msgspec.Struct):
    """A day of Beijing, as yyyyMMdd."""

    date: Annotated[str, msgspec.Meta(max_length=8)]
    page_num: Page = 1
    page_size: PageSize = 10

    def span(self) -> tuple[datetime, datetime]:
        """The day in [its midnight, the next)."""
        if not _DAY.fullmatch(self.date):
            raise _no_day()
        try:
            begin = datetime(
                int(self.date[:4]), int(self.date[4:6]), int(self.date[6:]), tzinfo=BEIJING
            )
            return begin, begin + timedelta(days=1)
        except (ValueError, OverflowError):
            raise _no_day() from None

    @property
    def offset(self) -> int:
        """How many flows to pass over."""
        return (self.page_num - 1) * self.page_size


class DayReply(WireReply, kw_only=True):
    funds_flow_ids: list[str]
    total_num: int


class OldFlowQuery(msgspec.Struct):
    funds_flow_id: Id


class OldFlow(msgspec.Struct):
    """A flow in words; amounts are yuan."""

    funds_flow_id: str
    type: str
    flow_type: str
    amount: str
    balance: str
    busi_type: str
    request_no: str
    bookkeeping_time: str

    @classmethod
    def of(cls, flow: Flow) -> "OldFlow":
        """A flow of a shop."""
        about = flow.withdrawal_id or flow.aftersale_id or flow.order_id or flow.present_id
        busi = "提现" if flow.withdrawal_id else "售后" if flow.aftersale_id else "订单"
        return cls(
            str(flow.flow_id),
            REMARKS[flow.funds_type],
            "收入" if flow.flow_type is FlowType.IN else "支出",
            _yuan(flow.amount_fen),
            _yuan(flow.balance_fen),
            busi,
            str(about),
            booked_at(flow.at),
        )


class OldFlowReply(WireReply, kw_only=True):
    funds_flow: OldFlow


def booked_at(at: datetime) -> str:
    """When a flow was booked, in Beijing's time."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _no_day() -> InvalidField:
    return InvalidField(field="date", rule="is a day as yyyyMMdd")


def _yuan(fen: int) -> str:
    sign, whole = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{whole // _YUAN}.{whole % _YUAN:02d}"
