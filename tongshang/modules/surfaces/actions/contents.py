"""Contents: checked, kept, published."""

from collections.abc import Sequence

from tongshang.modules.catalog import api as catalog
from tongshang.modules.governance import api as governance
from tongshang.modules.media import api as media
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.content import Content, ContentDraft
from tongshang.modules.surfaces.events import ContentChanged, ContentPublished, ContentRemoved
from tongshang.modules.surfaces.machine import CONTENT, ContentMove, ContentState
from tongshang.modules.surfaces.refusals import ContentNotFound, WordsForbidden
from tongshang.modules.surfaces.store import contents as store
from tongshang.runtime.call import Call


async def publish(call: Call, drafts: Sequence[ContentDraft]) -> list[int]:
    """Publish contents, all or none; their ids."""
    await check(call, drafts)
    ids = await store.add_contents(call, drafts, ContentState.VISIBLE)
    await call.tell(
        *(
            ContentPublished(content_id, draft.author_id, draft.kind, call.at)
            for content_id, draft in zip(ids, drafts, strict=True)
        )
    )
    return ids


async def change(call: Call, content_id: int, draft: ContentDraft) -> None:
    """Write an author's content anew; it stays what kind it is, and in what state."""
    content = await held(call, content_id, draft.author_id)
    if content.kind is not draft.kind:
        raise ContentNotFound
    await check(call, [draft])
    await store.change_content(call, content_id, draft)
    if content.state is ContentState.VISIBLE:
        await call.tell(ContentChanged(content_id, content.author_id, content.kind, call.at))


async def remove(call: Call, content_id: int, author_id: int) -> None:
    """Take an author's content down, for good."""
    content = await held(call, content_id, author_id)
    state = CONTENT.step(content.state, ContentMove.REMOVE)
    await store.move_content(call.tx, content_id, state, call.at, content.published_at)
    if content.state is ContentState.VISIBLE:
        await call.tell(ContentRemoved(content_id, author_id, content.kind, call.at))


async def held(call: Call, content_id: int, author_id: int) -> Content:
    """An author's content that is not removed, held; another's is not found."""
    content = await store.hold_content(call.tx, content_id, author_id)
    if content is None or content.state is ContentState.REMOVED:
        raise ContentNotFound
    return content


async def check(call: Call, drafts: Sequence[ContentDraft]) -> None:
    """Refuse contents with forbidden words, foreign pictures, or cards that lead nowhere."""
    known = await catalog.cards(call.tx, domain.product_keys(drafts))
    for draft in drafts:
        domain.checked(draft, media.is_ours, known)
        if reasons := governance.judge(domain.texts(draft)):
            raise WordsForbidden(reason="; ".join(reasons))
