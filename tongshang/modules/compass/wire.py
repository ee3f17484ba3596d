"""Events as pages send them, and funnels as desks read them."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum
from typing import Annotated, Final

import msgspec

from tongshang.modules.compass.domain.events import (
    BATCH_MAX,
    KEPT_DAYS_MAX,
    KEPT_DAYS_MIN,
    EventKind,
)
from tongshang.modules.compass.domain.funnels import By, Funnel
from tongshang.modules.compass.domain.sums import Sum

_AGO_MS_MAX: Final = 24 * 3600 * 1000
_COUNT_MAX: Final = 86_400

Number = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]


class SentKind(IntEnum):
    """What a client may say: `EventKind` without what is about money."""

    EXPOSURE = EventKind.EXPOSURE
    CLICK = EventKind.CLICK
    VIEW = EventKind.VIEW
    PLAY = EventKind.PLAY
    SHARE = EventKind.SHARE
    ADD_TO_CART = EventKind.ADD_TO_CART
    LIKE = EventKind.LIKE
    COMMENT = EventKind.COMMENT
    FOLLOW = EventKind.FOLLOW


class SentEvent(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """What a page saw: of a card by its token, or of a content, a product or a shop by its id.

    `ago_ms`: how long before the batch was sent. `count`: seconds of a play.
    """

    kind: SentKind
    card: Annotated[str, msgspec.Meta(max_length=400)] = ""
    content_id: Number = "0"
    product_id: Number = "0"
    shop_id: Number = "0"
    ago_ms: Annotated[int, msgspec.Meta(ge=0, le=_AGO_MS_MAX)] = 0
    count: Annotated[int, msgspec.Meta(ge=1, le=_COUNT_MAX)] = 1


class EventBatch(msgspec.Struct, forbid_unknown_fields=True):
    """Events of one page. `batch` (a UUID) makes sending twice harmless; `page` names the page's
    life, for who comes without a session. Without `consent` no buyer is kept with them.
    """

    batch: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    events: Annotated[list[SentEvent], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]
    page: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{0,64}$")] = ""
    consent: bool = False


class BatchTaken(msgspec.Struct):
    """How many events are kept, and how many were not taken: forged, unknown or too many."""

    accepted: int
    rejected: int


class ConsentRequest(msgspec.Struct, forbid_unknown_fields=True):
    consents: bool


class ConsentView(msgspec.Struct):
    consents: bool


# --- funnels -----------------------------------------------------------------------------------

BY: Final = {by.name.lower(): by for by in By}
ByName = Annotated[str, msgspec.Meta(pattern="^(surface|product|content|carrier)$")]


class FunnelQuery(msgspec.Struct, forbid_unknown_fields=True):
    """From one day of the calendar in China to another, both of them included."""

    since: date
    until: date
    by: ByName = "surface"
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class FunnelView(msgspec.Struct):
    """A way that goods were sold: how often each step was taken, and how many of a million went on.

    `key` is a surface's number or the id of a product, content or promoter; 0: none. Pieces and
    amounts are of goods: refunds do not lower what was paid.
    """

    key: str
    name: str
    picture_url: str
    exposures: int
    clicks: int
    carts: int
    orders: int
    pays: int
    refunds: int
    gifts: int
    paid_pieces: int
    order_fen: int
    pay_fen: int
    refund_fen: int
    click_ppm: int
    order_ppm: int
    pay_ppm: int
    refund_ppm: int

    @classmethod
    def of(cls, funnel: Funnel, name: str = "", picture_url: str = "") -> "FunnelView":
        """A funnel as it is read."""
        kind = EventKind
        order, pay, refund = (funnel.of(one) for one in (kind.ORDER, kind.PAY, kind.REFUND))
        return cls(
            str(funnel.key),
            name,
            picture_url,
            funnel.of(kind.EXPOSURE).events,
            funnel.of(kind.CLICK).events,
            funnel.of(kind.ADD_TO_CART).events,
            order.events,
            pay.events,
            refund.events,
            funnel.of(kind.GIFT).events,
            pay.pieces,
            order.amount_fen,
            pay.amount_fen,
            refund.amount_fen,
            funnel.ppm(kind.CLICK, kind.EXPOSURE),
            funnel.ppm(kind.ORDER, kind.CLICK),
            funnel.ppm(kind.PAY, kind.ORDER),
            funnel.ppm(kind.REFUND, kind.PAY),
        )


class DayView(msgspec.Struct):
    """A day's steps, for a line."""

    day: date
    exposures: int
    clicks: int
    orders: int
    pays: int
    pay_fen: int


def days_of(since: date, length: int, sums: Mapping[tuple[date, EventKind], Sum]) -> list[DayView]:
    """Each day of a period, also those on which nothing happened."""
    days = [since + timedelta(days=n) for n in range(length)]

    def of(day: date, kind: EventKind) -> Sum:
        return sums.get((day, kind), Sum())

    return [
        DayView(
            day,
            of(day, EventKind.EXPOSURE).events,
            of(day, EventKind.CLICK).events,
            of(day, EventKind.ORDER).events,
            of(day, EventKind.PAY).events,
            of(day, EventKind.PAY).amount_fen,
        )
        for day in days
    ]


class FunnelReply(msgspec.Struct):
    """Funnels, those that sold most first; `whole` is all of them, also of those not shown."""

    by: str
    whole: FunnelView
    rows: list[FunnelView]
    more: int
    days: list[DayView]


class KeepRequest(msgspec.Struct, forbid_unknown_fields=True):
    days: Annotated[int, msgspec.Meta(ge=KEPT_DAYS_MIN, le=KEPT_DAYS_MAX)]


class IntakeDay(msgspec.Struct):
    """What came in on a day: counted, passed over by mark, or not taken by reason."""

    day: date
    events: dict[str, int]


class IntakeView(msgspec.Struct):
    kept_days: int
    waiting: int
    closed_until: date | None
    days: list[IntakeDay]
