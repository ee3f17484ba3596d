"""Contents as buyers see them and authors write them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.content import (
    TITLE_MAX,
    Block,
    BlockKind,
    Content,
    ContentDraft,
    ContentKind,
)
from tongshang.modules.surfaces.wire.cards import NO_NUL, CardView, Id

PageSize = Annotated[int, msgspec.Meta(ge=1, le=50)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=5_000, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Url = Annotated[str, msgspec.Meta(max_length=512, pattern=NO_NUL)]

KINDS = {kind.name.lower(): kind for kind in ContentKind}
KindName = Annotated[str, msgspec.Meta(pattern="^(article|short_video|live_room|mini_page)$")]


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

    def draft(self, author_id: int) -> ContentDraft:
        """The content that is asked for."""
        media = self.media or Media()
        return ContentDraft(
            author_id,
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
            AuthorView.of(content.author_id, author),
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
    published_at: datetime | None
    author: AuthorView
    media: domain.Media
    blocks: list[BlockView]

    @classmethod
    def of(cls, content: Content, author: Party | None, cards: Sequence[CardView]) -> "ContentView":
        """A content in full; `cards` are those of its products, in their order."""
        return cls(
            str(content.content_id),
            content.kind.name.lower(),
            content.title,
            content.cover_url,
            content.published_at,
            AuthorView.of(content.author_id, author),
            content.media,
            blocks_view(content, cards),
        )


def blocks_view(content: Content, cards: Sequence[CardView]) -> list[BlockView]:
    """A content's parts; `cards` are those of its products, in their order."""
    left = iter(cards)
    return [
        BlockView(block.kind, card=next(left))
        if block.kind is BlockKind.CARD
        else BlockView(block.kind, block.text, block.url)
        for block in content.blocks
    ]
