"""Cards: what they lead to, whose they are, where they stand, and what an order keeps of that."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from struct import Struct
from typing import Final, Protocol

from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.governance.api import is_barred
from tongshang.modules.surfaces.domain.surface import Scene, Surface, barred_by

POSITION_MAX: Final = 65_535


class CardKind(IntEnum):
    """What a card leads to. The values are stored: add, never renumber."""

    PRODUCT = 1
    SHOP = 2
    LIVE = 3
    GIFT = 4


class WhyNot(StrEnum):
    """Why a card's product cannot be bought from it now."""

    GONE = "gone"
    OFF_SALE = "off_sale"
    SOLD_OUT = "sold_out"
    BARRED = "barred"


class SaleChannel(IntEnum):
    """`source_infos.sale_channel` of the wire, as far as we sell through it."""

    PROMOTER = 100
    OTHER = 102


class AccountType(IntEnum):
    """`source_infos.account_type` of the wire, as far as we sell through it."""

    CHANNELS = 1
    OFFICIAL_ACCOUNT = 2
    PROMOTER = 5


# Which kind of account speaks in a scene; in all others the promoter does.
_ACCOUNT_OF: Final = {
    Scene.ARTICLE_CARD: AccountType.OFFICIAL_ACCOUNT,
    Scene.SHORT_VIDEO: AccountType.CHANNELS,
    Scene.LIVE_ROOM: AccountType.CHANNELS,
}


@dataclass(frozen=True, slots=True)
class CardRef:
    """What a card's token says: where it leads, whose it is, where it stood and who showed it.

    0: nobody's, nowhere. `product_id` 0: a shop's card. `position` counts from 1 within the
    content or list; `share_id` is the share by which it came; `deal_id` the alliance's terms it
    carries, 0 for the shop's normal plan as it is when the order is placed.
    """

    shop_id: int
    product_id: int
    promoter_id: int = 0
    content_id: int = 0
    scene: int = Scene.OTHER
    surface: int = Surface.NOWHERE
    position: int = 0
    share_id: int = 0
    deal_id: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Whose product it is, and which."""
        return self.shop_id, self.product_id


@dataclass(frozen=True, slots=True)
class Source:
    """One of an order item's `source_infos`."""

    sale_channel: int
    account_type: int
    account_id: int
    content_id: int


class Touched(Protocol):
    """Whatever keeps the three numbers of a touch: a touch itself, or an order's line."""

    @property
    def promoter_id(self) -> int: ...
    @property
    def content_id(self) -> int: ...
    @property
    def scene(self) -> int: ...


def source_of(touch: Touched) -> Source | None:
    """What the wire says of a sale's origin; None where no promoter brought it (section 4.3)."""
    if not touch.promoter_id:
        return None
    account = _ACCOUNT_OF.get(Scene(touch.scene), AccountType.PROMOTER)
    return Source(SaleChannel.PROMOTER, account, touch.promoter_id, touch.content_id)


def why_not(card: CardRef, product: ProductCard | None, left: int) -> WhyNot | None:
    """Why the product cannot be bought from this card now."""
    if product is None:
        return WhyNot.GONE
    if is_barred(product.barred, barred_by(card.surface)):
        return WhyNot.BARRED
    if product.status is not ProductStatus.LISTED:
        return WhyNot.OFF_SALE
    return None if left else WhyNot.SOLD_OUT


_SHORT: Final = Struct(">BQQQQ")
_LONG: Final = Struct(">BQQQQBHQ")
_WITH_DEAL: Final = Struct(">BQQQQBHQQ")


def pack_card(card: CardRef) -> bytes:
    """A card as 33 bytes, 44 with where it stood, 52 with its deal: its link needs no table."""
    short = card.scene, card.shop_id, card.product_id, card.promoter_id, card.content_id
    stood = card.surface, min(card.position, POSITION_MAX), card.share_id
    if card.deal_id:
        return _WITH_DEAL.pack(*short, *stood, card.deal_id)
    return _LONG.pack(*short, *stood) if any(stood) else _SHORT.pack(*short)


def unpack_card(body: bytes) -> CardRef:
    """The card that `pack_card` packed."""
    if len(body) == _SHORT.size:
        scene, shop_id, product_id, promoter_id, content_id = _SHORT.unpack(body)
        return CardRef(shop_id, product_id, promoter_id, content_id, scene)
    form = _LONG if len(body) == _LONG.size else _WITH_DEAL
    scene, shop_id, product_id, promoter_id, content_id, *stood = form.unpack(body)
    return CardRef(shop_id, product_id, promoter_id, content_id, scene, *stood)
