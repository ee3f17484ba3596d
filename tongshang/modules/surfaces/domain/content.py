"""Contents: what is in them, and what may be."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.surfaces.domain.card import CardRef, WhyNot, why_not
from tongshang.modules.surfaces.domain.markup import clean, plain
from tongshang.modules.surfaces.domain.surface import Surface, scene_of
from tongshang.modules.surfaces.machine import ContentState
from tongshang.modules.surfaces.refusals import (
    BadBlock,
    ProductBarred,
    ProductNotHere,
    ProductOffSale,
)

TITLE_MAX: Final = 64
CARDS_MAX: Final = 50
BLOCKS_MAX: Final = 200
VERSIONS_MAX: Final = 50  # kept of each content; older ones are let go
AHEAD_MAX: Final = timedelta(days=90)  # how long before it a content may be scheduled


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
    """The ways a product's card is set in a text (reference section 16, getcardinfo).

    GIFT leads to giving it to somebody (reference section 5.6, gift-product-detail).
    """

    LARGE = "large"
    SMALL = "small"
    TEXT = "text"
    BAR = "bar"
    GIFT = "gift"


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


@dataclass(frozen=True, slots=True)
class Version:
    """What a content said when it was saved."""

    content_id: int
    version: int
    title: str
    cover_url: str
    media: Media
    blocks: tuple[Block, ...]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a draft is checked against: what there is of all that it names.

    `placed` are the products that the content has cards of already: they may stay when they went
    off sale, their card says so.
    """

    products: Mapping[int, ProductCard]
    shops: Container[int]
    rooms: Container[int]
    lengths: Mapping[str, int]
    placed: Container[int] = ()


def cards_of(content_id: int, blocks: Iterable[Block]) -> list[ContentCard]:
    """The products in a content, in their order, counted from 0."""
    keys = [(block.shop_id, block.product_id) for block in blocks if block.kind is BlockKind.CARD]
    return [ContentCard(content_id, place, *key) for place, key in enumerate(keys)]


def product_keys(drafts: Iterable[ContentDraft]) -> list[tuple[int, int]]:
    """The products in contents, each once, as (shop, product)."""
    cards = (card for draft in drafts for card in cards_of(0, draft.blocks))
    return sorted({card.key for card in cards})


def video_urls(draft: ContentDraft) -> list[str]:
    """The videos that a draft shows: its own, and those between its words."""
    own = [draft.media.url] if draft.kind is ContentKind.SHORT_VIDEO and draft.media.url else []
    return own + [block.url for block in draft.blocks if block.kind is BlockKind.VIDEO]


def texts(content: ContentDraft | Content) -> list[str]:
    """All that people will read of a content, without its markup."""
    words = (
        plain(block.text) if block.kind is BlockKind.PARAGRAPH else block.text
        for block in content.blocks
    )
    return [content.title, *(text for text in words if text)]


def cleaned(draft: ContentDraft) -> ContentDraft:
    """The draft with only that markup in its paragraphs that may stand; empty ones are gone."""
    blocks = (
        replace(block, text=clean(block.text).strip())
        if block.kind is BlockKind.PARAGRAPH
        else block
        for block in draft.blocks
    )
    kept = tuple(b for b in blocks if b.kind is not BlockKind.PARAGRAPH or plain(b.text))
    return replace(draft, title=" ".join(draft.title.split()), blocks=kept)


def checked(
    draft: ContentDraft, is_ours: Callable[[str], bool], around: Surroundings, *, whole: bool
) -> ContentDraft:
    """The draft, if all it shows is kept here and all its cards lead somewhere.

    `whole`: people will read it, so nothing may be missing; otherwise it is still being written.
    """
    if not draft.title.strip() or len(draft.title) > TITLE_MAX:
        raise BadBlock(position=0, rule=f"a title has 1 to {TITLE_MAX} characters")
    if draft.cover_url and not is_ours(draft.cover_url):
        raise BadBlock(position=0, rule="the cover is not a picture uploaded here")
    if len(draft.blocks) > BLOCKS_MAX:
        raise BadBlock(position=0, rule=f"a content has at most {BLOCKS_MAX} blocks")
    if len(cards_of(0, draft.blocks)) > CARDS_MAX:
        raise BadBlock(position=0, rule=f"a content has at most {CARDS_MAX} cards")
    length = _length(draft, around, whole=whole)
    for position, block in enumerate(draft.blocks, start=1):
        _check_block(position, block, draft, is_ours, around)
        if block.at_seconds and block.at_seconds * 1000 > length:
            raise BadBlock(position=position, rule="the video does not last that long")
    if whole and draft.kind in _NEEDS_BLOCKS and not draft.blocks:
        raise BadBlock(position=0, rule="there is nothing in it yet")
    return replace(draft, media=replace(draft.media, seconds=length // 1000)) if length else draft


_NEEDS_BLOCKS: Final = frozenset({ContentKind.ARTICLE, ContentKind.MINI_PAGE})


def _length(draft: ContentDraft, around: Surroundings, *, whole: bool) -> int:
    """How many milliseconds a short video lasts; 0 for all that is none."""
    if draft.kind is not ContentKind.SHORT_VIDEO:
        return 0
    if not draft.media.url:
        if whole:
            raise BadBlock(position=0, rule="a short video needs its video")
        return 0
    if draft.media.url not in around.lengths:
        raise BadBlock(position=0, rule="this is not a video that you uploaded here")
    return around.lengths[draft.media.url]


def _check_block(
    position: int,
    block: Block,
    draft: ContentDraft,
    is_ours: Callable[[str], bool],
    around: Surroundings,
) -> None:
    match block.kind:
        case BlockKind.PICTURE if not is_ours(block.url):
            raise BadBlock(position=position, rule="this is not a picture uploaded here")
        case BlockKind.VIDEO if block.url not in around.lengths:
            raise BadBlock(position=position, rule="this is not a video that you uploaded here")
        case BlockKind.SHOP if block.shop_id not in around.shops:
            raise BadBlock(position=position, rule="there is no such shop")
        case BlockKind.LIVE if block.content_id not in around.rooms:
            raise BadBlock(position=position, rule="there is no such live room")
        case BlockKind.CARD:
            _check_card(block, draft, around)


def _check_card(block: Block, draft: ContentDraft, around: Surroundings) -> None:
    product = around.products.get(block.product_id)
    is_foreign = draft.author_kind is AuthorKind.SHOP and block.shop_id != draft.author_id
    if product is None or is_foreign:
        raise ProductNotHere(product_id=str(block.product_id))
    if block.product_id in around.placed:
        return
    card = CardRef(block.shop_id, block.product_id, surface=SURFACE_OF[draft.kind])
    why = why_not(card, product, left=1)
    if why is WhyNot.BARRED:
        raise ProductBarred(product_id=str(block.product_id))
    if why is not None:
        raise ProductOffSale(product_id=str(block.product_id))


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
