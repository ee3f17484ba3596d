"""Contents, cards, touches and clicks in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tongshang.kernel.ids import Named
from tongshang.modules.surfaces.domain import (
    Block,
    Content,
    ContentCard,
    ContentDraft,
    ContentKind,
    Media,
    Touch,
    TouchDraft,
    cards_of,
)
from tongshang.runtime.call import Call
from tongshang.runtime.db import Row, Tx

_LAST: Final = """
    select touch.buyer_id, touch.product_id, touch.promoter_id, touch.content_id, touch.scene,
           touch.shop_id, touch.at
    from unnest($1::bigint[], $2::bigint[]) as wanted (buyer_id, product_id)
    join touches as touch
      on touch.buyer_id = wanted.buyer_id and touch.product_id = wanted.product_id
    where touch.at >= $3
"""

# An older touch that is written later, by a slower request, does not become the last one.
_TOUCH: Final = """
    insert into touches (buyer_id, product_id, shop_id, promoter_id, content_id, scene, at)
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[],
        $7::timestamptz[]
    )
    on conflict (buyer_id, product_id) do update set
        shop_id = excluded.shop_id, promoter_id = excluded.promoter_id,
        content_id = excluded.content_id, scene = excluded.scene, at = excluded.at
    where touches.at <= excluded.at
"""

_CLICK: Final = """
    insert into clicks (
        promoter_id, click_id, shop_id, product_id, content_id, scene, buyer_id, at
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[],
        $7::bigint[], $8::timestamptz[]
    )
"""


_CONTENT: Final = "content_id, promoter_id, kind, title, cover_url, media, published_at"

_ADD_CONTENTS: Final = """
    insert into contents (
        content_id, promoter_id, kind, title, cover_url, media, blocks, state, published_at,
        changed_at
    )
    select content_id, promoter_id, kind, title, cover_url, media, blocks, 1, published_at, $9
    from unnest(
        $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::jsonb[],
        $7::jsonb[], $8::timestamptz[]
    ) as draft (
        content_id, promoter_id, kind, title, cover_url, media, blocks, published_at
    )
"""

_ADD_CARDS: Final = """
    insert into content_cards (content_id, position, shop_id, product_id)
    select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[])
"""

_DROP_CARDS: Final = "delete from content_cards where content_id = $1"

# Only what its author wrote and did not remove; of two who change it at once one waits.
_CHANGE: Final = """
    update contents
    set title = $3, cover_url = $4, media = $5, blocks = $6, changed_at = $7
    where content_id = $1 and promoter_id = $2 and state = 1 and kind = $8
    returning content_id
"""

_REMOVE: Final = """
    update contents set state = 2, changed_at = $3
    where content_id = $1 and promoter_id = $2 and state = 1
    returning content_id
"""

_GET: Final = f"""
    select {_CONTENT}, blocks from contents where content_id = $1 and state = 1
"""

_FEED: Final = f"""
    select {_CONTENT} from contents
    where state = 1 and content_id < $1 and ($2::bigint = 0 or promoter_id = $2)
    order by content_id desc
    limit $3
"""

_CARDS: Final = """
    select content_id, position, shop_id, product_id from content_cards
    where content_id = any($1::bigint[])
    order by content_id, position
"""

_blocks = msgspec.json.Decoder(tuple[Block, ...])
_media = msgspec.json.Decoder(Media)


async def add_contents(call: Call, drafts: Sequence[ContentDraft]) -> list[int]:
    """Publish contents with their cards; their ids."""
    ids = call.take_ids(Named.CONTENT, len(drafts))
    await call.tx.execute(
        _ADD_CONTENTS,
        ids,
        [draft.promoter_id for draft in drafts],
        [draft.kind for draft in drafts],
        [draft.title for draft in drafts],
        [draft.cover_url for draft in drafts],
        [_json(draft.media) for draft in drafts],
        [_json(draft.blocks) for draft in drafts],
        [draft.published_at or call.at for draft in drafts],
        call.at,
    )
    cards = [
        card for i, draft in zip(ids, drafts, strict=True) for card in cards_of(i, draft.blocks)
    ]
    await _add_cards(call.tx, cards)
    return ids


async def change_content(call: Call, content_id: int, draft: ContentDraft) -> bool:
    """Write an author's content anew; False where there is none such."""
    found = await call.tx.fetchval(
        _CHANGE,
        content_id,
        draft.promoter_id,
        draft.title,
        draft.cover_url,
        _json(draft.media),
        _json(draft.blocks),
        call.at,
        draft.kind,
    )
    if found is None:
        return False
    await call.tx.execute(_DROP_CARDS, content_id)
    await _add_cards(call.tx, cards_of(content_id, draft.blocks))
    return True


async def remove_content(call: Call, content_id: int, promoter_id: int) -> bool:
    """Take an author's content down; False where there is none such."""
    found = await call.tx.fetchval(_REMOVE, content_id, promoter_id, call.at)
    return found is not None


async def find_content(tx: Tx, content_id: int) -> Content | None:
    """A visible content with its blocks."""
    row = await tx.fetchrow(_GET, content_id)
    return None if row is None else _content(row, _blocks.decode(row["blocks"]))


async def list_contents(tx: Tx, before: int, promoter_id: int, limit: int) -> list[Content]:
    """Visible contents, newest first, before the id `before`; `promoter_id` 0: of all authors."""
    return [_content(row) for row in await tx.fetch(_FEED, before, promoter_id, limit)]


async def list_cards(tx: Tx, content_ids: Sequence[int]) -> dict[int, list[ContentCard]]:
    """The cards of each content, in their order."""
    cards: dict[int, list[ContentCard]] = {content_id: [] for content_id in content_ids}
    for row in await tx.fetch(_CARDS, list(content_ids)):
        cards[row["content_id"]].append(ContentCard(**row))
    return cards


async def _add_cards(tx: Tx, cards: Sequence[ContentCard]) -> None:
    await tx.execute(
        _ADD_CARDS,
        [card.content_id for card in cards],
        [card.position for card in cards],
        [card.shop_id for card in cards],
        [card.product_id for card in cards],
    )


def _content(row: Row, blocks: tuple[Block, ...] = ()) -> Content:
    return Content(
        row["content_id"],
        row["promoter_id"],
        ContentKind(row["kind"]),
        row["title"],
        row["cover_url"],
        _media.decode(row["media"]),
        row["published_at"],
        blocks,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def last_touches(
    tx: Tx, keys: Sequence[tuple[int, int]], since: datetime
) -> dict[tuple[int, int], Touch]:
    """The last touches of (buyer, product) that are not older than `since`."""
    rows = await tx.fetch(_LAST, [buyer for buyer, _ in keys], [item for _, item in keys], since)
    return {
        (row["buyer_id"], row["product_id"]): Touch(
            row["promoter_id"],
            row["content_id"],
            row["scene"],
            row["shop_id"],
            row["product_id"],
            row["at"],
        )
        for row in rows
    }


async def add_clicks(call: Call, drafts: Sequence[TouchDraft]) -> None:
    """Keep every opening of a card."""
    await call.tx.execute(
        _CLICK,
        [draft.card.promoter_id for draft in drafts],
        call.take_ids(Named.TOUCH, len(drafts)),
        [draft.card.shop_id for draft in drafts],
        [draft.card.product_id for draft in drafts],
        [draft.card.content_id for draft in drafts],
        [draft.card.scene for draft in drafts],
        [draft.buyer_id for draft in drafts],
        [draft.at for draft in drafts],
    )


async def save_touches(tx: Tx, drafts: Sequence[TouchDraft]) -> None:
    """Move the last touches; drafts in key order, one a buyer and product."""
    await tx.execute(
        _TOUCH,
        [draft.buyer_id for draft in drafts],
        [draft.card.product_id for draft in drafts],
        [draft.card.shop_id for draft in drafts],
        [draft.card.promoter_id for draft in drafts],
        [draft.card.content_id for draft in drafts],
        [draft.card.scene for draft in drafts],
        [draft.at for draft in drafts],
    )
