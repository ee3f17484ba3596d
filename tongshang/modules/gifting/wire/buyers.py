"""What people ask of gifts (our own paths under /v1/buyer/gifts).

What is shown is a struct of its own for each side: a giver's has no address and no phone, a
receiver's has no price unless the giver let it be seen (reference section 5.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.catalog.api import Offer
from tongshang.modules.gifting.domain.making import PORTIONS_MAX, MakeDraft
from tongshang.modules.gifting.domain.present import (
    Audience,
    GreetingCard,
    Participant,
    Portion,
    Present,
)
from tongshang.modules.gifting.domain.rules import Rules
from tongshang.modules.gifting.machine import PORTION, PortionMove, PresentKind
from tongshang.modules.gifting.store.people import KeptNews
from tongshang.modules.identity.api import Buyer
from tongshang.modules.ordering.api import Order
from tongshang.runtime.wire import ID_MAX, Id, number

PRINTABLE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Message: TypeAlias = Annotated[str, msgspec.Meta(max_length=100, pattern=PRINTABLE)]
Name: TypeAlias = Annotated[str, msgspec.Meta(max_length=20, pattern=PRINTABLE)]
Thanks: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=PRINTABLE)]
Token: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Card: TypeAlias = Annotated[str, msgspec.Meta(max_length=400, pattern=r"^[^\x00]*$")]
Url: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=50)]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
# An id, or none.
MaybeId: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,19}$")]
)


def maybe(value: int | str) -> int:
    """An id as a number, 0: none."""
    return min(int(value or 0), ID_MAX)


# --- making ------------------------------------------------------------------------------------


class GreetingDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A card that the shop writes by hand."""

    message: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=PRINTABLE)]
    giver_name: Name = ""
    receiver_name: Name = ""


class GiftDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A gift to make. `kind` 1 to one person, 2 first come, 3 drawn, 4 to those named.

    `audience` says who may take one that names nobody: 0 whoever has the link, 1 friends, 2 the
    members of `chat_id`. `card` is a product card's token, `parent_id` a gift that one received.
    """

    shop_id: Id
    sku_id: Id
    kind: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    portions: Annotated[int, msgspec.Meta(ge=1, le=PORTIONS_MAX)] = 1
    message: Message = ""
    to_buyer_id: MaybeId = 0
    chat_id: MaybeId = 0
    named_ids: Annotated[list[Id], msgspec.Meta(max_length=PORTIONS_MAX)] = []
    audience: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    card: Card = ""
    expected_fen: Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)] | None = None
    hides_price: bool = False
    is_on_wall: bool = False
    greeting: GreetingDraft | None = None
    send_at: Moment | None = None
    draw_at: Moment | None = None
    surface: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    campaign: Annotated[str, msgspec.Meta(max_length=64, pattern=PRINTABLE)] = ""
    parent_id: MaybeId = 0

    def draft(self, giver_id: int) -> MakeDraft:
        """The gift as its giver's. In a group's chat it is sent as such (reference 5.2)."""
        chat_id, card = maybe(self.chat_id), self.greeting
        return MakeDraft(
            shop_id=number(self.shop_id),
            giver_id=giver_id,
            sku_id=number(self.sku_id),
            kind=PresentKind(self.kind),
            portions=self.portions,
            message=self.message.strip(),
            send_type=1 if chat_id else 0,
            audience=Audience(self.audience),
            to_buyer_id=maybe(self.to_buyer_id),
            chat_id=chat_id,
            named_ids=tuple(number(one) for one in self.named_ids),
            card=self.card,
            expected_fen=self.expected_fen,
            hides_price=self.hides_price,
            is_on_wall=self.is_on_wall,
            greeting=GreetingCard(card.giver_name, card.receiver_name, card.message)
            if card
            else None,
            send_at=self.send_at,
            draw_at=self.draw_at,
            surface=self.surface,
            campaign=self.campaign,
            parent_id=maybe(self.parent_id),
        )


class GiftMade(msgspec.Struct):
    present_id: str
    amount_fen: int
    each_fen: int
    pay_by: datetime
    token: str
    seed_hash: str

    @classmethod
    def of(cls, present: Present, token: str) -> "GiftMade":
        """A gift that waits to be paid."""
        return cls(
            str(present.present_id),
            present.amount_fen,
            present.each_fen,
            present.pay_by,
            token,
            present.seed_hash.hex() if present.seed_hash else "",
        )


class GiftQuote(msgspec.Struct):
    each_fen: int
    amount_fen: int
    freight_fen: int
    title: str
    thumb_url: str


class GiftRef(msgspec.Struct, forbid_unknown_fields=True):
    present_id: Id


class GiftPay(msgspec.Struct, forbid_unknown_fields=True):
    """`confirm`: paid at once, by the sandbox's own wallet."""

    present_id: Id
    confirm: bool = False


class GiftCharge(msgspec.Struct):
    payment_id: str
    prepay_id: str
    cashier: str


# --- taking ------------------------------------------------------------------------------------


class TokenRef(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class GiftClaim(msgspec.Struct, forbid_unknown_fields=True):
    """With an address it is an order at once; `sku_id`: another of the same price."""

    token: Token
    address_id: MaybeId = 0
    sku_id: MaybeId = 0
    is_on_wall: bool = False


class GiftTaken(msgspec.Struct):
    """`order_id` is there once it is an order; till then the address is asked for."""

    present_id: str
    number: int
    state: str
    order_id: str

    @classmethod
    def of(cls, portion: Portion) -> "GiftTaken":
        """A portion that one has."""
        is_ordered = portion.state.value == "ordered"
        return cls(
            str(portion.present_id),
            portion.number,
            portion.state.value,
            str(portion.order_id) if is_ordered else "",
        )


class GiftPass(msgspec.Struct, forbid_unknown_fields=True):
    token: Token
    to_buyer_id: Id


class GiftThanks(msgspec.Struct, forbid_unknown_fields=True):
    """Words, and a picture that was uploaded here."""

    present_id: Id
    text: Annotated[Thanks, msgspec.Meta(min_length=1)]
    picture_url: Url = ""


class GiftWall(msgspec.Struct, forbid_unknown_fields=True):
    """Whether friends see on one's wall that one received it."""

    present_id: Id
    is_shown: bool


class GiftJoined(msgspec.Struct):
    number: int


class GiftExtended(msgspec.Struct):
    expires_at: datetime


# --- seeing ------------------------------------------------------------------------------------


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
    """A gift as whoever opens its link sees it: no price, of nothing."""

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
    may_donate: bool
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


def giver_portion(portion: Portion, known: Known) -> GiverPortion:
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
    may_donate: bool

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
            bool(rules.may_donate),
        )
