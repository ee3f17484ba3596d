"""What higher rooms ask of the surfaces."""

from collections.abc import Sequence
from datetime import datetime

from tongshang.modules.surfaces import store
from tongshang.modules.surfaces.actions import card_token, publish, read_card, record_touches
from tongshang.modules.surfaces.domain import (
    Block,
    BlockKind,
    CardRef,
    ContentDraft,
    ContentKind,
    Media,
    Scene,
    Source,
    Touch,
    TouchDraft,
    source_of,
)
from tongshang.runtime.db import Tx

__all__ = [
    "Block",
    "BlockKind",
    "CardRef",
    "ContentDraft",
    "ContentKind",
    "Media",
    "Scene",
    "Source",
    "Touch",
    "TouchDraft",
    "card_token",
    "last_touches",
    "publish",
    "read_card",
    "record_touches",
    "source_of",
]


async def last_touches(
    tx: Tx, keys: Sequence[tuple[int, int]], since: datetime
) -> dict[tuple[int, int], Touch]:
    """Whose card last brought a buyer to a product, not before `since`; keys (buyer, product)."""
    return await store.last_touches(tx, keys, since)
