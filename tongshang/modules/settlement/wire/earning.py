"""Why somebody earned by a sale, and what each of the last days brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.league.api import Deal
from tongshang.modules.ordering.api import Order, OrderLine
from tongshang.modules.settlement.domain.seeing import Seen
from tongshang.modules.settlement.domain.values import BEIJING, SharePart
from tongshang.modules.settlement.wire.own import PartView
from tongshang.modules.surfaces.api import Content
from tongshang.runtime.wire import Id, seconds

DAYS: Final = 15


class DayView(msgspec.Struct):
    """What was sold on a day, what of that stays with one, and what was settled that day."""

    day: str
    lines: int
    sold_fen: int
    earned_fen: int
    settled_fen: int


class DayList(msgspec.Struct):
    """The last fifteen days of Beijing, the earliest first."""

    days: list[DayView]


def first_day(at: datetime) -> datetime:
    """When the first of the days began."""
    today = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS - 1)


def days_since(
    first: datetime, sold: Mapping[date, tuple[int, int, int]], settled: Mapping[date, int]
) -> list[DayView]:
    """Each day, also those on which nothing was sold."""
    days = [first.date() + timedelta(days=number) for number in range(DAYS)]
    return [
        DayView(day.isoformat(), *sold.get(day, (0, 0, 0)), settled.get(day, 0)) for day in days
    ]


class WhyQuery(msgspec.Struct, forbid_unknown_fields=True):
    order_id: Id
    line: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class CardSeen(msgspec.Struct):
    """By which card the buyer came: where it stood, in what, and who carried it."""

    surface: int
    position: int
    content_id: str
    content_title: str
    content_kind: str
    carrier_id: str
    carrier_name: str

    @classmethod
    def of(
        cls, line: OrderLine, content: Content | None, parties: Mapping[int, Party]
    ) -> "CardSeen":
        """The card of a line; a content that is gone has no title."""
        carrier = parties.get(line.promoter_id)
        return cls(
            line.surface,
            line.position,
            str(line.content_id) if line.content_id else "",
            content.title if content else "",
            content.kind.name.lower() if content else "",
            str(line.promoter_id) if line.promoter_id else "",
            carrier.name if carrier else "",
        )


class DealSeen(msgspec.Struct):
    """On which terms: kind 1 open to all, 2 and 3 for named promoters, 4 an agency's; who struck it.

    `deal_id` is empty where the shop's plan for all held as it was when the order was paid.
    """

    deal_id: str
    plan_kind: int
    struck_at: int
    paid_out_ppm: int

    @classmethod
    def of(cls, line: OrderLine, deal: Deal | None) -> "DealSeen":
        """The terms of a line."""
        if deal is None:
            return cls("", 1 if line.commission_ppm else 0, 0, line.commission_ppm)
        told = str(deal.deal_id), int(deal.plan_kind), seconds(deal.made_at)
        return cls(*told, deal.paid_out_ppm)


class HandSeen(msgspec.Struct):
    """A receiver. What somebody else passed on and kept is not told to who only pays him: null."""

    hand: int
    party_id: str
    name: str
    ratio_ppm: int
    received_fen: int
    passed_fen: int | None
    kept_fen: int | None
    returned_fen: int | None
    is_me: bool

    @classmethod
    def own(cls, seen: Seen, name: str) -> "HandSeen":
        """One's own part, as the commission order has it."""
        one, part = seen.commission, seen.mine
        told = part.hand.value, str(part.party_id), name, part.ratio_ppm
        return cls(
            *told, one.received_fen, one.passed_fen, one.amount_fen, one.returned_fen, is_me=True
        )

    @classmethod
    def paid(cls, part: SharePart, parties: Mapping[int, Party]) -> "HandSeen":
        """Whom one pays: what he got is known, what he does with it is not."""
        party = parties.get(part.party_id)
        told = part.hand.value, str(part.party_id), party.name if party else "", part.ratio_ppm
        return cls(*told, part.gross_fen, None, None, None, is_me=False)

    @classmethod
    def whole(cls, part: PartView) -> "HandSeen":
        """A receiver as the shop sees him, out of whose pocket all of it comes."""
        told = part.hand, part.party_id, part.name, part.ratio_ppm
        amounts = part.received_fen, part.passed_fen, part.kept_fen, part.returned_fen
        return cls(*told, *amounts, is_me=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a line before its receivers."""

    order: Order
    line: OrderLine
    deal: Deal | None
    content: Content | None
    parties: Mapping[int, Party]


class Why(msgspec.Struct, kw_only=True):
    """Why a line brought commission: the card, the terms, the hands; and when it is settled."""

    order_id: str
    line: int
    shop_id: str
    shop_name: str
    product_id: str
    title: str
    count: int
    paid_fen: int
    refunded_fen: int
    placed_at: int
    received_at: int
    settled_at: int
    card: CardSeen
    deal: DealSeen
    hands: list[HandSeen]

    @classmethod
    def of(cls, ground: Ground, hands: list[HandSeen]) -> "Why":
        """The line's story for one who may see these hands."""
        order, line, shop = ground.order, ground.line, ground.parties.get(ground.order.shop_id)
        return cls(
            order_id=str(order.order_id),
            line=line.line,
            shop_id=str(order.shop_id),
            shop_name=shop.name if shop else "",
            product_id=str(line.product_id),
            title=line.title,
            count=line.count,
            paid_fen=line.paid_fen,
            refunded_fen=line.refunded_fen,
            placed_at=seconds(order.placed_at),
            received_at=seconds(order.received_at),
            settled_at=seconds(order.settled_at),
            card=CardSeen.of(line, ground.content, ground.parties),
            deal=DealSeen.of(line, ground.deal),
            hands=hands,
        )
