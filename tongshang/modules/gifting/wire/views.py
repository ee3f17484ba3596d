"""What people see of gifts: a struct for each side.

A giver's has no address and no phone, a receiver's has no price unless the giver let it be seen
(reference section 5.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.catalog.api import Offer
from tongshang.modules.gifting.domain.making import PORTIONS_MAX
from tongshang.modules.gifting.domain.people import KeptNews
from tongshang.modules.gifting.domain.present import (
    Participant,
    Passed,
    Portion,
    Present,
)
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import PORTION, PortionMove
from tongshang.modules.gifting.wire.buyers import Size
from tongshang.modules.identity.api import Buyer
from tongshang.modules.ordering.api import Order


class Person(msgspec.Struct):
    """Somebody as others see him: never an address, a phone or an openid."""

    buyer_id: str = ""
    nickname: str = ""
    avatar_url: str = ""

    @classmethod
    def of(cls, buyer: Buyer | None) -> "Person":
        """A buyer at a glance; nobody, where there is none."""
        if buyer is None:
            return cls()
        return cls(str(buyer.buyer_id), buyer.nickname, buyer.avatar_url)


class DrawView(msgspec.Struct):
    """A draw: `seed` is there once it was made, so that anybody can recompute the winners."""

    participants: int
    draw_at: datetime | None
    drawn_at: datetime | None
    seed_hash: str
    seed: str
    numbers: list["LotView"]
    your_number: int = 0


class LotView(msgspec.Struct):
    number: int
    nickname: str
    has_won: bool


class PassView(msgspec.Struct):
    """A portion that was passed on before it was taken."""

    giver: Person
    receiver: Person
    at: datetime


class GiverPortion(msgspec.Struct):
    """A portion as its giver sees it: who has it and how far it is, never where it goes."""

    number: int
    state: str
    receiver: Person
    named: Person
    attrs: list[tuple[str, str]]
    order_status: int
    claimed_at: datetime | None
    ended_at: datetime | None
    thanks: str
    thanks_url: str
    thanked_at: datetime | None
    passes: list[PassView]


class GiverView(msgspec.Struct, kw_only=True):
    """A gift as its giver sees it. `open_moves` are what the giver may do with it now."""

    present_id: str
    token: str
    shop_id: str
    shop_name: str
    kind: int
    state: str
    product_id: str
    sku_id: str
    title: str
    thumb_url: str
    message: str
    hides_price: bool
    is_on_wall: bool
    each_fen: int
    amount_fen: int
    refunded_fen: int
    portions: list[GiverPortion]
    to: Person
    chat_id: str
    made_at: datetime
    pay_by: datetime
    send_at: datetime | None
    paid_at: datetime | None
    sent_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    is_extended: bool
    nudged_at: datetime | None
    generation: int
    draw: DrawView | None
    open_moves: list[str]


class SkuOption(msgspec.Struct):
    """A SKU that may be chosen instead: all of them cost the same."""

    sku_id: str
    attrs: list[tuple[str, str]]
    thumb_url: str
    stock: int

    @classmethod
    def of(cls, offer: Offer, stock: int) -> "SkuOption":
        """An offer without its price."""
        return cls(str(offer.sku_id), list(offer.attrs), offer.thumb_url, stock)


class OwnPortion(msgspec.Struct):
    """One's own portion."""

    number: int
    state: str
    order_id: str
    order_status: int
    sku_id: str
    claimed_at: datetime | None
    is_on_wall: bool
    thanks: str
    thanks_url: str
    open_moves: list[str]


class ReceiverView(msgspec.Struct, kw_only=True):
    """A gift as whoever opens its link sees it."""

    present_id: str
    token: str
    shop_id: str
    shop_name: str
    kind: int
    state: str
    giver: Person
    product_id: str
    sku_id: str
    title: str
    thumb_url: str
    message: str
    options: list[SkuOption]
    portions_left: int
    portions_in_all: int
    expires_at: datetime | None
    draw: DrawView | None
    yours: OwnPortion | None
    may_claim: bool
    may_join: bool
    may_pass_on: bool
    # To whom it may be donated instead; nobody, where it may not.
    charity: str
    why_not: str
    # Only where the giver lets it be seen.
    each_fen: int | msgspec.UnsetType = msgspec.UNSET


class GiftPageQuery(msgspec.Struct, forbid_unknown_fields=True):
    page_size: Size = 20
    next_key: str = ""


class SentGift(msgspec.Struct):
    """A gift in its giver's list."""

    present_id: str
    token: str
    shop_id: str
    kind: int
    state: str
    title: str
    thumb_url: str
    message: str
    amount_fen: int
    portions: int
    ordered: int
    undecided: int
    to: Person
    made_at: datetime
    expires_at: datetime | None
    send_at: datetime | None


class GiftCard(msgspec.Struct):
    """A gift as a chat shows it, to those it was sent to: no price, and the way to its opening.

    `look` is where it stands for who reads it: sealed, kept, ordered, declined, drawing, lost,
    taken, expired, early; for its giver waiting, taken or returned.
    """

    present_id: str
    token: str
    kind: int
    state: str
    title: str
    thumb_url: str
    message: str
    giver: Person
    portions_left: int
    portions_in_all: int
    yours: str
    look: str


class GiftCards(msgspec.Struct):
    gifts: list[GiftCard]


class SentPage(msgspec.Struct):
    gifts: list[SentGift]
    next_key: str
    has_more: bool


class ReceivedGift(msgspec.Struct):
    """A gift in its receiver's list: no price."""

    present_id: str
    token: str
    shop_id: str
    kind: int
    state: str
    title: str
    thumb_url: str
    message: str
    giver: Person
    yours: str
    order_id: str
    expires_at: datetime | None
    is_thanked: bool
    # Whether it was drawn; what one did not win is `yours` empty.
    is_drawn: bool
    # Whom one passed it on to; nobody, where one kept it.
    passed_to: Person


class ReceivedPage(msgspec.Struct):
    gifts: list[ReceivedGift]
    next_key: str
    has_more: bool


class NewsView(msgspec.Struct):
    """What one is told: claimed, declined, expired, refunded, thanked, reminder, won …"""

    news_id: str
    kind: str
    present_id: str
    order_id: str
    other: Person
    at: datetime

    @classmethod
    def of(cls, kept: KeptNews, other: Buyer | None) -> "NewsView":
        """A piece of news."""
        news = kept.news
        return cls(
            str(kept.news_id),
            news.kind,
            str(news.present_id),
            str(news.order_id) if news.order_id else "",
            Person.of(other),
            kept.at,
        )


class NewsPage(msgspec.Struct):
    news: list[NewsView]
    next_key: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What other rooms know of those who appear in a view."""

    buyers: Mapping[int, Buyer]
    orders: Mapping[int, Order] = field(default_factory=dict)
    shop_name: str = ""

    def person(self, buyer_id: int) -> Person:
        """Somebody at a glance."""
        return Person.of(self.buyers.get(buyer_id))


def giver_portion(portion: Portion, known: Known, passes: Sequence[Passed] = ()) -> GiverPortion:
    """A portion for its giver."""
    order = known.orders.get(portion.order_id)
    return GiverPortion(
        portion.number,
        portion.state.value,
        known.person(portion.receiver_id),
        known.person(portion.named_id),
        list(order.lines[0].attrs) if order else [],
        order.state.value if order else 0,
        portion.claimed_at,
        portion.ended_at,
        portion.thanks,
        portion.thanks_url,
        portion.thanked_at,
        [
            PassView(known.person(one.from_id), known.person(one.to_id), one.at)
            for one in passes
            if one.number == portion.number
        ],
    )


_RECEIVERS_MOVES: Final = (
    (PortionMove.TAKE, "claim"),
    (PortionMove.ORDER, "claim"),
    (PortionMove.DECLINE, "decline"),
)


def own_portion(portion: Portion, order: Order | None) -> OwnPortion:
    """A portion for who has it."""
    is_ordered = order is not None and order.buyer_id == portion.receiver_id
    moves = {name for move, name in _RECEIVERS_MOVES if PORTION.allows(portion.state, move)}
    if is_ordered and portion.thanked_at is None:
        moves.add("thank")
    return OwnPortion(
        portion.number,
        portion.state.value,
        str(portion.order_id) if is_ordered else "",
        order.state.value if order is not None and is_ordered else 0,
        str(portion.sku_id),
        portion.claimed_at,
        portion.is_on_wall,
        portion.thanks,
        portion.thanks_url,
        sorted(moves),
    )


def draw_view(
    present: Present, participants: list[Participant], portions: list[Portion], known: Known,
    buyer_id: int,
) -> DrawView | None:  # fmt: skip
    """A draw for whoever may see it."""
    if present.seed_hash is None:
        return None
    won = {one.receiver_id for one in portions if one.receiver_id}
    return DrawView(
        present.participants,
        present.draw_at,
        present.drawn_at,
        present.seed_hash.hex(),
        present.seed.hex() if present.seed else "",
        [
            LotView(
                one.number,
                known.person(one.buyer_id).nickname,
                present.is_drawn and one.buyer_id in won,
            )
            for one in participants
        ],
        next((one.number for one in participants if one.buyer_id == buyer_id), 0),
    )


class RuleView(msgspec.Struct):
    name: str
    value: int
    reason: str


class GivingRules(msgspec.Struct):
    """What a giver should know before giving."""

    price_max_fen: int
    accept_minutes: int
    extend_minutes: int
    schedule_days: int
    participants_max: int
    portions_max: int
    may_pass_on: bool

    @classmethod
    def of(cls, rules: Rules) -> "GivingRules":
        """The rules as people see them."""
        return cls(
            rules.price_max_fen,
            rules.accept_minutes,
            rules.extend_minutes,
            rules.schedule_days,
            rules.participants_max,
            PORTIONS_MAX,
            bool(rules.may_pass_on),
        )
