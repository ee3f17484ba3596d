"""What happens to contents."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContentPublished:
    """A content can be read from now on. `kind`: 1 article, 2 short video, 3 live room, 4 page."""

    content_id: int
    author_id: int
    kind: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentChanged:
    """A content that can be read says something else."""

    content_id: int
    author_id: int
    kind: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentRemoved:
    """A content that could be read is gone."""

    content_id: int
    author_id: int
    kind: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SharedCardOpened:
    """A card that somebody had shown to others was opened; `buyer_id` 0: nobody had signed in."""

    shop_id: int
    product_id: int
    share_id: int
    surface: int
    buyer_id: int
    at: datetime
