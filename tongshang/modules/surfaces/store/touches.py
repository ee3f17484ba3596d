"""Clicks and last touches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.surfaces.domain.touch import Touch, TouchDraft
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_LAST: Final = """
    select touch.buyer_id, touch.product_id, touch.promoter_id, touch.content_id, touch.scene,
           touch.shop_id, touch.at, touch.surface, touch.position, touch.share_id,
           touch.deal_id
    from unnest($1::bigint[], $2::bigint[]) as wanted (buyer_id, product_id)
    join touches as touch
      on touch.buyer_id = wanted.buyer_id and touch.product_id = wanted.product_id
    where touch.at >= $3
"""

# An older touch that is written later, by a slower request, does not become the last one. Who came
# to a content by somebody's link keeps its deal while opening the cards in it, which carry none.
_TOUCH: Final = """
    insert into touches (
        buyer_id, product_id, shop_id, promoter_id, content_id, scene, at, surface, position,
        share_id, deal_id
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[],
        $7::timestamptz[], $8::smallint[], $9::integer[], $10::bigint[], $11::bigint[]
    )
    on conflict (buyer_id, product_id) do update set
        shop_id = excluded.shop_id, promoter_id = excluded.promoter_id,
        content_id = excluded.content_id, scene = excluded.scene, at = excluded.at,
        surface = excluded.surface, position = excluded.position, share_id = excluded.share_id,
        deal_id = case
            when excluded.deal_id = 0 and excluded.content_id <> 0
             and touches.content_id = excluded.content_id
             and touches.promoter_id = excluded.promoter_id
            then touches.deal_id else excluded.deal_id end
    where touches.at <= excluded.at
"""

_CLICK: Final = """
    insert into clicks (
        promoter_id, click_id, shop_id, product_id, content_id, scene, buyer_id, at, surface,
        position, share_id
    )
    select * from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[],
        $7::bigint[], $8::timestamptz[], $9::smallint[], $10::integer[], $11::bigint[]
    )
"""


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
            row["surface"],
            row["position"],
            row["share_id"],
            row["deal_id"],
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
        [draft.card.surface for draft in drafts],
        [draft.card.position for draft in drafts],
        [draft.card.share_id for draft in drafts],
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
        [draft.card.surface for draft in drafts],
        [draft.card.position for draft in drafts],
        [draft.card.share_id for draft in drafts],
        [draft.card.deal_id for draft in drafts],
    )
