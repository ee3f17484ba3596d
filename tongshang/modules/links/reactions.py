"""What links do, in the same transaction, when a card that was shown is opened."""

from collections.abc import Sequence

from tongshang.modules.links.actions import sharing
from tongshang.modules.links.domain import Opening
from tongshang.modules.surfaces.events import SharedCardOpened
from tongshang.runtime.call import Call


async def note_openings(call: Call, facts: Sequence[SharedCardOpened]) -> None:
    """Tell openings to the shares that led there."""
    await sharing.note_openings(
        call,
        [
            Opening(fact.share_id, fact.buyer_id, fact.product_id, fact.surface, fact.at)
            for fact in facts
        ],
    )
