"""The comparison with the channel's files, for the platform's operator."""

from typing import Annotated, Final, Literal

import msgspec

from tongshang.modules.payment.api import BillKind
from tongshang.modules.statements.domain.reconciling import (
    FILE_BYTES_MAX,
    ChannelFile,
    Compared,
    Difference,
    Fault,
)
from tongshang.runtime.wire import Id, seconds

NOTE_MAX: Final = 200
_Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

# What a difference is, in a sentence; the amounts stand beside it.
_SAYS: Final = {
    (Fault.MISSING, BillKind.PAYMENT): (
        "The channel took money, the books have no such payment: book it, or give it back.",
        "渠道已收到买家的钱，账上没有这笔收款：通知可能丢失或被拒。请到渠道核实后补记，或退回买家。",
    ),
    (Fault.MISSING, BillKind.REFUND): (
        "The channel gave the money back, the books do not know of it.",
        "渠道已退款，账上没有这笔退款。",
    ),
    (Fault.MISSING, BillKind.TRANSFER): (
        "The channel paid money out, the books do not know of it.",
        "渠道已付款，账上没有这笔付款。",
    ),
    (Fault.MISSING, BillKind.RETURN): (
        "A bank sent money back to the channel, the books do not know of it.",
        "银行已退票给渠道，账上没有这笔退票。",
    ),
    (Fault.EXTRA, BillKind.PAYMENT): (
        "The books have a payment that the channel says nothing of: goods may leave unpaid.",
        "账上有收款，渠道文件里没有：可能没有真正收到钱，发货前请核实。",
    ),
    (Fault.EXTRA, BillKind.REFUND): (
        "The books have a refund that the channel says nothing of: the buyer may still wait.",
        "账上已退款，渠道文件里没有：买家可能还没收到退款。",
    ),
    (Fault.EXTRA, BillKind.TRANSFER): (
        "The books have money paid out that the channel says nothing of.",
        "账上已付款，渠道文件里没有：收款人可能还没收到。",
    ),
    (Fault.EXTRA, BillKind.RETURN): (
        "The books have money returned by a bank that the channel says nothing of.",
        "账上有退票，渠道文件里没有。",
    ),
}  # fmt: skip
_AMOUNT_SAYS: Final = (
    "The channel and the books have other amounts for the same number.",
    "同一个单号，渠道与账上的金额不同。",
)


class ImportRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A channel's file of a day: CSV, with its last line of totals."""

    day: _Day
    content: Annotated[str, msgspec.Meta(max_length=FILE_BYTES_MAX)]
    channel: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = "sandbox"


class Imported(msgspec.Struct):
    channel: str
    day: str
    rows: int
    in_fen: int
    out_fen: int

    @classmethod
    def of(cls, file: ChannelFile) -> "Imported":
        return cls(file.channel, file.day.isoformat(), len(file.bills), file.in_fen, file.out_fen)


class DaysQuery(msgspec.Struct, forbid_unknown_fields=True):
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 31


class DayView(msgspec.Struct):
    """A day's file, and its differences: open, resolved by somebody, vanished by themselves."""

    channel: str
    day: str
    rows: int
    in_fen: int
    out_fen: int
    imported_at: int
    open: int
    resolved: int
    vanished: int

    @classmethod
    def of(cls, one: Compared) -> "DayView":
        return cls(
            one.channel, one.day.isoformat(), one.rows, one.in_fen, one.out_fen,
            seconds(one.imported_at), one.open, one.resolved, one.vanished,
        )  # fmt: skip


class DayPage(msgspec.Struct):
    days: list[DayView]
    next_key: str
    has_more: bool


class DifferencesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`state` empty: all; `day` empty: of all days."""

    state: Literal["", "open", "resolved", "vanished"] = "open"
    day: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    next_key: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50


class DifferenceView(msgspec.Struct):
    """What the channel and the books do not say alike, and what that means."""

    difference_id: str
    channel: str
    day: str
    fault: str
    kind: str
    owner_id: str
    number: str
    channel_no: str
    channel_fen: int
    books_fen: int
    says: str
    says_zh: str
    state: str
    note: str
    found_at: int
    resolved_at: int

    @classmethod
    def of(cls, one: Difference) -> "DifferenceView":
        says, says_zh = _SAYS.get((one.fault, one.kind), _AMOUNT_SAYS)
        return cls(
            str(one.difference_id), one.channel, one.day.isoformat(), one.fault.value,
            one.kind.value, str(one.owner_id), str(one.number), one.channel_no, one.channel_fen,
            one.books_fen, says, says_zh, one.state.value, one.note, seconds(one.found_at),
            seconds(one.resolved_at),
        )  # fmt: skip


class DifferencePage(msgspec.Struct):
    differences: list[DifferenceView]
    next_key: str
    has_more: bool


class ResolveRequest(msgspec.Struct, forbid_unknown_fields=True):
    difference_id: Id
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=NOTE_MAX)]
