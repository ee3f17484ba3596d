"""Touches: who opened whose card last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongshang.modules.surfaces.domain.card import CardRef


@dataclass(frozen=True, slots=True)
class Touch:
    """By whose card a buyer last came to a product, and where it stood."""

    promoter_id: int
    content_id: int
    scene: int
    shop_id: int
    product_id: int
    at: datetime
    surface: int = 0
    position: int = 0
    share_id: int = 0
    deal_id: int = 0


@dataclass(frozen=True, slots=True)
class TouchDraft:
    """A card opened by a buyer, or by somebody not signed in (`buyer_id` 0)."""

    buyer_id: int
    card: CardRef
    at: datetime


def last_touches(drafts: Iterable[TouchDraft]) -> list[TouchDraft]:
    """The latest of each buyer and product, in key order.

    Only a promoter's card moves the last touch: the shop's own card, opened later, does not take
    a sale from the promoter who brought the buyer.
    """
    latest: dict[tuple[int, int], TouchDraft] = {}
    for draft in drafts:
        if not (draft.buyer_id and draft.card.promoter_id and draft.card.product_id):
            continue
        key = draft.buyer_id, draft.card.product_id
        if key not in latest or latest[key].at <= draft.at:
            latest[key] = draft
    return [latest[key] for key in sorted(latest)]
