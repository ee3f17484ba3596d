"""A shop's own people who share, and the orders they bring."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from tongshang.modules.partners.machine import StaffState
from tongshang.modules.surfaces.api import Surface


class SharerType(IntEnum):
    """`sharer_type` of the wire. A shop binds its own people; ordinary ones are agencies' now."""

    ORDINARY = 0
    OF_SHOP = 1


@dataclass(frozen=True, slots=True)
class Staff:
    """What a person is to a shop."""

    shop_id: int
    buyer_id: int
    state: StaffState
    ticket: str
    invited_at: datetime
    bound_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A line of an order that came by one of the shop's people."""

    shop_id: int
    order_id: int
    line: int
    buyer_id: int
    product_id: int
    sku_id: int
    surface: int
    content_id: int
    promoter_id: int
    paid_at: datetime


# `share_scene` of the wire (reference section 4.3); what has none of its own came by a link.
_LINK: Final = 7
_SCENES: Final = {
    Surface.LIVE_ROOM: 1,
    Surface.WINDOW: 2,
    Surface.SHORT_VIDEO: 3,
    Surface.PRODUCT_PAGE: 5,
    Surface.ARTICLE: 6,
    Surface.QR: 8,
    Surface.TAGLINK: 9,
}


def share_scene(surface: int) -> int:
    """Where a share happened, in the wire's words."""
    return _SCENES.get(Surface(surface), _LINK)


def surfaces_of(scene: int) -> list[int]:
    """Which surfaces the wire calls so."""
    return [one.value for one in Surface if share_scene(one) == scene]
