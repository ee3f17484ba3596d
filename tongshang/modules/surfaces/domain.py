"""Contents, cards, touches: what they are, and what an order keeps of them."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from struct import Struct
from typing import Final, Protocol

from tongshang.modules.surfaces.refusals import BadBlock, ProductNotHere

TITLE_MAX: Final = 64
CARDS_MAX: Final = 50
BLOCKS_MAX: Final = 200


class ContentKind(IntEnum):
    """What a content is. The values are stored: add, never renumber."""

    ARTICLE = 1
    SHORT_VIDEO = 2
    LIVE_ROOM = 3


class Scene(IntEnum):
    """`order_scene` of the wire: where an order came from (reference section 4.3)."""

    OTHER = 1
    LIVE_ROOM = 2
    SHORT_VIDEO = 3
    PRODUCT_SHARE = 4
    WINDOW_HOME = 5
    ARTICLE_CARD = 6


class SaleChannel(IntEnum):
    """`source_infos.sale_channel` of the wire, as far as we sell through it."""

    PROMOTER = 100
    OTHER = 102


class AccountType(IntEnum):
    """`source_infos.account_type` of the wire, as far as we sell through it."""

    CHANNELS = 1
    OFFICIAL_ACCOUNT = 2
    PROMOTER = 5


SCENE_OF: Final = {
    ContentKind.ARTICLE: Scene.ARTICLE_CARD,
    ContentKind.SHORT_VIDEO: Scene.SHORT_VIDEO,
    ContentKind.LIVE_ROOM: Scene.LIVE_ROOM,
}

# Which kind of account speaks in a scene; in all others the promoter does.
_ACCOUNT_OF: Final = {
    Scene.ARTICLE_CARD: AccountType.OFFICIAL_ACCOUNT,
    Scene.SHORT_VIDEO: AccountType.CHANNELS,
    Scene.LIVE_ROOM: AccountType.CHANNELS,
}


@dataclass(frozen=True, slots=True)
class CardRef:
    """What a card's token says: where it leads, and whose it is. 0: nobody's, nowhere."""

    shop_id: int
    product_id: int
    promoter_id: int = 0
    content_id: int = 0
    scene: int = Scene.OTHER


@dataclass(frozen=True, slots=True)
class Touch:
    """By whose card a buyer last came to a product."""

    promoter_id: int
    content_id: int
    scene: int
    shop_id: int
    product_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TouchDraft:
    """A card opened by a buyer, or by somebody not signed in (`buyer_id` 0)."""

    buyer_id: int
    card: CardRef
    at: datetime


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


def last_touches(drafts: Iterable[TouchDraft]) -> list[TouchDraft]:
    """The latest of each buyer and product, in key order.

    Only a promoter's card moves the last touch: the shop's own card, opened later, does not take
    a sale from the promoter who brought the buyer.
    """
    latest: dict[tuple[int, int], TouchDraft] = {}
    for draft in drafts:
        if not draft.buyer_id or not draft.card.promoter_id:
            continue
        key = draft.buyer_id, draft.card.product_id
        if key not in latest or latest[key].at <= draft.at:
            latest[key] = draft
    return [latest[key] for key in sorted(latest)]


_CARD: Final = Struct(">BQQQQ")


def pack_card(card: CardRef) -> bytes:
    """A card as 33 bytes, so that its signed link stays short and says where it leads by itself."""
    return _CARD.pack(card.scene, card.shop_id, card.product_id, card.promoter_id, card.content_id)


def unpack_card(body: bytes) -> CardRef:
    """The card that `pack_card` packed."""
    scene, shop_id, product_id, promoter_id, content_id = _CARD.unpack(body)
    return CardRef(shop_id, product_id, promoter_id, content_id, scene)


class BlockKind(StrEnum):
    """What a part of a content is. The values are stored: add, never rename."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    PICTURE = "picture"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a content: words, a picture with its caption (`text`), or a product's card."""

    kind: BlockKind
    text: str = ""
    url: str = ""
    shop_id: int = 0
    product_id: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """A short video's or a live room's own data."""

    url: str = ""
    seconds: int = 0
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContentDraft:
    """A content to be published."""

    promoter_id: int
    title: str
    blocks: tuple[Block, ...]
    cover_url: str = ""
    kind: ContentKind = ContentKind.ARTICLE
    media: Media = Media()
    published_at: datetime | None = None


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
    """A published content; the feed shows it without its blocks."""

    content_id: int
    promoter_id: int
    kind: ContentKind
    title: str
    cover_url: str
    media: Media
    published_at: datetime
    blocks: tuple[Block, ...] = ()


def cards_of(content_id: int, blocks: Iterable[Block]) -> list[ContentCard]:
    """The products in a content, in their order."""
    keys = [(block.shop_id, block.product_id) for block in blocks if block.kind is BlockKind.CARD]
    return [ContentCard(content_id, place, *key) for place, key in enumerate(keys)]


def product_keys(drafts: Iterable[ContentDraft]) -> list[tuple[int, int]]:
    """The products in contents, each once, as (shop, product)."""
    cards = (card for draft in drafts for card in cards_of(0, draft.blocks))
    return sorted({card.key for card in cards})


def texts(draft: ContentDraft) -> list[str]:
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


def card_in(content: Content, shop_id: int, product_id: int) -> CardRef:
    """What a card in a content says: the author's, from this very content."""
    scene = SCENE_OF[content.kind]
    return CardRef(shop_id, product_id, content.promoter_id, content.content_id, scene)
