"""What links tell."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkShared:
    """A buyer showed a product, a shop or a content to others; 0: none of these.

    `share_id` is the new share, `parent_share_id` the one by which it came.
    """

    shop_id: int
    product_id: int
    content_id: int
    promoter_id: int
    to_surface: int
    share_id: int
    parent_share_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentLinkOpened:
    """A buyer came to a content, or a live room, by somebody's link to it."""

    content_id: int
    carrier_id: int
    buyer_id: int
    is_live: bool
    at: datetime
