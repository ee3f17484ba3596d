"""A content as people see it: each card with what it shows now."""

from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces.actions import cards
from tongshang.modules.surfaces.domain import content as domain
from tongshang.modules.surfaces.domain.content import BlockKind, Content
from tongshang.modules.surfaces.store import contents as store
from tongshang.modules.surfaces.wire.contents import ContentView, Shown
from tongshang.runtime.call import Call


async def content_view(call: Call, content: Content) -> ContentView:
    """A content in full, with its author."""
    placed = domain.cards_of(content.content_id, content.blocks)
    refs = [domain.card_in(content, *card.key, card.position + 1) for card in placed]
    shop_ids = [one.shop_id for one in content.blocks if one.kind is BlockKind.SHOP]
    room_ids = [one.content_id for one in content.blocks if one.kind is BlockKind.LIVE]
    shown = Shown(
        await cards.card_views(call, refs),
        await cards.shop_card_views(
            call, shop_ids, content.surface, content.promoter_id, content.content_id
        ),
        await store.find_visible(call.tx, room_ids) if room_ids else {},
    )
    authors = await identity.find_parties(call.tx, [content.author_id])
    return ContentView.of(content, authors.get(content.author_id), shown)
