"""What people ask of gifts (our own paths under /v1/buyer/gifts)."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.gifting.domain.making import PORTIONS_MAX, MakeDraft
from tongshang.modules.gifting.domain.present import (
    Audience,
    GreetingCard,
    Portion,
    Present,
)
from tongshang.modules.gifting.machine import PresentKind
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


class GiftIds(msgspec.Struct, forbid_unknown_fields=True):
    """Gifts that a chat shows; those that were passed on by their links show by these."""

    present_ids: Annotated[list[Id], msgspec.Meta(max_length=100)] = []
    tokens: Annotated[list[Token], msgspec.Meta(max_length=100)] = []


class GiftLinks(msgspec.Struct):
    """A gift in the forms in which it travels: whoever holds one can open it."""

    url: str
    short_url: str
    taglink: str


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
    """Words, and a picture: one that was uploaded here, or the file itself as the part `media`."""

    present_id: Id
    text: Annotated[Thanks, msgspec.Meta(min_length=1)]
    picture_url: Url = ""
    media: bytes = b""


class GiftWall(msgspec.Struct, forbid_unknown_fields=True):
    """Whether friends see on one's wall that one received it."""

    present_id: Id
    is_shown: bool


class GiftDonated(msgspec.Struct):
    """Who has it now."""

    charity: str


class GiftJoined(msgspec.Struct):
    number: int


class GiftExtended(msgspec.Struct):
    expires_at: datetime


class GiftReminded(msgspec.Struct):
    """How many were reminded by name (a group reads it in its chat), and when it may be again."""

    told: int
    again_at: datetime
