"""Cards as people and programs see them."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.identity.api import Party
from tongshang.modules.surfaces.domain.card import CardRef, why_not
from tongshang.modules.surfaces.domain.surface import Scene

# An id: digits in a string, as we give it, or a number.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
)
NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text


class CardRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A card for a product; within a content of one's own the scene is the content's.

    `link`: of an agency that offers the product to the promoter (`weixinstorehs/…`).
    """

    shop_id: Id
    product_id: Id
    content_id: Id = 0
    scene: Scene = Scene.PRODUCT_SHARE
    link: Annotated[str, msgspec.Meta(max_length=60)] = ""


class CardMade(msgspec.Struct):
    """A signed card: `url` opens it in the storefront."""

    token: str
    url: str


class CardOpen(msgspec.Struct, forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(max_length=200)]


class CardTarget(msgspec.Struct):
    """Where a card leads; `product_id` is 0 for a shop's, `content_id` where it stands in none."""

    shop_id: str
    product_id: str
    content_id: str


class CardView(msgspec.Struct):
    """A product's card as it is now; its link still leads to its page when it is not available.

    `why` says why not: "gone", "off_sale", "sold_out", "barred" (from this surface).
    """

    shop_id: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    market_price_fen: int
    is_available: bool
    token: str
    url: str
    stock: int = 0
    why: str = ""
    shop_name: str = ""
    shop_icon_url: str = ""
    flash_price_fen: int = 0
    flash_left: int = 0
    flash_ends_at: datetime | None = None

    @classmethod
    def of(
        cls, card: CardRef, product: ProductCard | None, left: int, shop: Party | None, token: str
    ) -> "CardView":
        """A card of a product, if it still exists."""
        why = why_not(card, product, left)
        return cls(
            str(card.shop_id),
            str(card.product_id),
            product.title if product else "",
            product.picture_url if product else "",
            product.price_fen if product else 0,
            product.market_price_fen if product else 0,
            why is None,
            token,
            link(token),
            left,
            why or "",
            shop.name if shop else "",
            shop.icon_url if shop else "",
        )


class ShopCardView(msgspec.Struct):
    """A shop's card."""

    shop_id: str
    name: str
    icon_url: str
    intro: str
    token: str
    url: str

    @classmethod
    def of(cls, card: CardRef, shop: Party | None, token: str) -> "ShopCardView":
        """A card of a shop, if there is one."""
        name, icon_url, intro = (shop.name, shop.icon_url, shop.intro) if shop else ("", "", "")
        return cls(str(card.shop_id), name, icon_url, intro, token, link(token))


def link(token: str) -> str:
    """Where a card's token is opened."""
    return f"/c/{token}"
