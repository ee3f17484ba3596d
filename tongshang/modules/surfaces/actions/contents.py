"""Contents: written, checked, published, taken down."""

from collections.abc import Container, Sequence
from datetime import datetime

from tongshang.modules.catalog import api as catalog
from tongshang.modules.governance import api as governance
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.media import api as media
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.content import (
    BlockKind,
    Content,
    ContentDraft,
    ContentKind,
    Surroundings,
)
from tongshang.modules.surfaces.events import ContentChanged, ContentPublished, ContentRemoved
from tongshang.modules.surfaces.machine import CONTENT, ContentMove, ContentState
from tongshang.modules.surfaces.refusals import (
    BadTime,
    ContentMoved,
    ContentNotFound,
    VersionNotFound,
    WordsForbidden,
)
from tongshang.modules.surfaces.store import contents as store
from tongshang.runtime.call import Call


async def publish(call: Call, drafts: Sequence[ContentDraft]) -> list[int]:
    """Publish contents, all or none; their ids."""
    written = [await checked(call, draft, whole=True) for draft in drafts]
    ids = await store.add_contents(call, written, ContentState.VISIBLE)
    await call.tell(
        *(
            ContentPublished(content_id, draft.author_id, draft.kind, call.at)
            for content_id, draft in zip(ids, drafts, strict=True)
        )
    )
    return ids


async def keep(call: Call, draft: ContentDraft, publish_at: datetime | None = None) -> int:
    """Keep a draft, or one that will be published at a time; its id."""
    if publish_at is None:
        written, state = await checked(call, draft, whole=False), ContentState.DRAFT
    else:
        check_time(call, publish_at)
        written, state = await checked(call, draft, whole=True), ContentState.SCHEDULED
    (content_id,) = await store.add_contents(call, [written], state, publish_at)
    return content_id


async def change(call: Call, content_id: int, draft: ContentDraft, version: int = 0) -> int:
    """Write an author's content anew; it stays what kind it is, and in what state. Its version.

    `version` is the one that was changed, where the author says so: another's change meanwhile is
    not overwritten unseen.
    """
    content = await held(call, content_id, draft.author_id)
    if content.kind is not draft.kind:
        raise ContentNotFound
    if version and version != content.version:
        raise ContentMoved(version=content.version)
    placed = {card.product_id for card in (await _cards(call, content_id))}
    whole = content.state is not ContentState.DRAFT
    written = await checked(call, draft, placed, whole=whole)
    await store.change_content(call, content_id, written)
    if content.state is ContentState.VISIBLE:
        await call.tell(ContentChanged(content_id, content.author_id, content.kind, call.at))
    return content.version + 1


async def publish_now(call: Call, content_id: int, author_id: int) -> None:
    """Let people read what was a draft, or was waiting for its time."""
    content = await held(call, content_id, author_id, with_blocks=True)
    state = CONTENT.step(content.state, ContentMove.PUBLISH)
    await _check_again(call, content)
    await store.move_content(call.tx, content_id, state, call.at, published_at=call.at)
    await call.tell(ContentPublished(content_id, author_id, content.kind, call.at))


async def schedule(call: Call, content_id: int, author_id: int, at: datetime) -> None:
    """Let the clock publish a content."""
    content = await held(call, content_id, author_id, with_blocks=True)
    state = CONTENT.step(content.state, ContentMove.SCHEDULE)
    check_time(call, at)
    await _check_again(call, content)
    await store.move_content(call.tx, content_id, state, call.at, publish_at=at)


async def withdraw(call: Call, content_id: int, author_id: int) -> None:
    """Make a draft again of what was waiting for its time."""
    content = await held(call, content_id, author_id)
    state = CONTENT.step(content.state, ContentMove.WITHDRAW)
    await store.move_content(call.tx, content_id, state, call.at)


async def remove(call: Call, content_id: int, author_id: int) -> None:
    """Take an author's content down, for good."""
    content = await held(call, content_id, author_id)
    state = CONTENT.step(content.state, ContentMove.REMOVE)
    await store.move_content(call.tx, content_id, state, call.at, content.published_at)
    if content.state is ContentState.VISIBLE:
        await call.tell(ContentRemoved(content_id, author_id, content.kind, call.at))


async def restore(call: Call, content_id: int, author_id: int, version: int) -> int:
    """Say again what an earlier version said, as a new version; its number."""
    content = await held(call, content_id, author_id)
    found = await store.find_version(call.tx, content_id, version)
    if found is None:
        raise VersionNotFound
    draft = ContentDraft(
        author_id,
        found.title,
        found.blocks,
        found.cover_url,
        content.kind,
        found.media,
        author_kind=content.author_kind,
    )
    return await change(call, content_id, draft)


async def publish_due(call: Call, limit: int) -> int:
    """Publish what is scheduled for now; how many."""
    due = await store.take_due(call.tx, call.at, limit)
    await store.publish_due(call.tx, [one.content_id for one in due], call.at)
    await call.tell(
        *(ContentPublished(one.content_id, one.author_id, one.kind, call.at) for one in due)
    )
    return len(due)


async def held(
    call: Call, content_id: int, author_id: int, *, with_blocks: bool = False
) -> Content:
    """An author's content that is not removed, held; another's is not found."""
    content = await store.hold_content(call.tx, content_id, author_id, with_blocks=with_blocks)
    if content is None or content.state is ContentState.REMOVED:
        raise ContentNotFound
    return content


def check_time(call: Call, at: datetime) -> None:
    """Refuse a time that is past, or too far ahead."""
    if not call.at < at <= call.at + domain.AHEAD_MAX:
        raise BadTime(days=domain.AHEAD_MAX.days)


async def checked(
    call: Call, draft: ContentDraft, placed: Container[int] = (), *, whole: bool
) -> ContentDraft:
    """The draft as it is kept: cleaned, without forbidden words, all that it shows ours."""
    draft = domain.cleaned(draft)
    draft = domain.checked(draft, media.is_ours, await _around(call, draft, placed), whole=whole)
    if reasons := governance.judge(domain.texts(draft)):
        raise WordsForbidden(reason="; ".join(reasons))
    return draft


async def _around(call: Call, draft: ContentDraft, placed: Container[int]) -> Surroundings:
    shop_ids = sorted({b.shop_id for b in draft.blocks if b.kind is BlockKind.SHOP})
    room_ids = sorted({b.content_id for b in draft.blocks if b.kind is BlockKind.LIVE})
    keys = domain.product_keys([draft])
    parties = await identity.find_parties(call.tx, shop_ids) if shop_ids else {}
    rooms = await store.find_visible(call.tx, room_ids) if room_ids else {}
    return Surroundings(
        await catalog.cards(call.tx, keys) if keys else {},
        {party_id for party_id, party in parties.items() if party.kind is PartyKind.SHOP},
        {room_id for room_id, room in rooms.items() if room.kind is ContentKind.LIVE_ROOM},
        await media.video_lengths(call.tx, draft.author_id, domain.video_urls(draft)),
        placed,
    )


async def _check_again(call: Call, content: Content) -> None:
    """What was right as a draft may be wrong for people: something missing, a product gone."""
    draft = ContentDraft(
        content.author_id,
        content.title,
        content.blocks,
        content.cover_url,
        content.kind,
        content.media,
        author_kind=content.author_kind,
    )
    await checked(call, draft, whole=True)


async def _cards(call: Call, content_id: int) -> list[domain.ContentCard]:
    return (await store.list_cards(call.tx, [content_id]))[content_id]
