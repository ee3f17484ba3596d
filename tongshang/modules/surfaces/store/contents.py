"""Contents, their versions and their cards in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from tongshang.kernel.ids import Named
from tongshang.modules.surfaces.domain.content import (
    VERSIONS_MAX,
    AuthorKind,
    Block,
    Content,
    ContentCard,
    ContentDraft,
    ContentKind,
    Media,
    Version,
    cards_of,
)
from tongshang.modules.surfaces.machine import ContentState
from tongshang.runtime.call import Call
from tongshang.runtime.db import Row, Tx

Before: TypeAlias = tuple[datetime, int]  # when the last one was published, and its id

_CONTENT: Final = """
    c.content_id, c.author_id, c.author_kind, c.kind, c.title, c.cover_url, c.media, c.state,
    c.version, c.made_at, c.changed_at, c.published_at, c.publish_at
"""

_ADD: Final = """
    insert into contents (
        content_id, author_id, author_kind, kind, title, cover_url, media, blocks, state,
        published_at, publish_at, made_at, changed_at
    )
    select w.*, $12, $12 from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::text[], $6::text[],
        $7::jsonb[], $8::jsonb[], $9::smallint[], $10::timestamptz[], $11::timestamptz[]
    ) w
"""

_ADD_VERSIONS: Final = """
    insert into content_versions (content_id, version, title, cover_url, media, blocks, saved_at)
    select content_id, version, title, cover_url, media, blocks, changed_at from contents
    where content_id = any($1::bigint[])
"""

_ADD_CARDS: Final = """
    insert into content_cards (content_id, position, shop_id, product_id)
    select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[])
"""

_DROP_CARDS: Final = "delete from content_cards where content_id = $1"

_CHANGE: Final = """
    update contents
    set title = $2, cover_url = $3, media = $4, blocks = $5, changed_at = $6, version = version + 1
    where content_id = $1
    returning version
"""

# Only what its author wrote; of two who change it at once one waits.
_HOLD: Final = f"""
    select {_CONTENT}, c.blocks from contents c
    where c.content_id = $1 and c.author_id = $2 for update
"""

_OWN: Final = f"""
    select {_CONTENT}, c.blocks from contents c where c.content_id = $1 and c.author_id = $2
"""

_LIST_OWN: Final = f"""
    select {_CONTENT} from contents c
    where c.author_id = $1 and c.content_id < $2 and c.state = any($3::smallint[])
    order by c.content_id desc
    limit $4
"""

_COUNT_OWN: Final = "select state, count(*) from contents where author_id = $1 group by state"

_DUE: Final = f"""
    select {_CONTENT} from contents c
    where c.state = 4 and c.publish_at <= $1
    order by c.publish_at limit $2
    for update skip locked
"""

_PUBLISH_DUE: Final = """
    update contents set state = 1, published_at = publish_at, publish_at = null, changed_at = $2
    where content_id = any($1::bigint[])
"""

_VERSIONS: Final = """
    select content_id, version, title, cover_url, media, blocks, saved_at from content_versions
    where content_id = $1 and ($2 = 0 or version = $2)
    order by version desc
    limit $3
"""

_DROP_VERSIONS: Final = "delete from content_versions where content_id = $1 and version <= $2"

_MOVE: Final = """
    update contents
    set state = $2, published_at = $3, publish_at = $4, changed_at = $5
    where content_id = $1
"""

_VISIBLE: Final = f"""
    select {_CONTENT}, c.blocks from contents c
    where c.content_id = any($1::bigint[]) and c.state = 1
"""

_OF_ALL: Final = f"""
    select {_CONTENT} from contents c
    where c.state = 1 and (c.published_at, c.content_id) < ($1, $2)
    order by c.published_at desc, c.content_id desc
    limit $3
"""

_OF_AUTHORS: Final = f"""
    select {_CONTENT} from contents c
    where c.author_id = any($4::bigint[]) and c.state = 1
      and (c.published_at, c.content_id) < ($1, $2)
    order by c.published_at desc, c.content_id desc
    limit $3
"""

_OF_KIND: Final = f"""
    select {_CONTENT} from contents c
    where c.author_id = $1 and c.content_id < $3 and c.kind = $2 and c.state = 1
    order by c.content_id desc limit $4
"""

_CARDS: Final = """
    select content_id, position, shop_id, product_id from content_cards
    where content_id = any($1::bigint[])
    order by content_id, position
"""

# Contents with a product; with any product of a shop where that is 0.
_WITH_PRODUCT: Final = """
    select k.content_id from content_cards k join contents c using (content_id)
    where k.shop_id = $1 and k.product_id = $2 and c.state = 1
    order by k.content_id desc limit $3
"""
_WITH_SHOP: Final = """
    select distinct k.content_id from content_cards k join contents c using (content_id)
    where k.shop_id = $1 and c.state = 1
    order by k.content_id desc limit $2
"""

_PAGES: Final = """
    select content_id, changed_at from contents
    where state = 1 and content_id > $1 order by content_id limit $2
"""
_PARTS: Final = """
    select content_id from (
        select content_id, row_number() over (order by content_id) as place
        from contents where state = 1
    ) visible
    where place % $1 = 0 order by content_id
"""

_blocks = msgspec.json.Decoder(tuple[Block, ...])
_media = msgspec.json.Decoder(Media)

_LATEST: Final[Before] = (datetime.max, 0)  # asyncpg writes it as infinity


async def add_contents(
    call: Call,
    drafts: Sequence[ContentDraft],
    state: ContentState,
    publish_at: datetime | None = None,
) -> list[int]:
    """Keep new contents in `state`, with their cards and first versions; their ids."""
    ids = call.take_ids(Named.CONTENT, len(drafts))
    shown = state is ContentState.VISIBLE
    await call.tx.execute(
        _ADD,
        ids,
        [draft.author_id for draft in drafts],
        [draft.author_kind for draft in drafts],
        [draft.kind for draft in drafts],
        [draft.title for draft in drafts],
        [draft.cover_url for draft in drafts],
        [_json(draft.media) for draft in drafts],
        [_json(draft.blocks) for draft in drafts],
        [state] * len(drafts),
        [(draft.published_at or call.at) if shown else None for draft in drafts],
        [publish_at] * len(drafts),
        call.at,
    )
    await call.tx.execute(_ADD_VERSIONS, ids)
    cards = [
        card for i, draft in zip(ids, drafts, strict=True) for card in cards_of(i, draft.blocks)
    ]
    await _add_cards(call.tx, cards)
    return ids


async def hold_content(
    tx: Tx, content_id: int, author_id: int, *, with_blocks: bool = False
) -> Content | None:
    """An author's own content in whatever state, to be decided on."""
    row = await tx.fetchrow(_HOLD, content_id, author_id)
    if row is None:
        return None
    return _content(row, _blocks.decode(row["blocks"]) if with_blocks else ())


async def find_own(tx: Tx, content_id: int, author_id: int) -> Content | None:
    """An author's own content in whatever state, with its blocks."""
    row = await tx.fetchrow(_OWN, content_id, author_id)
    return None if row is None else _content(row, _blocks.decode(row["blocks"]))


async def list_own(
    tx: Tx, author_id: int, before: int, states: Sequence[ContentState], limit: int
) -> list[Content]:
    """An author's own contents in these states, the latest written first."""
    return [_content(row) for row in await tx.fetch(_LIST_OWN, author_id, before, states, limit)]


async def count_own(tx: Tx, author_id: int) -> dict[ContentState, int]:
    """How many contents an author has in each state."""
    rows = await tx.fetch(_COUNT_OWN, author_id)
    return {ContentState(row[0]): row[1] for row in rows}


async def take_due(tx: Tx, at: datetime, limit: int) -> list[Content]:
    """What is scheduled for now or before, held."""
    return [_content(row) for row in await tx.fetch(_DUE, at, limit)]


async def publish_due(tx: Tx, content_ids: Sequence[int], at: datetime) -> None:
    """Let people read what is held, from the time it was scheduled for."""
    await tx.execute(_PUBLISH_DUE, list(content_ids), at)


async def list_versions(tx: Tx, content_id: int) -> list[Version]:
    """What a content said, the latest first."""
    return [_version(row) for row in await tx.fetch(_VERSIONS, content_id, 0, VERSIONS_MAX)]


async def find_version(tx: Tx, content_id: int, version: int) -> Version | None:
    """What a content said at one saving."""
    row = await tx.fetchrow(_VERSIONS, content_id, version, 1)
    return None if row is None else _version(row)


async def change_content(call: Call, content_id: int, draft: ContentDraft) -> None:
    """Write a content that is held anew, as its next version."""
    version = await call.tx.fetchval(
        _CHANGE,
        content_id,
        draft.title,
        draft.cover_url,
        _json(draft.media),
        _json(draft.blocks),
        call.at,
    )
    await call.tx.execute(_ADD_VERSIONS, [content_id])
    await call.tx.execute(_DROP_VERSIONS, content_id, version - VERSIONS_MAX)
    await call.tx.execute(_DROP_CARDS, content_id)
    await _add_cards(call.tx, cards_of(content_id, draft.blocks))


async def move_content(
    tx: Tx,
    content_id: int,
    state: ContentState,
    at: datetime,
    published_at: datetime | None = None,
    publish_at: datetime | None = None,
) -> None:
    """Bring a content that is held into another state."""
    await tx.execute(_MOVE, content_id, state, published_at, publish_at, at)


async def find_visible(tx: Tx, content_ids: Sequence[int]) -> dict[int, Content]:
    """Those of the contents that can be read, with their blocks."""
    rows = await tx.fetch(_VISIBLE, list(content_ids))
    return {row["content_id"]: _content(row, _blocks.decode(row["blocks"])) for row in rows}


async def list_visible(
    tx: Tx, before: Before | None, limit: int, author_ids: Sequence[int] | None = None
) -> list[Content]:
    """What can be read, the latest first; of everybody, or of these authors."""
    at, content_id = before or _LATEST
    if author_ids is None:
        rows = await tx.fetch(_OF_ALL, at, content_id, limit)
    else:
        rows = await tx.fetch(_OF_AUTHORS, at, content_id, limit, list(author_ids))
    return [_content(row) for row in rows]


async def list_of_kind(
    tx: Tx, author_id: int, kind: ContentKind, before: int, limit: int
) -> list[Content]:
    """What an author published of one kind, the latest written first."""
    rows = await tx.fetch(_OF_KIND, author_id, kind, before, limit)
    return [_content(row) for row in rows]


async def list_cards(tx: Tx, content_ids: Sequence[int]) -> dict[int, list[ContentCard]]:
    """The cards of each content, in their order."""
    cards: dict[int, list[ContentCard]] = {content_id: [] for content_id in content_ids}
    for row in await tx.fetch(_CARDS, list(content_ids)):
        cards[row["content_id"]].append(ContentCard(**row))
    return cards


async def list_with(tx: Tx, shop_id: int, product_id: int, limit: int) -> list[int]:
    """Visible contents that carry a product, or (0) any of a shop's, the latest first."""
    if product_id:
        rows = await tx.fetch(_WITH_PRODUCT, shop_id, product_id, limit)
    else:
        rows = await tx.fetch(_WITH_SHOP, shop_id, limit)
    return [row["content_id"] for row in rows]


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
        row["author_id"],
        AuthorKind(row["author_kind"]),
        ContentKind(row["kind"]),
        row["title"],
        row["cover_url"],
        _media.decode(row["media"]),
        ContentState(row["state"]),
        row["version"],
        row["made_at"],
        row["changed_at"],
        row["published_at"],
        row["publish_at"],
        blocks,
    )


def _version(row: Row) -> Version:
    return Version(
        row["content_id"],
        row["version"],
        row["title"],
        row["cover_url"],
        _media.decode(row["media"]),
        _blocks.decode(row["blocks"]),
        row["saved_at"],
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def list_pages(tx: Tx, after: int, limit: int) -> list[tuple[int, datetime]]:
    """Visible contents by id, with when they last changed."""
    return [tuple(row) for row in await tx.fetch(_PAGES, after, limit)]


async def page_parts(tx: Tx, size: int) -> list[int]:
    """The last ids of the full parts, when visible contents are cut into parts of `size`."""
    return [row["content_id"] for row in await tx.fetch(_PARTS, size)]
