"""Contents as buyers see them and authors write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.content import (
    TITLE_MAX,
    AuthorKind,
    Block,
    BlockKind,
    CardLook,
    Content,
    ContentDraft,
    ContentKind,
    Version,
)
from tongshang.modules.surfaces.domain.markup import clean, plain
from tongshang.modules.surfaces.wire.cards import NO_NUL, CardView, Id, ShopCardView

PageSize = Annotated[int, msgspec.Meta(ge=1, le=50)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=5_000, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Caption = Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=36_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Look = Annotated[str, msgspec.Meta(pattern="^(large|small|text|bar|gift)$")]
StateName = Annotated[str, msgspec.Meta(pattern="^(draft|scheduled|visible|removed)?$")]
Url = Annotated[str, msgspec.Meta(max_length=512, pattern=NO_NUL)]

KINDS = {kind.name.lower(): kind for kind in ContentKind}
KindName = Annotated[str, msgspec.Meta(pattern="^(article|short_video|live_room|mini_page)$")]


# --- what authors write -------------------------------------------------------------------------


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
    text: Caption = ""

    def block(self) -> Block:
        """As it is stored; `text` is the caption."""
        return Block(BlockKind.PICTURE, text=self.text, url=self.url)


class Video(msgspec.Struct, tag_field="kind", tag="video", forbid_unknown_fields=True):
    url: Url
    text: Caption = ""

    def block(self) -> Block:
        """As it is stored; `text` is the caption."""
        return Block(BlockKind.VIDEO, text=self.text, url=self.url)


class Card(msgspec.Struct, tag_field="kind", tag="card", forbid_unknown_fields=True):
    """A product's card: large, small, a link in the text, or a bar; in a short video at a second."""

    shop_id: Id
    product_id: Id
    look: Look = "small"
    at_seconds: Seconds = 0

    def block(self) -> Block:
        """As it is stored."""
        return Block(
            BlockKind.CARD,
            shop_id=int(self.shop_id),
            product_id=int(self.product_id),
            look=CardLook(self.look),
            at_seconds=self.at_seconds,
        )


class ShopCard(msgspec.Struct, tag_field="kind", tag="shop", forbid_unknown_fields=True):
    shop_id: Id

    def block(self) -> Block:
        """As it is stored."""
        return Block(BlockKind.SHOP, shop_id=int(self.shop_id))


class LiveCard(msgspec.Struct, tag_field="kind", tag="live", forbid_unknown_fields=True):
    content_id: Id

    def block(self) -> Block:
        """As it is stored."""
        return Block(BlockKind.LIVE, content_id=int(self.content_id))


class Media(msgspec.Struct, forbid_unknown_fields=True):
    """A short video's or a live room's own data; how long a video lasts, it tells itself."""

    url: Url = ""
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    starts_at: Moment | None = None


class ContentFields(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an author writes. Paragraphs may have b, strong, em, a, br, ul, ol and li."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MAX, pattern=NO_NUL)]
    blocks: Annotated[
        list[Heading | Paragraph | Picture | Video | Card | ShopCard | LiveCard],
        msgspec.Meta(max_length=domain.BLOCKS_MAX),
    ]
    cover_url: Url = ""
    kind: KindName = "article"
    media: Media | None = None

    def draft(self, author_id: int, author_kind: AuthorKind) -> ContentDraft:
        """The content that is asked for."""
        media = self.media or Media()
        return ContentDraft(
            author_id,
            self.title,
            tuple(block.block() for block in self.blocks),
            self.cover_url,
            KINDS[self.kind],
            domain.Media(media.url, media.seconds, media.starts_at),
            author_kind=author_kind,
        )


class ContentRequest(ContentFields, forbid_unknown_fields=True, kw_only=True):
    """A new content: published at once, kept as a draft, or published at `publish_at`."""

    is_draft: bool = False
    publish_at: Moment | None = None


class ContentPatch(ContentFields, forbid_unknown_fields=True, kw_only=True):
    """A content anew; `version` is the one it was written from, 0 where nobody looked."""

    content_id: Id
    version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0


class ContentTime(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    publish_at: Moment


class VersionRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class VersionKept(msgspec.Struct):
    version: int


class ContentRef(msgspec.Struct, forbid_unknown_fields=True):
    content_id: Id


class ContentAdded(msgspec.Struct):
    content_id: str


class OwnQuery(msgspec.Struct, forbid_unknown_fields=True):
    """An author's contents; `state` empty: all that are not removed."""

    state: StateName = ""
    limit: PageSize = 20
    next_key: str = ""


# --- what people see ---------------------------------------------------------------------------


class FeedQuery(msgspec.Struct, forbid_unknown_fields=True):
    limit: PageSize = 10
    next_key: str = ""
    promoter_id: Id = 0


class AuthorView(msgspec.Struct):
    """Who speaks in a content; `promoter_id` is 0 where a shop writes for itself."""

    promoter_id: str
    name: str
    icon_url: str
    intro: str
    author_id: str = ""
    kind: str = "promoter"

    @classmethod
    def of(cls, content: Content, party: Party | None) -> "AuthorView":
        """Who speaks in a content."""
        name, icon_url, intro = (party.name, party.icon_url, party.intro) if party else ("",) * 3
        return cls(
            str(content.promoter_id),
            name,
            icon_url,
            intro,
            str(content.author_id),
            content.author_kind.value,
        )


class FeedItem(msgspec.Struct):
    content_id: str
    kind: str
    title: str
    cover_url: str
    published_at: datetime | None
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
            AuthorView.of(content, author),
            card_count,
            first,
        )


class FeedPage(msgspec.Struct):
    """Contents, newest first; `next_key` is empty on the last page."""

    contents: list[FeedItem]
    next_key: str = ""


class LiveCardView(msgspec.Struct):
    """A live room's card."""

    content_id: str
    title: str
    cover_url: str
    starts_at: datetime | None
    url: str


class BlockView(msgspec.Struct, omit_defaults=True):
    """A part of a content: `text`, a picture's or video's `url` with its caption, or a card.

    A paragraph's `html` holds nothing but b, strong, em, a, br, ul, ol and li: it may stand in a
    page as it is.
    """

    kind: BlockKind
    text: str = ""
    url: str = ""
    card: CardView | None = None
    html: str = ""
    look: str = ""
    at_seconds: int = 0
    shop: ShopCardView | None = None
    live: LiveCardView | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the cards in a content show now, each kind in its order."""

    cards: Sequence[CardView]
    shops: Sequence[ShopCardView]
    lives: Mapping[int, Content]


class ContentView(msgspec.Struct):
    content_id: str
    kind: str
    title: str
    cover_url: str
    published_at: datetime | None
    author: AuthorView
    media: domain.Media
    blocks: list[BlockView]

    @classmethod
    def of(cls, content: Content, author: Party | None, shown: Shown) -> "ContentView":
        """A content in full."""
        return cls(
            str(content.content_id),
            content.kind.name.lower(),
            content.title,
            content.cover_url,
            content.published_at,
            AuthorView.of(content, author),
            content.media,
            blocks_view(content.blocks, shown),
        )


class OwnItem(msgspec.Struct):
    """A content as its author finds it in a list."""

    content_id: str
    kind: str
    state: str
    title: str
    cover_url: str
    version: int
    made_at: datetime
    changed_at: datetime
    published_at: datetime | None
    publish_at: datetime | None
    card_count: int

    @classmethod
    def of(cls, content: Content, card_count: int) -> "OwnItem":
        """A content in whatever state."""
        return cls(
            str(content.content_id),
            content.kind.name.lower(),
            content.state.name.lower(),
            content.title,
            content.cover_url,
            content.version,
            content.made_at,
            content.changed_at,
            content.published_at,
            content.publish_at,
            card_count,
        )


class OwnPage(msgspec.Struct):
    """Contents, the latest written first, and how many there are in each state."""

    contents: list[OwnItem]
    counts: dict[str, int]
    next_key: str = ""


class OwnView(msgspec.Struct):
    """A content of one's own: where it stands, and how people see it."""

    about: OwnItem
    shown: ContentView


class VersionItem(msgspec.Struct):
    version: int
    title: str
    saved_at: datetime
    block_count: int
    card_count: int

    @classmethod
    def of(cls, version: Version) -> "VersionItem":
        """What a content was at one saving, at a glance."""
        cards = domain.cards_of(version.content_id, version.blocks)
        return cls(
            version.version, version.title, version.saved_at, len(version.blocks), len(cards)
        )


class VersionList(msgspec.Struct):
    """What is kept of a content, the latest first."""

    versions: list[VersionItem]


def blocks_view(blocks: Sequence[Block], shown: Shown) -> list[BlockView]:
    """A content's parts."""
    cards, shops = iter(shown.cards), iter(shown.shops)
    views = []
    for block in blocks:
        view = BlockView(block.kind, block.text, block.url)
        match block.kind:
            case BlockKind.PARAGRAPH:  # Cleaned again: what was stored in the past was plain text.
                view.html = clean(block.text)
                view.text = plain(view.html)
            case BlockKind.CARD:
                view.card, view.look, view.at_seconds = next(cards), block.look, block.at_seconds
            case BlockKind.SHOP:
                view.shop = next(shops)
            case BlockKind.LIVE:
                view.live = _live(shown.lives.get(block.content_id))
        views.append(view)
    return views


def _live(room: Content | None) -> LiveCardView | None:
    if room is None:
        return None
    room_id = str(room.content_id)
    return LiveCardView(
        room_id, room.title, room.cover_url, room.media.starts_at, f"/live/{room_id}"
    )
