"""What people do besides buying, as events: they show things to others, like, and talk.

It is heard from the rooms in which it happened, so it counts without scripts and from any
program; whose it was is not kept, for nobody asked.
"""

from collections.abc import Iterator, Sequence

from tongshang.modules.compass.actions.taking import record
from tongshang.modules.compass.domain.events import EventDraft, EventKind
from tongshang.modules.links.events import LinkShared
from tongshang.modules.live.events import LiveCheered
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call


async def hear(call: Call, facts: Sequence[LinkShared | LiveCheered]) -> None:
    """Write shares, likes and comments."""
    drafts: list[EventDraft] = []
    for fact in facts:
        drafts += _shared(fact) if isinstance(fact, LinkShared) else _cheered(fact)
    await record(call, drafts)


def _shared(fact: LinkShared) -> Iterator[EventDraft]:
    """A share stands where it was shown to others; `share_id` is the one by which it came."""
    yield EventDraft(
        fact.at, EventKind.SHARE, fact.to_surface, fact.content_id, 0, fact.shop_id,
        fact.product_id, fact.promoter_id, fact.parent_share_id,
    )  # fmt: skip


def _cheered(fact: LiveCheered) -> Iterator[EventDraft]:
    """A like counts once for each who taps, with its taps as pieces; a comment is one."""
    place = (Surface.LIVE_ROOM, fact.content_id, 0, 0, 0, fact.host_id)
    for taps in fact.likes:
        yield EventDraft(fact.at, EventKind.LIKE, *place, count=taps)
    for _ in range(fact.comments):
        yield EventDraft(fact.at, EventKind.COMMENT, *place)
