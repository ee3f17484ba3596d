"""Contents and cards as buyers see them and promoters write them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from tongshang.modules.catalog.api import ProductCard, ProductStatus
from tongshang.modules.identity.api import Party
from tongshang.modules.surfaces import domain
from tongshang.modules.surfaces.domain import (
    TITLE_MAX,
    Block,
    BlockKind,
    CardRef,
    Content,
    ContentDraft,
    ContentKind,
    Scene,
)

# An id: digits in a string, as we give it, or a number.
Id: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
)
PageSize = Annotated[int, msgspec.Meta(ge=1, le=50)]
NO_NUL: Final = r"^[^\x00]*$"  # what PostgreSQL keeps in no text
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=5_000, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Url = Annotated[str, msgspec.Meta(max_length=512, pattern=NO_NUL)]

KINDS = {kind.name.lower(): kind for kind in ContentKind}
KindName = Annotated[str, msgspec.Meta(pattern="^(article|short_video|live_room)$")]

Sign: TypeAlias = Callable[[CardRef], str]


# --- what promoters write ----------------------------------------------------------------------


class Heading(msgspec.Struct, tag_field="kind", tag="heading", forbid_unknown_fields=True):
    text: Line

    def block(self) -> Block:
        """As it is stored."""
        return Block(BlockKind.HEADING, text=self.text)


class Paragraph(msgspec.Struct, tag_field="kind", tag="paragraph", forbid_unknown_fields=True):
    text: Words

    def block(self) -> Block:
        """As it is stored."""
        return Block(BlockKind.PARAGRAPH, text=self.text)


class Picture(msgspec.Struct, tag_field="kind", tag="picture", forbid_unknown_fields=True):
    url: Url
    text: Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)] = ""

    def block(self) -> Block:
        """As it is stored; `text` is the caption."""
        return Block(BlockKind.PICTURE, text=self.text, url=self.url)


class Card(msgspec.Struct, tag_field="kind", tag="card", forbid_unknown_fields=True):
    shop_id: Id
    product_id: Id

    def block(self) -> Block:
        """As it is stored."""
        shop_id, product_id = int(self.shop_id), int(self.product_id)
        return Block(BlockKind.CARD, shop_id=shop_id, product_id=product_id)


class Media(msgspec.Struct, forbid_unknown_fields=True):
    """A short video's or a live room's own data."""

    url: Url = ""
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class ContentRequest(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MAX, pattern=NO_NUL)]
    blocks: Annotated[
        list[Heading | Paragraph | Picture | Card],
        msgspec.Meta(min_length=1, max_length=domain.BLOCKS_MAX),
    ]
    cover_url: Url = ""
    kind: KindName = "article"
    media: Media | None = None

    def draft(self, promoter_id: int) -> ContentDraft:
        """The content that is asked for."""
        media = self.media or Media()
        return ContentDraft(
            promoter_id,
            self.title,
            tuple(block.block() for block in self.blocks),
            self.cover_url,
            KINDS[self.kind],
            domain.Media(media.url, media.seconds, media.starts_at),
        )


class ContentPatch(ContentRequest, forbid_unknown_fields=True, kw_only=True):
    content_id: Id


class ContentRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id


class ContentAdded(msgspec.Struct):
    content_id: str


class CardRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A card for a product; within a content of one's own the scene is the content's."""

    shop_id: Id
    product_id: Id
    content_id: Id = 0
    scene: Scene = Scene.PRODUCT_SHARE


class CardMade(msgspec.Struct):
    """A signed card: `url` opens it in the storefront."""

    token: str
    url: str


# --- what people see ---------------------------------------------------------------------------


class FeedQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 10
    next_key: str = ""
    promoter_id: Id = 0


class AuthorView(msgspec.Struct):
    promoter_id: str
    name: str
    icon_url: str
    intro: str

    @classmethod
    def of(cls, promoter_id: int, party: Party | None) -> "AuthorView":
        """Who speaks in a content."""
        if party is None:
            return cls(str(promoter_id), "", "", "")
        return cls(str(promoter_id), party.name, party.icon_url, party.intro)


class CardView(msgspec.Struct):
    """A product's card. What is not available now says so; its link still leads to its page."""

    shop_id: str
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    market_price_fen: int
    is_available: bool
    token: str
    url: str

    @classmethod
    def of(cls, card: CardRef, product: ProductCard | None, token: str) -> "CardView":
        """A card of a product, if it still exists."""
        shop_id, product_id, url = str(card.shop_id), str(card.product_id), link(token)
        if product is None:
            return cls(shop_id, product_id, "", "", 0, 0, False, token, url)
        return cls(
            shop_id,
            product_id,
            product.title,
            product.picture_url,
            product.price_fen,
            product.market_price_fen,
            product.status is ProductStatus.LISTED,
            token,
            url,
        )


class FeedItem(msgspec.Struct):
    content_id: str
    kind: str
    title: str
    cover_url: str
    published_at: datetime
    author: AuthorView
    card_count: int
    cards: list[CardView]

    @classmethod
    def of(
        cls, content: Content, author: Party | None, card_count: int, first: list[CardView]
    ) -> "FeedItem":
        """A content as the feed shows it, with the first of its cards."""
        return cls(
            str(content.content_id),
            content.kind.name.lower(),
            content.title,
            content.cover_url,
            content.published_at,
            AuthorView.of(content.promoter_id, author),
            card_count,
            first,
        )


class FeedPage(msgspec.Struct):
    """Contents, newest first; `next_key` is empty on the last page."""

    contents: list[FeedItem]
    next_key: str = ""


class BlockView(msgspec.Struct, omit_defaults=True):
    """A part of a content: `text`, a picture's `url` with its caption, or a `card`."""

    kind: BlockKind
    text: str = ""
    url: str = ""
    card: CardView | None = None


class ContentView(msgspec.Struct):
    content_id: str
    kind: str
    title: str
    cover_url: str
    published_at: datetime
    author: AuthorView
    media: domain.Media
    blocks: list[BlockView]


class CardOpen(msgspec.Struct, forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(max_length=200)]


class CardTarget(msgspec.Struct):
    """Where a card leads; `content_id` is 0 where it stands in none."""

    shop_id: str
    product_id: str
    content_id: str


def link(token: str) -> str:
    """Where a card's token is opened."""
    return f"/c/{token}"


def card_view(card: CardRef, products: Mapping[int, ProductCard], sign: Sign) -> CardView:
    """A card with its product as it is now."""
    return CardView.of(card, products.get(card.product_id), sign(card))


def blocks_view(
    content: Content, products: Mapping[int, ProductCard], sign: Sign
) -> list[BlockView]:
    """A content's parts, each card with its product as it is now and a token of its own."""
    views = []
    for block in content.blocks:
        if block.kind is BlockKind.CARD:
            card = domain.card_in(content, block.shop_id, block.product_id)
            views.append(BlockView(block.kind, card=card_view(card, products, sign)))
        else:
            views.append(BlockView(block.kind, block.text, block.url))
    return views
