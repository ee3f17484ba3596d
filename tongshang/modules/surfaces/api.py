"""What higher rooms ask of the surfaces."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.surfaces.actions.cards import (
    card_token,
    card_views,
    read_card,
    record_touches,
    shop_card_views,
)
from tongshang.modules.surfaces.actions.contents import publish
from tongshang.modules.surfaces.domain.card import CardKind, CardRef, Source, WhyNot, source_of
from tongshang.modules.surfaces.domain.content import (
    AuthorKind,
    Block,
    BlockKind,
    CardLook,
    Content,
    ContentCard,
    ContentDraft,
    ContentKind,
    Media,
    card_in,
    texts,
)
from tongshang.modules.surfaces.domain.surface import Scene, Surface, barred_by, scene_of
from tongshang.modules.surfaces.domain.touch import Touch, TouchDraft
from tongshang.modules.surfaces.domain.touch import last_touches as latest
from tongshang.modules.surfaces.refusals import BadBlock, WordsForbidden
from tongshang.modules.surfaces.store import contents, touches
from tongshang.modules.surfaces.wire.cards import CardView, ShopCardView
from tongshang.runtime.db import Tx

__all__ = [
    "AuthorKind",
    "BadBlock",
    "Block",
    "BlockKind",
    "CardKind",
    "CardLook",
    "CardRef",
    "CardView",
    "Content",
    "ContentCard",
    "ContentDraft",
    "ContentKind",
    "Media",
    "Scene",
    "ShopCardView",
    "Source",
    "Surface",
    "Touch",
    "TouchDraft",
    "WhyNot",
    "WordsForbidden",
    "barred_by",
    "card_in",
    "card_token",
    "card_views",
    "contents_with",
    "credit",
    "get_contents",
    "last_touches",
    "list_content_cards",
    "list_contents",
    "list_contents_of",
    "list_of_kind",
    "list_pages",
    "page_parts",
    "publish",
    "read_card",
    "record_touches",
    "scene_of",
    "shop_card_views",
    "source_of",
    "texts",
]


async def last_touches(
    tx: Tx, keys: Sequence[tuple[int, int]], since: datetime
) -> dict[tuple[int, int], Touch]:
    """Whose card last brought a buyer to a product, not before `since`; keys (buyer, product)."""
    return await touches.last_touches(tx, keys, since)


async def get_contents(tx: Tx, content_ids: Sequence[int]) -> dict[int, Content]:
    """Those of the contents that can be read, with their blocks."""
    return await contents.find_visible(tx, content_ids)


async def list_contents_of(
    tx: Tx, author_ids: Sequence[int], before: tuple[datetime, int] | None, limit: int
) -> list[Content]:
    """What these authors published, the latest first, without blocks.

    `before`: (published_at, content_id) of the last one seen.
    """
    return await contents.list_visible(tx, before, limit, author_ids)


async def list_contents(tx: Tx, before: tuple[datetime, int] | None, limit: int) -> list[Content]:
    """The same of all authors."""
    return await contents.list_visible(tx, before, limit)


async def list_of_kind(
    tx: Tx, author_id: int, kind: ContentKind, before: int, limit: int
) -> list[Content]:
    """What an author published of one kind, the latest written first, without blocks."""
    return await contents.list_of_kind(tx, author_id, kind, before, limit)


async def credit(tx: Tx, drafts: Sequence[TouchDraft]) -> None:
    """Move last touches, where nobody opened a card: a link to a whole content was opened."""
    if moved := latest(drafts):
        await touches.save_touches(tx, moved)


async def contents_with(tx: Tx, shop_id: int, product_id: int, limit: int) -> list[int]:
    """Readable contents that carry a product, or (0) any of a shop's, the latest first."""
    return await contents.list_with(tx, shop_id, product_id, limit)


async def list_content_cards(tx: Tx, content_ids: Sequence[int]) -> dict[int, list[ContentCard]]:
    """The products in each content, in their order; `card_in` makes a card of each."""
    return await contents.list_cards(tx, content_ids)


async def list_pages(tx: Tx, after: int, limit: int) -> list[tuple[int, datetime]]:
    """Contents that can be read, by id after `after`, with when they last changed."""
    return await contents.list_pages(tx, after, limit)


async def page_parts(tx: Tx, size: int) -> list[int]:
    """The last ids of the full parts, when all contents are cut into parts of `size`."""
    return await contents.page_parts(tx, size)
