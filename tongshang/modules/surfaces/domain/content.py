"""Contents: what is in them, and what may be."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.modules.surfaces.domain.card import CardRef
from tongshang.modules.surfaces.domain.surface import Surface, scene_of
from tongshang.modules.surfaces.machine import ContentState
from tongshang.modules.surfaces.refusals import BadBlock, ProductNotHere

TITLE_MAX: Final = 64
CARDS_MAX: Final = 50
BLOCKS_MAX: Final = 200


class ContentKind(IntEnum):
    """What a content is. The values are stored: add, never renumber."""

    ARTICLE = 1
    SHORT_VIDEO = 2
    LIVE_ROOM = 3
    MINI_PAGE = 4


class AuthorKind(StrEnum):
    """Who may write. A shop's own cards are nobody's promotion."""

    PROMOTER = "promoter"
    SHOP = "shop"


SURFACE_OF: Final = {
    ContentKind.ARTICLE: Surface.ARTICLE,
    ContentKind.SHORT_VIDEO: Surface.SHORT_VIDEO,
    ContentKind.LIVE_ROOM: Surface.LIVE_ROOM,
    ContentKind.MINI_PAGE: Surface.MINI_PAGE,
}


class BlockKind(StrEnum):
    """What a part of a content is. The values are stored: add, never rename."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    PICTURE = "picture"
    VIDEO = "video"
    CARD = "card"
    SHOP = "shop"
    LIVE = "live"


class CardLook(StrEnum):
    """The four ways a product's card is set in a text (reference section 16, getcardinfo)."""

    LARGE = "large"
    SMALL = "small"
    TEXT = "text"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a content: words, a picture or video with its caption (`text`), or a card.

    A product's card has a shop and a product, a shop's card a shop, a live room's card the
    `content_id` of the room. `at_seconds`: when it appears, in a short video.
    """

    kind: BlockKind
    text: str = ""
    url: str = ""
    shop_id: int = 0
    product_id: int = 0
    look: CardLook = CardLook.SMALL
    at_seconds: int = 0
    content_id: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """A short video's or a live room's own data."""

    url: str = ""
    seconds: int = 0
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContentDraft:
    """A content as its author writes it."""

    author_id: int
    title: str
    blocks: tuple[Block, ...]
    cover_url: str = ""
    kind: ContentKind = ContentKind.ARTICLE
    media: Media = Media()
    published_at: datetime | None = None
    author_kind: AuthorKind = AuthorKind.PROMOTER


@dataclass(frozen=True, slots=True)
class ContentCard:
    """A product's place in a content."""

    content_id: int
    position: int
    shop_id: int
    product_id: int

    @property
    def key(self) -> tuple[int, int]:
        """Whose product it is, and which."""
        return self.shop_id, self.product_id


@dataclass(frozen=True, slots=True)
class Content:
    """A content as it stands; lists show it without its blocks."""

    content_id: int
    author_id: int
    author_kind: AuthorKind
    kind: ContentKind
    title: str
    cover_url: str
    media: Media
    state: ContentState
    version: int
    made_at: datetime
    changed_at: datetime
    published_at: datetime | None = None
    publish_at: datetime | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def promoter_id(self) -> int:
        """Who earns by its cards: nobody, where a shop writes for itself."""
        return self.author_id if self.author_kind is AuthorKind.PROMOTER else 0

    @property
    def surface(self) -> Surface:
        """Where its cards stand."""
        return SURFACE_OF[self.kind]


def cards_of(content_id: int, blocks: Iterable[Block]) -> list[ContentCard]:
    """The products in a content, in their order, counted from 0."""
    keys = [(block.shop_id, block.product_id) for block in blocks if block.kind is BlockKind.CARD]
    return [ContentCard(content_id, place, *key) for place, key in enumerate(keys)]


def product_keys(drafts: Iterable[ContentDraft]) -> list[tuple[int, int]]:
    """The products in contents, each once, as (shop, product)."""
    cards = (card for draft in drafts for card in cards_of(0, draft.blocks))
    return sorted({card.key for card in cards})


def texts(draft: ContentDraft | Content) -> list[str]:
    """All that people will read of a content."""
    return [draft.title, *(block.text for block in draft.blocks if block.text)]


def checked(
    draft: ContentDraft, is_ours: Callable[[str], bool], known: Container[int]
) -> ContentDraft:
    """The draft, if its pictures are kept here and its cards lead to the products `known`."""
    if not draft.title.strip() or len(draft.title) > TITLE_MAX:
        raise BadBlock(position=0, rule=f"a title has 1 to {TITLE_MAX} characters")
    if draft.cover_url and not is_ours(draft.cover_url):
        raise BadBlock(position=0, rule="the cover is not a picture uploaded here")
    if not 1 <= len(draft.blocks) <= BLOCKS_MAX:
        raise BadBlock(position=0, rule=f"a content has 1 to {BLOCKS_MAX} blocks")
    cards = 0
    for position, block in enumerate(draft.blocks, start=1):
        if block.kind is BlockKind.PICTURE and not is_ours(block.url):
            raise BadBlock(position=position, rule="this is not a picture uploaded here")
        if block.kind is BlockKind.CARD:
            cards += 1
            if block.product_id not in known:
                raise ProductNotHere(product_id=str(block.product_id))
            if cards > CARDS_MAX:
                raise BadBlock(position=position, rule=f"a content has at most {CARDS_MAX} cards")
    return draft


def card_in(
    content: Content, shop_id: int, product_id: int, position: int = 0, surface: int = 0
) -> CardRef:
    """What a card in a content says: the author's, from this very content.

    `position` counts from 1; on another surface (the feed) the card is still the content's.
    """
    return CardRef(
        shop_id,
        product_id,
        content.promoter_id,
        content.content_id,
        scene_of(content.surface),
        surface or content.surface,
        position,
    )
